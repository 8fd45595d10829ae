//! The independent reader: rqrr finds, samples and corrects. Contents are compared as bytes, because rqrr's text is
//! wrong for kanji.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rqrr::{Grid, PreparedImage, SimpleGrid};

use super::camera::Greys;
use crate::Symbol;

/// Knows what it should read.
pub(super) struct Reader {
    expected: Vec<u8>,
}

impl Reader {
    pub(super) fn of(symbol: &Symbol) -> Self {
        let grid = SimpleGrid::from_func(symbol.width(), |x, y| symbol.is_dark(x, y));
        let mut expected = Vec::new();
        // Symbols of ours are undamaged. If one were not, no drawing of it would be read.
        let _ = Grid::new(grid).decode_to(&mut expected);
        Self { expected }
    }

    /// Whether the symbol is read in these greys.
    pub(super) fn reads(&self, greys: &Greys) -> bool {
        // rqrr asserts where three finder patterns do not make a square: https://github.com/WanzenBug/rqrr/issues/54
        catch_unwind(AssertUnwindSafe(|| {
            let mut picture =
                PreparedImage::prepare_from_greyscale(greys.width, greys.height(), |x, y| greys.at(x, y));
            picture.detect_grids().iter().any(|grid| {
                let mut bytes = Vec::new();
                grid.decode_to(&mut bytes).is_ok() && bytes == self.expected
            })
        }))
        .unwrap_or(false)
    }
}
