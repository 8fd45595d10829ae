//! Colours stay right: profiles are kept, or applied. Not here: how the formats store profiles.

use image::{ImageFormat, Rgb, RgbImage};
use moxcms::{ColorProfile, Layout, TransformOptions};

use super::draw::{chunk, decoded, deflated, jpeg_with, png_of, rows};
use crate::{Recipe, derive, inspect};

/// As seen on a screen, in sRGB.
const SEEN: [[u8; 3]; 4] = [[230, 60, 50], [60, 180, 70], [50, 80, 200], [200, 170, 120]];

fn converted(from: &ColorProfile, to: &ColorProfile, colour: [u8; 3]) -> [u8; 3] {
    let transform =
        from.create_transform_8bit(Layout::Rgb, to, Layout::Rgb, TransformOptions::default()).unwrap();
    let mut converted = [0; 3];
    transform.transform(&colour, &mut converted).unwrap();
    converted
}

fn assert_colour(picture: &RgbImage, expected: [u8; 3], case: &str) {
    let Rgb(found) = *picture.get_pixel(picture.width() / 2, picture.height() / 2);
    let is_near = found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 6);
    assert!(is_near, "{case}: {found:?} for {expected:?}");
}

/// An iPhone's photos would look dull if their numbers were taken for sRGB.
#[test]
fn wide_colours_do_not_become_dull() {
    let (p3, srgb) = (ColorProfile::new_display_p3(), ColorProfile::new_srgb());
    let icc = p3.encode().unwrap();
    for seen in SEEN {
        let stored = converted(&srgb, &p3, seen);
        assert_ne!(stored, seen);
        let photo = RgbImage::from_pixel(640, 480, Rgb(stored));
        let jpeg = jpeg_with(&photo, |encoder| encoder.add_icc_profile(&icc).unwrap());
        let profile = chunk(b"iCCP", &[b"p3\0\0", &deflated(&icc)[..]].concat());
        let png = png_of((640, 480), [8, 2, 0], &[profile], &rows(&photo, Vec::from));
        for bytes in [jpeg, png] {
            assert!(inspect(&bytes).unwrap().has_profile);
            let derived = derive(&bytes, Recipe::Mirrored).unwrap();
            assert_colour(&decoded(&derived.thumbnail.bytes), seen, "the thumbnail, in sRGB");
            for picture in [&derived.view, derived.result.as_ref().unwrap()] {
                assert!(inspect(&picture.bytes).unwrap().has_profile);
                assert!(picture.bytes.windows(64).any(|window| window == &icc[64..128]));
                assert_colour(&decoded(&picture.bytes), stored, "with its profile");
            }
        }
    }
}

/// Printers' profiles are large: a view has its colours converted instead.
#[test]
fn views_carry_no_large_profile() {
    let (p3, srgb) = (ColorProfile::new_display_p3(), ColorProfile::new_srgb());
    let mut icc = p3.encode().unwrap();
    icc.resize(300_000, 0);
    let length = u32::try_from(icc.len()).unwrap().to_be_bytes();
    icc[..4].copy_from_slice(&length);
    let stored = converted(&srgb, &p3, SEEN[0]);
    let photo = RgbImage::from_pixel(640, 480, Rgb(stored));
    let jpeg = jpeg_with(&photo, |encoder| encoder.add_icc_profile(&icc).unwrap());
    let derived = derive(&jpeg, Recipe::Mirrored).unwrap();
    assert!(!inspect(&derived.view.bytes).unwrap().has_profile);
    assert_colour(&decoded(&derived.view.bytes), SEEN[0], "the view, in sRGB");
    let result = derived.result.unwrap();
    assert!(inspect(&result.bytes).unwrap().has_profile);
    assert_colour(&decoded(&result.bytes), stored, "the result, with its profile");
}

#[test]
fn useless_profiles_are_left_out() {
    let srgb = ColorProfile::new_srgb().encode().unwrap();
    for (case, icc) in [("sRGB", srgb), ("broken", vec![7; 500])] {
        let photo = RgbImage::from_pixel(64, 48, Rgb(SEEN[0]));
        let jpeg = jpeg_with(&photo, |encoder| encoder.add_icc_profile(&icc).unwrap());
        let derived = derive(&jpeg, Recipe::Mirrored).unwrap();
        for picture in [&derived.thumbnail, &derived.view, derived.result.as_ref().unwrap()] {
            assert!(!inspect(&picture.bytes).unwrap().has_profile, "{case}");
            assert_colour(&decoded(&picture.bytes), SEEN[0], case);
        }
    }
}

/// One colour in all formats: the same everywhere.
#[test]
fn every_format_keeps_a_colour() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
        let photo = super::draw::file(RgbImage::from_pixel(400, 300, Rgb(SEEN[3])), format);
        let derived = derive(&photo, Recipe::Rotated90).unwrap();
        for picture in [&derived.thumbnail, &derived.view, derived.result.as_ref().unwrap()] {
            assert_colour(&decoded(&picture.bytes), SEEN[3], &format!("{format:?}"));
        }
    }
}
