//! Codes found in pictures that other programs could have made.

use std::io::Cursor;

use image::imageops::{self, FilterType};
use image::{DynamicImage, GrayImage, ImageFormat, Luma, LumaA, Rgb, RgbImage};
use qr::{DetectError, Level, Symbol, detect, detection_bytes, png};

const TEXT: &str = "日本語とASCIIと🎉: https://example.org/?q=1";

/// Our own picture, as pixels.
fn picture() -> GrayImage {
    let symbol = Symbol::encode(TEXT, Level::M).expect("it is short");
    image::load_from_memory(&png(&symbol)).expect("it is a PNG").into_luma8()
}

fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).expect("memory takes it");
    bytes.into_inner()
}

fn text_in(picture: impl Into<DynamicImage>) -> Result<String, DetectError> {
    detect(&encoded(picture, ImageFormat::Png)).map(|reading| reading.text)
}

fn found() -> Result<String, DetectError> {
    Ok(TEXT.into())
}

/// Turned about its centre, with smooth edges, on grey.
fn turned(picture: &GrayImage, degrees: f32) -> GrayImage {
    let side = picture.width() * 3 / 2;
    let (sin, cos) = degrees.to_radians().sin_cos();
    GrayImage::from_fn(side, side, |x, y| {
        let (x, y) = (x as f32 - side as f32 / 2.0, y as f32 - side as f32 / 2.0);
        let centre = picture.width() as f32 / 2.0;
        let (x, y) = (centre + x * cos - y * sin, centre + x * sin + y * cos);
        imageops::interpolate_bilinear(picture, x, y).unwrap_or(Luma([200]))
    })
}

#[test]
fn all_formats() {
    let reading = detect(&png(&Symbol::encode(TEXT, Level::M).unwrap())).unwrap();
    assert_eq!((reading.text.as_str(), reading.level), (TEXT, Level::M));
    let colours = DynamicImage::from(picture()).into_rgb8();
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        let reading = detect(&encoded(colours.clone(), format)).unwrap();
        assert_eq!(reading.text, TEXT, "{format:?}");
    }
}

#[test]
fn any_size() {
    let modules =
        imageops::resize(&picture(), picture().width() / 8, picture().height() / 8, FilterType::Nearest);
    assert_eq!(text_in(modules), found(), "one pixel a module");
    for side in [150, 333, 1500, 2500] {
        let filter = if side < 400 { FilterType::Triangle } else { FilterType::Nearest };
        assert_eq!(text_in(imageops::resize(&picture(), side, side, filter)), found(), "{side} pixels");
    }
    let mut large = GrayImage::from_pixel(3000, 2000, Luma([230]));
    imageops::overlay(&mut large, &imageops::thumbnail(&picture(), 200, 200), 2500, 1600);
    assert_eq!(text_in(large), found(), "a small code in a large picture");
    let mut larger = GrayImage::from_pixel(3000, 6100, Luma([230]));
    imageops::overlay(&mut larger, &imageops::thumbnail(&picture(), 300, 300), 2500, 5600);
    assert_eq!(text_in(larger), found(), "in one that is only searched smaller");
}

#[test]
fn turned_mirrored_inverted() {
    for degrees in [7.0, 45.0, 100.0, 250.0] {
        assert_eq!(text_in(turned(&picture(), degrees)), found(), "{degrees} degrees");
    }
    assert_eq!(text_in(imageops::rotate180(&picture())), found());
    assert_eq!(text_in(imageops::flip_horizontal(&picture())), found());
    let mut inverted = picture();
    imageops::invert(&mut inverted);
    assert_eq!(text_in(inverted), found());
}

#[test]
fn colours_noise_and_transparency() {
    let coloured = RgbImage::from_fn(picture().width(), picture().height(), |x, y| {
        let noise = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) >> 8 & 63;
        let noise = u8::try_from(noise).unwrap();
        if picture_is_dark(x, y) { Rgb([20 + noise, 10, 90 + noise]) } else { Rgb([255 - noise, 230, 120]) }
    });
    let jpeg = encoded(coloured, ImageFormat::Jpeg);
    assert_eq!(detect(&jpeg).unwrap().text, TEXT);

    let size = picture().dimensions();
    let transparent = image::GrayAlphaImage::from_fn(size.0, size.1, |x, y| {
        LumaA([0, if picture_is_dark(x, y) { 255 } else { 0 }])
    });
    assert_eq!(text_in(transparent), found(), "black on nothing");
}

fn picture_is_dark(x: u32, y: u32) -> bool {
    static PICTURE: std::sync::LazyLock<GrayImage> = std::sync::LazyLock::new(picture);
    PICTURE.get_pixel(x, y).0[0] == 0
}

#[test]
fn no_code_and_no_picture() {
    assert_eq!(text_in(GrayImage::new(200, 200)), Err(DetectError::NoCode));
    assert_eq!(text_in(GrayImage::new(1, 1)), Err(DetectError::NoCode));
    assert_eq!(text_in(GrayImage::new(3000, 1)), Err(DetectError::NoCode));
    assert_eq!(detect(b""), Err(DetectError::NotAPicture));
    assert_eq!(detect(b"<svg/>"), Err(DetectError::NotAPicture));
    let jpeg = encoded(picture(), ImageFormat::Jpeg);
    assert_eq!(detect(&jpeg[..200]), Err(DetectError::NotAPicture));
}

#[test]
fn a_picture_that_claims_to_be_huge_is_refused() {
    // A GIF of 65,535 × 65,535 pixels in 13 bytes of header.
    let mut gif = encoded(DynamicImage::from(picture()).into_rgb8(), ImageFormat::Gif);
    gif[6..10].fill(0xFF);
    assert_eq!(detect(&gif), Err(DetectError::TooLarge));
}

#[test]
fn three_finders_that_make_no_square() {
    // rqrr's arithmetic overflows on these: https://github.com/WanzenBug/rqrr/issues/54
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
fn memory_is_told_before_and_bounded() {
    let small = detection_bytes(&encoded(picture(), ImageFormat::Png));
    assert!((1..4_000_000).contains(&small), "{small}");
    assert_eq!(detection_bytes(b"no picture"), 0);
    // The size of a JPEG stands in its frame header, behind the precision.
    let mut jpeg = encoded(DynamicImage::from(picture()).into_rgb8(), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|marker| marker == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x1B, 0x58, 0x1B, 0x58]);
    assert_eq!(detection_bytes(&jpeg), 7_000 * 7_000 * 3 + 4_000 * 4_000 + 1024 * 1024);
    // In several scans, all of its coefficients have to be kept.
    jpeg[frame + 1] = 0xC2;
    assert_eq!(detect(&jpeg), Err(DetectError::TooLarge));
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x07, 0xD0, 0x07, 0xD0]);
    assert!(detection_bytes(&jpeg) > 2_000 * 2_000 * (3 + 2));
}

/// Full of what looks like a corner of a code: the search would go on for minutes.
#[test]
fn noise_is_given_up() {
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

#[test]
fn one_code_of_many_is_found() {
    let code = imageops::thumbnail(&picture(), picture().width() / 4, picture().height() / 4);
    let (side, across) = (code.width(), 5);
    let sheet = GrayImage::from_fn(side * across, side * across, |x, y| *code.get_pixel(x % side, y % side));
    assert_eq!(text_in(sheet), found());
}

/// A picture made to keep the search busy: finders and nothing else.
#[test]
fn a_picture_full_of_finders_is_given_up() {
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
