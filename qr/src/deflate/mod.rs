//! A DEFLATE compressor (RFC 1951, in the zlib container of RFC 1950) specialised for pictures of modules.
//!
//! Such a picture is a list of bands: the same line of bytes, each 0x00 or 0xFF, many times over. A line is therefore
//! stored as a row of bits, and repetitions are found 64 bytes at a time (`matches`). Dynamic programming picks the
//! cheapest tokens under code lengths typical of such pictures (`tokens`), and a block is written with the code
//! lengths that are optimal for those tokens (`block`). Iterating further saves about 1 %. Not here: general
//! compression, and decompression (`inflate`).

mod block;
mod huffman;
mod line;
mod matches;
mod picture;
mod tokens;

use block::{BlockWriter, Lengths};

pub(crate) use line::Line;
pub(crate) use picture::{Band, Picture};

/// Compresses a picture to a zlib stream.
pub(crate) fn zlib(picture: &Picture) -> Vec<u8> {
    let tokens = tokens::cheapest(picture, &Lengths::typical(picture.line_length));
    let lengths = Lengths::of(&tokens);
    // Deflate, window of 32 KiB, maximum compression (RFC 1950, 2.2).
    let mut writer = BlockWriter::new(vec![0x78, 0xDA]);
    writer.write(&tokens, &lengths);
    let mut bytes = writer.into_bytes();
    bytes.extend(adler32(picture).to_be_bytes());
    bytes
}

/// Adler-32 (RFC 1950, 8.2): each line is summed once, however often it repeats.
fn adler32(picture: &Picture) -> u32 {
    const MODULUS: u64 = 65_521;
    let length = picture.line_length as u64;
    let (mut a, mut b) = (1, 0);
    for band in &picture.bands {
        // What one line adds to `a`, and to `b` when `a` starts at zero.
        let (sum, sums) = band
            .line
            .set_bits()
            .fold((0, 0), |(sum, sums), i| (sum + 0xFF, sums + 0xFF * (length - i as u64)));
        let times = band.repeats as u64;
        b = (b + times * (length * a + sums) + times * (times - 1) / 2 * length * sum) % MODULUS;
        a = (a + times * sum) % MODULUS;
    }
    u32::try_from(b << 16 | a).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inflate::inflate_zlib;
    use crate::{Level, Symbol};
    use proptest::prelude::*;

    /// The size that the best general-purpose compressor achieves.
    fn zopfli_size(bytes: &[u8]) -> usize {
        let mut out = Vec::new();
        zopfli::compress(zopfli::Options::default(), zopfli::Format::Zlib, bytes, &mut out).unwrap();
        out.len()
    }

    #[test]
    fn size_is_within_a_few_percent_of_zopfli() {
        let address = "https://example.org/a/fairly/long/path?with=a&query=string#and-more".repeat(35);
        for (text, level) in [
            ("1", Level::L),
            (&address[..25], Level::M),
            (&address[..60], Level::M),
            (&address[..300], Level::M),
            (&address[..2300], Level::M),
            ("BEGIN:VCARD\nFN:Ada Lovelace\nTEL:+44 20 7946 0123\nEND:VCARD", Level::H),
        ] {
            let symbol = Symbol::encode(text, level).unwrap();
            let picture = crate::png::lines(&symbol);
            let (ours, best) = (zlib(&picture).len(), zopfli_size(&picture.bytes()));
            assert!(20 * ours <= 21 * best, "{symbol:?}: {ours} bytes, the best is {best}");
        }
    }

    proptest! {
        #[test]
        fn compressed_pictures_decompress_to_the_original(
            line_length in 10_usize..=192,
            lines in prop::collection::vec((any::<u64>(), 0..64_u32, 1_usize..40), 1..40),
        ) {
            let mut bands: Vec<Band> = Vec::new();
            for (seed, turn, repeats) in lines {
                let mut random = seed;
                let light = core::array::from_fn(|_| {
                    random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    random & random.rotate_left(turn)
                });
                let line = Line::of(&light as &[u64; 3], 0).and(&Line::ones(line_length));
                if bands.last().is_none_or(|band| band.line != line) {
                    bands.push(Band { line, repeats: 8 * repeats });
                }
            }
            let picture = Picture { line_length, bands };
            let bytes = picture.bytes();
            prop_assert_eq!(inflate_zlib(&zlib(&picture), bytes.len()), Ok(bytes));
        }
    }
}
