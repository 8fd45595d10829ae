//! Objects that other programs write, replace and delete in the bucket.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use domain::{Body, ChangeKind, Kind, Level, Space, State};

use crate::bucket::{Bucket as _, BucketError, FaultPoint, MemoryBucket};
use crate::testing::{FaultyCatalog, Stage, granted, next_change, next_step};
use crate::{OnReuse, WindowRequest};

use super::{key, png};

#[tokio::test]
async fn foreign_put_replace_delete_and_restore_are_followed() {
    let stage = Stage::open().await;
    let mut feed = stage.subscribe(None).await;
    let photo = key("holiday/ä b+%.PNG");

    stage.bucket.overwrite(&photo, png("one"));
    let added = next_change(&mut feed).await.unwrap();
    let content = &added.entry.content;
    assert_eq!((added.kind, added.entry.id, &content.key), (ChangeKind::Added, 1, &photo));
    assert_eq!((content.kind(), content.value()), (Kind::Code, Some("one")));
    assert_eq!((content.name.as_str(), content.style().unwrap().level), ("ä b+%.PNG", Level::Q));
    assert!(content.sha256.is_some());

    stage.bucket.overwrite(&photo, png("two"));
    let updated = next_change(&mut feed).await.unwrap();
    assert_eq!((updated.kind, updated.entry.id), (ChangeKind::Updated, 1));
    assert_eq!(updated.entry.content.value(), Some("two"));

    stage.bucket.delete(&photo).await.unwrap();
    let removed = next_change(&mut feed).await.unwrap();
    assert_eq!((removed.kind, removed.entry.id), (ChangeKind::Removed, 1));
    assert!(matches!(removed.entry.state, State::Gone { .. }));

    stage.bucket.overwrite(&photo, png("two"));
    assert_eq!(next_step(&mut feed).await, (4, ChangeKind::Restored, 1));
    stage.gallery.reconcile().await.unwrap();
    assert_eq!(stage.entry(1).await.revision, 4, "nothing more to do");
}

#[tokio::test]
async fn picture_without_a_code_is_a_file() {
    let stage = Stage::open().await;
    let mut feed = stage.subscribe(None).await;
    for (name, bytes, is_read) in [("notes.txt", &b"text"[..], false), ("broken.png", b"no picture", true)] {
        stage.bucket.overwrite(&key(name), Bytes::from_static(bytes));
        let entry = next_change(&mut feed).await.unwrap().entry;
        assert_eq!(entry.content.body, Body::plain_file(), "{name}");
        assert_eq!(entry.content.sha256.is_some(), is_read, "{name}");
    }
    stage.bucket.overwrite(&key("a/b"), Bytes::from_static(b"\x89PNG\r\n\x1a\n?"));
    let damaged = next_change(&mut feed).await.unwrap().entry;
    assert!(damaged.content.photo().is_some(), "a worker says what is wrong with it");
}

#[tokio::test]
async fn unwatched_changes_are_found() {
    let bucket = MemoryBucket::new();
    bucket.overwrite(&key("before.png"), png("before"));
    let stage = Stage::with(bucket, FaultyCatalog::default()).await;
    stage.gallery.wait_for(&granted(&Space::main()), 1).await.unwrap();
    stage.publish("ours", "r").await.unwrap();
    stage.gallery.shutdown().await;

    stage.bucket.overwrite(&key("after.png"), png("after"));
    stage.bucket.delete(&key("before.png")).await.unwrap();
    let reopened = stage.another().await;
    reopened.wait_for(&granted(&Space::main()), 4).await.unwrap();
    let page =
        reopened.listing(&granted(&Space::main()), WindowRequest { page: 1, per_page: 10 }).await.unwrap();
    let names: Vec<_> = page.entries.iter().map(|e| e.content.value().unwrap()).collect();
    assert_eq!((page.seq, names), (4, vec!["after", "ours"]));
}

#[tokio::test]
async fn tombstone_blocks_only_the_removed_version() {
    let stage = Stage::open().await;
    let bytes = png("text");
    stage.bucket.overwrite(&key("a.png"), bytes.clone());
    stage.gallery.wait_for(&granted(&Space::main()), 1).await.unwrap();
    stage.gallery.remove(&granted(&Space::main()), 1).await.unwrap();
    stage.gallery.reconcile().await.unwrap();
    assert_eq!(stage.listed().await, Vec::<u64>::new());
    // The same bytes under another etag: a copy of the directory.
    stage.bucket.overwrite(&key("a.png"), bytes);
    stage.gallery.reconcile().await.unwrap();
    assert_eq!(stage.listed().await, Vec::<u64>::new());
    stage.bucket.overwrite(&key("a.png"), png("other"));
    stage.gallery.reconcile().await.unwrap();
    assert_eq!(stage.entry(1).await.content.value(), Some("other"));
    assert_eq!(stage.listed().await, [1]);
}

#[tokio::test]
async fn a_removal_can_be_undone_in_a_copy_of_the_directory() {
    let stage = Stage::open().await;
    stage.bucket.overwrite(&key("a.png"), png("text"));
    stage.gallery.wait_for(&granted(&Space::main()), 1).await.unwrap();
    let before = stage.entry(1).await;
    stage.gallery.remove(&granted(&Space::main()), 1).await.unwrap();
    let copy = stage.bucket.overwrite(&key("a.png"), png("text"));
    let restored = stage.gallery.restore(&granted(&Space::main()), 1).await.unwrap();
    assert_eq!(restored.kind, ChangeKind::Restored);
    let expected = domain::Content { etag: copy.etag, ..before.content.clone() };
    assert_eq!(restored.entry.content, expected);
}

