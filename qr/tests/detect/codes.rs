//! Codes that are found: in every format, at any size and angle, in colour, several in a picture, as other programs draw
//! them.

use image::imageops::{self, FilterType};
use image::{Luma, LumaA, Rgb, RgbImage, Rgba, RgbaImage};
use qr::detect_all;

use super::*;

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
