//! A square of modules as rows of bits: what a symbol, a mask and the map of its function patterns are made of.
//!
//! Rows are whole words, so that masking and its penalty work on 64 modules at once. Not here: what the bits mean.

/// Words that the widest row takes (177 modules).
pub(crate) const MAX_ROW_WORDS: usize = 3;

/// `width` × `width` bits, set where a module is dark (or belongs to a set of modules). Bit `x % 64` of word `x / 64`
/// of a row is column `x`; bits past the width are never set.
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
}
