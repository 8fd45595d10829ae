//! The largest photos take bounded memory: a separate process derives each within a limited address space, the file
//! and the derived pictures included, and would abort beyond it. Not here: which ones are refused (`hostile`).
#![cfg(target_os = "linux")]

use std::process::Command;

use image::{GrayImage, ImageFormat, RgbImage, RgbaImage};
use jpeg_encoder::SamplingFactor;

use super::draw::{deflated, file, jpeg_with, noise, png_of};
use crate::decode::Opened;
use crate::{Content, Recipe, derive, inspect, sniff};

/// What anything that comes in may take.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// Names the photo, when this program was started for it.
const PHOTO: &str = "QRATE_BOUNDED_PHOTO";

/// Not a test by itself: `within_bounds` starts it.
#[test]
fn derived_in_little_memory() {
    let Some(path) = std::env::var_os(PHOTO) else { return };
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmSize:")).unwrap();
    let now = 1024 * kilobytes.trim().trim_end_matches(" kB").parse::<u64>().unwrap();
    rlimit::setrlimit(rlimit::Resource::AS, now + MOST_BYTES, now + MOST_BYTES).unwrap();
    let derived = derive(std::fs::read(path).unwrap(), Recipe::Rotated90);
    let said = derived.map(|derived| derived.result.map(|result| (result.width, result.height)));
    println!("derived: {said:?}");
}

/// Has a separate process derive the photo, and returns what it says.
fn within_bounds(photo: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), photo).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::memory::derived_in_little_memory", "--nocapture"])
        .env(PHOTO, file.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines().find_map(|line| line.split_once("derived: ")).unwrap().1.to_owned()
}

fn assert_size(photo: &[u8], (width, height): (u32, u32)) {
    assert_eq!(within_bounds(photo), format!("Ok(Some(({height}, {width})))"));
}

/// Fifty megabytes, which hardly compress.
#[test]
fn a_panorama_is_derived() {
    let photo = jpeg_with(&noise(16_000, 3_000), |encoder| encoder.set_quality(92));
    assert!((45 << 20..=50 << 20).contains(&photo.len()), "{}", photo.len());
    assert_size(&photo, (16_000, 3_000));
}

#[test]
fn the_largest_photos_are_derived() {
    let (width, height) = (8_500, 7_500);
    let picture = RgbImage::from_fn(width, height, |x, y| [x.to_le_bytes()[0], y.to_le_bytes()[0], 0].into());
    assert_size(&jpeg_with(&picture, |_| {}), (width, height));
    drop(picture);
    let grey = jpeg_grey(10_000, 10_000);
    assert_size(&grey, (10_000, 10_000));
    let rows = vec![0; (1 + 3 * 8_500) * 7_500];
    assert_size(&png_of((8_500, 7_500), [8, 2, 0], &[], &rows), (8_500, 7_500));
}

fn jpeg_grey(width: u32, height: u32) -> Vec<u8> {
    file(GrayImage::from_fn(width, height, |x, y| [(x ^ y).to_le_bytes()[0]].into()), ImageFormat::Jpeg)
}

/// Draws a photo of this size.
type Draw = fn(u32, u32) -> Vec<u8>;

/// Each as large as its format allows: just below, it is derived; with a little more, it is refused.
#[test]
fn each_format_is_held_to_its_limit() {
    let progressive =
        |width, height| jpeg_with(&RgbImage::new(width, height), |encoder| encoder.set_progressive(true));
    let cases: [(&str, Draw); 7] = [
        ("progressive JPEG", progressive),
        ("scan by scan", |width, height| {
            jpeg_with(&RgbImage::new(width, height), |encoder| {
                encoder.set_sampling_factor(SamplingFactor::F_1_1);
                encoder.set_optimized_huffman_tables(true);
            })
        }),
        ("WebP", |width, height| file(RgbImage::new(width, height), ImageFormat::WebP)),
        ("WebP with opacity", |width, height| file(RgbaImage::new(width, height), ImageFormat::WebP)),
        ("GIF", |width, height| file(RgbImage::new(width, height), ImageFormat::Gif)),
        ("interlaced PNG", |width, height| {
            let rows = super::draw::interlaced_rows(&RgbImage::new(width, height));
            png_of((width, height), [8, 2, 1], &[], &rows)
        }),
        ("PNG of greys with opacity", |width, height| {
            png_of((width, height), [8, 4, 0], &[], &vec![0; (1 + 2 * width as usize) * height as usize])
        }),
    ];
    for (name, draw) in cases {
        let small = draw(64, 64);
        let pixels = allowed_pixels(&small);
        // The file itself counts: a little less than a small one allows.
        let width = 5_000;
        let height = u32::try_from(pixels * 98 / 100).unwrap() / width;
        assert_size(&draw(width, height), (width, height));
        let refused = within_bounds(&draw(width, u32::try_from(pixels).unwrap() / width + 60));
        assert!(refused.contains("TooLarge"), "{name}: {refused}");
    }
}

/// What the header says for a small photo of the same kind.
fn allowed_pixels(photo: &[u8]) -> u64 {
    let Content::Photo(media) = sniff(photo) else { panic!("no photo") };
    Opened::read(media, photo).unwrap().stored.cost.most_pixels(photo.len() as u64)
}

/// Kilobytes that become hundreds of megabytes.
#[test]
fn bombs_are_not_inflated() {
    let bomb = deflated(&vec![b'a'; 300 << 20]);
    let rows = super::draw::rows(&noise(64, 48), Vec::from);
    for (kind, head) in [(b"iCCP", &b"a\0\0"[..]), (b"zTXt", b"a\0\0"), (b"iTXt", b"a\0\x01\0\0\0")] {
        let chunk = super::draw::chunk(kind, &[head, &bomb].concat());
        let png = png_of((64, 48), [8, 2, 0], &[chunk], &rows);
        assert!(!inspect(&png).unwrap().has_profile);
        assert_size(&png, (64, 48));
    }
}
