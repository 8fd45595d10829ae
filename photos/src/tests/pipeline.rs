//! What becomes of ordinary photos. Not here: unusual formats (`variants`), colours and orientation.

use image::{DynamicImage, ImageFormat, RgbImage};

use super::draw::{decoded, exif, file, jpeg_with, noise, quarters};
use crate::{Media, Recipe, derive, derive_result, inspect, is_similar};

/// Whether two colours are about the same, after two lossy encodings.
fn is_near(a: [u8; 3], b: [u8; 3]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.abs_diff(b) < 40)
}

/// The colours in the corners, from left to right and then from top to bottom.
pub(super) fn corners(picture: &RgbImage) -> [[u8; 3]; 4] {
    let (width, height) = picture.dimensions();
    [(1, 1), (width - 2, 1), (1, height - 2), (width - 2, height - 2)].map(|(x, y)| picture.get_pixel(x, y).0)
}

/// The corners of a derived picture have these colours.
pub(super) fn assert_corners(picture: &RgbImage, expected: [[u8; 3]; 4], case: &str) {
    for (found, expected) in corners(picture).into_iter().zip(expected) {
        assert!(is_near(found, expected), "{case}: {found:?} for {expected:?}");
    }
}

#[test]
fn jpeg_and_png_are_derived() {
    for (format, media) in [(ImageFormat::Jpeg, Media::Jpeg), (ImageFormat::Png, Media::Png)] {
        let photo = quarters(3000, 2000);
        let bytes = file(photo.clone(), format);
        let facts = inspect(&bytes).unwrap();
        assert_eq!((facts.media, facts.width, facts.height), (media, 3000, 2000));
        let derived = derive(&bytes, Recipe::Mirrored).unwrap();
        assert_eq!(derived.facts, facts);
        assert!((10..=30).contains(&derived.placeholder.len()));
        let [a, b, c, d] = corners(&photo);
        assert_eq!(derive_result(&bytes, Recipe::Mirrored).unwrap(), derived.result);
        let result = derived.result.unwrap();
        for (picture, size, expected) in [
            (&derived.thumbnail, (320, 213), [a, b, c, d]),
            (&derived.view, (2048, 1365), [a, b, c, d]),
            (&result, (3000, 2000), [b, a, d, c]),
        ] {
            assert_eq!((picture.media, picture.width, picture.height), (Media::Jpeg, size.0, size.1));
            let picture = decoded(&picture.bytes);
            assert_eq!(picture.dimensions(), size);
            assert_corners(&picture, expected, "derived");
        }
    }
}

#[test]
fn each_recipe_turns_its_own_way() {
    let photo = quarters(60, 40);
    let bytes = file(photo.clone(), ImageFormat::Png);
    let [a, b, c, d] = corners(&photo);
    for (recipe, expected) in [
        (Recipe::Mirrored, [b, a, d, c]),
        (Recipe::UpsideDown, [c, d, a, b]),
        (Recipe::Rotated90, [c, a, d, b]),
        (Recipe::Rotated180, [d, c, b, a]),
        (Recipe::Rotated270, [b, d, a, c]),
    ] {
        let result = derive(&bytes, recipe).unwrap().result.unwrap();
        assert_corners(&decoded(&result.bytes), expected, &format!("{recipe:?}"));
    }
    assert_eq!(derive(&bytes, Recipe::Nothing).unwrap().result, None);
    assert_eq!(Recipe::default(), Recipe::Mirrored);
}

#[test]
fn small_photos_are_not_enlarged() {
    for (width, height) in [(1, 1), (1, 300), (319, 2)] {
        let derived = derive(file(noise(width, height), ImageFormat::Png), Recipe::Rotated90).unwrap();
        assert_eq!((derived.thumbnail.width, derived.thumbnail.height), (width, height));
        assert_eq!((derived.view.width, derived.view.height), (width, height));
        let result = derived.result.unwrap();
        assert_eq!((result.width, result.height), (height, width));
    }
}

