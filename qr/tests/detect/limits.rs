//! Broken, huge and adversarial pictures: an error, within bounded memory and work.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{ImageEncoder as _, Luma};
use qr::detection_bytes;

use super::*;

#[test]
fn missing_code_and_broken_picture_are_different_errors() {
    assert_eq!(text_in(GrayImage::new(200, 200)), Err(DetectError::NoCode));
    assert_eq!(text_in(GrayImage::new(1, 1)), Err(DetectError::NoCode));
    assert_eq!(text_in(GrayImage::new(3000, 1)), Err(DetectError::NoCode));
    assert_eq!(detect(b""), Err(DetectError::NotAPicture));
    assert_eq!(detect(b"<svg/>"), Err(DetectError::NotAPicture));
    let jpeg = encoded(picture(), ImageFormat::Jpeg);
    assert_eq!(detect(&jpeg[..200]), Err(DetectError::NotAPicture));
}

#[test]
fn pictures_that_claim_to_be_huge_are_refused() {
    // A GIF of 65,535 × 65,535 pixels in a header of 13 bytes.
    let mut gif = encoded(DynamicImage::from(picture()).into_rgb8(), ImageFormat::Gif);
    gif[6..10].fill(0xFF);
    assert_eq!(detect(&gif), Err(DetectError::TooLarge));
}

#[test]
fn finders_that_make_no_square_do_not_panic() {
    // These once overflowed a reader's arithmetic: https://github.com/WanzenBug/rqrr/issues/54
    let mut picture = GrayImage::from_pixel(120, 120, Luma([255]));
    for (left, top, wide, high) in
        [(23, 57, 1, 2), (12, 33, 4, 1), (1, 52, 3, 3), (88, 70, 2, 2), (15, 81, 3, 1)]
    {
        for (x, y) in (0..7 * wide).flat_map(|x| (0..7 * high).map(move |y| (x, y))) {
            let ring = u32::abs_diff(x / wide, 3).max(u32::abs_diff(y / high, 3));
            picture.put_pixel(left + x, top + y, Luma([if ring == 2 { 255 } else { 0 }]));
        }
    }
    assert_eq!(text_in(picture), Err(DetectError::NoCode));
}

#[test]
fn memory_estimates_are_bounded() {
    const MOST: u64 = 192 * 1024 * 1024;
    let small = detection_bytes(&encoded(picture(), ImageFormat::Png));
    assert!((1..20_000_000).contains(&small), "{small}");
    assert_eq!(detection_bytes(b"no picture"), 0);
    // A JPEG's size is in its frame header, behind the precision.
    let mut jpeg = encoded(DynamicImage::from(picture()).into_rgb8(), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|marker| marker == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x1B, 0x58, 0x1B, 0x58]);
    let file = jpeg.len() as u64;
    // The colours, the searched planes (half as wide, and for each the darkest colour too), and the file once more.
    let large = detection_bytes(&jpeg);
    assert_eq!(large, 7_000 * 7_000 * 3 + 2 * 3_500 * 3_500 + file + 1024 * 1024);
    assert!(large <= MOST);
    // In several scans, all of its coefficients have to be kept.
    jpeg[frame + 1] = 0xC2;
    assert_eq!(detect(&jpeg), Err(DetectError::TooLarge));
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x07, 0xD0, 0x07, 0xD0]);
    assert!(detection_bytes(&jpeg) > 2_000 * 2_000 * (3 + 2));
}

/// A colour profile, a text, and an EXIF record, each of megabytes, are skipped.
#[test]
fn large_metadata_is_skipped() {
    let mut state = 1_u32;
    let mut noise = || {
        // Marsaglia's xorshift.
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_be_bytes()[0]
    };
    let profile: Vec<u8> = (0..2_000_000).map(|_| noise()).collect();
    let colours = DynamicImage::from(picture()).into_rgb8();
    let (width, height) = colours.dimensions();

    let mut with_profile = Vec::new();
    let mut encoder = PngEncoder::new(&mut with_profile);
    encoder.set_icc_profile(profile.clone()).unwrap();
    encoder.write_image(&colours, width, height, image::ExtendedColorType::Rgb8).unwrap();
    assert!(with_profile.len() > 1_900_000);
    assert_eq!(detect(&with_profile).unwrap().text, TEXT, "a PNG with a colour profile");

    let mut with_profile = Vec::new();
    let mut encoder = JpegEncoder::new(&mut with_profile);
    encoder.set_icc_profile(profile.clone()).unwrap();
    encoder.encode_image(&colours).unwrap();
    assert!(with_profile.len() > 1_900_000);
    assert_eq!(detect(&with_profile).unwrap().text, TEXT, "a JPEG with a colour profile");

    // Behind the header, which is 33 bytes with the signature.
    let png = encoded(colours, ImageFormat::Png);
    let mut text = b"Comment\0".to_vec();
    text.resize(3_000_000, b'x');
    for (kind, data) in [(b"tEXt", &text), (b"eXIf", &profile), (b"prVt", &profile)] {
        let with_chunk = [&png[..33], &chunk(kind, data), &png[33..]].concat();
        assert_eq!(detect(&with_chunk).map(|reading| reading.text), found(), "{kind:?}");
    }
}

/// Full of what looks like a corner of a code: an unbounded search would go on for minutes.
#[test]
fn the_search_in_noise_ends() {
    let mut state = 1_u32;
    let noise = GrayImage::from_fn(3000, 3000, |_, _| {
        // Marsaglia's xorshift.
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        Luma([if state & 1 == 0 { 0 } else { 255 }])
    });
    assert_eq!(text_in(noise), Err(DetectError::NoCode));
}

/// Adversarial: finder patterns and nothing else.
#[test]
fn the_search_in_a_picture_full_of_finders_ends() {
    const SIDE: u32 = 60;
    const CELL_MODULES: u32 = 9;
    const MODULE_PIXELS: u32 = 3;
    let is_dark = |x: u32, y: u32| {
        let (x, y) = (x / MODULE_PIXELS % CELL_MODULES, y / MODULE_PIXELS % CELL_MODULES);
        let ring = x.abs_diff(3).max(y.abs_diff(3));
        ring == 3 || ring < 2
    };
    let side = SIDE * CELL_MODULES * MODULE_PIXELS;
    let picture = GrayImage::from_fn(side, side, |x, y| Luma([if is_dark(x, y) { 0 } else { 255 }]));
    assert_eq!(text_in(picture), Err(DetectError::NoCode));
}
