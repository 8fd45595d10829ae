//! Fuzz tests: whatever comes in, nothing panics, and what was written is read back.
//!
//! `cargo test` tries a number of random inputs of each kind; `tools/fuzz.sh` steers them by coverage, for a given
//! time. Whatever either finds becomes a named regression test next to the code that was fixed. Not here:
//! pictures that almost show a code (`tests/detect`).

use std::io::Cursor;
use std::iter;
use std::sync::LazyLock;

use bolero::{OneOfExt as _, ValueGenerator, check, produce};
use image::{GrayImage, ImageFormat};

use crate::crc32::crc32;
use crate::detect::tests::{finder_is_dark, search_without_a_panic};
use crate::inflate::inflate_zlib;
use crate::segment::VersionClass;
use crate::{
    Level, Symbol, capacity_use, content, detect, layout, png, read, read_png, smallest_print_mm, svg,
    svg_path,
};

/// How many inputs of a kind `cargo test` tries: QRATE_FUZZ_ITERATIONS, or as many as take a second or two.
fn iterations(usual: usize) -> usize {
    std::env::var("QRATE_FUZZ_ITERATIONS").map_or(usual, |asked| asked.parse().expect("a number"))
}

/// Bytes, and the allowed range of their number.
fn bytes(most: usize) -> impl ValueGenerator<Output = Vec<u8>> {
    produce::<Vec<u8>>().with().len(0..=most)
}

#[test]
fn any_text_is_drawn_and_read_back_or_refused() {
    let characters = ('0'..='9', 'A'..='Z', '\0'..='\u{FF}', 'ぁ'..='鿿', produce::<char>()).one_of();
    let runs = produce::<Vec<(char, u8)>>().with().values((characters, 1..32_u8)).len(0..=200_usize);
    let inputs = (runs, 0..4_usize);
    let fuzz = check!().with_iterations(iterations(500)).with_max_len(2000).with_generator(inputs);
    fuzz.for_each(|(runs, level)| {
        let text: String =
            runs.iter().flat_map(|(c, times)| iter::repeat_n(*c, usize::from(*times))).collect();
        let level = Level::ALL[*level];
        let room = capacity_use(&text, level);
        let Ok(symbol) = Symbol::encode(&text, level) else {
            assert!(room.used_bytes > room.possible_bytes);
            return;
        };
        assert_eq!(read(symbol.width(), |x, y| symbol.is_dark(x, y)).unwrap().text, text);
        assert_eq!(read_png(&png(&symbol)), Ok(text));
        assert!(svg(&symbol).contains(&svg_path(&symbol)));
        assert!(smallest_print_mm(&symbol) > 0);
    });
}

#[test]
fn any_modules_are_read_or_refused() {
    let inputs = (0..200_usize, 1..=40_u8, bytes(4000));
    let fuzz = check!().with_iterations(iterations(500)).with_max_len(4100).with_generator(inputs);
    fuzz.for_each(|(width, version, bits)| {
        // The bits, repeated.
        let is_dark = |i: usize| bits[i / 8 % bits.len()] >> (i % 8) & 1 != 0;
        for width in [*width, layout::width(*version)] {
            let _ = read(width, |x, y| !bits.is_empty() && is_dark(y * width + x));
        }
    });
}

#[test]
fn any_codewords_are_text_or_none() {
    check!().with_iterations(iterations(30_000)).with_max_len(600).for_each(|data: &[u8]| {
        for class in VersionClass::ALL {
            let _ = content::text(data, class);
        }
    });
}

#[test]
fn any_stream_is_inflated_or_refused() {
    check!().with_iterations(iterations(30_000)).with_max_len(2000).for_each(|bytes: &[u8]| {
        let _ = inflate_zlib(bytes, 5000);
        let _ = inflate_zlib(&[&[0x78, 0xDA], bytes].concat(), 5000);
    });
}

/// With a valid checksum (PNG third edition, 5.3).
fn chunk(kind: &[u8], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap();
    let body = [kind, data].concat();
    [&length.to_be_bytes()[..], &body, &crc32(&body).to_be_bytes()].concat()
}