/// Sides far apart: the shorter one would become nothing.
#[test]
fn thin_photos_keep_a_pixel() {
    let derived = derive(file(quarters(4000, 3), ImageFormat::Png), Recipe::Mirrored).unwrap();
    assert_eq!((derived.view.width, derived.view.height), (2048, 2));
    assert_eq!((derived.thumbnail.width, derived.thumbnail.height), (320, 1));
}

/// The view is made in bands: it must not differ from one that is made at once.
#[test]
fn bands_leave_no_seams() {
    let photo = DynamicImage::from(noise(2500, 3001)).into_luma8();
    let derived = derive(file(photo.clone(), ImageFormat::Png), Recipe::Nothing).unwrap();
    let view = image::load_from_memory(&derived.view.bytes).unwrap().into_luma8();
    let whole = image::imageops::resize(&photo, view.width(), view.height(), image::imageops::Lanczos3);
    for y in 1..view.height() - 1 {
        let difference = |other: u32| {
            let pixels =
                (0..view.width()).step_by(3).map(|x| (view.get_pixel(x, y), whole.get_pixel(x, other)));
            pixels.map(|(a, b)| u64::from(a.0[0].abs_diff(b.0[0]))).sum::<u64>()
        };
        assert!(difference(y) < difference(y - 1).min(difference(y + 1)), "row {y}");
    }
}

#[test]
fn the_same_photo_gives_the_same_pictures() {
    let photo = file(noise(700, 500), ImageFormat::Jpeg);
    assert_eq!(derive(&photo, Recipe::UpsideDown), derive(&photo, Recipe::UpsideDown));
}

#[test]
fn similar_photos_have_similar_hashes() {
    let photo = quarters(900, 600);
    let hash = |bytes: Vec<u8>| derive(bytes, Recipe::Nothing).unwrap().hash;
    let original = hash(file(photo.clone(), ImageFormat::Png));
    let small = image::imageops::resize(&photo, 450, 300, image::imageops::Triangle);
    assert!(is_similar(original, hash(file(small, ImageFormat::Jpeg))));
    let other = hash(file(image::imageops::flip_horizontal(&photo), ImageFormat::Png));
    assert!(!is_similar(original, other), "{:064b}", original ^ other);
}

#[test]
fn facts_come_from_exif() {
    let photo = jpeg_with(&quarters(60, 40), |encoder| encoder.add_exif_metadata(&exif(6)).unwrap());
    let facts = inspect(&photo).unwrap();
    assert_eq!((facts.width, facts.height), (40, 60));
    assert_eq!(facts.camera.as_deref(), Some("Acme Inc Acme One"));
    assert_eq!(facts.taken_at.as_deref(), Some("2026-05-04T03:02:01+02:00"));
}

#[test]
fn derived_pictures_carry_no_exif_and_no_place() {
    let place = &super::draw::MARK[..16];
    let contains = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).any(|window| window == what);
    let mut chunks = vec![super::draw::chunk(b"eXIf", &exif(1))];
    chunks.push(super::draw::chunk(b"tEXt", &[b"Comment\0", place].concat()));
    let rows = super::draw::rows(&quarters(60, 40), |[r, g, b]| vec![r, g, b, r]);
    let xmp = [b"http://ns.adobe.com/xap/1.0/\0", place].concat();
    for photo in [
        jpeg_with(&quarters(60, 40), |encoder| {
            encoder.add_exif_metadata(&exif(1)).unwrap();
            encoder.add_app_segment(1, xmp).unwrap();
        }),
        super::draw::png_of((60, 40), [8, 6, 0], &chunks, &rows),
    ] {
        assert!(contains(&photo, place), "the test searches for what is there");
        let derived = derive(&photo, Recipe::Mirrored).unwrap();
        for picture in [&derived.thumbnail, &derived.view, derived.result.as_ref().unwrap()] {
            for what in [place, b"Exif", b"eXIf", b"Acme", b"2026:05"] {
                assert!(!contains(&picture.bytes, what), "{}", what.escape_ascii());
            }
        }
    }
}
