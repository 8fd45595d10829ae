//! Hostile photos: each ends with pictures or with an error that names the reason, and none panics. Not here: how much
//! memory they take (`memory`), and random ones (`fuzz`).

use image::{ImageFormat, RgbImage};

use super::draw::{chunk, exif, file, inks, jpeg_of, jpeg_with, noise, png_of, quarters, rows};
use crate::{MAX_SIDE, PhotoError, Recipe, derive, inspect};

fn photo() -> RgbImage {
    quarters(120, 90)
}

/// One of each format that tests can write.
pub(super) fn files() -> Vec<(&'static str, Vec<u8>)> {
    let photo = photo();
    let noise = noise(40, 30);
    vec![
        ("JPEG", jpeg_with(&photo, |encoder| encoder.add_exif_metadata(&exif(6)).unwrap())),
        ("progressive JPEG", jpeg_with(&photo, |encoder| encoder.set_progressive(true))),
        ("YCCK JPEG", jpeg_of(&inks(&photo), (120, 90), jpeg_encoder::ColorType::CmykAsYcck, |_| {})),
        ("PNG", png_of((120, 90), [8, 2, 0], &[chunk(b"eXIf", &exif(8))], &rows(&photo, Vec::from))),
        ("interlaced PNG", png_of((120, 90), [8, 2, 1], &[], &super::draw::interlaced_rows(&photo))),
        ("WebP", file(noise.clone(), ImageFormat::WebP)),
        ("animated WebP", super::draw::animated_webp(&noise)),
        ("lossy WebP", include_bytes!("lossy.webp").to_vec()),
        ("lossy WebP with opacity", include_bytes!("lossy_with_opacity.webp").to_vec()),
        ("GIF", file(noise, ImageFormat::Gif)),
    ]
}

#[test]
fn truncated_photos_are_refused_or_shown() {
    for (name, bytes) in files() {
        for place in 0..64 {
            let length = bytes.len() * place / 64;
            let ended = derive(&bytes[..length], Recipe::Mirrored);
            match ended {
                // Half of an animation has its first frame.
                Ok(_) => assert!(
                    place > if name == "animated WebP" { 28 } else { 48 },
                    "{name}, {place}/64: a picture of so little"
                ),
                Err(PhotoError::Empty) => assert_eq!(length, 0, "{name}"),
                Err(PhotoError::NotAPicture) => assert!(length < 12, "{name}: {length} bytes"),
                Err(error) => assert!(matches!(error, PhotoError::Corrupt(_)), "{name}, {place}/64: {error}"),
            }
        }
        derive(&bytes, Recipe::Mirrored).unwrap();
    }
}

#[test]
fn nothing_is_no_photo() {
    assert_eq!(inspect(b""), Err(PhotoError::Empty));
    assert_eq!(derive(b"", Recipe::Mirrored), Err(PhotoError::Empty));
    for bytes in [&b"\0\0\0\0\0\0\0\0"[..], b"PK\x03\x04", b"<!DOCTYPE html>", b"%PDF-1.7", &[0xFF; 5000]] {
        assert_eq!(inspect(bytes), Err(PhotoError::NotAPicture));
    }
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
    assert_eq!(derive(heic, Recipe::Mirrored), Err(PhotoError::Unsupported("HEIC")));
}

/// Hundreds of bytes that claim gigapixels, and others that claim just more than is allowed.
#[test]
fn too_large_photos_are_refused_from_the_header() {
    let png = |width, height| png_of((width, height), [8, 2, 0], &[], &[0; 900]);
    let gif = |width: u16, height: u16| {
        [
            b"GIF89a",
            &width.to_le_bytes()[..],
            &height.to_le_bytes(),
            b"\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;",
        ]
        .concat()
    };
    let jpeg = |width: u16, height: u16| {
        let mut bytes = jpeg_with(&quarters(16, 16), |_| {});
        let frame = bytes.windows(2).position(|marker| marker == [0xFF, 0xC0]).unwrap();
        bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
        bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
        bytes
    };
    for (bytes, size) in [
        (png(100_000, 100_000), (100_000, 100_000)),
        (png(MAX_SIDE + 1, 10), (MAX_SIDE + 1, 10)),
        (png(10_001, 10_000), (10_001, 10_000)),
        (jpeg(65_500, 65_500), (65_500, 65_500)),
        (jpeg(16_385, 1), (16_385, 1)),
        (gif(65_535, 65_535), (65_535, 65_535)),
    ] {
        assert!(bytes.len() < 1200);
        for error in [inspect(&bytes).unwrap_err(), derive(&bytes, Recipe::Mirrored).unwrap_err()] {
            let PhotoError::TooLarge { width, height, most_pixels, most_side } = error else {
                panic!("{size:?}: {error}");
            };
            assert_eq!((width, height, most_side), (size.0, size.1, MAX_SIDE));
            assert!((20_000_000..=100_000_000).contains(&most_pixels), "{most_pixels}");
        }
    }
    for bytes in [png(0, 7), png(7, 0)] {
        assert!(matches!(inspect(&bytes), Err(PhotoError::Corrupt(_))));
    }
}

