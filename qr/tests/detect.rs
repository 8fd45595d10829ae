//! Codes in pictures that other programs could have made.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::{self, FilterType};
use image::{
    DynamicImage, GrayImage, ImageEncoder, ImageFormat, Luma, LumaA, Rgb, RgbImage, Rgba, RgbaImage,
};
use qr::{DetectError, Level, Symbol, detect, detect_all, detection_bytes, png};

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

/// Rotated about its centre, with smooth edges, on grey.
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
fn codes_in_all_formats_are_found() {
    let reading = detect(&png(&Symbol::encode(TEXT, Level::M).unwrap())).unwrap();
    assert_eq!((reading.text.as_str(), reading.level), (TEXT, Level::M));
    let colours = DynamicImage::from(picture()).into_rgb8();
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        let reading = detect(&encoded(colours.clone(), format)).unwrap();
        assert_eq!(reading.text, TEXT, "{format:?}");
    }
}

#[test]
fn codes_of_any_size_are_found() {
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
    let mut strip = GrayImage::from_pixel(800, 12_664, Luma([240]));
    imageops::overlay(&mut strip, &imageops::thumbnail(&picture(), 130, 130), 400, 11_000);
    assert_eq!(text_in(strip), found(), "in a long strip");
}

#[test]
fn turned_mirrored_and_inverted_codes_are_found() {
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
fn codes_in_colour_noise_and_transparency_are_found() {
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

/// With a valid checksum (PNG third edition, 5.3 and annex D).
fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [&kind[..], data].concat();
    let crc = body.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 0 { crc >> 1 } else { crc >> 1 ^ 0xEDB8_8320 },
        )
    });
    [&u32::try_from(data.len()).expect("small").to_be_bytes()[..], &body, &(!crc).to_be_bytes()].concat()
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

#[test]
fn a_picture_with_many_codes_yields_one() {
    let code = imageops::thumbnail(&picture(), picture().width() / 4, picture().height() / 4);
    let (side, across) = (code.width(), 5);
    let sheet = GrayImage::from_fn(side * across, side * across, |x, y| *code.get_pixel(x % side, y % side));
    assert_eq!(text_in(sheet), found());
}

/// A symbol with this many pixels per module, with its quiet zone.
fn code(text: &str, module_pixels: u32) -> GrayImage {
    let symbol = Symbol::encode(text, Level::M).expect("it fits");
    let side = (u32::try_from(symbol.width()).expect("small") + 8) * module_pixels;
    GrayImage::from_fn(side, side, |x, y| {
        let module = |at: u32| (at / module_pixels).checked_sub(4).map(|at| at as usize);
        let inside = module(x).zip(module(y)).filter(|(x, y)| *x < symbol.width() && *y < symbol.width());
        Luma([if inside.is_some_and(|(x, y)| symbol.is_dark(x, y)) { 0 } else { 255 }])
    })
}

#[test]
fn all_codes_are_returned_in_reading_order() {
    let mut picture = GrayImage::from_pixel(900, 700, Luma([255]));
    let places = [("right", 5, 560, 20), ("left", 4, 30, 50), ("small", 2, 300, 100), ("below", 6, 40, 420)];
    for (text, module_pixels, left, top) in places {
        imageops::overlay(&mut picture, &code(text, module_pixels), left, top);
    }
    let mut inverted = code("inverted", 5);
    imageops::invert(&mut inverted);
    imageops::overlay(&mut picture, &inverted, 500, 400);
    let readings = detect_all(&encoded(picture, ImageFormat::Jpeg)).unwrap();
    let texts: Vec<_> = readings.iter().map(|reading| reading.text.as_str()).collect();
    assert_eq!(texts, ["left", "small", "right", "below", "inverted"]);
}

#[test]
fn codes_as_other_programs_draw_them_are_found() {
    let plain = code("kind", 6);
    let (width, height) = plain.dimensions();
    let is_dark = |x: u32, y: u32| plain.get_pixel(x, y).0[0] == 0;
    let reads = |picture: DynamicImage, kind: &str| {
        assert_eq!(text_in(picture).as_deref(), Ok("kind"), "{kind}");
    };

    let uneven = GrayImage::from_fn(width, height, |x, y| {
        let light = 250 - u8::try_from(200 * (x + y) / (width + height)).expect("below 250");
        Luma([if is_dark(x, y) { light / 4 } else { light }])
    });
    reads(uneven.into(), "in uneven light");

    let yellow = RgbImage::from_fn(width, height, |x, y| {
        if is_dark(x, y) { Rgb([255, 240, 40]) } else { Rgb([250, 250, 250]) }
    });
    reads(yellow.into(), "yellow on white");

    let white =
        RgbaImage::from_fn(width, height, |x, y| Rgba([255, 255, 255, if is_dark(x, y) { 255 } else { 0 }]));
    reads(white.into(), "white on nothing");

    let dots = GrayImage::from_fn(width, height, |x, y| {
        let from_centre = |at: u32| f64::from(at % 6) - 2.5;
        let is_dot = from_centre(x).hypot(from_centre(y)) < 2.2;
        Luma([if is_dark(x, y) && is_dot { 20 } else { 240 }])
    });
    reads(dots.into(), "dots");

    let small = imageops::resize(&turned(&code("kind", 8), 33.0), 100, 100, FilterType::Triangle);
    reads(small.into(), "small and turned");

    let faint = GrayImage::from_fn(width, height, |x, y| Luma([if is_dark(x, y) { 110 } else { 140 }]));
    reads(faint.into(), "hardly any contrast");

    let deep = image::ImageBuffer::from_fn(width, height, |x, y| {
        Luma([if is_dark(x, y) { 300_u16 } else { 60_000 }])
    });
    reads(DynamicImage::ImageLuma16(deep), "sixteen bits a channel");
}

#[test]
fn interlaced_pngs_are_read() {
    assert_eq!(detect(&interlaced_png(&code("kind", 3))).unwrap().text, "kind");
}

/// In seven passes (PNG third edition, 8.1), deflated without compression.
fn interlaced_png(picture: &GrayImage) -> Vec<u8> {
    let (width, height) = picture.dimensions();
    let mut rows = Vec::new();
    for (left, top, right, down) in
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    {
        for y in (top..height).step_by(down) {
            rows.push(0);
            rows.extend((left..width).step_by(right).map(|x| picture.get_pixel(x, y).0[0]));
        }
    }
    let length = u16::try_from(rows.len()).expect("small");
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in &rows {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    let stored = [&[0x78, 1, 1][..], &length.to_le_bytes(), &(!length).to_le_bytes(), &rows].concat();
    let data = [&stored[..], &(b << 16 | a).to_be_bytes()].concat();
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 1]].concat();
    let chunks = [chunk(b"IHDR", &header), chunk(b"IDAT", &data), chunk(b"IEND", &[])];
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat()].concat()
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
