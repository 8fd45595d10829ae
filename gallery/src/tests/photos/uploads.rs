//! An upload is safe at once, and becomes pictures in the background.

use domain::{Kind, StageState};

use super::*;
use crate::UploadError;
use crate::testing::object;

#[tokio::test]
async fn upload_becomes_its_pictures() {
    let stage = Stage::open().await;
    let bytes = jpeg(800, 400, 10);
    let Uploaded { change, repeated, same } = stage.upload(&bytes, "r").await.unwrap();
    let content = &change.entry.content;
    assert_eq!((change.seq, change.entry.id, repeated, same), (1, 1, false, None));
    assert!(content.key.as_str().starts_with("main/beach-") && content.key.as_str().ends_with(".jpg"));
    assert_eq!((content.name.as_str(), content.kind()), ("Beach.JPG", Kind::Photo));
    let states = content.photo().unwrap().stages.iter().map(|stage| stage.state);
    assert!(states.eq([StageState::Waiting; 4]), "the answer waits for no worker");
    assert_eq!(object(&stage.bucket, &content.key).await, bytes);

    let photo = stage.worked_on(1).await;
    assert_eq!(photo.progress(), None);
    assert_eq!((photo.width, photo.height), (Some(800), Some(400)));
    assert!(photo.hash.is_some() && photo.placeholder.is_some());
    let sizes = [(Step::Thumbnail, 320), (Step::View, 800), (Step::Result, 800)];
    for (step, width) in sizes {
        let facts = photos::inspect(&stage.picture(1, step).await).unwrap();
        assert_eq!(facts.width, width, "{step}");
    }
    assert_eq!(stage.entry(1).await.revision, 3, "begun and done: two changes more");
    let prefix = format!("_qrate/derived/main/1/{}/", content.sha256.unwrap().prefix());
    let names = ["result-flip.jpg", "thumbnail.jpg", "view.jpg"];
    assert_eq!(stage.derived().await, names.map(|name| format!("{prefix}{name}")));
}

#[tokio::test]
async fn repeated_upload_is_kept_once() {
    let stage = Stage::open().await;
    let bytes = jpeg(40, 30, 10);
    stage.upload(&bytes, "r").await.unwrap();
    stage.worked_on(1).await;
    let again = stage.upload(&bytes, "r").await.unwrap();
    assert!(again.repeated && again.change.entry.id == 1);
    assert!(!again.change.entry.content.photo().unwrap().is_unfinished(), "its entry as it is now");
    let other = stage.upload(&jpeg(40, 30, 11), "r").await;
    assert!(matches!(other, Err(GalleryError::RequestReused)), "{other:?}");
    assert_eq!(stage.bucket.list().try_collect::<Vec<_>>().await.unwrap().len(), 1);
}

#[tokio::test]
async fn same_bytes_are_named_and_not_refused() {
    let stage = Stage::open().await;
    let (bytes, grant) = (jpeg(40, 30, 10), granted(&Space::main()));
    for (request, same) in [("a", None), ("b", Some(1)), ("c", Some(2))] {
        assert_eq!(stage.upload(&bytes, request).await.unwrap().same, same);
    }
    let digest = stage.entry(1).await.content.sha256.unwrap();
    let found = || async { stage.gallery.find_digest(&grant, &digest).await.unwrap().map(|entry| entry.id) };
    assert_eq!(found().await, Some(3));
    stage.gallery.remove(&grant, 3).await.unwrap();
    assert_eq!(found().await, Some(2), "a removed one does not count");
}

#[tokio::test]
async fn other_files_are_kept_as_files() {
    let stage = Stage::open().await;
    for (request, bytes, name, end) in [
        ("a", &b"\0\0\0\x18ftypheic\0\0\0\0"[..], "IMG.JPG", ".heic"),
        ("b", b"some notes", "notes.txt", ".txt"),
        ("c", b"some notes", "no extension", ".bin"),
    ] {
        let file = Upload { file_name: name.to_owned(), ..upload(bytes, request).await };
        let uploaded = stage.gallery.upload(&granted(&Space::main()), file).await.unwrap();
        let content = uploaded.change.entry.content;
        assert_eq!(content.kind(), Kind::File);
        assert!(content.key.as_str().ends_with(end), "{}", content.key);
    }
    let refused = stage.upload(b"", "d").await;
    assert!(matches!(refused, Err(GalleryError::Upload(UploadError::Empty))), "{refused:?}");
}

#[tokio::test]
async fn bad_photo_names_its_reason_and_stops_no_other() {
    let stage = Stage::open().await;
    let whole = jpeg(400, 300, 10);
    stage.upload(b"\xff\xd8\xff\xe0 no more", "a").await.unwrap();
    stage.upload(&whole[..whole.len() / 2], "b").await.unwrap();
    stage.upload(&gigantic_png(), "c").await.unwrap();
    stage.upload(&whole, "d").await.unwrap();
    for (id, expected) in [(1, Some(StageError::Corrupt)), (3, Some(StageError::TooLarge)), (4, None)] {
        let photo = stage.worked_on(id).await;
        assert_eq!(reason(&photo), expected, "#{id}");
        assert_eq!(photo.stages[0].attempts, 1, "a permanent fault is not tried again");
    }
    // Half a photo may be shown as far as it goes, or not at all.
    stage.worked_on(2).await;
    let jobs = stage.gallery.jobs(&granted(&Space::main()), 1).await.unwrap();
    assert_eq!((jobs.working_total, jobs.failed[0].id), (0, 3));
    assert!(jobs.failed_total >= 2);
}

/// A picture of 100,000 × 100,000 pixels, by its header.
fn gigantic_png() -> Vec<u8> {
    let header = [0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0, 8, 2, 0, 0, 0];
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    png.extend(header);
    png.extend(crc32(&png[12..]).to_be_bytes());
    png.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xae\x42\x60\x82");
    png
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    };
    !bytes.iter().fold(!0, step)
}

#[tokio::test]
async fn codes_in_an_upload_are_found() {
    let stage = Stage::open().await;
    let code = domain::CodeText::parse("on a poster", domain::Level::M).unwrap();
    stage.upload(&qr::png(code.symbol()), "r").await.unwrap();
    stage.worked_on(1).await;
    let entry = stage.entry(1).await;
    assert_eq!((entry.content.kind(), entry.content.value()), (Kind::Photo, Some("on a poster")));
    let found = stage.gallery.find_value(&granted(&Space::main()), "on a poster").await.unwrap();
    assert_eq!(found.map(|entry| entry.id), Some(1));
}
