//! All eight orientations of EXIF, in each format that has them. Not here: how two turns become one (`turn`).

use image::ImageFormat;

use super::draw::{chunk, decoded, exif, file, jpeg_with, png_of, quarters, rows};
use super::pipeline::{assert_corners, corners};
use crate::{Recipe, derive, inspect};

/// The corners of the stored picture that are seen in the corners of the upright one (EXIF 3.0, tag 0x0112: which
/// row and which column of the stored picture are the upper and the left side).
const UPRIGHT: [[usize; 4]; 8] = [
    [0, 1, 2, 3],
    [1, 0, 3, 2],
    [3, 2, 1, 0],
    [2, 3, 0, 1],
    [0, 2, 1, 3],
    [2, 0, 3, 1],
    [3, 1, 2, 0],
    [1, 3, 0, 2],
];

/// VP8X with the flag for EXIF data, and those at the end (RFC 9649, 2.7).
fn webp(orientation: u8) -> Vec<u8> {
    let still = file(quarters(2400, 1600), ImageFormat::WebP);
    let mut data = exif(orientation);
    data.resize(data.len().next_multiple_of(2), 0);
    let minus_one = |length: u32| (length - 1).to_le_bytes()[..3].to_vec();
    let size = [minus_one(2400), minus_one(1600)].concat();
    let canvas = [b"VP8X\x0A\0\0\0\x08\0\0\0".to_vec(), size].concat();
    let length = u32::try_from(data.len()).unwrap().to_le_bytes();
    let body = [b"WEBP", &canvas[..], &still[12..], b"EXIF", &length, &data].concat();
    [b"RIFF", &u32::try_from(body.len()).unwrap().to_le_bytes()[..], &body].concat()
}

#[test]
fn every_orientation_becomes_upright() {
    let photo = quarters(2400, 1600);
    let stored = corners(&photo);
    for (orientation, places) in (1..).zip(UPRIGHT) {
        let upright = places.map(|place| stored[place]);
        let [a, b, c, d] = upright;
        let jpeg = jpeg_with(&photo, |encoder| encoder.add_exif_metadata(&exif(orientation)).unwrap());
        let png =
            png_of((2400, 1600), [8, 2, 0], &[chunk(b"eXIf", &exif(orientation))], &rows(&photo, Vec::from));
        for (format, bytes) in [("JPEG", jpeg), ("PNG", png), ("WebP", webp(orientation))] {
            let case = format!("{format}, {orientation}");
            let facts = inspect(&bytes).unwrap();
            let size = if orientation < 5 { (2400, 1600) } else { (1600, 2400) };
            assert_eq!((facts.width, facts.height), size, "{case}");
            let derived = derive(&bytes, Recipe::Mirrored).unwrap();
            assert_corners(&decoded(&derived.thumbnail.bytes), upright, &case);
            assert_corners(&decoded(&derived.view.bytes), upright, &case);
            let result = decoded(&derived.result.unwrap().bytes);
            assert_eq!(result.dimensions(), size, "{case}");
            assert_corners(&result, [b, a, d, c], &case);
        }
    }
}
