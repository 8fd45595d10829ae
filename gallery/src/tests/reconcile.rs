//! What others do in the bucket, and what a crash leaves behind, ends in the catalog.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use domain::limits::ADOPTION_AGE;
use domain::{Body, ChangeKind, CodeText, Key, Kind, Level, Space, State, Timestamp};

use crate::bucket::{Bucket as _, BucketError, DirectoryBucket, FaultPoint, MemoryBucket, Metadata};
use crate::catalog::MemoryCatalog;
use crate::check::check;
use crate::testing::log::Log;
use crate::testing::{
    Fault, FaultyCatalog, START_MS, Stage, draft, granted, next_change, next_step, operator,
};
use crate::transfer::from_bucket;
use crate::{Clock, Gallery, GalleryError, LeftOut, OnReuse, Options, WindowRequest};

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

fn png(text: &str) -> Bytes {
    qr::png(CodeText::parse(text, Level::Q).unwrap().symbol()).into()
}

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
    for (name, bytes, is_read) in [
        ("notes.txt", &b"text"[..], false),
        ("broken.png", b"no picture", true),
        ("a/b", b"\x89PNG\r\n\x1a\n?", true),
    ] {
        stage.bucket.overwrite(&key(name), Bytes::from_static(bytes));
        let entry = next_change(&mut feed).await.unwrap().entry;
        assert_eq!(entry.content.body, Body::plain_file(), "{name}");
        assert_eq!(entry.content.sha256.is_some(), is_read, "{name}");
    }
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
    // Nobody knows the space yet.
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
    // Not even looked at: for a folder of a million that would be as many words in the log.
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
    // In a folder of somebody's own, and beside the first under another name, with their metadata or without.
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
    // Known to `main`, they stay there when their folder's name becomes a space.
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

/// The clock of the gallery is that of the timers, which stand still as long as there is something to do.
#[tokio::test(start_paused = true)]
async fn young_copy_is_added_when_old_enough() {
    let (bucket, begun) = (Arc::new(MemoryBucket::new()), tokio::time::Instant::now());
    let clock = Clock::from_fn(move || {
        Timestamp::from_unix_ms(START_MS + u64::try_from(begun.elapsed().as_millis()).unwrap())
    });
    let options = Options { reconcile_every: ADOPTION_AGE * 60, ..Options::default() };
    let catalog = Arc::new(FaultyCatalog::default());
    let gallery = Gallery::open_with_clock(bucket.clone(), catalog, options, clock.clone()).await.unwrap();
    let mut feed = gallery.subscribe(&granted(&Space::main()), None).await.unwrap();
    bucket.overwrite(&Key::own(&"team".parse().unwrap(), "copy", clock.ulid()), png("text"));
    tokio::time::timeout(ADOPTION_AGE * 2, feed.next()).await.expect("an event comes").unwrap();
    assert!(begun.elapsed() > ADOPTION_AGE);
}

/// What another program writes into the folder of a bucket, step by step.
#[tokio::test]
async fn hidden_and_partial_files_become_no_entries() {
    let stage = Stage::open().await;
    let mut feed = stage.subscribe(None).await;
    for name in [".DS_Store", "album/._photo.png", "album/Thumbs.db", ".photo.png.Xa3b9Q", "photo.png.part"] {
        stage.bucket.overwrite(&key(name), png("half"));
    }
    // As rsync does it: written under another name, then renamed.
    stage.bucket.delete(&key(".photo.png.Xa3b9Q")).await.unwrap();
    stage.bucket.overwrite(&key("photo.png"), png("whole"));
    let added = next_change(&mut feed).await.unwrap();
    assert_eq!(
        (added.kind, added.seq, added.entry.content.key.as_str()),
        (ChangeKind::Added, 1, "photo.png")
    );
    stage.gallery.reconcile().await.unwrap();
    assert_eq!(stage.listed().await, [1]);
    assert_eq!(stage.subscribe(None).await.newest(), 1, "one change in all");
    let report = check(&operator(), &*stage.bucket, &*stage.catalog, stage.clock().now()).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
    assert_eq!(report.left_out, 4);
    let catalog = MemoryCatalog::new();
    let bucket: Arc<dyn crate::bucket::Bucket> = Arc::clone(&stage.bucket) as _;
    let imported = from_bucket(&operator(), &bucket, &catalog, &LeftOut::default()).await.unwrap();
    assert_eq!(imported.entries, 1);
}

