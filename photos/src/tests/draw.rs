//! Photos for the tests, drawn by code, and their files in every variant. Not here: what is expected of them.

use std::io::{Cursor, Write as _};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// Four colours in the four quarters (red, green; blue, yellow), of unequal size, over a gradient.
pub(crate) fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let shade = u8::try_from(40 * (x + y) / (width + height)).unwrap();
        match (x < width / 3, y < height / 3) {
            (true, true) => Rgb([200 + shade, 20, 20]),
            (false, true) => Rgb([20, 200 + shade, 20]),
            (true, false) => Rgb([20, 20, 200 + shade]),
            (false, false) => Rgb([200 + shade, 200 + shade, 20]),
        }
    })
}

/// Every pixel another colour, the same each time (xorshift).
pub(crate) fn noise(width: u32, height: u32) -> RgbImage {
    let mut state = 0x9E37_79B9_u32;
    RgbImage::from_fn(width, height, |_, _| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let [red, green, blue, _] = state.to_le_bytes();
        Rgb([red, green, blue])
    })
}

pub(crate) fn file(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub(crate) fn decoded(bytes: &[u8]) -> RgbImage {
    image::load_from_memory(bytes).unwrap().into_rgb8()
}

/// A JPEG at half the colour resolution, as cameras write it, with what `add` adds.
pub(crate) fn jpeg_with(picture: &RgbImage, add: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    jpeg_of(picture, picture.dimensions(), ColorType::Rgb, add)
}

/// A JPEG of bytes that are as `colours` says.
pub(crate) fn jpeg_of(
    bytes: &[u8],
    (width, height): (u32, u32),
    colours: ColorType,
    add: impl FnOnce(&mut Encoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, 95);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    add(&mut encoder);
    let side = |length| u16::try_from(length).unwrap();
    encoder.encode(bytes, side(width), side(height), colours).unwrap();
    jpeg
}

/// Cyan, magenta, yellow and black of each pixel; no ink is 0.
pub(crate) fn inks(picture: &RgbImage) -> Vec<u8> {
    let inks = picture.pixels().map(|Rgb(colour)| {
        let light = colour.iter().copied().max().unwrap().max(1);
        let ink = colour.map(|part| 255 - u8::try_from(255 * u32::from(part) / u32::from(light)).unwrap());
        [ink[0], ink[1], ink[2], 255 - light]
    });
    inks.flatten().collect()
}

/// EXIF data (a TIFF header and three directories): this orientation, a camera, a date, and a place.
pub(crate) fn exif(orientation: u8) -> Vec<u8> {
    const ASCII: u8 = 2;
    const SHORT: u8 = 3;
    const LONG: u8 = 4;
    let entry = |tag: u16, kind: u8, count: u32, value: [u8; 4]| {
        let tag = tag.to_be_bytes();
        [&tag[..], &[0, kind], &count.to_be_bytes(), &value].concat()
    };
    let at = |place: usize| u32::try_from(place).unwrap().to_be_bytes();
    let texts: [&[u8]; 5] = [b"Acme Inc\0", b"Acme One\0", b"2026:05:04 03:02:01\0", b"+02:00\0", MARK];
    // The header, directories of 5, 2 and 1 entries, and then the texts.
    let directories = [8, 8 + 66, 8 + 66 + 30];
    let mut places = vec![8 + 66 + 30 + 18];
    for text in texts {
        places.push(places[places.len() - 1] + text.len());
    }
    let text =
        |tag, index: usize| entry(tag, ASCII, u32::try_from(texts[index].len()).unwrap(), at(places[index]));
    let directory = |entries: &[Vec<u8>]| {
        let count = u16::try_from(entries.len()).unwrap().to_be_bytes();
        [&count[..], &entries.concat(), &[0; 4]].concat()
    };
    [
        b"MM\0*\0\0\0\x08".to_vec(),
        directory(&[
            text(0x010F, 0),
            text(0x0110, 1),
            entry(0x0112, SHORT, 1, [0, orientation, 0, 0]),
            entry(0x8769, LONG, 1, at(directories[1])),
            entry(0x8825, LONG, 1, at(directories[2])),
        ]),
        directory(&[text(0x9003, 2), text(0x9011, 3)]),
        directory(&[text(0x001D, 4)]),
        texts.concat(),
    ]
    .concat()
}

/// In all EXIF data of [`exif`], where the place is.
pub(crate) const MARK: &[u8] = b"47.3769N 8.5417E\0";

/// A PNG chunk.
pub(crate) fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut checksum = flate2::Crc::new();
    checksum.update(kind);
    checksum.update(data);
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], kind, data, &checksum.sum().to_be_bytes()].concat()
}

/// A PNG of filtered rows: bits a channel, colour type, whether it is interlaced, and chunks before the pixels.
pub(crate) fn png_of(
    (width, height): (u32, u32),
    [bits, colour_type, interlaced]: [u8; 3],
    chunks: &[Vec<u8>],
    rows: &[u8],
) -> Vec<u8> {
    let header =
        [&width.to_be_bytes()[..], &height.to_be_bytes(), &[bits, colour_type, 0, 0, interlaced]].concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &header),
        chunks.concat(),
        chunk(b"IDAT", &deflated(rows)),
        chunk(b"IEND", &[]),
    ]
    .concat()
}

pub(crate) fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Rows of a picture, each after a filter byte of none, its pixels written by `write`.
pub(crate) fn rows(picture: &RgbImage, write: impl Fn([u8; 3]) -> Vec<u8>) -> Vec<u8> {
    let row = |row: &[u8]| {
        let pixels = row.chunks_exact(3).flat_map(|pixel| write([pixel[0], pixel[1], pixel[2]]));
        [0].into_iter().chain(pixels).collect::<Vec<_>>()
    };
    picture.chunks_exact(3 * picture.width() as usize).flat_map(row).collect()
}

/// The rows of the seven passes (PNG third edition, 8.1).
pub(crate) fn interlaced_rows(picture: &RgbImage) -> Vec<u8> {
    const PASSES: [[u32; 4]; 7] =
        [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];
    let (width, height) = picture.dimensions();
    let mut rows = Vec::new();
    for [left, top, right, down] in PASSES {
        for y in (top..height).step_by(down as usize).filter(|_| left < width) {
            rows.push(0);
            for x in (left..width).step_by(right as usize) {
                rows.extend_from_slice(&picture.get_pixel(x, y).0);
            }
        }
    }
    rows
}

/// A WebP of two lossless frames (RFC 9649, 2.7).
pub(crate) fn animated_webp(picture: &RgbImage) -> Vec<u8> {
    let still = file(picture.clone(), ImageFormat::WebP);
    let chunk = |kind: &[u8], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_le_bytes();
        let padding = vec![0; data.len() % 2];
        [kind, &length, data, &padding].concat()
    };
    let minus_one = |length: u32| (length - 1).to_le_bytes()[..3].to_vec();
    let size = [minus_one(picture.width()), minus_one(picture.height())].concat();
    let canvas = chunk(b"VP8X", &[&[2, 0, 0, 0][..], &size].concat());
    let frame = chunk(b"ANMF", &[&[0; 6][..], &size, &[100, 0, 0, 0], &still[12..]].concat());
    let body = [b"WEBP".to_vec(), canvas, chunk(b"ANIM", &[0; 6]), frame.clone(), frame].concat();
    chunk(b"RIFF", &body)
}
