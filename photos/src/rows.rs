//! The rows of a turned picture, from top to bottom, without a turned copy of the whole. Not here: which turn (`turn`).

use crate::pixels::Pixels;
use crate::turn::Turn;

/// How many rows of a transposed picture are collected at a time: each is a column of the source, and neighbours
/// share what the processor fetches from memory.
const BLOCK_ROWS: usize = 32;

/// Yields rows of a turned picture; cheapest in order.
pub(crate) struct TurnedRows<'a> {
    source: &'a Pixels,
    turn: Turn,
    /// Rows that were collected last: the first of them, and their bytes.
    block: Option<usize>,
    bytes: Vec<u8>,
}

impl<'a> TurnedRows<'a> {
    pub(crate) fn new(source: &'a Pixels, turn: Turn) -> Self {
        Self { source, turn, block: None, bytes: Vec::new() }
    }

    pub(crate) fn size(&self) -> (usize, usize) {
        self.turn.size(self.source.size())
    }

    /// A row's bytes, and whether its pixels have to be taken from right to left.
    pub(crate) fn row(&mut self, y: usize) -> (&[u8], bool) {
        let Turn { is_transposed, mirrors_x, mirrors_y } = self.turn;
        if is_transposed {
            return (self.column(y), mirrors_y);
        }
        let y = if mirrors_y { self.source.height - 1 - y } else { y };
        (self.source.row(y), mirrors_x)
    }

    /// A column of the source, from top to bottom.
    fn column(&mut self, y: usize) -> &[u8] {
        let channels = self.source.layout.channels();
        let column_bytes = self.source.height * channels;
        let first = y / BLOCK_ROWS * BLOCK_ROWS;
        if self.block != Some(first) {
            self.bytes.resize(BLOCK_ROWS * column_bytes, 0);
            let count = BLOCK_ROWS.min(self.source.width - first);
            // Where they begin in a row of the source, in pixels.
            let left = if self.turn.mirrors_x { self.source.width - first - count } else { first };
            for source_y in 0..self.source.height {
                let pixels = &self.source.row(source_y)[left * channels..][..count * channels];
                for (place, pixel) in pixels.chunks_exact(channels).enumerate() {
                    let row = if self.turn.mirrors_x { count - 1 - place } else { place };
                    let target = row * column_bytes + source_y * channels;
                    self.bytes[target..target + channels].copy_from_slice(pixel);
                }
            }
            self.block = Some(first);
        }
        &self.bytes[(y - first) * column_bytes..][..column_bytes]
    }
}

/// The whole turned picture.
pub(crate) fn turned(source: &Pixels, turn: Turn) -> Pixels {
    let mut rows = TurnedRows::new(source, turn);
    let (width, height) = rows.size();
    let channels = source.layout.channels();
    let mut bytes = Vec::with_capacity(source.bytes.len());
    for y in 0..height {
        let (row, is_backwards) = rows.row(y);
        if is_backwards {
            row.rchunks_exact(channels).for_each(|pixel| bytes.extend_from_slice(pixel));
        } else {
            bytes.extend_from_slice(row);
        }
    }
    Pixels { width, height, layout: source.layout, bytes, profile: source.profile.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::Layout;

    #[test]
    fn turned_pixels_come_from_where_the_turn_says() {
        // Larger than a block.
        let (width, height) = (77, 41);
        let bytes: Vec<u8> = (0..height)
            .flat_map(|y| (0..width).flat_map(move |x| [x, y, x ^ y]))
            .map(|part| u8::try_from(part).unwrap())
            .collect();
        let source = Pixels { width, height, layout: Layout::Rgb, bytes, profile: None };
        for orientation in 1..=8 {
            let turn = Turn::of_orientation(orientation);
            let turned = turned(&source, turn);
            for y in 0..turned.height {
                for (x, pixel) in turned.row(y).chunks_exact(3).enumerate() {
                    let (from_x, from_y) = turn.source((x, y), (width, height));
                    assert_eq!((usize::from(pixel[0]), usize::from(pixel[1])), (from_x, from_y), "{turn:?}");
                }
            }
        }
    }
}
