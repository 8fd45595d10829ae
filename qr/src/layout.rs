//! Where things are in a symbol: function patterns, format and version information, the way of the data through the
//! rest, and how the codewords are split into blocks (ISO/IEC 18004, 6.3, 7.5.1, 7.7.3, 7.9, 7.10).
//!
//! Writer and reader share it. Not here: the masks, the error correction itself.

use crate::Level;
use crate::grid::Grid;

/// Error correction codewords of one block, by level and version (ISO/IEC 18004, table 9).
const CORRECTION_PER_BLOCK: [[u8; 40]; 4] = [
    [
        7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26,
        28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
    [
        10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28,
        28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    ],
    [
        13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30, 30, 30,
        28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
    [
        17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30, 30, 30,
        30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
];

/// Blocks, by level and version (ISO/IEC 18004, table 9).
const BLOCKS: [[u8; 40]; 4] = [
    [
        1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16,
        17, 18, 19, 19, 20, 21, 22, 24, 25,
    ],
    [
        1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28,
        29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
    ],
    [
        1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29, 34, 34, 35,
        38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68,
    ],
    [
        1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35, 37, 40, 42,
        45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81,
    ],
];

/// Modules on a side.
pub(crate) fn width(version: u8) -> usize {
    17 + 4 * usize::from(version)
}

/// The version of a symbol with so many modules on a side. (The version information in the symbol itself only helps
/// who does not know the width.)
pub(crate) fn version_of(width: usize) -> Option<u8> {
    let version = u8::try_from(width.checked_sub(17)? / 4).ok()?;
    ((1..=40).contains(&version) && self::width(version) == width).then_some(version)
}

/// Codewords of a version, data and error correction together.
fn codewords(version: u8) -> usize {
    let v = usize::from(version);
    let mut modules = (16 * v + 128) * v + 64;
    if v >= 2 {
        let alignments = v / 7 + 2;
        modules -= (25 * alignments - 10) * alignments - 55;
    }
    if v >= 7 {
        modules -= 36;
    }
    modules / 8
}

/// How the codewords are split. The last `long_blocks` blocks have one data codeword more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Blocks {
    pub(crate) count: usize,
    pub(crate) long_blocks: usize,
    /// Data codewords of a short block.
    pub(crate) short_data: usize,
    /// Error correction codewords of each block.
    pub(crate) correction: usize,
}

impl Blocks {
    pub(crate) fn of(version: u8, level: Level) -> Self {
        let (level, index) = (level as usize, usize::from(version) - 1);
        let count = usize::from(BLOCKS[level][index]);
        let correction = usize::from(CORRECTION_PER_BLOCK[level][index]);
        let all = codewords(version);
        Self { count, long_blocks: all % count, short_data: all / count - correction, correction }
    }

    /// Data codewords of block `index`.
    pub(crate) fn data(&self, index: usize) -> usize {
        self.short_data + usize::from(index >= self.count - self.long_blocks)
    }

    /// Data codewords of all blocks.
    pub(crate) fn all_data(&self) -> usize {
        self.count * self.short_data + self.long_blocks
    }

    /// For each codeword in the order of the symbol: its block, and its place in that block (data first).
    pub(crate) fn interleaved(self) -> impl Iterator<Item = (usize, usize)> {
        let data = (0..=self.short_data).flat_map(move |place| {
            (0..self.count).filter(move |block| place < self.data(*block)).map(move |block| (block, place))
        });
        let correction = (0..self.correction)
            .flat_map(move |place| (0..self.count).map(move |block| (block, self.data(block) + place)));
        data.chain(correction)
    }
}

/// A symbol with its function patterns drawn, except for the format information, and the map of all modules that are not data.
pub(crate) struct Template {
    pub(crate) modules: Grid,
    pub(crate) reserved: Grid,
}

impl Template {
    pub(crate) fn new(version: u8) -> Self {
        let width = width(version);
        let mut template = Self { modules: Grid::new(width), reserved: Grid::new(width) };
        for i in 0..width {
            template.put(i, 6, i % 2 == 0);
            template.put(6, i, i % 2 == 0);
        }
        for (x, y) in [(3, 3), (width - 4, 3), (3, width - 4)] {
            template.square(x, y, 4, |ring| ring != 2 && ring != 4);
        }
        let centres = alignment_centres(version);
        let last = centres.len().saturating_sub(1);
        for (i, &x) in centres.iter().enumerate() {
            for (j, &y) in centres.iter().enumerate() {
                if !matches!((i, j), (0, 0)) && (i, j) != (0, last) && (i, j) != (last, 0) {
                    template.square(x, y, 2, |ring| ring != 1);
                }
            }
        }
        // The format information is drawn with the mask; here are its places, and the module that is always dark.
        for (x, y) in format_places(width).into_iter().flatten() {
            template.put(x, y, false);
        }
        template.put(8, width - 8, true);
        template.put_version(version);
        template
    }

    fn put(&mut self, x: usize, y: usize, dark: bool) {
        self.modules.set(x, y, dark);
        self.reserved.set(x, y, true);
    }

    /// Concentric square rings around a centre, cut off at the edges.
    fn square(&mut self, x: usize, y: usize, radius: usize, is_dark: impl Fn(usize) -> bool) {
        let end = self.modules.width() - 1;
        for row in y.saturating_sub(radius)..=(y + radius).min(end) {
            for column in x.saturating_sub(radius)..=(x + radius).min(end) {
                self.put(column, row, is_dark(column.abs_diff(x).max(row.abs_diff(y))));
            }
        }
    }

    /// The version information, twice, from version 7 on.
    fn put_version(&mut self, version: u8) {
        if version < 7 {
            return;
        }
        let bits = u32::from(version) << 12 | remainder(u32::from(version), 12, 0x1F25);
        let start = self.modules.width() - 11;
        for i in 0..18 {
            let (a, b) = (start + i % 3, i / 3);
            self.put(a, b, bits >> i & 1 != 0);
            self.put(b, a, bits >> i & 1 != 0);
        }
    }
}

/// Draws the format information into modules.
pub(crate) fn draw_format(modules: &mut Grid, level: Level, mask: u8) {
    let bits = format_bits(level, mask);
    for copy in format_places(modules.width()) {
        for (i, (x, y)) in copy.into_iter().enumerate() {
            modules.set(x, y, bits >> i & 1 != 0);
        }
    }
}

/// The 15 bits of the format information, their own mask included (ISO/IEC 18004, 7.9).
pub(crate) fn format_bits(level: Level, mask: u8) -> u32 {
    let indicator = match level {
        Level::L => 1,
        Level::M => 0,
        Level::Q => 3,
        Level::H => 2,
    };
    let data = indicator << 3 | u32::from(mask);
    (data << 10 | remainder(data, 10, 0x537)) ^ 0x5412
}

/// The check bits of a BCH code whose generator polynomial has this degree.
fn remainder(data: u32, degree: u32, generator: u32) -> u32 {
    (0..degree).fold(data, |rest, _| (rest << 1) ^ ((rest >> (degree - 1)) * generator))
}

/// Columns and rows of the two copies of the format information, lowest bit first.
pub(crate) fn format_places(width: usize) -> [[(usize, usize); 15]; 2] {
    let first = core::array::from_fn(|i| match i {
        0..=5 => (8, i),
        6 => (8, 7),
        7 => (8, 8),
        8 => (7, 8),
        _ => (14 - i, 8),
    });
    let second = core::array::from_fn(|i| if i < 8 { (width - 1 - i, 8) } else { (8, width - 15 + i) });
    [first, second]
}

/// Rows (and columns) of the centres of alignment patterns (ISO/IEC 18004, annex E).
fn alignment_centres(version: u8) -> Vec<usize> {
    if version == 1 {
        return Vec::new();
    }
    let v = usize::from(version);
    let count = v / 7 + 2;
    let step = (8 * v + 3 * count + 5) / (4 * count - 4) * 2;
    let mut centres: Vec<usize> = (0..count - 1).map(|i| width(version) - 7 - i * step).collect();
    centres.push(6);
    centres.reverse();
    centres
}

/// The modules that carry codewords, in their order: two columns at a time from the right, up and down in turn,
/// around everything reserved (ISO/IEC 18004, 7.7.3).
pub(crate) fn data_modules(reserved: &Grid) -> impl Iterator<Item = (usize, usize)> {
    let width = reserved.width();
    let columns = (0..width / 2).map(move |pair| {
        let right = width - 1 - 2 * pair;
        // The vertical timing pattern takes a column of its own.
        (pair, if right <= 6 { right - 1 } else { right })
    });
    columns
        .flat_map(move |(pair, right)| {
            let upwards = pair % 2 == 0;
            (0..width).flat_map(move |i| {
                let y = if upwards { width - 1 - i } else { i };
                [(right, y), (right - 1, y)]
            })
        })
        .filter(|&(x, y)| !reserved.get(x, y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_is_reserved_or_data() {
        for version in 1..=40 {
            let template = Template::new(version);
            let free = data_modules(&template.reserved).count();
            assert_eq!(free / 8, codewords(version), "version {version}");
            for level in Level::ALL {
                let blocks = Blocks::of(version, level);
                assert_eq!(blocks.interleaved().count(), codewords(version));
                assert_eq!(blocks.all_data() + blocks.count * blocks.correction, codewords(version));
            }
        }
    }

    #[test]
    fn capacities_of_the_standard() {
        assert_eq!(Level::ALL.map(|l| Blocks::of(1, l).all_data()), [19, 16, 13, 9]);
        assert_eq!(Level::ALL.map(|l| Blocks::of(40, l).all_data()), [2956, 2334, 1666, 1276]);
    }

    #[test]
    fn format_of_the_standards_example() {
        // ISO/IEC 18004, annex I: level M, mask 010.
        assert_eq!(format_bits(Level::M, 2), 0b101_1110_0111_1100);
    }

    #[test]
    fn widths() {
        assert_eq!(
            [20, 21, 22, 25, 177, 181, 0, usize::MAX].map(version_of),
            [None, Some(1), None, Some(2), Some(40), None, None, None]
        );
    }
}
