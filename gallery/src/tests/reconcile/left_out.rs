//! Files that become no entries: hidden and half-written ones, those on the leave-out list, and those whose names
//! cannot be keys.

use std::sync::Arc;

use domain::{ChangeKind, Space};

use crate::bucket::{Bucket as _, DirectoryBucket, MemoryBucket};
use crate::catalog::MemoryCatalog;
use crate::check::check;
use crate::testing::log::Log;
use crate::testing::{FaultyCatalog, Stage, granted, next_change, operator};
use crate::transfer::from_bucket;
use crate::{Clock, Gallery, LeftOut, Options, Ports, WindowRequest};

use super::{key, png};

/// Step by step, as another program writes into the bucket.
#[tokio::test]
async fn hidden_and_partial_files_become_no_entries() {
    let stage = Stage::open().await;
    let mut feed = stage.subscribe(None).await;
    for name in [".DS_Store", "album/._photo.png", "album/Thumbs.db", ".photo.png.Xa3b9Q", "photo.png.part"] {
        stage.bucket.overwrite(&key(name), png("half"));
    }
    // Like rsync: written under another name, then renamed.
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
        let ports = Ports::in_memory_beside(Arc::clone(&bucket) as _, Arc::clone(&catalog) as _);
        Gallery::open(ports, options).await.unwrap()
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
    let ports = Ports::in_memory_beside(Arc::clone(&bucket), Arc::clone(&catalog) as _);
    let gallery = Gallery::open(ports, Options::default()).await.unwrap();
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
