//! What the program stored before entries had bodies opens as it is: a data folder and an export (`last_build/`), written
//! by the build of 2026-11-29. Both hold a code with a name, one in a look with a logo, one that was removed, a text file,
//! and a picture of two codes, of which that build knew the first. Not here: the same as items of a table (`dynamodb`).

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::{Body, Change, ChangeKind, Entry, Space, State, SymbolFacts};
use gallery::bucket::{Bucket, DirectoryBucket, MemoryBucket};
use gallery::catalog::{Catalog, MemoryCatalog, Since, SqliteCatalog};
use gallery::transfer::import;
use gallery::{Administer, AllSpaces, Audience, Clock, Gallery, Grant, Options, Ports};
use tempfile::TempDir;

fn stored(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/last_build").join(name)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        let to = to.join(file.file_name());
        if file.file_type().unwrap().is_dir() {
            copy(&file.path(), &to);
        } else {
            std::fs::copy(file.path(), to).unwrap();
        }
    }
}

fn operator() -> Grant<Administer, AllSpaces> {
    Grant::issue_for_all()
}

fn all() -> Grant<Administer> {
    Grant::issue(Space::main(), Audience::Everyone)
}

async fn log(catalog: &dyn Catalog) -> Vec<Change> {
    match catalog.since(&Space::main(), 0, 100).await.unwrap() {
        Since::Changes(changes) => changes,
        Since::Truncated => panic!("the log is whole"),
    }
}

fn assert_are_what_was_saved(entries: &[Entry]) {
    let [menu, wifi, old, notes, sheet] = in_order(entries);
    assert_eq!(
        (menu.content.name.as_str(), menu.content.value()),
        ("Menu of the week", Some("https://example.com/menu"))
    );
    assert_eq!(menu.content.symbol(), Some(SymbolFacts { version: 3, mask: 0 }));
    let style = wifi.content.style().unwrap();
    assert!(style.look.as_str().starts_with("shape=dots&ink=0b3d91&logo=4869f9d0"), "{:?}", style.look);
    assert_eq!(style.score.as_ref().map(|score| score.points), Some(92));
    assert!(matches!(old.state, State::Removed { .. }));
    assert_eq!(notes.content.body, Body::plain_file());
    let Body::Code { value, .. } = &sheet.content.body else { panic!("{sheet:?}") };
    assert_eq!(value, "first of two", "it stays unchanged until its object changes");
    assert!(entries.iter().all(|entry| entry.content.labels.is_empty()));
}

/// By name: the folder's numbers need not be those of the export.
fn in_order(entries: &[Entry]) -> [&Entry; 5] {
    ["menu-of-the-week", "wi-fi", "old-", "notes.txt", "sheet.png"]
        .map(|part| entries.iter().find(|entry| entry.content.key.as_str().contains(part)).unwrap())
}

#[tokio::test]
async fn a_data_folder_of_the_last_build_opens_unchanged() {
    let folder = TempDir::new().unwrap();
    copy(&stored("data"), folder.path());
    let catalog = Arc::new(SqliteCatalog::open(&folder.path().join("catalog.sqlite")).await.unwrap());
    let snapshot = catalog.snapshot(&Space::main()).await.unwrap();
    assert_eq!((snapshot.seq, snapshot.entries.len()), (6, 5));
    assert_are_what_was_saved(&snapshot.entries);
    let kinds: Vec<_> = log(&*catalog).await.iter().map(|change| change.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == ChangeKind::Added).count(), 5);
    let remembered = catalog.request(&Space::main(), &"fixture-1".parse().unwrap()).await.unwrap();
    assert_eq!(remembered.map(|change| change.entry.id), Some(1));
    assert_eq!(catalog.settings(&Space::main()).await.unwrap().look.as_str(), "shape=rounded&ink=0b3d91");

    let bucket = Arc::new(DirectoryBucket::open(folder.path().join("bucket")).unwrap());
    let gallery = Gallery::open(Ports::in_memory_beside(bucket.clone(), catalog.clone()), Options::default())
        .await
        .unwrap();
    // A copied file has another version and the same bytes: the entries stay what they are.
    gallery.reconcile().await.unwrap();
    assert_are_what_was_saved(&catalog.snapshot(&Space::main()).await.unwrap().entries);
    let report =
        gallery::check::check(&operator(), &*bucket, &*catalog, Clock::system().now()).await.unwrap();
    assert!(report.is_clean(), "{:?}", report.findings);
    let found = gallery.find_value(&all(), "first of two").await.unwrap();
    assert!(found.is_some_and(|entry| entry.content.key.as_str() == "sheet.png"));
    gallery.shutdown().await;
}

#[tokio::test]
async fn an_export_of_the_last_build_is_imported_unchanged() {
    let (bucket, catalog) = (MemoryBucket::new(), MemoryCatalog::new());
    let tar = std::fs::read(stored("export.tar")).unwrap();
    let imported = import(&operator(), &bucket, &catalog, &*tar).await.unwrap();
    assert_eq!((imported.spaces, imported.entries, imported.objects), (1, 5, 5));
    let snapshot = catalog.snapshot(&Space::main()).await.unwrap();
    assert_are_what_was_saved(&snapshot.entries);
    assert_eq!(log(&catalog).await.len(), 6);
    let logo = "_qrate/logos/4869f9d054c06592ebc18ed8ad6756b97bc4f749e8cdc2edbedb46beb42b3774.png";
    assert!(bucket.head(&domain::Key::of_logo(&logo[13..77].parse().unwrap())).await.is_ok());
}
