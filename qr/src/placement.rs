//! Places the codewords in a symbol, 64 modules at a time.
//!
//! The data runs up and down through two columns at once (`layout::column_pairs`). Seen by columns, 32 rows of such a
//! pair are 64 bits of the codewords, less the modules that carry no data. Not here: the order of the codewords
//! (`blocks`).

use crate::grid::Grid;
use crate::layout;

/// Places codewords in the data modules of a symbol; both grids have rows and columns swapped. Modules after the last
/// codeword stay light.
pub(crate) fn place_codewords(codewords: &[u8], columns: &mut Grid, data: &Grid) {
    let mut bits = Bits::new(codewords);
    let halves = 2 * columns.row_words();
    for (right, upwards) in layout::column_pairs(columns.width()) {
        for step in 0..halves {
            let (half, turned): (_, fn(u32) -> u32) =
                if upwards { (halves - 1 - step, u32::reverse_bits) } else { (step, |rows| rows) };
            let free = [right, right - 1].map(|column| turned(rows(data.row(column), half)));
            let placed = bits.spread_over(interleaved(free));
            for (column, placed) in [right, right - 1].into_iter().zip(deinterleaved(placed)) {
                columns.row_mut(column)[half / 2] |= u64::from(turned(placed)) << (32 * (half % 2));
            }
        }
    }
}

/// 32 rows of a column.
#[expect(clippy::cast_possible_truncation, reason = "one half at a time")]
fn rows(column: &[u64], half: usize) -> u32 {
    (column[half / 2] >> (32 * (half % 2))) as u32
}

/// The lower half of a word, every other half of that, and so on down to every other bit.
const EVERY_OTHER: [u64; 6] = [
    0x0000_0000_FFFF_FFFF,
    0x0000_FFFF_0000_FFFF,
    0x00FF_00FF_00FF_00FF,
    0x0F0F_0F0F_0F0F_0F0F,
    0x3333_3333_3333_3333,
    0x5555_5555_5555_5555,
];

/// Interleaves the bits of two words.
fn interleaved([first, second]: [u32; 2]) -> u64 {
    let spread =
        |bits: u32| (0..5).fold(u64::from(bits), |bits, i| (bits | bits << (16 >> i)) & EVERY_OTHER[i + 1]);
    spread(first) | spread(second) << 1
}

/// The inverse of `interleaved`.
fn deinterleaved(bits: u64) -> [u32; 2] {
    [bits, bits >> 1].map(|bits| {
        let every_other = bits & EVERY_OTHER[5];
        let gathered = (0..5).rev().fold(every_other, |bits, i| (bits | bits >> (16 >> i)) & EVERY_OTHER[i]);
        u32::try_from(gathered).unwrap_or(u32::MAX)
    })
}

/// Codewords as bits in order, the next one lowest.
struct Bits {
    words: Vec<u64>,
    at: usize,
}

impl Bits {
    fn new(codewords: &[u8]) -> Self {
        // A symbol has up to seven more modules than bits, and `take` looks one word ahead.
        let mut words = vec![0; codewords.len() / 8 + 3];
        for (word, bytes) in words.iter_mut().zip(codewords.chunks(8)) {
            *word = bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(byte.reverse_bits()));
        }
        Self { words, at: 0 }
    }

    /// The next 1 to 64 bits.
    fn take(&mut self, count: u32) -> u64 {
        let (word, shift) = (self.at / 64, self.at % 64);
        self.at += count as usize;
        let bits = self.words[word] >> shift | self.words[word + 1] << 1 << (63 - shift);
        bits & u64::MAX >> (64 - count)
    }

    /// The next bits, one for each of these positions, the lowest first.
    fn spread_over(&mut self, places: u64) -> u64 {
        let (mut bits, mut left) = (0, places);
        while left != 0 {
            // A run of adjacent positions at a time.
            let start = left.trailing_zeros();
            bits |= self.take((left >> start).trailing_ones()) << start;
            left &= left.wrapping_add(1 << start);
        }
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::Blocks;
    use crate::layout::Template;
    use crate::{Level, layout};

    #[test]
    fn placement_follows_the_standards_path() {
        for version in 1..=40 {
            let data = Template::new(version).data;
            let count = Blocks::of(version, Level::L).total();
            let codewords: Vec<u8> = (0..count).map(|i| (((i * i) >> 3) ^ i).to_le_bytes()[0]).collect();
            let mut columns = Grid::new(data.width());
            place_codewords(&codewords, &mut columns, &data);
            let bits =
                codewords.iter().flat_map(|codeword| (0..8).map(move |bit| codeword << bit & 0x80 != 0));
            let expected = bits.chain([false; 7]);
            for (i, ((x, y), expected)) in layout::data_modules(&data).zip(expected).enumerate() {
                assert_eq!(columns.get(y, x), expected, "bit {i} of version {version}");
            }
        }
    }

    #[test]
    fn interleaving_is_reversible() {
        assert_eq!(interleaved([0b11, 0b10]), 0b1101);
        assert_eq!(deinterleaved(0b1101), [0b11, 0b10]);
        assert_eq!(deinterleaved(interleaved([0x8123_4567, 0x89AB_CDEF])), [0x8123_4567, 0x89AB_CDEF]);
    }
}
