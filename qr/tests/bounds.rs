//! Adversarial pictures take bounded memory: a separate process reads each with a limited address space, and would
//! abort beyond it. Not here: the work (`src/detect/tests.rs`), which is counted.
#![cfg(target_os = "linux")]

use std::io::Cursor;
use std::process::Command;

use image::{DynamicImage, GrayImage, ImageFormat, Luma, RgbImage};
use qr::{DetectError, detect};

/// The memory that any untrusted input may take, not counting the picture itself.
const MOST_BYTES: u64 = 256 * 1000 * 1000;

/// Names the picture to read, when this program was started for that.
const PICTURE: &str = "QRATE_BOUNDED_PICTURE";

/// Not a test by itself: `within_bounds` starts it.
#[test]
fn read_in_little_memory() {
    let Some(path) = std::env::var_os(PICTURE) else { return };
    let picture = std::fs::read(path).unwrap();
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmSize:")).unwrap();
    let now = 1024 * kilobytes.trim().trim_end_matches(" kB").parse::<u64>().unwrap();
    rlimit::setrlimit(rlimit::Resource::AS, now + MOST_BYTES, now + MOST_BYTES).unwrap();
    println!("{:?}", detect(&picture).map(|reading| reading.text));
}

/// Has a separate process read the picture, and returns its output.
fn within_bounds(picture: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), picture).expect("a file can be written");
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "read_in_little_memory", "--nocapture"])
        .env(PICTURE, file.path())
        .output()
        .expect("it starts");
    assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).expect("it is encoded");
    bytes.into_inner()
}

fn finder_is_dark(x: u32, y: u32) -> bool {
    let ring = (x % 8).abs_diff(3).max((y % 8).abs_diff(3));
    ring == 3 || ring < 2
}

fn tiled(width: u32, height: u32) -> GrayImage {
    GrayImage::from_fn(width, height, |x, y| Luma([if finder_is_dark(x, y) { 0 } else { 255 }]))
}

/// Regression: the reader took gigabytes, the program aborted, and again at each start.
#[test]
fn a_picture_tiled_with_finders_takes_bounded_memory() {
    let said = within_bounds(&encoded(tiled(4000, 4000), ImageFormat::Png));
    assert!(said.contains(&format!("{:?}", Err::<String, _>(DetectError::NoCode))), "{said}");
}

#[test]
fn wide_and_large_pictures_take_bounded_memory() {
    for picture in [
        encoded(tiled(16_384, 1000), ImageFormat::Png),
        // Larger than it is searched, and in colour.
        encoded(RgbImage::new(4_500, 4_000), ImageFormat::Png),
        encoded(RgbImage::new(4_500, 4_000), ImageFormat::Jpeg),
    ] {
        let said = within_bounds(&picture);
        assert!(said.contains("NoCode"), "{said}");
    }
}
