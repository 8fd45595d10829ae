//! A compressor for pictures of modules (RFC 1951), in its container (RFC 1950).
//!
//! Such a picture is a list of bands: the same line of bytes, each 0x00 or 0xFF, many times. So three kinds of pieces
//! say it all: a byte, a run (a match one byte back), and "as in the line above" (a match one line back). A dynamic
//! programme finds the cheapest pieces for given code lengths (`pieces`), the pieces give better code lengths
//! (`block`), and so on in turn. Not here: compressing anything else, and taking it apart again (`inflate`).

mod block;
mod huffman;
mod pieces;

use block::{BlockWriter, Lengths};
use pieces::Search;

/// A line and how often it is repeated. Neighbouring bands differ; lines are equally long.
pub(crate) struct Band {
    pub(crate) line: Vec<u8>,
    pub(crate) repeats: usize,
}

const SHORTEST_MATCH: u16 = 3;
const LONGEST_MATCH: u16 = 258;

/// How often pieces and code lengths are improved. More gains less than a byte.
const ROUNDS: usize = 3;

/// A piece of the compressed picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Byte(u8),
    Match { length: u16, distance: usize },
}

/// The zlib stream of the bands.
pub(crate) fn zlib(bands: &[Band]) -> Vec<u8> {
    let mut search = Search::new(bands);
    let mut lengths = Lengths::guess();
    let mut pieces = Vec::new();
    for _ in 0..ROUNDS {
        pieces = search.cheapest(&lengths);
        lengths = Lengths::of(&pieces);
    }
    // Deflate, window of 32 KiB, best compression (RFC 1950, 2.2).
    let mut writer = BlockWriter::new(vec![0x78, 0xDA]);
    writer.write(&pieces, &lengths);
    let mut bytes = writer.into_bytes();
    bytes.extend(adler32(bands).to_be_bytes());
    bytes
}

/// The checksum of RFC 1950, 8.2, of all bands: a line is summed up once, however often it is repeated.
fn adler32(bands: &[Band]) -> u32 {
    const MODULUS: u32 = 65_521;
    let (mut a, mut b) = (1_u32, 0_u32);
    for band in bands {
        // What a line adds to `b` if `a` is zero before, and to `a`. At most 187 bytes: nothing overflows.
        let (mut sum, mut sums) = (0_u32, 0_u32);
        for byte in &band.line {
            sum += u32::from(*byte);
            sums += sum;
        }
        let length = band.line.iter().fold(0, |length, _| length + 1);
        for _ in 0..band.repeats {
            b = (b + length * a + sums) % MODULUS;
            a = (a + sum) % MODULUS;
        }
    }
    b << 16 | a
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::inflate::inflate_zlib;
    use crate::{Level, Symbol};
    use proptest::prelude::*;

    fn plain(bands: &[Band]) -> Vec<u8> {
        bands.iter().flat_map(|band| band.line.repeat(band.repeats)).collect()
    }

    /// What the best general compressor makes of it.
    fn zopfli_size(bytes: &[u8]) -> usize {
        let mut out = Vec::new();
        zopfli::compress(zopfli::Options::default(), zopfli::Format::Zlib, bytes, &mut out).unwrap();
        out.len()
    }

    #[test]
    fn nearly_as_small_as_the_best() {
        for (text, level) in [
            ("1", Level::L),
            ("https://example.org/a?b=c", Level::M),
            ("BEGIN:VCARD\nFN:Ada Lovelace\nTEL:+44 20 7946 0123\nEND:VCARD", Level::H),
        ] {
            let symbol = Symbol::encode(text, level).unwrap();
            let bands = crate::png::bands(&symbol);
            let (ours, best) = (zlib(&bands).len(), zopfli_size(&plain(&bands)));
            assert!(50 * ours <= 51 * best, "{symbol:?}: {ours} bytes, the best is {best}");
        }
    }

    proptest! {
        #[test]
        fn comes_out_as_it_went_in(
            line_length in 10_usize..200,
            lines in prop::collection::vec((any::<u64>(), 0..8_u64, 1_usize..40), 1..40),
        ) {
            let mut bands: Vec<Band> = Vec::new();
            for (seed, dark, repeats) in lines {
                let module = |x: u64| seed.wrapping_mul(2 * x + 1) >> 7 & 7;
                let modules = (0..line_length as u64).map(|x| if module(x) < dark { 0 } else { 0xFF });
                let line: Vec<u8> = core::iter::once(0).chain(modules).collect();
                if bands.last().is_none_or(|band| band.line != line) {
                    bands.push(Band { line, repeats: 8 * repeats });
                }
            }
            let bytes = plain(&bands);
            prop_assert_eq!(inflate_zlib(&zlib(&bands), bytes.len()), Ok(bytes));
        }
    }
}
