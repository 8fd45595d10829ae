//! Small files that are costly to decode, generated here so that the repository holds no binaries.

use std::io::{Cursor, Write as _};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::{DynamicImage, GrayImage, ImageFormat, Luma, RgbImage};

/// A PNG of one colour, with 8 or 16 bits a sample and this many channels.
pub(super) fn png(side: usize, bits: u8, channels: usize) -> Vec<u8> {
    png_with(side, bits, channels, &[])
}

/// The same with further chunks before the pixels.
pub(super) fn png_with(side: usize, bits: u8, channels: usize, chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let colour_type = [0, 0, 4, 2, 6][channels];
    let length = u32::try_from(side).unwrap().to_be_bytes();
    let header = [&length[..], &length, &[bits, colour_type, 0, 0, 0]].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, b"IHDR", &header);
    for (kind, data) in chunks {
        chunk(&mut png, kind, data);
    }
    let row = vec![0x55; 1 + side * channels * usize::from(bits) / 8];
    // Filter type 0: none.
    let row = [&[0][..], &row[1..]].concat();
    // The largest ones contain only their first rows.
    chunk(&mut png, b"IDAT", &deflated(std::iter::repeat_n(&row[..], side.min(8000))));
    chunk(&mut png, b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    png.extend_from_slice(&u32::try_from(data.len()).unwrap().to_be_bytes());
    let start = png.len();
    png.extend_from_slice(kind);
    png.extend_from_slice(data);
    let mut checksum = flate2::Crc::new();
    checksum.update(&png[start..]);
    png.extend_from_slice(&checksum.sum().to_be_bytes());
}

/// This many mebibytes of the same byte, compressed.
pub(super) fn bomb(mebibytes: usize) -> Vec<u8> {
    let mebibyte = vec![b'a'; 1024 * 1024];
    deflated(std::iter::repeat_n(&mebibyte[..], mebibytes))
}

fn deflated<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    pieces.for_each(|piece| encoder.write_all(piece).unwrap());
    encoder.finish().unwrap()
}

/// A baseline JPEG with three colours.
pub(super) fn jpeg(side: u32) -> Vec<u8> {
    encoded(
        RgbImage::from_fn(side, side, |x, y| [x.to_le_bytes()[0], y.to_le_bytes()[0], 0].into()),
        ImageFormat::Jpeg,
    )
}

pub(super) fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A progressive JPEG of one grey that makes a decoder pass over all its blocks in each of many scans of a few bytes
/// (ITU-T T.81, G.1.2.2: a run of ends of bands).
pub(super) fn jpeg_of_scans(side: u16, scans: usize) -> Vec<u8> {
    let blocks = usize::from(side).div_ceil(8).pow(2);
    let segment = |marker: u8, data: &[u8]| {
        let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, marker][..], &length, data].concat()
    };
    let [high, low] = side.to_be_bytes();
    let mut codes_of_one = [0; 16];
    codes_of_one[0] = 1;
    let table = |class: u8, symbol: u8| [&[class][..], &codes_of_one, &[symbol]].concat();
    let mut jpeg = vec![0xFF, 0xD8];
    jpeg.extend(segment(0xDB, &[&[0][..], &[1; 64]].concat()));
    jpeg.extend(segment(0xC2, &[8, high, low, high, low, 1, 1, 0x11, 0]));
    jpeg.extend(segment(0xC4, &table(0x00, 0x00)));
    jpeg.extend(segment(0xC4, &table(0x10, 0xE0)));
    // First the DC coefficients, all of them 0: a bit a block.
    jpeg.extend(segment(0xDA, &[1, 1, 0x00, 0, 0, 0]));
    jpeg.extend(vec![0; blocks.div_ceil(8)]);
    // A code of one bit and 14 that say how many more than 2^14 blocks end: 0 each.
    let run = vec![0; (blocks.div_ceil(1 << 14) * 15).div_ceil(8)];
    for _ in 0..scans {
        jpeg.extend(segment(0xDA, &[1, 1, 0x00, 1, 63, 0]));
        jpeg.extend_from_slice(&run);
    }
    jpeg.extend([0xFF, 0xD9]);
    jpeg
}

/// Finder patterns side by side: any three of them could belong to a code.
pub(super) fn finder_patterns(side: u32) -> Vec<u8> {
    // Seven modules of two pixels, and two blank ones.
    let pixel = |x: u32, y: u32| {
        let (x, y) = (x / 2 % 9, y / 2 % 9);
        let is_blank = x > 6 || y > 6;
        let ring = x.min(y).min(6_u32.saturating_sub(x)).min(6_u32.saturating_sub(y));
        Luma([if is_blank || ring == 1 { 255 } else { 0 }])
    };
    encoded(GrayImage::from_fn(side, side, pixel), ImageFormat::Png)
}