#[test]
fn any_png_is_read_or_refused() {
    let before_pixels = &png(&Symbol::encode("1", Level::M).unwrap())[..33];
    check!().with_iterations(iterations(30_000)).with_max_len(2000).for_each(|bytes: &[u8]| {
        let _ = read_png(bytes);
        // Past the checksums.
        let _ = read_png(&[before_pixels, &chunk(b"IDAT", bytes), &chunk(b"IEND", &[])].concat());
    });
}

/// The same code in all supported formats.
static PICTURES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let ours = png(&Symbol::encode("https://example.org/", Level::M).unwrap());
    let picture = image::load_from_memory(&ours).unwrap().thumbnail(66, 66).into_rgb8();
    let formats = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP];
    let encode = |format| {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    };
    formats.into_iter().map(encode).chain([ours]).collect()
});

#[test]
fn any_changed_file_is_read_or_refused() {
    let changes = produce::<Vec<(u16, u8)>>().with().len(0..=8_usize);
    let inputs = (0..PICTURES.len(), changes, produce::<Option<u16>>());
    let fuzz = check!().with_iterations(iterations(300)).with_max_len(50).with_generator(inputs);
    fuzz.for_each(|(picture, changes, end)| {
        let mut picture = PICTURES[*picture].clone();
        for (place, change) in changes {
            let place = usize::from(*place) % picture.len();
            picture[place] ^= change;
        }
        if let Some(end) = end {
            picture.truncate(usize::from(*end));
        }
        let _ = detect(&picture);
    });
}

#[test]
fn any_bytes_are_a_picture_or_refused() {
    check!().with_iterations(iterations(10_000)).with_max_len(2000).for_each(|bytes: &[u8]| {
        let _ = detect(bytes);
    });
}

#[test]
fn any_greys_are_searched_without_a_panic() {
    let inputs = (1..=96_u32, bytes(6000));
    let fuzz = check!().with_iterations(iterations(200)).with_max_len(6100).with_generator(inputs);
    fuzz.for_each(|(width, greys)| {
        let height = u32::try_from(greys.len()).unwrap() / width;
        let greys = greys[..(width * height) as usize].to_vec();
        let Some(picture) = GrayImage::from_raw(*width, height, greys).filter(|_| height > 0) else { return };
        let mut png = Cursor::new(Vec::new());
        picture.write_to(&mut png, ImageFormat::Png).unwrap();
        let _ = detect(png.get_ref());
    });
}

/// Finder patterns, codes and stripes drawn over each other, and some noise.
#[test]
fn any_parts_of_codes_are_searched_without_a_panic() {
    let square = (0..260_u16, 0..260_u16, 0..16_u8, 0..5_u8);
    let squares = produce::<Vec<(u16, u16, u8, u8)>>().with().values(square).len(0..=24_usize);
    let inputs = (1..260_u32, 1..260_u32, squares, produce::<Vec<u8>>().with().len(0..=64_usize));
    let symbol = Symbol::encode("fuzz", Level::L).unwrap();
    let fuzz = check!().with_iterations(iterations(100)).with_max_len(400).with_generator(inputs);
    fuzz.for_each(|(width, height, squares, noise)| {
        let is_dark = |x: u32, y: u32| {
            let mut is_dark = false;
            for (left, top, size, kind) in squares {
                let module = u32::from(*size).max(1);
                let inside = x.checked_sub(u32::from(*left)).zip(y.checked_sub(u32::from(*top)));
                let Some((x, y)) = inside.map(|(x, y)| (x / module, y / module)) else { continue };
                match kind {
                    0 | 1 if x < 7 && y < 7 => is_dark = finder_is_dark(x, y),
                    2 if x < 21 && y < 21 => is_dark = symbol.is_dark(x as usize, y as usize),
                    3 if x < 21 && y < 21 => is_dark ^= symbol.is_dark(x as usize, y as usize),
                    4 if x < 9 => is_dark = x % 2 == 0,
                    _ => {}
                }
            }
            is_dark
        };
        let places = (0..*height).flat_map(|y| (0..*width).map(move |x| (x, y)));
        let mut greys: Vec<u8> = places.map(|(x, y)| if is_dark(x, y) { 0 } else { 255 }).collect();
        for (grey, noise) in greys.iter_mut().step_by(7).zip(noise.iter().cycle()) {
            *grey ^= noise;
        }
        search_without_a_panic(*width, *height, greys);
    });
}
