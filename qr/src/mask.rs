//! The eight data masks, and the penalty that chooses among them (ISO/IEC 18004, 7.8).
//!
//! All on whole words: 64 modules of a row at once. Not here: the format information that names the mask (`layout`).

use core::ops::{BitAnd, BitOr, BitXor, Not};

use crate::grid::{Grid, MAX_ROW_WORDS};

/// Whether a mask inverts the module in this column and row (ISO/IEC 18004, table 10).
fn inverts(mask: u8, x: usize, y: usize) -> bool {
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

/// Inverts the modules of a mask, except those that are reserved.
pub(crate) fn apply(mask: u8, modules: &mut Grid, reserved: &Grid) {
    for y in 0..modules.width() {
        // All masks repeat after six columns.
        let period = (0..6).fold(0_u64, |bits, x| bits | u64::from(inverts(mask, x, y)) << x);
        for (i, word) in modules.row_mut(y).iter_mut().enumerate() {
            let turn = 64 * i % 6;
            let bits = (period >> turn | period << (6 - turn)) & 0x3F;
            // Eleven times six bits, the last two cut off.
            *word ^= bits.wrapping_mul(0x1041_0410_4104_1041) & !reserved.row(y)[i];
        }
        clear_past_width(modules, y);
    }
}

fn clear_past_width(modules: &mut Grid, y: usize) {
    let used = modules.width() % 64;
    if let (Some(last), 1..) = (modules.row_mut(y).last_mut(), used) {
        *last &= (1 << used) - 1;
    }
}

/// How badly a masked symbol reads: the sum of the four features of ISO/IEC 18004, 7.8.3.1 (weights 3, 3, 40, 10).
///
/// Where the standard leaves room: the quiet zone counts as light, a finder-like pattern has modules of width one, and
/// counts once even when it is light on both of its sides.
pub(crate) fn penalty(modules: &Grid) -> u32 {
    let width = modules.width();
    // Light rows around the symbol, as far as a pattern reaches.
    let mut rows = vec![Row::LIGHT; 4 + width + 10];
    for y in 0..width {
        rows[4 + y].0[..modules.row(y).len()].copy_from_slice(modules.row(y));
    }
    let (mut runs, mut blocks, mut finders, mut dark) = (0, 0, 0, 0);
    let mut same_along_above = Row::LIGHT;
    // Where so many modules (two, three, four, five) are the same, up from the row above.
    let mut same_up = [Row::LIGHT; 4];
    for y in 4..4 + width {
        let here = rows[y];
        dark += here.count();

        let same_along = here.same(here.ahead(1)) & Row::ones(width - 1);
        let five = same_along & same_along.ahead(1) & same_along.ahead(2) & same_along.ahead(3);
        runs += five.count() + 2 * (five & !five.behind(1)).count();
        finders += finders_at(|i| here.ahead(i), |i| here.behind(i));

        let above = if y == 4 { Row::LIGHT } else { here.same(rows[y - 1]) & Row::ones(width) };
        blocks += (same_along & same_along_above & above).count();
        let [two, three, four, five] = same_up;
        same_up = [above, above & two, above & three, above & four];
        runs += same_up[3].count() + 2 * (same_up[3] & !five).count();
        finders += finders_at(|i| rows[y + i], |i| rows[y - i]);
        same_along_above = same_along;
    }
    let total = u32::try_from(width * width).expect("a symbol has at most 177 × 177 modules");
    let steps = (20 * dark).abs_diff(10 * total) / total;
    runs + 3 * blocks + 40 * finders + 10 * steps
}

/// How many finder-like patterns (dark, light, three dark, light, dark, and four light before or after) start in a row
/// of modules; `ahead(i)` and `behind(i)` give the modules `i` steps along the pattern's direction.
fn finders_at(ahead: impl Fn(usize) -> Row, behind: impl Fn(usize) -> Row) -> u32 {
    let pattern = ahead(0) & !ahead(1) & ahead(2) & ahead(3) & ahead(4) & !ahead(5) & ahead(6);
    if pattern.count() == 0 {
        return 0;
    }
    let before = behind(1) | behind(2) | behind(3) | behind(4);
    let after = ahead(7) | ahead(8) | ahead(9) | ahead(10);
    (pattern & !(before & after)).count()
}

/// A row of modules, light past its end.
#[derive(Clone, Copy)]
struct Row([u64; MAX_ROW_WORDS]);

impl Row {
    const LIGHT: Self = Self([0; MAX_ROW_WORDS]);

    /// The first `count` modules dark.
    fn ones(count: usize) -> Self {
        Self(core::array::from_fn(|i| match count.saturating_sub(64 * i) {
            0 => 0,
            n @ 1..64 => (1 << n) - 1,
            _ => u64::MAX,
        }))
    }

    fn count(self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// Where both are the same.
    fn same(self, other: Self) -> Self {
        !(self ^ other)
    }

    /// In each column the module `n` columns further right, `n` below 64.
    fn ahead(self, n: usize) -> Self {
        if n == 0 {
            return self;
        }
        let [a, b, c] = self.0;
        Self([a >> n | b << (64 - n), b >> n | c << (64 - n), c >> n])
    }

    /// In each column the module `n` columns further left, `n` from 1 to 63.
    fn behind(self, n: usize) -> Self {
        let [a, b, c] = self.0;
        Self([a << n, b << n | a >> (64 - n), c << n | b >> (64 - n)])
    }
}

impl BitAnd for Row {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(core::array::from_fn(|i| self.0[i] & other.0[i]))
    }
}

impl BitOr for Row {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(core::array::from_fn(|i| self.0[i] | other.0[i]))
    }
}

