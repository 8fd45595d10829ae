//! The gallery on its default storage: a directory and a SQLite file.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::{ChangeKind, CodeText, Level, Space, Timestamp};
use gallery::bucket::{Bucket as _, DirectoryBucket};
use gallery::catalog::{Catalog, SqliteCatalog};
use gallery::check::check;
use gallery::transfer::{export, import};
use gallery::{
    Administer, AllSpaces, Audience, Clock, Draft, Event, Gallery, Grant, OnReuse, Options, Ports,
    Subscription, WindowRequest,
};

struct Place {
    bucket: Arc<DirectoryBucket>,
    catalog: Arc<SqliteCatalog>,
}

async fn ports(folder: &Path) -> Place {
    Place {
        bucket: Arc::new(DirectoryBucket::open(folder.join("bucket")).unwrap()),
        catalog: Arc::new(SqliteCatalog::open(&folder.join("catalog.sqlite")).await.unwrap()),
    }
}

impl Place {
    async fn gallery(&self) -> Gallery {
        let options = Options { reconcile_every: Duration::from_secs(300), ..Options::default() };
        let ports = Ports::in_memory_beside(self.bucket.clone(), self.catalog.clone());
        Gallery::open(ports, options).await.unwrap()
    }

    async fn assert_whole(&self) {
        let report = check(&operator(), &*self.bucket, &*self.catalog, Clock::system().now()).await.unwrap();
        assert!(report.is_clean(), "{:?}", report.findings);
    }
}

fn draft(text: &str) -> Draft {
    Draft {
        labels: Vec::new(),
        text: CodeText::parse(text, Level::M).unwrap(),
        name: "".parse().unwrap(),
        look: domain::StyleText::default(),
        request: format!("request-{}", text.replace(' ', "-")).parse().unwrap(),
    }
}

fn operator() -> Grant<Administer, AllSpaces> {
    Grant::issue_for_all()
}

fn all() -> Grant<Administer> {
    Grant::issue(Space::main(), Audience::Everyone)
}

async fn next(subscription: &mut Subscription) -> domain::Change {
    let next = tokio::time::timeout(Duration::from_secs(30), subscription.next());
    match next.await.expect("an event comes").expect("the gallery runs") {
        Event::Change { json, .. } => serde_json::from_str(&json).unwrap(),
        Event::Reset => panic!("nothing was cut off"),
    }
}

fn png(text: &str) -> Vec<u8> {
    qr::png(CodeText::parse(text, Level::M).unwrap().symbol())
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_saves_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    {
        let ports = ports(folder.path()).await;
        let gallery = ports.gallery().await;
        let mut feed = gallery.subscribe(&all(), None).await.unwrap();
        let saves = (0..64).map(|n| {
            let gallery = gallery.clone();
            tokio::spawn(async move {
                gallery.publish(&all(), draft(&format!("text {n}")), OnReuse::Conflict).await
            })
        });
        for save in futures::future::join_all(saves).await {
            save.unwrap().unwrap();
        }
        for seq in 1..=64 {
            assert_eq!(next(&mut feed).await.seq, seq);
        }
        gallery.remove(&all(), 7).await.unwrap();
        gallery.shutdown().await;
        ports.assert_whole().await;
        ports.catalog.close().await.unwrap();
    }
    let ports = ports(folder.path()).await;
    let gallery = ports.gallery().await;
    let page = gallery.listing(&all(), WindowRequest { page: 1, per_page: 100 }).await.unwrap();
    assert_eq!((page.seq, page.total), (65, 63));
    assert!(gallery.publish(&all(), draft("text 5"), OnReuse::Conflict).await.unwrap().repeated);
    gallery.restore(&all(), 7).await.unwrap();
    gallery.reconcile().await.unwrap();
    gallery.shutdown().await;
    ports.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_files_are_added_updated_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let ports = ports(folder.path()).await;
    let gallery = ports.gallery().await;
    let mut feed = gallery.subscribe(&all(), None).await.unwrap();
    let file = folder.path().join("bucket/photos of the day/ü 100 %.png");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();

    std::fs::write(&file, png("one")).unwrap();
    // A file written in pieces may cause several changes: only the last one counts.
    let mut change = next(&mut feed).await;
    while change.entry.content.value() != Some("one") {
        change = next(&mut feed).await;
    }
    assert_eq!(change.entry.content.name.as_str(), "ü 100 %.png");

    std::fs::write(folder.path().join("other.png"), png("two")).unwrap();
    std::fs::rename(folder.path().join("other.png"), &file).unwrap();
    let change = next(&mut feed).await;
    assert_eq!((change.kind, change.entry.content.value()), (ChangeKind::Updated, Some("two")));

    // Moved out and back, the file is the same version as before.
    std::fs::rename(&file, folder.path().join("other.png")).unwrap();
    assert_eq!(next(&mut feed).await.kind, ChangeKind::Removed);
    std::fs::rename(folder.path().join("other.png"), &file).unwrap();
    let restored = next(&mut feed).await;
    assert_eq!((restored.kind, restored.entry.content), (ChangeKind::Restored, change.entry.content));

    std::fs::remove_file(&file).unwrap();
    assert_eq!(next(&mut feed).await.kind, ChangeKind::Removed);
    gallery.shutdown().await;
    ports.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_data_directory_is_the_same_gallery() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    {
        let ports = ports(here.path()).await;
        let gallery = ports.gallery().await;
        for n in 1..=3 {
            gallery.publish(&all(), draft(&n.to_string()), OnReuse::Conflict).await.unwrap();
        }
        gallery.remove(&all(), 2).await.unwrap();
        gallery.shutdown().await;
        ports.catalog.close().await.unwrap();
    }
    copy(here.path(), there.path());
    let ports = ports(there.path()).await;
    let gallery = ports.gallery().await;
    gallery.reconcile().await.unwrap();
    let page = gallery.listing(&all(), WindowRequest { page: 1, per_page: 9 }).await.unwrap();
    assert_eq!(page.entries.iter().map(|e| e.id).collect::<Vec<_>>(), [3, 1]);
    assert_eq!(gallery.restore(&all(), 2).await.unwrap().kind, ChangeKind::Restored);
    gallery.shutdown().await;
    ports.assert_whole().await;
}

