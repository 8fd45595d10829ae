//! Files of ours that another program overwrote in place.

use std::fs;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::limits::TOMBSTONE_AGE;
use domain::{Body, ChangeKind, CodeText, Key, Level, Space};
use futures::StreamExt as _;

use crate::bucket::{BucketError, DirectoryBucket};
use crate::catalog::MemoryCatalog;
use crate::check::check;
use crate::testing::{Stage, collected, granted, next_change, operator};
use crate::verbs::purge::purge;
use crate::{Gallery, Options, Ports};

fn png(text: &str) -> Bytes {
    qr::png(CodeText::parse(text, Level::H).unwrap().symbol()).into()
}

/// A gallery with one code of ours, and its key.
async fn stage() -> (Stage, Key) {
    let stage = Stage::open().await;
    let key = stage.publish("ours", "r").await.unwrap().change.entry.content.key;
    (stage, key)
}

#[tokio::test]
async fn overwritten_object_updates_its_entry() {
    let (stage, key) = stage().await;
    let before = stage.entry(1).await.content.clone();
    let mut feed = stage.subscribe(None).await;
    let theirs = png("theirs, and longer than ours");
    let written = stage.bucket.overwrite(&key, theirs.clone());
    // Not inspected yet: the file is served whole all the same.
    let (stale, object) = stage.gallery.file(&granted(&Space::main()), 1, None).await.unwrap();
    assert_eq!(stale.content, before);
    assert_eq!(object.info, written);
    assert_eq!(collected(object).await, theirs);

    let change = next_change(&mut feed).await.unwrap();
    let content = change.entry.content;
    assert_eq!((change.kind, change.seq, change.entry.id), (ChangeKind::Updated, 2, 1));
    assert_eq!(content.value(), Some("theirs, and longer than ours"));
    assert_eq!((content.size_bytes, &content.etag), (written.size_bytes, &written.etag));
    assert_eq!(content.style().unwrap().level, Level::H);
    assert!(content.sha256.is_some() && content.sha256 != before.sha256);
    assert_eq!((content.key, content.name), (before.key, before.name));
    let report = check(&operator(), &*stage.bucket, &*stage.catalog, stage.clock().now()).await.unwrap();
    assert!(report.is_clean(), "{report:?}");

    stage.bucket.overwrite(&key, Bytes::from_static(b"no code any more"));
    let content = next_change(&mut feed).await.unwrap().entry.content;
    assert_eq!(content.body, Body::plain_file());
}

/// A slow download gets one version completely, or breaks off: its address names that version and may be cached for
/// ever.
#[tokio::test]
async fn a_picture_overwritten_in_place_is_never_served_mixed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo.png");
    let bucket = Arc::new(DirectoryBucket::open(folder.path()).unwrap());
    fs::write(&path, vec![1; 1_000_000]).unwrap();
    let options = Options { reconcile_every: Duration::from_secs(300), ..Options::default() };
    let gallery = Gallery::open(Ports::in_memory_beside(bucket, Arc::new(MemoryCatalog::new())), options)
        .await
        .unwrap();
    gallery.reconcile().await.unwrap();
    let whole = || async { gallery.file(&granted(&Space::main()), 1, None).await.unwrap() };
    let (entry, object) = whole().await;
    assert!(entry.content.sha256.is_some() && entry.content.etag == object.info.etag);
    assert_eq!(collected(object).await, vec![1; 1_000_000]);

    // Like a program that preserves times: only the bytes differ.
    let (_, mut object) = whole().await;
    let mut served = object.bytes.next().await.unwrap().unwrap().to_vec();
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    let time = file.metadata().unwrap().modified().unwrap();
    file.write_all_at(&vec![2; 1_000_000], 0).unwrap();
    file.set_modified(time).unwrap();
    let outcome = loop {
        match object.bytes.next().await {
            Some(Ok(piece)) => served.extend_from_slice(&piece),
            end => break end,
        }
    };
    assert!(matches!(outcome, Some(Err(BucketError::Changed))), "{outcome:?}");
    assert!(served.len() < 1_000_000, "not complete");
}

#[tokio::test]
async fn purge_keeps_foreign_versions() {
    let (stage, key) = stage().await;
    stage.gallery.remove(&granted(&Space::main()), 1).await.unwrap();
    stage.pass(TOMBSTONE_AGE + Duration::from_secs(2 * 60 * 60));
    // The purge comes before the inspection.
    stage.bucket.overwrite(&key, png("theirs"));
    purge(stage.gallery.shared(), &stage.gallery.reconciler().reader, stage.clock().now()).await.unwrap();
    assert_eq!(stage.object_count().await, 1);
    stage.gallery.reconcile().await.unwrap();
    assert_eq!(stage.entry(1).await.content.value(), Some("theirs"));
    assert_eq!(stage.listed().await, [1]);
}
