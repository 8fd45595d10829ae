//! Removing and restoring.

use std::time::Duration;

use domain::limits::TOMBSTONE_AGE;
use domain::{ChangeKind, Space, State};

use crate::GalleryError;
use crate::bucket::Bucket as _;
use crate::testing::{Stage, granted, next_step};

#[tokio::test]
async fn entry_is_removed_and_restored() {
    let stage = Stage::open().await;
    let main = Space::main();
    stage.publish("one", "r1").await.unwrap();
    stage.publish("two", "r2").await.unwrap();
    let mut subscription = stage.subscribe(None).await;

    let removed = stage.gallery.remove(&granted(&main), 1).await.unwrap();
    assert_eq!((removed.seq, removed.kind), (3, ChangeKind::Removed));
    assert_eq!(next_step(&mut subscription).await, (3, ChangeKind::Removed, 1));
    assert_eq!(stage.listed().await, [2]);
    assert!(matches!(stage.entry(1).await.state, State::Removed { .. }));
    assert!(matches!(stage.gallery.file(&granted(&main), 1, None).await, Err(GalleryError::Gone)));
    assert_eq!(stage.gallery.find_value(&granted(&main), "one").await.unwrap(), None);
    assert_eq!(stage.gallery.remove(&granted(&main), 1).await.unwrap(), removed, "again changes nothing");

    let restored = stage.gallery.restore(&granted(&main), 1).await.unwrap();
    assert_eq!((restored.seq, restored.kind), (4, ChangeKind::Restored));
    assert_eq!(next_step(&mut subscription).await, (4, ChangeKind::Restored, 1));
    assert_eq!(stage.listed().await, [2, 1]);
    assert_eq!(stage.gallery.restore(&granted(&main), 1).await.unwrap(), restored, "again changes nothing");
    stage.gallery.file(&granted(&main), 1, None).await.unwrap();
}

#[tokio::test]
async fn invalid_removals_and_restorations_are_refused() {
    let stage = Stage::open().await;
    let main = Space::main();
    assert!(matches!(stage.gallery.remove(&granted(&main), 1).await, Err(GalleryError::NotFound)));
    let key = stage.publish("one", "r1").await.unwrap().change.entry.content.key;
    assert!(matches!(stage.gallery.remove(&granted(&main), 2).await, Err(GalleryError::NotFound)));
    assert!(matches!(stage.gallery.restore(&granted(&main), 2).await, Err(GalleryError::NotFound)));
    stage.gallery.remove(&granted(&main), 1).await.unwrap();
    stage.bucket.delete(&key).await.unwrap();
    assert!(matches!(stage.gallery.restore(&granted(&main), 1).await, Err(GalleryError::Gone)));
}

#[tokio::test]
async fn removal_is_final_once_purge_may_run() {
    let stage = Stage::open().await;
    stage.publish("one", "r1").await.unwrap();
    stage.gallery.remove(&granted(&Space::main()), 1).await.unwrap();
    stage.pass(TOMBSTONE_AGE + Duration::from_millis(1));
    assert!(matches!(stage.gallery.restore(&granted(&Space::main()), 1).await, Err(GalleryError::Gone)));
}

#[tokio::test]
async fn removal_by_another_instance_wins() {
    let stage = Stage::open().await;
    let main = Space::main();
    let other = stage.another().await;
    stage.publish("one", "r1").await.unwrap();
    let theirs = other.remove(&granted(&main), 1).await.unwrap();
    let ours = stage.gallery.remove(&granted(&main), 1).await.unwrap();
    assert_eq!(ours, theirs);
}

#[tokio::test]
async fn fresh_change_of_another_instance_is_known() {
    let stage = Stage::open().await;
    let main = Space::main();
    let (one, other) = (&stage.gallery, stage.another().await);
    for round in 0..20 {
        let id = stage.publish("one", &format!("r{round}")).await.unwrap().change.entry.id;
        assert_eq!(other.entry(&granted(&main), id).await.unwrap().id, id, "added a moment ago");
        one.remove(&granted(&main), id).await.unwrap();
        assert_eq!(other.restore(&granted(&main), id).await.unwrap().kind, ChangeKind::Restored);
        let removed = one.remove(&granted(&main), id).await.unwrap();
        assert_eq!(removed.seq, 4 * round + 4, "the removal is done, not taken for a repetition");
    }
}
