//! The eight data masks, and the penalty that chooses among them (ISO/IEC 18004, 7.8).
//!
//! A masked symbol is scored twice, by rows and by columns, so that every rule compares whole words of neighbouring
//! lines; only the 2 × 2 blocks need shifts. Not here: the format information that records the mask (`layout`).

use crate::Level;
use crate::grid::Grid;
use crate::layout;

/// All masks repeat after this many columns and rows.
const PERIOD: usize = 12;

/// By mask and row, the bits that one period of the row inverts.
type Patterns = [[u16; PERIOD]; 8];
const ALONG_ROWS: Patterns = patterns(false);
const ALONG_COLUMNS: Patterns = patterns(true);

const fn patterns(transposed: bool) -> Patterns {
    let mut patterns = [[0; PERIOD]; 8];
    let mut i = 0;
    while i < 8 * PERIOD * PERIOD {
        let (mask, y, x) = (i / (PERIOD * PERIOD), i / PERIOD % PERIOD, i % PERIOD);
        if if transposed { inverts(mask, y, x) } else { inverts(mask, x, y) } {
            patterns[mask][y] |= 1 << x;
        }
        i += 1;
    }
    patterns
}

/// Whether a mask inverts the module in this column and row (ISO/IEC 18004, table 10).
const fn inverts(mask: usize, x: usize, y: usize) -> bool {
    match mask {
        0 => (x + y).is_multiple_of(2),
        1 => y.is_multiple_of(2),
        2 => x.is_multiple_of(3),
        3 => (x + y).is_multiple_of(3),
        4 => (x / 3 + y / 2).is_multiple_of(2),
        5 => x * y % 2 + x * y % 3 == 0,
        6 => (x * y % 2 + x * y % 3).is_multiple_of(2),
        _ => ((x + y) % 2 + x * y % 3).is_multiple_of(2),
    }
}

/// One period of rows, `row_words` words each.
fn tile(pattern: &[u16; PERIOD], row_words: usize) -> Vec<u64> {
    let word = |i: usize, row: u16| {
        let (row, turn) = (u64::from(row), 64 * i % PERIOD);
        let turned = (row >> turn | row << (PERIOD - turn)) & 0xFFF;
        // Five times twelve bits, and four more.
        turned.wrapping_mul(0x1001_0010_0100_1001)
    };
    pattern.iter().flat_map(|row| (0..row_words).map(move |i| word(i, *row))).collect()
}

/// Inverts a mask's modules among those that carry data.
pub(crate) fn apply(mask: u8, modules: &mut Grid, data: &Grid) {
    let tile = tile(&ALONG_ROWS[usize::from(mask)], modules.row_words());
    for (y, tile) in (0..modules.width()).zip(tile.chunks(modules.row_words()).cycle()) {
        for ((word, data), tile) in modules.row_mut(y).iter_mut().zip(data.row(y)).zip(tile) {
            *word ^= data & tile;
        }
    }
}

/// The mask with the lowest penalty, and of several the lowest number. `columns` are the modules with rows and
/// columns swapped; neither includes what `layout::draw_format` draws.
pub(crate) fn choose(rows: &Grid, columns: &Grid, data: &Grid, level: Level) -> u8 {
    let width = rows.width();
    let (mut by_rows, mut by_columns) = (Lines::new(width), Lines::new(width));
    let penalty = |mask: &u8| {
        let number = usize::from(*mask);
        by_rows.draw(rows, data, &ALONG_ROWS[number]);
        by_columns.draw(columns, data, &ALONG_COLUMNS[number]);
        layout::draw_format(width, level, *mask, |x, y| {
            by_rows.darken(x, y);
            by_columns.darken(y, x);
        });
        penalty(&by_rows, &by_columns)
    };
    (0..8).min_by_key(penalty).unwrap_or(0)
}

/// How badly a masked symbol reads: the sum of the four features of ISO/IEC 18004, 7.8.3.1 (weights 3, 3, 40, 10).
///
/// Where the standard leaves room: the quiet zone counts as light; a finder-like pattern has modules of width one, is
/// next to at least four light ones, and counts once even when it is light on both sides; a deviation step from one
/// half dark is a whole 5 %, so that exactly 40 % or 60 % are two steps.
fn penalty(rows: &Lines, columns: &Lines) -> u32 {
    let runs = rows.runs() + columns.runs();
    let finders = rows.finders() + columns.finders();
    let total = rows.width * rows.width;
    let steps = (20 * rows.dark()).abs_diff(10 * total) / total;
    u32::try_from(runs + 3 * rows.blocks() + 40 * finders + 10 * steps).unwrap_or(u32::MAX)
}

/// Light lines before the first and after the last one, as far as a finder-like pattern looks.
const MARGIN: usize = 4;

/// The rows or columns of a masked symbol, one below another: a module's neighbour across the lines is the same bit
/// of the next line.
///
/// Beyond the width the lines alternate between dark and light: nothing there equals its neighbour, or looks like a
/// finder pattern.
struct Lines {
    width: usize,
    line_words: usize,
    words: Vec<u64>,
}

impl Lines {
    fn new(width: usize) -> Self {
        let line_words = width.div_ceil(64);
        Self { width, line_words, words: vec![0; (width + 2 * MARGIN) * line_words] }
    }

