//! Unusual but valid photos: every layout and variant of each format. Not here: broken ones (`hostile`).

use image::codecs::gif::GifEncoder;
use image::{Frame, ImageFormat, RgbImage, Rgba, RgbaImage};
use jpeg_encoder::{ColorType, SamplingFactor};

use super::draw::{
    animated_webp, chunk, decoded, file, inks, interlaced_rows, jpeg_of, jpeg_with, png_of, quarters, rows,
};
use super::pipeline::{assert_corners, corners};
use crate::{Derived, Media, PhotoError, Recipe, derive, inspect};

const SIZE: (u32, u32) = (450, 300);

fn photo() -> RgbImage {
    quarters(SIZE.0, SIZE.1)
}

/// Its thumbnail and its mirrored result have the colours of [`photo`].
fn assert_derived(bytes: &[u8], case: &str) -> Derived {
    let [a, b, c, d] = corners(&photo());
    let derived = derive(bytes, Recipe::Mirrored).unwrap_or_else(|error| panic!("{case}: {error}"));
    let result = derived.result.as_ref().unwrap();
    assert_eq!((result.width, result.height), SIZE, "{case}");
    assert_corners(&decoded(&derived.thumbnail.bytes), [a, b, c, d], case);
    assert_corners(&decoded(&result.bytes), [b, a, d, c], case);
    derived
}

#[test]
fn jpeg_variants_are_derived() {
    let photo = photo();
    for sampling in [SamplingFactor::F_1_1, SamplingFactor::F_2_1, SamplingFactor::F_1_2] {
        let jpeg = jpeg_with(&photo, |encoder| encoder.set_sampling_factor(sampling));
        assert_derived(&jpeg, &format!("{sampling:?}"));
    }
    assert_derived(&jpeg_with(&photo, |encoder| encoder.set_progressive(true)), "progressive");
    let scan_by_scan = jpeg_with(&photo, |encoder| {
        encoder.set_sampling_factor(SamplingFactor::F_1_1);
        encoder.set_optimized_huffman_tables(true);
    });
    assert_derived(&scan_by_scan, "scan by scan");
    assert_derived(&jpeg_with(&photo, |encoder| encoder.set_restart_interval(3)), "restart markers");
    let cmyk = jpeg_of(&inks(&photo), SIZE, ColorType::Cmyk, |encoder| {
        encoder.set_sampling_factor(SamplingFactor::F_1_1);
    });
    assert_derived(&cmyk, "CMYK");
    assert_derived(&jpeg_of(&inks(&photo), SIZE, ColorType::CmykAsYcck, |_| {}), "YCCK");
    // Red, green and blue as they are, which only Adobe's segment says.
    let rgb = jpeg_of(&photo, SIZE, ColorType::Ycbcr, |encoder| {
        encoder.add_app_segment(14, b"Adobe\0\x64\0\0\0\0\0".to_vec()).unwrap();
        encoder.set_sampling_factor(SamplingFactor::F_1_1);
    });
    assert_derived(&rgb, "RGB");
}

#[test]
fn scans_that_the_decoder_gets_wrong_are_refused() {
    // This encoder interleaves no colours at four to one.
    let jpeg = jpeg_with(&photo(), |encoder| encoder.set_sampling_factor(SamplingFactor::F_4_1));
    let refused = derive(&*jpeg, Recipe::Mirrored).unwrap_err();
    assert!(matches!(refused, PhotoError::Unsupported("JPEG of a scan for each colour")), "{refused}");
    let jpeg = jpeg_of(&inks(&photo()), SIZE, ColorType::Cmyk, |_| {});
    let refused = derive(&*jpeg, Recipe::Mirrored).unwrap_err();
    assert!(matches!(refused, PhotoError::Unsupported("JPEG of inks in different resolutions")), "{refused}");
}

#[test]
fn greys_stay_greys() {
    let grey = |bytes: Vec<u8>| image::load_from_memory(&bytes).unwrap().into_luma8();
    let photo = image::DynamicImage::from(photo()).into_luma8();
    for bytes in [file(photo.clone(), ImageFormat::Png), jpeg_of(&photo, SIZE, ColorType::Luma, |_| {})] {
        let derived = derive(&bytes, Recipe::Rotated180).unwrap();
        let result = derived.result.unwrap().bytes;
        assert_eq!(image::load_from_memory(&result).unwrap().color(), image::ColorType::L8);
        let turned = grey(result);
        for (x, y) in [(3, 3), (440, 3), (3, 290), (440, 290)] {
            let difference = turned.get_pixel(x, y).0[0].abs_diff(photo.get_pixel(449 - x, 299 - y).0[0]);
            assert!(difference < 6, "{difference}");
        }
    }
}

