//! Pictures that kill the program, and what the next run does with them.

use std::path::Path;
use std::time::{Duration, Instant};

use image::{GrayImage, ImageFormat, Luma};
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use crate::support::{Program, qrate};

/// Puts a file into the bucket atomically.
fn put(bucket: &Path, name: &str, bytes: &[u8]) {
    let aside = bucket.with_extension("aside");
    std::fs::write(&aside, bytes).unwrap();
    std::fs::rename(aside, bucket.join(name)).unwrap();
}

/// A picture of noise: a second of work, or a tenth when it has a third of the side.
fn noise(side: u32) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(7);
    let noise = GrayImage::from_fn(side, side, |_, _| Luma([random.u8(..)]));
    let mut png = std::io::Cursor::new(Vec::new());
    noise.write_to(&mut png, ImageFormat::Png).unwrap();
    png.into_inner()
}

/// The number of pictures that are being read, or were when the program died. An empty mark is none yet.
fn marks(data: &Path) -> usize {
    let is_written = |mark: &std::fs::DirEntry| mark.metadata().is_ok_and(|mark| mark.len() > 0);
    let marks = std::fs::read_dir(data.join("bucket/_qrate/reading"));
    marks.map_or(0, |marks| marks.flatten().filter(is_written).count())
}

/// A program that is reading a picture, and its folder. On a busy machine the picture may be read before its mark is
/// seen: then it starts over in a new folder.
async fn reading(photo: &[u8]) -> (TempDir, Program) {
    loop {
        let folder = tempdir().unwrap();
        let data = folder.path().join("data");
        let program = Program::start(&data);
        put(&data.join("bucket"), "photo.png", photo);
        let given_up_at = Instant::now() + Duration::from_secs(10);
        while Instant::now() < given_up_at {
            if marks(&data) > 0 {
                return (folder, program);
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// The only entry, once it meets a condition.
async fn entry(program: &Program, is_wanted: impl Fn(&Value) -> bool) -> Value {
    let url = format!("{}api/v1/spaces/main/entries", program.url);
    loop {
        let listing: Value = reqwest::get(&url).await.unwrap().json().await.unwrap();
        if let Some(entry) = listing["entries"].as_array().unwrap().first().filter(|entry| is_wanted(entry)) {
            return entry.clone();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn picture_that_killed_the_program_is_added_unread() {
    let photo = noise(3000);
    let folder = loop {
        let (folder, mut program) = reading(&photo).await;
        program.kill();
        if marks(&folder.path().join("data")) == 1 {
            break folder;
        }
    };
    let data = folder.path().join("data");
    let bucket = data.join("bucket");

    let mut program = Program::start(&data);
    let taken_in = entry(&program, |entry| entry["name"] == "photo.png").await;
    assert_eq!((&taken_in["kind"], &taken_in["value"]), (&json!("photo"), &Value::Null));
    assert!(program.log().contains("it is adopted unread"), "{}", program.log());
    program.stop();
    let check = qrate(&["check", "--data-dir", data.to_str().unwrap()]);
    let said = String::from_utf8(check.stdout).unwrap();
    assert!(check.status.success(), "this is not damage: {said}");
    assert!(said.contains("main #1: the picture photo.png was added without being read"), "{said}");

    let program = Program::start(&data);
    let code = reqwest::get(format!("{}qr?text=another+version&format=png", program.url));
    put(&bucket, "photo.png", &code.await.unwrap().bytes().await.unwrap());
    entry(&program, |entry| entry["value"] == "another version").await;
    assert_eq!(marks(&data), 1, "a picture that was read leaves no mark");
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_leaves_no_reading_mark() {
    let (folder, mut program) = reading(&noise(1000)).await;
    program.stop();
    assert_eq!(marks(&folder.path().join("data")), 0);
}
