//! A square of modules as rows of bits, used for symbols, masks and sets of modules.
//!
//! Rows are whole words, so that placement, masking and the penalty work on many modules at once. Not here: what the
//! bits mean.

/// `width` × `width` bits, set where a module is dark (or belongs to a set of modules). Bit `x % 64` of word `x / 64`
/// of a row is column `x`; bits beyond the width are never set.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Grid {
    width: usize,
    row_words: usize,
    words: Box<[u64]>,
}

impl Grid {
    /// All light.
    pub(crate) fn new(width: usize) -> Self {
        let row_words = width.div_ceil(64);
        Self { width, row_words, words: vec![0; row_words * width].into() }
    }

    /// All dark.
    pub(crate) fn full(width: usize) -> Self {
        let mut grid = Self::new(width);
        for row in grid.words.chunks_exact_mut(grid.row_words) {
            row.fill(u64::MAX);
            row[width / 64] = (1 << (width % 64)) - 1;
        }
        grid
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    pub(crate) fn get(&self, x: usize, y: usize) -> bool {
        self.words[y * self.row_words + x / 64] >> (x % 64) & 1 != 0
    }

    pub(crate) fn set(&mut self, x: usize, y: usize, dark: bool) {
        let word = &mut self.words[y * self.row_words + x / 64];
        let bit = 1 << (x % 64);
        *word = if dark { *word | bit } else { *word & !bit };
    }

    pub(crate) fn row(&self, y: usize) -> &[u64] {
        &self.words[y * self.row_words..][..self.row_words]
    }

    pub(crate) fn row_mut(&mut self, y: usize) -> &mut [u64] {
        &mut self.words[y * self.row_words..][..self.row_words]
    }

    /// Words per row.
    pub(crate) fn row_words(&self) -> usize {
        self.row_words
    }

    /// All rows, one after another.
    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    /// Clears the bits that are set in the other grid, which has the same width.
    pub(crate) fn subtract(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= !other);
    }

    /// With one more light module on each side.
    pub(crate) fn with_margin(&self) -> Self {
        let mut wider = Self::new(self.width + 2);
        for y in 0..self.width {
            let mut carry = 0;
            let row = self.row(y).iter().chain([&0]);
            for (word, narrow) in wider.row_mut(y + 1).iter_mut().zip(row) {
                *word = narrow << 1 | carry;
                carry = narrow >> 63;
            }
        }
        wider
    }

    /// With rows and columns swapped.
    pub(crate) fn transposed(&self) -> Self {
        let mut turned = Self::new(self.width);
        for (across, down) in (0..self.row_words).flat_map(|a| (0..self.row_words).map(move |d| (a, d))) {
            let mut square = [0; 64];
            let rows = self.words.chunks_exact(self.row_words).skip(64 * down);
            square.iter_mut().zip(rows).for_each(|(word, row)| *word = row[across]);
            transpose(&mut square);
            let rows = turned.words.chunks_exact_mut(self.row_words).skip(64 * across);
            rows.zip(square).for_each(|(row, word)| row[down] = word);
        }
        turned
    }
}

/// Transposes 64 × 64 bits: squares of 32 first, then squares of 16 in each of them, and so on.
fn transpose(square: &mut [u64; 64]) {
    let (mut side, mut left_half) = (32, u64::from(u32::MAX));
    while side > 0 {
        for row in (0..64).filter(|row| row & side == 0) {
            let (above, below) = (square[row], square[row + side]);
            let swapped = (above >> side ^ below) & left_half;
            square[row] = above ^ swapped << side;
            square[row + side] = below ^ swapped;
        }
        side /= 2;
        left_half ^= left_half << side;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grids_transpose_and_get_a_margin() {
        for width in [21, 61, 63, 65, 177] {
            let mut grid = Grid::new(width);
            let places = || (0..width).flat_map(|y| (0..width).map(move |x| (x, y)));
            places().for_each(|(x, y)| grid.set(x, y, (x * x + 31 * y + x * y) % 7 < 3));
            let wider = grid.with_margin();
            let is_inside = |x: usize| (1..=width).contains(&x);
            for (x, y) in (0..width + 2).flat_map(|y| (0..width + 2).map(move |x| (x, y))) {
                let inside = is_inside(x) && is_inside(y);
                assert_eq!(wider.get(x, y), inside && grid.get(x - 1, y - 1), "{width}: {x}, {y}");
            }
            let turned = grid.transposed();
            assert!(places().all(|(x, y)| turned.get(y, x) == grid.get(x, y)), "{width}");
            assert!(turned.transposed() == grid, "nothing is left past the width");
        }
    }
}
