//! Objects under keys of ours without an entry: orphans of failed saves, and copies that others made.

use std::sync::Arc;
use std::time::Duration;

use domain::limits::ADOPTION_AGE;
use domain::{Key, Kind, Level, Space, Timestamp};

use crate::bucket::{Bucket as _, MemoryBucket, Metadata};
use crate::check::check;
use crate::testing::{Fault, FaultyCatalog, START_MS, Stage, draft, granted, operator};
use crate::{Clock, Gallery, GalleryError, OnReuse, Options, Ports};

use super::{key, png};

#[tokio::test(start_paused = true)]
async fn orphaned_object_is_adopted_when_old_enough() {
    let stage = Stage::open().await;
    stage.catalog.faults.lock().unwrap().extend([Fault::UnavailableBefore; 6]);
    let failed = stage.publish("text", "r").await;
    assert!(matches!(failed, Err(GalleryError::Catalog(_))));
    assert_eq!(stage.object_count().await, 1);
    stage.gallery.reconcile().await.unwrap();
    assert_eq!(stage.listed().await, Vec::<u64>::new());
    let saved_at = stage.clock().now();

    stage.pass(ADOPTION_AGE + Duration::from_millis(1));
    stage.gallery.reconcile().await.unwrap();
    let entry = stage.entry(1).await;
    assert_eq!((entry.content.kind(), entry.content.value()), (Kind::Code, Some("text")));
    assert_eq!((entry.content.created_at, entry.content.style().unwrap().level), (saved_at, Level::M));
    let again = stage.publish("text", "r").await.unwrap();
    assert!(again.repeated && again.change.entry == *entry);
}

#[tokio::test(start_paused = true)]
async fn orphaned_object_of_a_repeated_save_is_deleted() {
    let stage = Stage::open().await;
    stage.catalog.faults.lock().unwrap().extend([Fault::UnavailableBefore; 6]);
    stage.publish("text", "r").await.unwrap_err();
    stage.publish("text", "r").await.unwrap();
    assert_eq!(stage.object_count().await, 2);
    stage.pass(ADOPTION_AGE + Duration::from_millis(1));
    stage.gallery.reconcile().await.unwrap();
    assert_eq!((stage.object_count().await, stage.listed().await), (1, vec![1]));
    stage.gallery.file(&granted(&Space::main()), 1, None).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn interrupted_first_save_is_adopted_in_its_space() {
    let stage = Stage::open().await;
    let team: Space = "team".parse().unwrap();
    stage.catalog.faults.lock().unwrap().extend([Fault::UnavailableBefore; 6]);
    stage.gallery.publish(&granted(&team), draft("text", "r"), OnReuse::Conflict).await.unwrap_err();
    stage.pass(ADOPTION_AGE * 2);
    stage.gallery.reconcile().await.unwrap();
    assert_eq!(stage.gallery.entry(&granted(&team), 1).await.unwrap().content.value(), Some("text"));
    assert_eq!(stage.spaces().await, [team]);
}

#[tokio::test]
async fn copies_of_our_files_are_foreign() {
    let stage = Stage::open().await;
    let first = stage.publish("text", "r").await.unwrap().change.entry.content;
    let (object, metadata) = stage.bucket.head(&first.key).await.unwrap();
    // In another folder, with and without its metadata, and next to the first under another name.
    let renamed = first.key.as_str().replace("main/text", "main/menu");
    let file_name = first.key.file_name();
    for (copy, metadata) in [
        (format!("team/{file_name}"), metadata.clone()),
        (format!("guests/{file_name}"), Metadata::new()),
        (renamed, metadata),
    ] {
        stage.bucket.put(&key(&copy), png("text").into(), &metadata).await.unwrap();
    }
    stage.pass(ADOPTION_AGE * 2);
    stage.gallery.reconcile().await.unwrap();
    stage.gallery.reconcile().await.unwrap();
    assert_eq!(stage.spaces().await, [Space::main()]);
    assert_eq!((stage.listed().await, stage.object_count().await), (vec![4, 3, 2, 1], 4));
    assert_eq!(stage.entry(1).await.content.etag, object.etag);
    let report = check(&operator(), &*stage.bucket, &*stage.catalog, stage.clock().now()).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
    // Entries of `main` stay there when their folder's name becomes a space.
    stage
        .gallery
        .publish(&granted(&"team".parse().unwrap()), draft("team", "r"), OnReuse::Conflict)
        .await
        .unwrap();
    stage.bucket.overwrite(&key(&format!("team/{file_name}")), png("changed"));
    stage.gallery.reconcile().await.unwrap();
    assert_eq!(
        stage.gallery.find_value(&granted(&Space::main()), "changed").await.unwrap().map(|e| e.revision),
        Some(5)
    );
}

/// The gallery's clock is that of the paused timers, which only advance when every task is idle.
#[tokio::test(start_paused = true)]
async fn young_copy_is_added_when_old_enough() {
    let (bucket, begun) = (Arc::new(MemoryBucket::new()), tokio::time::Instant::now());
    let clock = Clock::from_fn(move || {
        Timestamp::from_unix_ms(START_MS + u64::try_from(begun.elapsed().as_millis()).unwrap())
    });
    let options = Options { reconcile_every: ADOPTION_AGE * 60, ..Options::default() };
    let catalog = Arc::new(FaultyCatalog::default());
    let ports = Ports::in_memory_beside(bucket.clone(), catalog);
    let gallery = Gallery::open_with_clock(ports, options, clock.clone()).await.unwrap();
    let mut feed = gallery.subscribe(&granted(&Space::main()), None).await.unwrap();
    bucket.overwrite(&Key::own(&"team".parse().unwrap(), "copy", clock.ulid()), png("text"));
    tokio::time::timeout(ADOPTION_AGE * 2, feed.next()).await.expect("an event comes").unwrap();
    assert!(begun.elapsed() > ADOPTION_AGE);
}
