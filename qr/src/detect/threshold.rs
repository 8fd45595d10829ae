//! Binarises greys, by one threshold or many, with a morphological closing. Not here: finding the thresholds
//! (`binarise`), and what is searched for in the result.

use rxing::common::{BitArray, BitMatrix};

use super::binarise::{by_blocks, by_histogram};
use super::greys::Greys;

/// Dark where a pixel is darker than its surroundings: for uneven light. `None` if the picture is too small.
pub(super) fn local(greys: &Greys) -> Option<BitMatrix> {
    by_blocks(greys)
}

/// Dark where a pixel is darker than the valley in the picture's histogram. `None` if there is no valley.
pub(super) fn global(greys: &Greys) -> Option<BitMatrix> {
    by_histogram(greys)
}

/// A morphological closing: dark areas grow by a pixel and shrink by a pixel again, which joins printed dots.
pub(super) fn closed(bits: &BitMatrix) -> Option<BitMatrix> {
    let height = bits.height();
    let grown = neighbourhood(bits, |a, b| a | b, 0)?;
    let closed = neighbourhood(&grown, |a, b| a & b, usize::MAX)?;
    debug_assert_eq!(closed.height(), height);
    Some(closed)
}

/// Combines each pixel with its eight neighbours; beyond the edges is `outside`.
fn neighbourhood(
    bits: &BitMatrix,
    join: impl Fn(usize, usize) -> usize,
    outside: usize,
) -> Option<BitMatrix> {
    let (width, height) = (bits.width(), bits.height());
    let mut joined = BitMatrix::new(width, height).ok()?;
    let across = |y: u32| row_joined(&bits.getRow(y), width, &join, outside);
    let beyond = vec![outside; (width as usize).div_ceil(WORD)];
    let (mut above, mut here) = (beyond.clone(), across(0));
    for y in 0..height {
        let below = if y + 1 < height { across(y + 1) } else { beyond.clone() };
        let mut row = BitArray::with_size(width as usize);
        for (index, word) in here.iter().enumerate() {
            row.setBulk(index * WORD, join(join(above[index], *word), below[index]));
        }
        joined.setRow(y, &row);
        (above, here) = (here, below);
    }
    Some(joined)
}

const WORD: usize = usize::BITS as usize;

/// Combines each pixel of a row with the ones before and after it. The lowest bit of a word is the first pixel.
fn row_joined(
    row: &BitArray,
    width: u32,
    join: impl Fn(usize, usize) -> usize,
    outside: usize,
) -> Vec<usize> {
    let words = (width as usize).div_ceil(WORD);
    let mut row = row.getBitArray()[..words].to_vec();
    let used = width as usize % WORD;
    if let Some(last) = row.last_mut().filter(|_| used != 0) {
        let mask = (1 << used) - 1;
        *last = *last & mask | outside & !mask;
    }
    let joined = (0..words).map(|index| {
        let word = row[index];
        let before = if index == 0 { outside } else { row[index - 1] };
        let behind = row.get(index + 1).copied().unwrap_or(outside);
        join(join(word, word << 1 | before >> (WORD - 1)), word >> 1 | behind << (WORD - 1))
    });
    let mut joined: Vec<usize> = joined.collect();
    if let Some(last) = joined.last_mut().filter(|_| used != 0) {
        *last &= (1 << used) - 1;
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_joins_dots_and_keeps_edges() {
        for width in [5, 63, 64, 65, 130] {
            let mut dots = BitMatrix::new(width, 7).unwrap();
            for (x, y) in [(0, 0), (2, 0), (width - 1, 3), (width - 3, 3), (width - 1, 6), (1, 4)] {
                dots.set(x, y);
            }
            let closed = closed(&dots).unwrap();
            let dark: Vec<_> = (0..7)
                .flat_map(|y| (0..width).map(move |x| (x, y)))
                .filter(|(x, y)| closed.get(*x, *y))
                .collect();
            let naive = |matrix: &BitMatrix, x: i64, y: i64, all: bool| {
                let around = (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (x + dx, y + dy)));
                let mut around = around.map(|(x, y)| {
                    u32::try_from(x)
                        .ok()
                        .zip(u32::try_from(y).ok())
                        .and_then(|(x, y)| matrix.try_get(x, y))
                        .unwrap_or(all)
                });
                if all { around.all(|dark| dark) } else { around.any(|dark| dark) }
            };
            let mut grown = BitMatrix::new(width, 7).unwrap();
            for (x, y) in (0..7).flat_map(|y| (0..width).map(move |x| (x, y))) {
                grown.set_bool(x, y, naive(&dots, x.into(), y.into(), false));
            }
            let expected: Vec<_> = (0..7)
                .flat_map(|y| (0..width).map(move |x| (x, y)))
                .filter(|(x, y)| naive(&grown, i64::from(*x), i64::from(*y), true))
                .collect();
            assert_eq!(dark, expected, "{width} wide");
        }
    }
}
