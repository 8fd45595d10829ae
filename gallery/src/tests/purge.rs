//! The purge deletes what has expired, and nothing else.

use std::time::Duration;

use bytes::Bytes;
use domain::limits::{LOG_MAX_CHANGES, REQUEST_ID_AGE, TOMBSTONE_AGE};
use domain::{Key, Space};

use crate::GalleryError;
use crate::bucket::Bucket as _;
use crate::catalog::{Catalog as _, Mutation, Since};
use crate::testing::{Stage, content, granted};
use crate::verbs::purge::purge;

const PAST: Duration = TOMBSTONE_AGE.saturating_add(Duration::from_secs(2 * 60 * 60));

async fn purge_now(stage: &Stage) {
    purge(stage.gallery.shared(), &stage.gallery.reconciler().reader, stage.clock().now()).await.unwrap();
}

#[tokio::test]
async fn purge_deletes_removed_entries_for_good() {
    let stage = Stage::open().await;
    let main = Space::main();
    for n in 1..=3 {
        stage.publish(&n.to_string(), &n.to_string()).await.unwrap();
    }
    stage.gallery.remove(&granted(&main), 2).await.unwrap();
    purge_now(&stage).await;
    stage.entry(2).await;
    stage.pass(PAST);
    stage.gallery.remove(&granted(&main), 3).await.unwrap();
    purge_now(&stage).await;
    assert!(matches!(stage.gallery.entry(&granted(&main), 2).await, Err(GalleryError::NotFound)));
    assert_eq!(stage.object_count().await, 2);
    stage.gallery.reconcile().await.unwrap();
    assert_eq!((stage.listed().await, stage.entry(3).await.revision), (vec![1], 5));
    assert!(matches!(stage.gallery.restore(&granted(&main), 2).await, Err(GalleryError::NotFound)));
    stage.gallery.restore(&granted(&main), 3).await.unwrap();
}

#[tokio::test]
async fn purge_keeps_entries_restored_elsewhere() {
    let stage = Stage::open().await;
    stage.publish("text", "r").await.unwrap();
    stage.gallery.remove(&granted(&Space::main()), 1).await.unwrap();
    stage.pass(PAST);
    // This instance's index does not know it yet when the purge begins.
    stage.catalog.commit(&Space::main(), vec![Mutation::restore(1)]).await.unwrap().remove(0).unwrap();
    assert!(!stage.entry(1).await.state.is_live());
    purge_now(&stage).await;
    assert_eq!((stage.object_count().await, stage.listed().await), (1, vec![1]));
}

#[tokio::test]
async fn purge_deletes_only_the_removed_version() {
    let stage = Stage::open().await;
    let main = Space::main();
    let key: Key = "photo.txt".parse().unwrap();
    stage.bucket.overwrite(&key, Bytes::from_static(b"removed"));
    stage.gallery.wait_for(&granted(&main), 1).await.unwrap();
    stage.gallery.remove(&granted(&main), 1).await.unwrap();
    stage.pass(PAST);
    // Another version is written, and the purge comes before its inspection.
    stage.bucket.overwrite(&key, Bytes::from_static(b"another one"));
    purge_now(&stage).await;
    stage.bucket.head(&key).await.unwrap();
    stage.gallery.reconcile().await.unwrap();
    assert_eq!(stage.listed().await, [1]);
}

#[tokio::test]
async fn purge_works_in_a_copied_directory() {
    let stage = Stage::open().await;
    let key: Key = "photo.png".parse().unwrap();
    let bytes = Bytes::from_static(b"no picture, but named as one");
    stage.bucket.overwrite(&key, bytes.clone());
    stage.gallery.wait_for(&granted(&Space::main()), 1).await.unwrap();
    stage.gallery.remove(&granted(&Space::main()), 1).await.unwrap();
    stage.bucket.overwrite(&key, bytes);
    stage.pass(PAST);
    purge_now(&stage).await;
    stage.gallery.reconcile().await.unwrap();
    assert_eq!((stage.object_count().await, stage.listed().await), (0, vec![]));
}

#[tokio::test]
async fn forgotten_object_returns_as_a_new_entry() {
    let stage = Stage::open().await;
    let key: Key = "photo.txt".parse().unwrap();
    stage.bucket.overwrite(&key, Bytes::from_static(b"text"));
    stage.gallery.wait_for(&granted(&Space::main()), 1).await.unwrap();
    stage.bucket.delete(&key).await.unwrap();
    stage.gallery.wait_for(&granted(&Space::main()), 2).await.unwrap();
    stage.pass(PAST);
    purge_now(&stage).await;
    stage.bucket.overwrite(&key, Bytes::from_static(b"text"));
    stage.gallery.reconcile().await.unwrap();
    assert_eq!(stage.listed().await, [2]);
}

#[tokio::test]
async fn old_request_ids_are_forgotten() {
    let stage = Stage::open().await;
    stage.publish("text", "r").await.unwrap();
    stage.pass(REQUEST_ID_AGE - Duration::from_secs(1));
    purge_now(&stage).await;
    assert!(stage.publish("text", "r").await.unwrap().repeated);
    stage.pass(Duration::from_secs(2));
    purge_now(&stage).await;
    assert!(!stage.publish("text", "r").await.unwrap().repeated);
}

#[tokio::test]
async fn truncation_keeps_the_newest_changes() {
    let stage = Stage::open().await;
    let main = Space::main();
    let add = Mutation::Add { request: None, content: content("main/a", "") };
    stage.catalog.commit(&main, vec![add]).await.unwrap().remove(0).unwrap();
    let tombstone = domain::State::Removed { at: stage.clock().now() };
    for seq in 2..=LOG_MAX_CHANGES + 5 {
        let flip = if seq % 2 == 0 { Mutation::remove(1, tombstone) } else { Mutation::restore(1) };
        stage.catalog.commit(&main, vec![flip]).await.unwrap().remove(0).unwrap();
    }
    purge_now(&stage).await;
    assert_eq!(stage.catalog.since(&main, 4, 1).await.unwrap(), Since::Truncated);
    assert!(matches!(stage.catalog.since(&main, 5, 1).await.unwrap(), Since::Changes(_)));
}
