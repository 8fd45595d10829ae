//! Pictures that killed a program, and pictures that another program is reading.

use std::time::Duration;

use bytes::Bytes;
use domain::{CodeText, Key, Level, Sha256, Timestamp};
use serde_json::json;
use sha2::Digest as _;

use crate::bucket::{Bucket as _, BucketError};
use crate::check::check;
use crate::testing::{START_MS, Stage, operator};

fn png(text: &str) -> Bytes {
    qr::png(CodeText::parse(text, Level::M).unwrap().symbol()).into()
}

/// A foreign picture that another run of the program began to read at `START_MS`.
async fn being_read() -> (Stage, Key) {
    let stage = Stage::open().await;
    let picture = png("deadly");
    let mark = Key::of_mark(&Sha256(sha2::Sha256::digest(&picture).into()));
    let since = Timestamp::from_unix_ms(START_MS);
    let text = json!({"run": "another", "since": since, "key": "photo.png"}).to_string();
    stage.bucket.mark(&mark, text.into()).await.unwrap();
    for name in ["photo.png", "copy.png"] {
        stage.bucket.overwrite(&name.parse().unwrap(), picture.clone());
    }
    stage.gallery.reconcile().await.unwrap();
    (stage, mark)
}

#[tokio::test]
async fn picture_being_read_elsewhere_is_left_alone() {
    let (stage, mark) = being_read().await;
    assert!(stage.listed().await.is_empty(), "added neither read nor unread");
    // The other run has read it, and was stopped before it added it.
    stage.bucket.unmark(&mark).await.unwrap();
    stage.gallery.reconcile().await.unwrap();
    for id in [1, 2] {
        assert_eq!(stage.entry(id).await.content.value(), Some("deadly"));
    }
    assert!(matches!(stage.bucket.head(&mark).await, Err(BucketError::NotFound)), "no mark is left");
}

#[tokio::test]
async fn picture_that_killed_a_program_is_added_unread() {
    let (stage, _) = being_read().await;
    stage.pass(Duration::from_secs(121));
    stage.gallery.reconcile().await.unwrap();
    for id in [1, 2] {
        let content = stage.entry(id).await.content.clone();
        assert!(content.photo().is_some() && content.values().is_empty(), "every copy: {:?}", content.body);
        assert!(content.sha256.is_some());
    }
    let report = check(&operator(), &*stage.bucket, &*stage.catalog, stage.clock().now()).await.unwrap();
    assert!(report.is_clean());
    assert_eq!(report.unread.len(), 2);
    let finding = report.unread[0].to_string();
    assert!(finding.starts_with("main #") && finding.contains("was added without being read"), "{finding}");

    stage.bucket.overwrite(&"photo.png".parse().unwrap(), png("another version"));
    stage.gallery.reconcile().await.unwrap();
    let read = [stage.entry(1).await, stage.entry(2).await];
    let read: Vec<_> = read.iter().filter_map(|entry| entry.content.value()).collect();
    assert_eq!(read, ["another version"]);
    let report = check(&operator(), &*stage.bucket, &*stage.catalog, stage.clock().now()).await.unwrap();
    assert_eq!(report.unread.len(), 1);
}

#[tokio::test]
async fn invalid_reading_mark_is_ignored() {
    let stage = Stage::open().await;
    let picture = png("text");
    let mark = Key::of_mark(&Sha256(sha2::Sha256::digest(&picture).into()));
    // The program died between creating the mark and writing it.
    stage.bucket.mark(&mark, Bytes::new()).await.unwrap();
    stage.bucket.overwrite(&"photo.png".parse().unwrap(), picture);
    stage.gallery.reconcile().await.unwrap();
    assert_eq!(stage.entry(1).await.content.value(), Some("text"));
}