#[test]
fn png_variants_are_derived() {
    let photo = photo();
    let sixteen_bits = rows(&photo, |colour| colour.into_iter().flat_map(|part| [part, 0x55]).collect());
    assert_derived(&png_of(SIZE, [16, 2, 0], &[], &sixteen_bits), "16 bits");
    assert_derived(&png_of(SIZE, [8, 2, 1], &[], &interlaced_rows(&photo)), "interlaced");
    let opaque = rows(&photo, |[red, green, blue]| vec![red, green, blue, 255]);
    let derived = assert_derived(&png_of(SIZE, [8, 6, 0], &[], &opaque), "opaque");
    assert_eq!(derived.view.media, Media::Jpeg);
    let text = [chunk(b"tEXt", b"Comment\0a photo"), chunk(b"gAMA", &[0, 0, 0xB1, 0x8F])];
    assert_derived(&png_of(SIZE, [8, 2, 0], &text, &rows(&photo, Vec::from)), "with other chunks");
}

/// Four colours of a palette, two bits each.
#[test]
fn palettes_are_applied() {
    let palette: Vec<u8> = [[220, 20, 20], [20, 220, 20], [20, 20, 220], [220, 220, 20]].concat();
    let mut rows = Vec::new();
    for y in 0..SIZE.1 {
        let colour = |x: u32| u8::from(x >= SIZE.0 / 3) + 2 * u8::from(y >= SIZE.1 / 3);
        rows.push(0);
        let byte = |first: u32| (first..first + 4).fold(0, |byte, x| byte << 2 | colour(x));
        rows.extend((0..SIZE.0).step_by(4).map(byte));
    }
    assert_derived(&png_of(SIZE, [2, 3, 0], &[chunk(b"PLTE", &palette)], &rows), "palette");
}

#[test]
fn what_shows_through_still_does() {
    let photo =
        RgbaImage::from_fn(900, 600, |x, _| if x < 450 { Rgba([200, 30, 30, 255]) } else { Rgba([0; 4]) });
    let greys =
        rows(&RgbImage::from_fn(900, 600, |x, _| [u8::from(x < 450) * 255; 3].into()), |[grey, ..]| {
            vec![200, grey]
        });
    for (case, bytes) in [
        ("PNG", file(photo.clone(), ImageFormat::Png)),
        ("WebP", file(photo.clone(), ImageFormat::WebP)),
        ("GIF", file(photo, ImageFormat::Gif)),
        ("grey PNG", png_of((900, 600), [8, 4, 0], &[], &greys)),
    ] {
        let derived = derive(&bytes, Recipe::Mirrored).unwrap();
        for (picture, opaque_x) in
            [(&derived.thumbnail, 10), (&derived.view, 10), (derived.result.as_ref().unwrap(), 890)]
        {
            assert_eq!(picture.media, Media::Png, "{case}");
            let pixels = image::load_from_memory(&picture.bytes).unwrap().into_rgba8();
            let through_x = if opaque_x == 10 { picture.width - 10 } else { 10 };
            assert_eq!(pixels.get_pixel(through_x, 100).0[3], 0, "{case}");
            let Rgba([red, .., opacity]) = *pixels.get_pixel(opaque_x, 100);
            assert!(red.abs_diff(200) <= 2 && opacity == 255, "{case}: {red}, {opacity}");
        }
    }
}

#[test]
fn the_first_frame_of_animations_is_used() {
    let photo = photo();
    let mut gif = Vec::new();
    let mut encoder = GifEncoder::new(&mut gif);
    let frame = |picture: RgbImage| Frame::new(image::DynamicImage::from(picture).into_rgba8());
    encoder.encode_frames([frame(photo.clone()), frame(RgbImage::new(SIZE.0, SIZE.1))]).unwrap();
    drop(encoder);
    let control = chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]);
    let frame =
        [&[0; 4][..], &SIZE.0.to_be_bytes(), &SIZE.1.to_be_bytes(), &[0; 8], &[0, 1, 0, 10, 0, 0]].concat();
    let png = png_of(SIZE, [8, 2, 0], &[control, chunk(b"fcTL", &frame)], &rows(&photo, Vec::from));
    for (case, bytes) in [("GIF", gif), ("WebP", animated_webp(&photo)), ("PNG", png)] {
        assert!(inspect(&bytes).unwrap().is_animated, "{case}");
        assert!(assert_derived(&bytes, case).facts.is_animated);
    }
    for format in [ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Png] {
        assert!(!inspect(&file(photo.clone(), format)).unwrap().is_animated, "{format:?}");
    }
}

/// Lossy WebP, which nothing here can write: the photo of these tests, written by Pillow.
#[test]
fn lossy_webp_is_derived() {
    assert_derived(include_bytes!("lossy.webp"), "lossy");
    let derived = derive(include_bytes!("lossy_with_opacity.webp"), Recipe::Nothing).unwrap();
    assert_eq!(derived.view.media, Media::Png);
}