    /// The lines of a symbol under a mask.
    fn draw(&mut self, modules: &Grid, data: &Grid, pattern: &[u16; PERIOD]) {
        let tile = tile(pattern, self.line_words);
        let lines = &mut self.words[MARGIN * self.line_words..][..modules.words().len()];
        let periods = lines.chunks_mut(tile.len());
        let (modules, data) = (modules.words().chunks(tile.len()), data.words().chunks(tile.len()));
        for ((lines, modules), data) in periods.zip(modules).zip(data) {
            for (((line, module), data), tile) in lines.iter_mut().zip(modules).zip(data).zip(&tile) {
                *line = module ^ (data & tile);
            }
        }
        let past_width = u64::MAX << (self.width % 64);
        for line in lines.chunks_exact_mut(self.line_words).skip(1).step_by(2) {
            line[self.line_words - 1] |= past_width;
        }
    }

    /// Makes a light module dark.
    fn darken(&mut self, x: usize, line: usize) {
        self.words[(MARGIN + line) * self.line_words + x / 64] |= 1 << (x % 64);
    }

    /// All words of `count` lines from `first` on, counted from the symbol's first line.
    fn from(&self, first: isize, count: usize) -> &[u64] {
        &self.words[MARGIN.wrapping_add_signed(first) * self.line_words..][..count * self.line_words]
    }

    /// For each run of five or more modules across the lines, its length less two.
    fn runs(&self) -> usize {
        let fives = |first: isize, count: usize| {
            let [before, a, b, c, d, e] = core::array::from_fn(|i| self.from(first + i as isize - 1, count));
            let five = |i: usize| (a[i] & b[i] & c[i] & d[i] & e[i]) | !(a[i] | b[i] | c[i] | d[i] | e[i]);
            let all: usize = (0..a.len()).map(|i| ones(five(i))).sum();
            let starts: usize = (0..a.len()).map(|i| ones(five(i) & (before[i] ^ a[i]))).sum();
            (all, starts)
        };
        // The content of the margin does not matter: every run starts at the first line.
        let (first, _) = fives(0, 1);
        let (others, starts) = fives(1, self.width - 5);
        3 * first + others + 2 * starts
    }

    /// The number of finder-like patterns across the lines: dark, light, three dark, light, dark, and four light
    /// before or after.
    fn finders(&self) -> usize {
        let count = self.width - 6;
        let before: [&[u64]; 4] = core::array::from_fn(|i| self.from(i as isize - 4, count));
        let lines: [&[u64]; 11] = core::array::from_fn(|i| self.from(i as isize, count));
        let [a, b, c, d, e, f, g, after @ ..] = lines;
        let mut patterns = 0;
        for i in 0..a.len() {
            let pattern = a[i] & !b[i] & c[i] & d[i] & e[i] & !f[i] & g[i];
            let before = before[0][i] | before[1][i] | before[2][i] | before[3][i];
            let after = after[0][i] | after[1][i] | after[2][i] | after[3][i];
            patterns += ones(pattern & !(before & after));
        }
        patterns
    }

    /// The number of 2 × 2 squares of one colour.
    fn blocks(&self) -> usize {
        // The last word of a line runs into the next line, but only from beyond the width.
        let words = (self.width - 1) * self.line_words;
        let above = &self.words[MARGIN * self.line_words..][..words + 1];
        let below = &self.words[(MARGIN + 1) * self.line_words..][..words + 1];
        let mut blocks = 0;
        for i in 0..words {
            let same_down = !(above[i] ^ below[i]);
            let same_down_right = same_down >> 1 | !(above[i + 1] ^ below[i + 1]) << 63;
            let same_along = !(below[i] ^ (below[i] >> 1 | below[i + 1] << 63));
            blocks += ones(same_down & same_down_right & same_along);
        }
        blocks
    }

    fn dark(&self) -> usize {
        let past_width = (64 * self.line_words - self.width) * (self.width / 2);
        self.from(0, self.width).iter().map(|word| ones(*word)).sum::<usize>() - past_width
    }
}

fn ones(word: u64) -> usize {
    word.count_ones() as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::penalty::plain_penalty;

    /// The lines of modules as they are.
    fn lines(modules: &Grid) -> Lines {
        let mut lines = Lines::new(modules.width());
        lines.draw(modules, &Grid::new(modules.width()), &[0; PERIOD]);
        lines
    }

    #[test]
    fn word_penalty_equals_plain_penalty() {
        let mut seed = 1_u64;
        for version in [1, 2, 7, 11, 12, 27, 28, 40] {
            let width = layout::width(version);
            for fill in 0..8 {
                let mut modules = Grid::new(width);
                for i in 0..width * width {
                    seed =
                        seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    modules.set(i % width, i / width, (seed >> 33) % 8 < fill);
                }
                for x in 2..9 {
                    modules.set(x, 3, [true, false, true, true, true, false, true][x - 2]);
                    modules.set(width - 1, x, [true, false, true, true, true, false, true][x - 2]);
                }
                let ours = penalty(&lines(&modules), &lines(&modules.transposed()));
                let plain = plain_penalty(width, |x, y| modules.get(x, y));
                assert_eq!(ours, plain, "version {version}, fill {fill}");
            }
        }
    }

    #[test]
    fn masks_invert_only_data_modules() {
        for version in [1, 11, 12, 40] {
            let width = layout::width(version);
            let mut data = Grid::full(width);
            data.set(5, 7, false);
            for mask in 0..8 {
                let mut modules = Grid::new(width);
                apply(mask, &mut modules, &data);
                for (x, y) in (0..width * width).map(|i| (i % width, i / width)) {
                    assert_eq!(modules.get(x, y), inverts(usize::from(mask), x, y) && (x, y) != (5, 7));
                }
                apply(mask, &mut modules, &data);
                assert!(modules == Grid::new(width), "nothing is left past the width");
            }
        }
    }
}