#[test]
fn variants_that_nothing_decodes_are_named() {
    let mut bytes = jpeg_with(&photo(), |_| {});
    let frame = bytes.windows(2).position(|marker| marker == [0xFF, 0xC0]).unwrap();
    for (marker, name) in
        [(0xC3, "lossless JPEG"), (0xC9, "arithmetic-coded JPEG"), (0xC5, "hierarchical JPEG")]
    {
        bytes[frame + 1] = marker;
        assert_eq!(inspect(&bytes), Err(PhotoError::Unsupported(name)));
    }
}

/// Progressive, of one grey, through all of its blocks again and again in a few bytes each (ITU-T T.81, G.1.2.2: a run
/// of ends of bands).
#[test]
fn scans_without_number_are_refused() {
    let side: u16 = 4000;
    let blocks = usize::from(side).div_ceil(8).pow(2);
    let segment = |marker: u8, data: &[u8]| {
        let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, marker][..], &length, data].concat()
    };
    let [high, low] = side.to_be_bytes();
    let table = |class: u8, symbol: u8| [&[class, 1][..], &[0; 15], &[symbol]].concat();
    let mut jpeg = vec![0xFF, 0xD8];
    jpeg.extend(segment(0xDB, &[&[0][..], &[1; 64]].concat()));
    jpeg.extend(segment(0xC2, &[8, high, low, high, low, 1, 1, 0x11, 0]));
    jpeg.extend(segment(0xC4, &table(0x00, 0x00)));
    jpeg.extend(segment(0xC4, &table(0x10, 0xE0)));
    jpeg.extend(segment(0xDA, &[1, 1, 0x00, 0, 0, 0]));
    jpeg.extend(vec![0; blocks.div_ceil(8)]);
    for _ in 0..50_000 {
        jpeg.extend(segment(0xDA, &[1, 1, 0x00, 1, 63, 0]));
        jpeg.extend(vec![0; (blocks.div_ceil(1 << 14) * 15).div_ceil(8)]);
    }
    jpeg.extend([0xFF, 0xD9]);
    assert_eq!(derive(&jpeg, Recipe::Mirrored), Err(PhotoError::Unsupported("JPEG of too many scans")));
}

/// A frame of gigapixels in a picture of one.
#[test]
fn frames_beyond_their_picture_are_refused() {
    let gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\xFF\xFF\xFF\xFF\0\x02\x02D\x01\0;";
    assert!(matches!(derive(gif, Recipe::Mirrored), Err(PhotoError::Corrupt(_))));
}

#[test]
fn broken_exif_is_ignored() {
    let good = exif(1);
    let mut broken = vec![
        Vec::new(),
        b"II".to_vec(),
        vec![0xFF; 60_000],
        b"II*\0\x08\0\0\0".to_vec(),
        // The directory follows itself.
        [&b"MM\0*\0\0\0\x08\0\0"[..], &8_u32.to_be_bytes()].concat(),
        [&b"II*\0\x08\0\0\0"[..], &[0xFF; 60_000]].concat(),
    ];
    broken.extend((0..good.len()).step_by(3).map(|end| good[..end].to_vec()));
    broken.extend((0..good.len()).map(|place| {
        let mut changed = good.clone();
        changed[place] = !changed[place];
        changed
    }));
    for data in broken {
        let jpeg = jpeg_with(&photo(), |encoder| encoder.add_exif_metadata(&data).unwrap());
        let facts = inspect(&jpeg).unwrap();
        assert_eq!(facts.width.max(facts.height), 120);
        let rows = rows(&photo(), Vec::from);
        inspect(&png_of((120, 90), [8, 2, 0], &[chunk(b"eXIf", &data)], &rows)).unwrap();
    }
}

/// Valid in two formats at once: only the picture goes on.
#[test]
fn polyglots_lose_their_other_half() {
    let zip = [b"PK\x03\x04".to_vec(), b"a file in an archive".repeat(20), b"PK\x05\x06".to_vec()].concat();
    let html = b"<!DOCTYPE html><script>alert('a script in a picture')</script>".to_vec();
    for (name, photo) in files() {
        for other in [&zip, &html] {
            let polyglot = [photo.clone(), other.clone()].concat();
            let derived =
                derive(&polyglot, Recipe::Mirrored).unwrap_or_else(|error| panic!("{name}: {error}"));
            for picture in [&derived.thumbnail, &derived.view, derived.result.as_ref().unwrap()] {
                assert!(!picture.bytes.windows(20).any(|window| other.starts_with(window)), "{name}");
            }
        }
    }
    let in_comment = jpeg_with(&photo(), |encoder| encoder.add_app_segment(9, html.clone()).unwrap());
    let derived = derive(&in_comment, Recipe::Mirrored).unwrap();
    assert!(!derived.result.unwrap().bytes.windows(6).any(|window| window == b"script"));
    // A GIF's header that begins a script.
    assert!(derive(b"GIF89a=1;alert('a script');/*".as_slice(), Recipe::Mirrored).is_err());
}