#[tokio::test]
async fn leave_out_list_is_configurable_and_keeps_entries() {
    let (bucket, catalog) = (Arc::new(MemoryBucket::new()), Arc::new(FaultyCatalog::default()));
    let open = async |names: &str| {
        let options = Options { left_out: names.parse().unwrap(), ..Options::default() };
        Gallery::open(Arc::clone(&bucket) as _, Arc::clone(&catalog) as _, options).await.unwrap()
    };
    let listed = async |gallery: &Gallery| {
        gallery.reconcile().await.unwrap();
        let page =
            gallery.listing(&granted(&Space::main()), WindowRequest { page: 1, per_page: 9 }).await.unwrap();
        let mut keys: Vec<_> = page.entries.iter().map(|entry| entry.content.key.to_string()).collect();
        keys.sort();
        keys
    };
    for name in [".env.png", "draft.png"] {
        bucket.overwrite(&key(name), png(name));
    }
    let gallery = open("draft.*").await;
    assert_eq!(listed(&gallery).await, [".env.png"]);
    gallery.shutdown().await;
    // Another list: the entry stays, also with new content, until its object goes. Then it does not come back.
    let gallery = open("default").await;
    assert_eq!(listed(&gallery).await, [".env.png", "draft.png"]);
    bucket.overwrite(&key(".env.png"), png("new"));
    listed(&gallery).await;
    assert!(gallery.find_value(&granted(&Space::main()), "new").await.unwrap().is_some());
    bucket.delete(&key(".env.png")).await.unwrap();
    assert_eq!(listed(&gallery).await, ["draft.png"]);
    bucket.overwrite(&key(".env.png"), png("new"));
    assert_eq!(listed(&gallery).await, ["draft.png"]);
    gallery.shutdown().await;
}

#[tokio::test]
async fn files_with_invalid_names_are_counted_and_named() {
    use std::os::unix::ffi::OsStrExt as _;

    let folder = tempfile::tempdir().unwrap();
    let bucket: Arc<dyn crate::bucket::Bucket> = Arc::new(DirectoryBucket::open(folder.path()).unwrap());
    let at = |name: &[u8]| folder.path().join(std::ffi::OsStr::from_bytes(name));
    for name in [&b"caf\xe9.png"[..], b"caf\xe8.png", b"ok.txt"] {
        std::fs::write(at(name), "x").unwrap();
    }
    let log = Log::of("gallery::reconcile::unnamed");
    let catalog = Arc::new(FaultyCatalog::default());
    let gallery =
        Gallery::open(Arc::clone(&bucket), Arc::clone(&catalog) as _, Options::default()).await.unwrap();
    for _ in 0..3 {
        gallery.reconcile().await.unwrap();
    }
    let lines = log.lines();
    assert!(lines.len() == 2 && lines[0].contains("xe8.png"), "each once: {lines:?}");
    assert_eq!(gallery.unnamed_files(), 2);
    let now = Clock::system().now();
    let report = check(&operator(), &*bucket, &*catalog, now).await.unwrap();
    let names: Vec<_> = report.unnamed.iter().map(|(name, why)| (name.as_str(), *why)).collect();
    let why = "its path is not UTF-8";
    assert_eq!(names, [(r"caf\xe8.png", why), (r"caf\xe9.png", why)]);
    assert!(report.is_clean());
    std::fs::remove_file(at(b"caf\xe9.png")).unwrap();
    gallery.reconcile().await.unwrap();
    assert_eq!(gallery.unnamed_files(), 1);
    gallery.shutdown().await;
    let imported =
        from_bucket(&operator(), &bucket, &MemoryCatalog::new(), &LeftOut::default()).await.unwrap();
    assert_eq!(imported.entries, 1);
}
