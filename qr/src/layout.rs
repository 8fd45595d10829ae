//! The layout of a symbol: function patterns, format and version information, and the path of the data through the
//! rest (ISO/IEC 18004, 6.3, 7.7.3, 7.9, 7.10).
//!
//! Used by both the writer and the reader. Not here: the masks, the order of the codewords (`blocks`).

use crate::Level;
use crate::grid::Grid;

/// Modules per side.
pub(crate) fn width(version: u8) -> usize {
    17 + 4 * usize::from(version)
}

/// The version of a symbol with this many modules per side. (The version information in the symbol only helps readers
/// that do not know the width.)
pub(crate) fn version_of(width: usize) -> Option<u8> {
    let version = u8::try_from(width.checked_sub(17)? / 4).ok()?;
    ((1..=40).contains(&version) && self::width(version) == width).then_some(version)
}

/// A symbol with its function patterns drawn, except for the dark module and the format information, and the set of
/// the modules left for data. Both are symmetric in rows and columns.
pub(crate) struct Template {
    pub(crate) modules: Grid,
    pub(crate) data: Grid,
}

impl Template {
    pub(crate) fn new(version: u8) -> Self {
        let width = width(version);
        let mut template = Self { modules: Grid::new(width), data: Grid::full(width) };
        for i in 0..width {
            template.put(i, 6, i % 2 == 0);
            template.put(6, i, i % 2 == 0);
        }
        for (x, y) in finder_corners(width) {
            template.square(x + 3, y + 3, 4, |ring| ring != 2 && ring != 4);
        }
        for (x, y) in alignment_corners(version) {
            template.square(x + 2, y + 2, 2, |ring| ring != 1);
        }
        for (x, y) in format_places(width).into_iter().flatten().chain([dark_module(width)]) {
            template.put(x, y, false);
        }
        template.put_version(version);
        template
    }

    fn put(&mut self, x: usize, y: usize, dark: bool) {
        self.modules.set(x, y, dark);
        self.data.set(x, y, false);
    }

    /// Draws concentric square rings around a centre, cut off at the edges.
    fn square(&mut self, x: usize, y: usize, radius: usize, is_dark: impl Fn(usize) -> bool) {
        let end = self.modules.width() - 1;
        for row in y.saturating_sub(radius)..=(y + radius).min(end) {
            for column in x.saturating_sub(radius)..=(x + radius).min(end) {
                self.put(column, row, is_dark(column.abs_diff(x).max(row.abs_diff(y))));
            }
        }
    }

    /// Draws the version information, twice, from version 7 on.
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

/// Draws what depends on the mask, the format information, and the dark module: calls `put` with the column and row
/// of each dark module.
pub(crate) fn draw_format(width: usize, level: Level, mask: u8, mut put: impl FnMut(usize, usize)) {
    let bits = format_bits(level, mask);
    for copy in format_places(width) {
        for (i, (x, y)) in copy.into_iter().enumerate() {
            if bits >> i & 1 != 0 {
                put(x, y);
            }
        }
    }
    let (x, y) = dark_module(width);
    put(x, y);
}

/// Column and row of the module that is always dark.
fn dark_module(width: usize) -> (usize, usize) {
    (8, width - 8)
}

/// The 15 bits of the format information, with its own mask applied (ISO/IEC 18004, 7.9).
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

/// Modules per side of a finder pattern, without its separator.
pub(crate) const FINDER_MODULES: usize = 7;

/// Columns and rows of the finder patterns' upper left modules.
pub(crate) fn finder_corners(width: usize) -> [(usize, usize); 3] {
    let far = width - FINDER_MODULES;
    [(0, 0), (far, 0), (0, far)]
}

/// Columns and rows of the alignment patterns' upper left modules.
pub(crate) fn alignment_corners(version: u8) -> impl Iterator<Item = (usize, usize)> {
    let centres = alignment_centres(version);
    let last = centres.len().saturating_sub(1);
    let pairs = (0..centres.len()).flat_map(move |i| (0..=last).map(move |j| (i, j)));
    let free = pairs.filter(move |pair| ![(0, 0), (0, last), (last, 0)].contains(pair));
    free.map(move |(i, j)| (centres[i] - 2, centres[j] - 2))
}

/// Rows (and columns) of the alignment patterns' centres (ISO/IEC 18004, annex E).
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

/// The path of the data: two columns at a time from the right, alternately up and down (ISO/IEC 18004, 7.7.3). Yields
/// the right column of each pair, and whether the path leads up.
pub(crate) fn column_pairs(width: usize) -> impl Iterator<Item = (usize, bool)> {
    (0..width / 2).map(move |pair| {
        let right = width - 1 - 2 * pair;
        // The vertical timing pattern takes a column of its own.
        (if right <= 6 { right - 1 } else { right }, pair % 2 == 0)
    })
}

/// The modules that carry codewords, in order. (Writing follows the same path in larger steps: `placement`.)
pub(crate) fn data_modules(data: &Grid) -> impl Iterator<Item = (usize, usize)> {
    let width = data.width();
    column_pairs(width)
        .flat_map(move |(right, upwards)| {
            (0..width).flat_map(move |i| {
                let y = if upwards { width - 1 - i } else { i };
                [(right, y), (right - 1, y)]
            })
        })
        .filter(|&(x, y)| data.get(x, y))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::Blocks;

    #[test]
    fn every_module_is_either_reserved_or_data() {
        for version in 1..=40 {
            let template = Template::new(version);
            let data = data_modules(&template.data).count();
            assert_eq!(data / 8, Blocks::of(version, Level::L).total(), "version {version}");
            assert!(template.data == template.data.transposed());
            assert!(template.modules == template.modules.transposed());
        }
    }

    #[test]
    fn format_bits_match_the_standards_example() {
        // ISO/IEC 18004, annex I: level M, mask 010.
        assert_eq!(format_bits(Level::M, 2), 0b101_1110_0111_1100);
    }

    #[test]
    fn widths_of_all_versions_round_trip() {
        assert_eq!(
            [20, 21, 22, 25, 177, 181, 0, usize::MAX].map(version_of),
            [None, Some(1), None, Some(2), Some(40), None, None, None]
        );
    }
}