impl BitXor for Row {
    type Output = Self;
    fn bitxor(self, other: Self) -> Self {
        Self(core::array::from_fn(|i| self.0[i] ^ other.0[i]))
    }
}

impl Not for Row {
    type Output = Self;
    fn not(self) -> Self {
        Self(self.0.map(|word| !word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same, module by module, as the standard says it.
    fn plain_penalty(modules: &Grid) -> u32 {
        let width = modules.width();
        let across = |x: usize, y: usize| modules.get(x, y);
        let down = |x: usize, y: usize| modules.get(y, x);
        let mut total = line_penalty(width, across) + line_penalty(width, down);
        for y in 1..width {
            for x in 1..width {
                let four = [(x - 1, y - 1), (x, y - 1), (x - 1, y), (x, y)].map(|(x, y)| modules.get(x, y));
                total += 3 * u32::from(four == [true; 4] || four == [false; 4]);
            }
        }
        let dark = (0..width * width).filter(|i| modules.get(i % width, i / width)).count();
        // The first step of 5 % away from one half that is not reached.
        let steps = (1..).find(|step| (100 * dark).abs_diff(50 * width * width) < 5 * step * width * width);
        total + 10 * (u32::try_from(steps.unwrap()).unwrap() - 1)
    }

    fn line_penalty(width: usize, is_dark: impl Fn(usize, usize) -> bool) -> u32 {
        let mut total = 0;
        for line in 0..width {
            let mut text: Vec<u8> = (0..width).map(|i| b"01"[usize::from(is_dark(i, line))]).collect();
            for run in text.chunk_by(|a, b| a == b).filter(|run| run.len() >= 5) {
                total += u32::try_from(run.len()).unwrap() - 2;
            }
            text.splice(..0, *b"0000");
            text.extend(b"0000");
            for start in 4..4 + width {
                if text[start..].starts_with(b"1011101") {
                    let light_before = text[..start].ends_with(b"0000");
                    let light_after = text[start + 7..].starts_with(b"0000");
                    total += 40 * u32::from(light_before || light_after);
                }
            }
        }
        total
    }

    #[test]
    fn words_and_single_modules_agree() {
        let mut seed = 1_u64;
        for version in [1, 2, 7, 11, 12, 27, 28, 40] {
            let width = crate::layout::width(version);
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
                assert_eq!(penalty(&modules), plain_penalty(&modules), "version {version}, fill {fill}");
            }
        }
    }

    #[test]
    fn masks_invert_what_is_not_reserved() {
        for version in [1, 11, 12, 40] {
            let width = crate::layout::width(version);
            let mut reserved = Grid::new(width);
            reserved.set(5, 7, true);
            for mask in 0..8 {
                let mut modules = Grid::new(width);
                apply(mask, &mut modules, &reserved);
                for (x, y) in (0..width * width).map(|i| (i % width, i / width)) {
                    assert_eq!(modules.get(x, y), inverts(mask, x, y) && (x, y) != (5, 7));
                }
                apply(mask, &mut modules, &reserved);
                assert!(modules == Grid::new(width), "nothing is left past the width");
            }
        }
    }
}
