//! Greys to bits, the methods of ZXing: a threshold for each block of pixels, or one for the whole picture. The results are
//! those of rxing's `HybridBinarizer` and `GlobalHistogramBinarizer` bit by bit, at a quarter of the time: rows are
//! compared eight pixels at a time. Not here: when which of them is used (`threshold`).

use rxing::common::{BitArray, BitMatrix};

use super::greys::Greys;

/// The side of a block in pixels: with a bit for each, a row of it is a byte.
const BLOCK: usize = 8;
const PIXELS_OF_BLOCK: u16 = 64;
/// A block gets the mean of so many black points in each direction.
const NEIGHBOURS: usize = 5;
const BLOCKS_AROUND: u16 = 25;
/// The least side that has blocks enough.
const LEAST_SIDE: u32 = 40;
/// A block whose greys differ by no more than this is all light or all dark.
const LEAST_CONTRAST: u8 = 24;

/// Greys of the histogram that count as one, as a power of two, and how many such there are.
const BUCKET_SHIFT: u32 = 3;
const BUCKETS: usize = 256 >> BUCKET_SHIFT;
/// Peaks of the histogram that are no farther from each other than this are one.
const PEAKS_APART: i64 = 2;

const WORD_BYTES: usize = size_of::<usize>();

/// Dark where a pixel is no lighter than the black point of the blocks around it. None when the picture is smaller than
/// `LEAST_SIDE`.
pub(super) fn by_blocks(greys: &Greys) -> Option<BitMatrix> {
    let (width, height) = (greys.width as usize, greys.height as usize);
    if greys.width.min(greys.height) < LEAST_SIDE {
        return None;
    }
    let (across, down) = (width.div_ceil(BLOCK), height.div_ceil(BLOCK));
    let black_points = black_points(greys, across, down);
    let mut bits = Bits::new(width, height);
    for y in 0..down {
        let top = (y * BLOCK).min(height - BLOCK);
        for x in 0..across {
            let left = (x * BLOCK).min(width - BLOCK);
            let threshold = mean_around(&black_points, across, down, x, y);
            for row in top..top + BLOCK {
                bits.add(row, left, dark_among(greys.block_row(left, row), threshold));
            }
        }
    }
    bits.finish()
}

/// Dark where a pixel is darker than the valley in the histogram of four rows. None where there is no valley.
pub(super) fn by_histogram(greys: &Greys) -> Option<BitMatrix> {
    let (width, height) = (greys.width as usize, greys.height as usize);
    let mut histogram = [0_u32; BUCKETS];
    for fifth in 1..5 {
        for grey in &greys.row(height * fifth / 5)[width / 5..width * 4 / 5] {
            histogram[usize::from(*grey >> BUCKET_SHIFT)] += 1;
        }
    }
    let valley = valley(&histogram)?;
    let mut bits = Bits::new(width, height);
    // The valley is above 0.
    let threshold = u8::try_from((valley << BUCKET_SHIFT) - 1).ok()?;
    for y in 0..height {
        let (blocks, rest) = greys.row(y).as_chunks();
        for (index, block) in blocks.iter().enumerate() {
            bits.add(y, index * BLOCK, dark_among(*block, threshold));
        }
        let mut last = [u8::MAX; BLOCK];
        last[..rest.len()].copy_from_slice(rest);
        bits.add(y, blocks.len() * BLOCK, dark_among(last, threshold) & !(!0 << rest.len()));
    }
    bits.finish()
}

impl Greys {
    fn block_row(&self, left: usize, y: usize) -> [u8; BLOCK] {
        let row = self.row(y)[left..].first_chunk();
        *row.expect("a block lies within the picture")
    }
}

/// A bit for each of eight greys that is not above a threshold; the first is the lowest. All are compared at once in one
/// word: a byte of `reach` keeps its high bit when nothing had to be borrowed for the lower seven.
fn dark_among(greys: [u8; BLOCK], threshold: u8) -> usize {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // Brings the lowest bit of each byte into the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let (greys, thresholds) = (u64::from_le_bytes(greys), u64::from_le_bytes([threshold; BLOCK]));
    let reach = (thresholds | HIGH) - (greys & !HIGH);
    let dark = (thresholds & !greys | !(thresholds ^ greys) & reach) & HIGH;
    usize::from((dark >> 7).wrapping_mul(GATHER).to_be_bytes()[0])
}

/// The black point of each block, row by row: its mean; or, where it has no contrast, what its neighbours before it say.
fn black_points(greys: &Greys, across: usize, down: usize) -> Vec<u8> {
    let mut points: Vec<u8> = Vec::with_capacity(across * down);
    for y in 0..down {
        let top = (y * BLOCK).min(greys.height as usize - BLOCK);
        for x in 0..across {
            let left = (x * BLOCK).min(greys.width as usize - BLOCK);
            let (mut sums, mut least, mut most) = ([0_u16; BLOCK], [u8::MAX; BLOCK], [0_u8; BLOCK]);
            for row in top..top + BLOCK {
                let greys = greys.block_row(left, row);
                for column in 0..BLOCK {
                    sums[column] += u16::from(greys[column]);
                    least[column] = least[column].min(greys[column]);
                    most[column] = most[column].max(greys[column]);
                }
            }
            let least = least.into_iter().min().unwrap_or(0);
            let most = most.into_iter().max().unwrap_or(0);
            let point = if most - least > LEAST_CONTRAST {
                sums.iter().sum::<u16>() / PIXELS_OF_BLOCK
            } else {
                let around =
                    |above: usize, before: usize| u16::from(points[(y - above) * across + x - before]);
                let of_neighbours =
                    if x > 0 && y > 0 { (around(1, 0) + 2 * around(0, 1) + around(1, 1)) / 4 } else { 0 };
                // Light, unless the neighbours say that so dark a block is dark.
                if u16::from(least) < of_neighbours { of_neighbours } else { u16::from(least) / 2 }
            };
            points.push(u8::try_from(point).unwrap_or(u8::MAX));
        }
    }
    points
}