/// Copies the files without extended attributes, like a simple program.
fn copy(from: &Path, to: &Path) {
    for item in std::fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let target = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy(&item.path(), &target);
        } else {
            std::fs::write(target, std::fs::read(item.path()).unwrap()).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn export_imports_as_the_same_gallery() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let main = Space::main();
    let from = ports(here.path()).await;
    std::fs::create_dir_all(here.path().join("bucket/a b")).unwrap();
    std::fs::write(here.path().join("bucket/a b/ü+%.txt"), vec![7; 1_000_000]).unwrap();
    let gallery = from.gallery().await;
    for n in 1..=3 {
        gallery.publish(&all(), draft(&n.to_string()), OnReuse::Conflict).await.unwrap();
    }
    gallery.reconcile().await.unwrap();
    gallery.remove(&all(), 2).await.unwrap();
    gallery.shutdown().await;

    let tar = here.path().join("export.tar");
    let writer = tokio::fs::File::create(&tar).await.unwrap();
    export(&operator(), &*from.bucket, &*from.catalog, None, writer).await.unwrap();
    let to = ports(there.path()).await;
    let reader = tokio::fs::File::open(&tar).await.unwrap();
    let imported = import(&operator(), &*to.bucket, &*to.catalog, reader).await.unwrap();
    assert_eq!((imported.spaces, imported.entries, imported.objects), (1, 4, 4));
    to.assert_whole().await;
    assert_eq!(to.catalog.counters(&main).await.unwrap(), from.catalog.counters(&main).await.unwrap());
    let gallery = to.gallery().await;
    gallery.reconcile().await.unwrap();
    let seq = gallery.subscribe(&all(), None).await.unwrap().newest();
    assert_eq!(seq, from.catalog.counters(&main).await.unwrap().last_seq, "nothing differs");
    gallery.restore(&all(), 2).await.unwrap();
    gallery.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orphaned_object_of_a_crash_is_adopted() {
    let folder = tempfile::tempdir().unwrap();
    let ports = ports(folder.path()).await;
    let two_minutes_ago = Clock::system().now().unix_ms() - 120_000;
    let own = domain::Key::own(&Space::main(), "left", ulid::Ulid::from_parts(two_minutes_ago, 1));
    let created_at = Timestamp::from_unix_ms(two_minutes_ago);
    let metadata = [
        ("key", own.to_string()),
        ("name", "Left".to_owned()),
        ("level", "M".to_owned()),
        ("created-at", created_at.to_string()),
    ];
    let metadata = metadata.map(|(name, value)| (name.to_owned(), value)).into();
    ports.bucket.put(&own, png("left").into(), &metadata).await.unwrap();
    let gallery = ports.gallery().await;
    gallery.reconcile().await.unwrap();
    let entry = gallery.entry(&all(), 1).await.unwrap();
    assert_eq!(entry.content.value(), Some("left"));
    assert_eq!((entry.content.name.as_str(), entry.content.created_at), ("Left", created_at));
    gallery.shutdown().await;
    ports.assert_whole().await;
}
