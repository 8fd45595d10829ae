//! Changing an entry's name and labels: a change like any other in the feed, the index, and exports.

use std::time::Duration;

use bytes::Bytes;
use domain::{ChangeKind, Description, Label, Space};

use crate::bucket::MemoryBucket;
use crate::catalog::{Catalog as _, MemoryCatalog};
use crate::check::check;
use crate::testing::{Fault, Stage, exported, granted, next_change, next_step, object, operator};
use crate::transfer::import;
use crate::{Filter, GalleryError, WindowRequest};

fn description(name: &str, labels: &str) -> Description {
    Description { name: Some(name.parse().unwrap()), labels: Some(Label::parse_list(labels).unwrap()) }
}

async fn ids_labelled(stage: &Stage, label: &str) -> Vec<u64> {
    let filter = Filter { labels: vec![label.parse().unwrap()], ..Filter::default() };
    let window = WindowRequest { page: 1, per_page: 10 };
    let page = stage.gallery.find(&granted(&Space::main()), &filter, window).await.unwrap();
    assert_eq!(page.total, page.entries.len() as u64);
    page.entries.iter().map(|entry| entry.id).collect()
}

#[tokio::test]
async fn description_reaches_feed_and_index() {
    let stage = Stage::open().await;
    let (one, _two) = (stage.publish("one", "r1").await.unwrap(), stage.publish("two", "r2").await.unwrap());
    let mut feed = stage.subscribe(None).await;
    let main = Space::main();
    let change =
        stage.gallery.describe(&granted(&main), 1, None, description("Menu", "printed, café")).await.unwrap();
    assert_eq!((change.seq, change.kind, change.entry.revision), (3, ChangeKind::Updated, 3));
    assert_eq!(next_change(&mut feed).await.unwrap(), change);
    let now = stage.entry(1).await;
    assert_eq!(now.content, one.change.entry.content.described(description("Menu", "printed, café")));

    let only_labels = Description { labels: Some(Label::parse_list("printed").unwrap()), name: None };
    stage.gallery.describe(&granted(&main), 2, None, only_labels).await.unwrap();
    assert_eq!(ids_labelled(&stage, "printed").await, [2, 1]);
    assert_eq!(ids_labelled(&stage, "cafe\u{301}").await, [1]);
    assert_eq!(ids_labelled(&stage, "PRINTED").await, [2, 1], "in any case");
    let only_name = Description { name: Some("Menu card".parse().unwrap()), labels: None };
    stage.gallery.describe(&granted(&main), 1, None, only_name).await.unwrap();
    assert_eq!(ids_labelled(&stage, "café").await, [1], "an omitted field stays");
    stage.gallery.describe(&granted(&main), 1, None, description("", "")).await.unwrap();
    stage.gallery.remove(&granted(&main), 2).await.unwrap();
    assert_eq!(ids_labelled(&stage, "printed").await, [0; 0]);
    let report = check(&operator(), &*stage.bucket, &*stage.catalog, stage.clock().now()).await.unwrap();
    assert!(report.is_clean(), "{:?}", report.findings);
}

#[tokio::test]
async fn unchanged_description_is_no_change() {
    let stage = Stage::open().await;
    stage.publish("one", "r1").await.unwrap();
    let main = Space::main();
    let first = stage.gallery.describe(&granted(&main), 1, None, description("A", "b")).await.unwrap();
    let again = stage.gallery.describe(&granted(&main), 1, None, description("A", "b")).await.unwrap();
    assert_eq!(again, first);
    let nothing = stage.gallery.describe(&granted(&main), 1, None, Description::default()).await.unwrap();
    assert_eq!(nothing.seq, 2);
}

#[tokio::test]
async fn description_needs_the_expected_revision() {
    let stage = Stage::open().await;
    stage.publish("one", "r1").await.unwrap();
    let main = Space::main();
    stage.gallery.describe(&granted(&main), 1, Some(1), description("A", "")).await.unwrap();
    let late = stage.gallery.describe(&granted(&main), 1, Some(1), description("B", "")).await;
    assert!(matches!(late, Err(GalleryError::Changed)), "{late:?}");
    assert_eq!(stage.entry(1).await.content.name.as_str(), "A");
    stage.gallery.describe(&granted(&main), 1, Some(2), description("B", "")).await.unwrap();
    stage.gallery.remove(&granted(&main), 1).await.unwrap();
    let removed = stage.gallery.describe(&granted(&main), 1, None, description("C", "")).await;
    assert!(matches!(removed, Err(GalleryError::Gone)), "{removed:?}");
    let unknown = stage.gallery.describe(&granted(&main), 7, None, description("C", "")).await;
    assert!(matches!(unknown, Err(GalleryError::NotFound)), "{unknown:?}");
}

#[tokio::test]
async fn description_reaches_other_instances() {
    let stage = Stage::open().await;
    stage.publish("one", "r1").await.unwrap();
    let other = stage.another().await;
    stage.gallery.describe(&granted(&Space::main()), 1, None, description("A", "b")).await.unwrap();
    // This instance may not know the change yet: the catalog decides.
    let late = other.describe(&granted(&Space::main()), 1, Some(1), description("B", "")).await;
    assert!(matches!(late, Err(GalleryError::Changed)), "{late:?}");
    let change = other.describe(&granted(&Space::main()), 1, Some(2), description("B", "b")).await.unwrap();
    assert_eq!((change.seq, change.entry.content.name.as_str()), (3, "B"));
}

#[tokio::test]
async fn description_survives_an_update_and_an_export() {
    let stage = Stage::open().await;
    let mut feed = stage.subscribe(None).await;
    let key = "photo.txt".parse().unwrap();
    stage.bucket.overwrite(&key, Bytes::from_static(b"first"));
    assert_eq!(next_step(&mut feed).await, (1, ChangeKind::Added, 1));
    stage.gallery.describe(&granted(&Space::main()), 1, None, description("Notes", "kept")).await.unwrap();
    assert_eq!(next_step(&mut feed).await, (2, ChangeKind::Updated, 1));
    stage.bucket.overwrite(&key, Bytes::from_static(b"second"));
    let updated = next_change(&mut feed).await.unwrap().entry.content;
    assert_eq!((updated.size_bytes, updated.name.as_str(), updated.labels.len()), (6, "Notes", 1));
    assert_eq!(object(&stage.bucket, &key).await, b"second", "the object is theirs");

    stage.pass(Duration::from_secs(1));
    let tar = exported(&*stage.bucket, &*stage.catalog, None).await;
    let (bucket, catalog) = (MemoryBucket::new(), MemoryCatalog::new());
    import(&operator(), &bucket, &catalog, &*tar).await.unwrap();
    let moved = catalog.snapshot(&Space::main()).await.unwrap().entries.remove(0);
    assert_eq!(moved.content.labels, Label::parse_list("kept").unwrap());
}

#[tokio::test]
async fn description_with_a_lost_response_happens_once() {
    let stage = Stage::open().await;
    stage.publish("one", "r1").await.unwrap();
    stage.catalog.faults.lock().unwrap().push_back(Fault::UnavailableAfter);
    let change =
        stage.gallery.describe(&granted(&Space::main()), 1, Some(1), description("A", "b")).await.unwrap();
    assert_eq!((change.seq, change.entry.content.name.as_str()), (2, "A"));
}
