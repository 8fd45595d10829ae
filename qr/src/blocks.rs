//! How a symbol's codewords are split into error correction blocks, and how the blocks are interleaved (ISO/IEC
//! 18004, 7.5.1, 7.6, table 9).
//!
//! Used by both the writer and the reader. Not here: the error correction itself (`reed_solomon`), the position of
//! codewords in the symbol (`layout`).

use crate::Level;

/// Error correction codewords per block, by level and version (ISO/IEC 18004, table 9).
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

/// Number of blocks, by level and version (ISO/IEC 18004, table 9).
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

/// How the codewords are split. The last `long_blocks` blocks hold one more data codeword than the others.
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
    pub(crate) fn data_total(&self) -> usize {
        self.count * self.short_data + self.long_blocks
    }

    /// Codewords of all blocks, including error correction.
    pub(crate) fn total(&self) -> usize {
        self.data_total() + self.count * self.correction
    }

    /// How many wrong codewords each block can correct. In small symbols some error correction codewords are reserved
    /// for detecting miscorrections (ISO/IEC 18004, table 9, note b).
    pub(crate) fn correctable(&self, version: u8, level: Level) -> usize {
        let kept_for_detection = match (version, level) {
            (1, Level::L) => 3,
            (1, Level::M) | (2, Level::L) => 2,
            (1, _) | (3, Level::L) => 1,
            _ => 0,
        };
        (self.correction - kept_for_detection) / 2
    }

    /// The index, in the interleaved sequence, of codeword `place` of a block: the first data codewords of all blocks
    /// come first, then the second ones, and so on; error correction codewords follow in the same way. `place` counts
    /// data codewords first.
    pub(crate) fn position(&self, block: usize, place: usize) -> usize {
        match place.checked_sub(self.data(block)) {
            Some(place) => self.data_total() + place * self.count + block,
            None if place < self.short_data => place * self.count + block,
            None => place * self.count + block - (self.count - self.long_blocks),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codeword_positions_are_unique() {
        for (version, level) in (1..=40).flat_map(|version| Level::ALL.map(|level| (version, level))) {
            let blocks = Blocks::of(version, level);
            let mut taken = vec![false; codewords(version)];
            assert_eq!(blocks.total(), taken.len());
            for block in 0..blocks.count {
                for place in 0..blocks.data(block) + blocks.correction {
                    assert!(!core::mem::replace(&mut taken[blocks.position(block, place)], true));
                }
            }
            assert!(taken.iter().all(|taken| *taken), "{version}-{level}");
        }
    }

    #[test]
    fn capacities_match_the_standard() {
        assert_eq!(Level::ALL.map(|l| Blocks::of(1, l).data_total()), [19, 16, 13, 9]);
        assert_eq!(Level::ALL.map(|l| Blocks::of(40, l).data_total()), [2956, 2334, 1666, 1276]);
    }

    #[test]
    fn interleaving_matches_the_standards_example() {
        // ISO/IEC 18004, 7.6: 5-H has two blocks of 11 data codewords and two of 12, and 22 for correction in each.
        let blocks = Blocks::of(5, Level::H);
        let positions = [(0, 0), (1, 0), (3, 0), (0, 1), (3, 10), (2, 11), (3, 11), (0, 11), (3, 33)];
        assert_eq!(
            positions.map(|(block, place)| blocks.position(block, place)),
            [0, 1, 3, 4, 43, 44, 45, 46, 133]
        );
    }
}