/// The mean of the black points around a block; at the edges, of those around the nearest block that has all of them.
fn mean_around(points: &[u8], across: usize, down: usize, x: usize, y: usize) -> u8 {
    let first = |at: usize, of: usize| at.clamp(NEIGHBOURS / 2, of - 1 - NEIGHBOURS / 2) - NEIGHBOURS / 2;
    let (left, top) = (first(x, across), first(y, down));
    let rows = points[top * across..].chunks(across).take(NEIGHBOURS);
    let sum: u16 = rows.flat_map(|row| &row[left..left + NEIGHBOURS]).map(|point| u16::from(*point)).sum();
    u8::try_from(sum / BLOCKS_AROUND).unwrap_or(u8::MAX)
}

/// The lowest place between the two peaks of a histogram, nearer to the light one; none when they are too near.
fn valley(histogram: &[u32; BUCKETS]) -> Option<u32> {
    let counts = || (0_i64..).zip(histogram.iter().map(|count| i64::from(*count)));
    // Of equals the first.
    let highest = |score: &dyn Fn(i64, i64) -> i64| {
        counts()
            .map(|(at, count)| (score(at, count), at))
            .fold((0, 0), |best, next| if next.0 > best.0 { next } else { best })
    };
    let (most, peak) = highest(&|_, count| count);
    let (_, other) = highest(&|at, count| count * (at - peak) * (at - peak));
    let (dark, light) = (peak.min(other), peak.max(other));
    if light - dark <= PEAKS_APART {
        return None;
    }
    let depth = |(at, count): (i64, i64)| (at - dark) * (at - dark) * (light - at) * (most - count);
    let between = counts().filter(|(at, _)| (dark + 1..=light).contains(at));
    // Of equals the lightest.
    let (lowest, _) = between.max_by_key(|place| depth(*place))?;
    u32::try_from(lowest).ok()
}

/// The bits of a picture in the making, a byte for each eight of a row.
struct Bits {
    width: usize,
    height: usize,
    row_words: usize,
    words: Vec<usize>,
}

impl Bits {
    fn new(width: usize, height: usize) -> Self {
        let row_words = width.div_ceil(BLOCK * WORD_BYTES);
        Self { width, height, row_words, words: vec![0; row_words * height] }
    }

    /// Adds eight bits that begin at a pixel; those that are set stay so.
    fn add(&mut self, y: usize, left: usize, bits: usize) {
        let word_bits = BLOCK * WORD_BYTES;
        let (at, shift) = (y * self.row_words + left / word_bits, left % word_bits);
        if bits == 0 {
            return;
        }
        self.words[at] |= bits << shift;
        if shift > word_bits - BLOCK {
            let rest = bits >> (word_bits - shift);
            if rest != 0 {
                self.words[at + 1] |= rest;
            }
        }
    }

    fn finish(self) -> Option<BitMatrix> {
        let mut matrix =
            BitMatrix::new(u32::try_from(self.width).ok()?, u32::try_from(self.height).ok()?).ok()?;
        let mut row = BitArray::with_size(self.width);
        for (y, words) in (0..).zip(self.words.chunks(self.row_words)) {
            for (index, word) in words.iter().enumerate() {
                row.setBulk(index * BLOCK * WORD_BYTES, *word);
            }
            matrix.setRow(y, &row);
        }
        Some(matrix)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
    use rxing::{Binarizer as _, Luma8Source};

    use super::*;

    fn source(greys: &Greys) -> Luma8Source<'_> {
        Luma8Source::new_with_slice(&greys.bytes, greys.width, greys.height).unwrap()
    }

    #[test]
    fn each_grey_against_each_threshold() {
        for threshold in 0..=u8::MAX {
            for grey in 0..=u8::MAX {
                let greys = [0, grey, 255, 1, grey, 254, 128, grey];
                let expected =
                    (0..BLOCK).filter(|at| greys[*at] <= threshold).fold(0, |bits, at| bits | 1 << at);
                assert_eq!(dark_among(greys, threshold), expected, "{greys:?} {threshold}");
            }
        }
    }

    proptest! {
        #[test]
        fn the_same_bits_as_rxing(
            width in 5_u32..200,
            height in 5_u32..90,
            spread in 1_u32..256,
            scale in 1_u32..20,
            seed: u64,
        ) {
            // Patches of a grey each, with some noise.
            let grey = |x: u32, y: u32| {
                let patch = u64::from(x / scale * 7919 + y / scale * 104_729).wrapping_add(seed);
                let noise = u64::from(x * 31 + y * 17).wrapping_add(seed) % 13;
                let mixed = patch.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
                u8::try_from(mixed % u64::from(spread)).unwrap().saturating_add(u8::try_from(noise).unwrap())
            };
            let bytes = (0..height).flat_map(|y| (0..width).map(move |x| grey(x, y))).collect();
            let greys = Greys { width, height, bytes };
            let global = GlobalHistogramBinarizer::new(source(&greys)).get_black_matrix().ok().cloned();
            prop_assert_eq!(by_histogram(&greys), global);
            if let Some(ours) = by_blocks(&greys) {
                let theirs = HybridBinarizer::new(source(&greys));
                prop_assert_eq!(&ours, theirs.get_black_matrix().unwrap());
            }
        }
    }
}