#[tokio::test]
async fn foreign_key_belongs_to_its_owner_or_named_space() {
    let stage = Stage::open().await;
    let team: Space = "team".parse().unwrap();
    let text = Bytes::from_static(b"text");
    // The space is not used yet.
    stage.bucket.overwrite(&key("team/a.txt"), text.clone());
    stage.gallery.reconcile().await.unwrap();
    stage
        .gallery
        .publish(&granted(&team), crate::testing::draft("team", "r"), OnReuse::Conflict)
        .await
        .unwrap();
    stage.bucket.overwrite(&key("team/b.txt"), text.clone());
    stage.bucket.overwrite(&key("Team/c.txt"), text.clone());
    stage.bucket.overwrite(&key("team/a.txt"), Bytes::from_static(b"longer"));
    stage.gallery.reconcile().await.unwrap();
    let keys = async |space: &Space| {
        let page =
            stage.gallery.listing(&granted(space), WindowRequest { page: 1, per_page: 10 }).await.unwrap();
        let mut keys: Vec<_> = page.entries.iter().map(|e| e.content.key.to_string()).collect();
        keys.sort();
        (page.seq, keys)
    };
    let (main_seq, main_keys) = keys(&Space::main()).await;
    assert_eq!((main_seq, main_keys), (3, vec!["Team/c.txt".to_owned(), "team/a.txt".to_owned()]));
    let (team_seq, team_keys) = keys(&team).await;
    assert_eq!((team_seq, &team_keys[0]), (2, &"team/b.txt".to_owned()));
}

#[tokio::test]
async fn growing_file_is_read_again() {
    let bucket = Arc::new(MemoryBucket::new());
    let catalog: Arc<FaultyCatalog> = Arc::default();
    let picture = key("growing.png");
    bucket.overwrite(&picture, png("first"));
    let (writer, reads) = (Arc::downgrade(&bucket), AtomicU32::new(0));
    bucket.fail_when(move |moment, _| {
        // Between two heads of the first attempt.
        if moment == FaultPoint::BeforeRead && reads.fetch_add(1, Ordering::Relaxed) == 3 {
            writer.upgrade().unwrap().overwrite(&key("growing.png"), png("second"));
        }
        Ok(())
    });
    let gallery = crate::testing::open(&bucket, &catalog).await;
    let mut feed = gallery.subscribe(&granted(&Space::main()), Some(0)).await.unwrap();
    assert_eq!(next_change(&mut feed).await.unwrap().entry.content.value(), Some("second"));
}

#[tokio::test]
async fn unreadable_folder_keeps_its_entries() {
    let text = || Bytes::from_static(b"text");
    let bucket = MemoryBucket::new();
    for name in ["lost+more/a", "lost/b", "z"] {
        bucket.overwrite(&key(name), text());
    }
    let stage = Stage::with(bucket, FaultyCatalog::default()).await;
    stage.gallery.reconcile().await.unwrap();
    assert_eq!(stage.listed().await.len(), 3);

    stage.bucket.hide("lost+more/", true);
    // Its entries are not inspected: a million of them would be a million lines in the log.
    let looked_at: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let looks = Arc::clone(&looked_at);
    stage.bucket.fail_when(move |moment, key| {
        if moment == FaultPoint::BeforeRead {
            looks.lock().unwrap().insert(key.to_string());
        }
        Ok(())
    });
    stage.bucket.delete(&key("lost/b")).await.unwrap();
    stage.bucket.overwrite(&key("zz"), text());
    for _ in 0..2 {
        stage.gallery.reconcile().await.unwrap();
    }
    let names = async || {
        let page = stage
            .gallery
            .listing(&granted(&Space::main()), WindowRequest { page: 1, per_page: 10 })
            .await
            .unwrap();
        page.entries.iter().map(|entry| entry.content.key.to_string()).collect::<BTreeSet<_>>()
    };
    assert_eq!(names().await, BTreeSet::from(["lost+more/a", "z", "zz"].map(String::from)));
    assert!(!looked_at.lock().unwrap().contains("lost+more/a"));

    stage.bucket.hide("lost+more/", false);
    stage.bucket.delete(&key("lost+more/a")).await.unwrap();
    stage.gallery.reconcile().await.unwrap();
    assert_eq!(names().await, BTreeSet::from(["z", "zz"].map(String::from)));
}

#[tokio::test(start_paused = true)]
async fn failed_inspection_is_repeated() {
    let stage = Stage::open().await;
    let mut feed = stage.subscribe(None).await;
    let failures = AtomicU32::new(0);
    stage.bucket.fail_when(move |moment, _| {
        if moment == FaultPoint::BeforeRead && failures.fetch_add(1, Ordering::Relaxed) < 3 {
            return Err(BucketError::Unavailable("the line is down".into()));
        }
        Ok(())
    });
    stage.bucket.overwrite(&key("a.txt"), Bytes::from_static(b"text"));
    assert_eq!(next_step(&mut feed).await, (1, ChangeKind::Added, 1));
}

#[tokio::test]
async fn two_instances_act_once() {
    let stage = Stage::open().await;
    let other = stage.another().await;
    for n in 0..20 {
        stage.bucket.overwrite(&key(&format!("{n}.txt")), Bytes::from_static(b"text"));
    }
    stage.gallery.reconcile().await.unwrap();
    other.reconcile().await.unwrap();
    let page =
        other.listing(&granted(&Space::main()), WindowRequest { page: 1, per_page: 200 }).await.unwrap();
    assert_eq!((page.total, page.seq), (20, 20));
}
