//! A file that is deleted, moved, replaced or written into while it is open.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use super::*;

#[tokio::test]
async fn missing_file_stops_commits_until_it_is_back() {
    let place = Place::new();
    let catalog = place.open().await.unwrap();
    commit(&catalog, 0..3).await.unwrap();
    let aside = place.folder.path().join("aside");
    let mut done = 3;
    for name in ["catalog.db", "catalog.db-wal"] {
        let file = place.folder.path().join(name);
        for replaced in [false, true] {
            fs::rename(&file, &aside).unwrap();
            if replaced {
                fs::copy(&aside, &file).unwrap();
            }
            let refused = commit(&catalog, done..done + 3).await;
            let Err(CatalogError::Corrupt(why)) = refused else { panic!("{name}: {refused:?}") };
            assert!(why.contains(&format!("{name} was deleted, moved or replaced")), "{why}");
            assert!(matches!(catalog.ready().await, Err(CatalogError::Corrupt(_))));
            assert!(matches!(catalog.truncate(&Space::main(), 1).await, Err(CatalogError::Corrupt(_))));
            assert_eq!(catalog.snapshot(&Space::main()).await.unwrap().entries.len() as u64, done);
            fs::rename(&aside, &file).unwrap();
            catalog.ready().await.unwrap();
            commit(&catalog, done..done + 3).await.unwrap();
            done += 3;
        }
    }
    catalog.close().await.unwrap();
    assert!(matches!(catalog.ready().await, Err(CatalogError::Unavailable(_))));
    let catalog = place.open().await.unwrap();
    assert_eq!(catalog.snapshot(&Space::main()).await.unwrap().entries.len() as u64, done);
}

/// Overwrites a file in place, like a program that ignores locks.
fn overwrite(file: &Path, spoil: impl Fn(&mut Vec<u8>)) {
    let before = fs::metadata(file).unwrap();
    let mut bytes = fs::read(file).unwrap();
    spoil(&mut bytes);
    let open = OpenOptions::new().write(true).open(file).unwrap();
    // A later modification time, however coarse the file system's clock.
    while fs::metadata(file).unwrap().modified().unwrap() == before.modified().unwrap() {
        open.set_len(bytes.len() as u64).unwrap();
        open.write_all_at(&bytes, 0).unwrap();
    }
}

fn is_damaged(outcome: Result<(), CatalogError>) -> bool {
    outcome.is_err_and(|error| matches!(error.lasting(), Some(CatalogError::Damaged { .. })))
}

/// Ways in which another program damages a log.
type Spoil = fn(&mut Vec<u8>);

#[tokio::test]
async fn overwritten_log_stops_acknowledgements() {
    let spoils: [(&str, Spoil); 4] = [
        ("cut to nothing", Vec::clear),
        ("zeros", |bytes| bytes.fill(0)),
        ("another page in the middle", |bytes| bytes[5000..6000].fill(7)),
        ("a copy of before", |bytes| bytes.truncate(bytes.len() - 4096 - 24)),
    ];
    for (how, spoil) in spoils {
        let place = Place::new();
        let catalog = place.open().await.unwrap();
        commit(&catalog, 0..3).await.unwrap();
        catalog.close().await.unwrap();
        let catalog = place.open().await.unwrap();
        commit(&catalog, 3..6).await.unwrap();
        commit(&catalog, 6..9).await.unwrap();
        let main = fs::read(place.path()).unwrap();
        overwrite(&place.path().with_extension("db-wal"), spoil);
        for _ in 0..2 {
            assert!(is_damaged(commit(&catalog, 9..12).await), "{how}");
            assert!(is_damaged(catalog.ready().await), "{how}");
        }
        catalog.close().await.unwrap();
        assert!(fs::read(place.path()).unwrap() == main, "{how}: the main file is left as it was");
        let rest = place.folder.path().join("rest.db");
        fs::copy(place.path(), &rest).unwrap();
        let rest = SqliteCatalog::open(&rest).await.unwrap();
        assert_eq!(rest.snapshot(&Space::main()).await.unwrap().entries.len(), 3, "{how}");
        assert!(is_damaged(place.open().await.map(drop)), "{how}: the next start refuses it");
        assert!(is_damaged(SqliteFile::inspect(&place.path()).await), "{how}: and so does the doctor");
    }
}

/// The files of a catalog with three commits in its log, as a kill leaves them.
async fn killed() -> Place {
    let place = Place::new();
    let catalog = place.open().await.unwrap();
    for batch in 0..3 {
        commit(&catalog, batch * 3..batch * 3 + 3).await.unwrap();
    }
    let left = Place::new();
    for name in ["catalog.db", "catalog.db-wal"] {
        fs::copy(place.folder.path().join(name), left.folder.path().join(name)).unwrap();
    }
    left
}

#[tokio::test]
async fn log_overwritten_while_closed_is_refused() {
    let spoils: [(&str, Spoil); 3] = [
        ("zeros", |bytes| bytes.fill(0)),
        ("another header", |bytes| bytes[..32].fill(0x5a)),
        ("another page in the middle", |bytes| bytes[5000..6000].fill(7)),
    ];
    for (how, spoil) in spoils {
        let place = killed().await;
        let files = [place.path(), place.path().with_extension("db-wal")];
        overwrite(&files[1], spoil);
        let before = files.each_ref().map(|file| fs::read(file).unwrap());
        for _ in 0..2 {
            assert!(is_damaged(place.open().await.map(drop)), "{how}");
        }
        assert!(
            files.each_ref().map(|file| fs::read(file).unwrap()) == before,
            "{how}: all is left as it was"
        );
        // The remedy in the message works.
        for name in ["catalog.db", "catalog.db-wal", "catalog.db-damaged"] {
            fs::remove_file(place.folder.path().join(name)).unwrap();
        }
        commit(&place.open().await.unwrap(), 0..3).await.unwrap();
    }
}

#[tokio::test]
async fn commit_cut_short_by_a_power_failure_is_no_damage() {
    let spoils: [(&str, Spoil); 4] = [
        ("nothing", |_| {}),
        ("half a frame", |bytes| bytes.truncate(bytes.len() - 3000)),
        ("half a header", |bytes| bytes.truncate(20)),
        ("a page that did not arrive", |bytes| {
            let last = bytes.len() - 4096;
            bytes[last..].fill(0);
        }),
    ];
    for (how, spoil) in spoils {
        let place = killed().await;
        overwrite(&place.path().with_extension("db-wal"), spoil);
        let catalog = place.open().await.unwrap_or_else(|error| panic!("{how}: {error}"));
        commit(&catalog, 100..103).await.unwrap();
    }
}

#[tokio::test]
async fn missing_log_is_noted_until_it_is_back() {
    let place = Place::new();
    let catalog = place.open().await.unwrap();
    commit(&catalog, 0..3).await.unwrap();
    let folder = place.folder.path();
    let (log, aside, note) =
        (folder.join("catalog.db-wal"), folder.join("aside"), folder.join("catalog.db-damaged"));
    fs::rename(&log, &aside).unwrap();
    commit(&catalog, 3..6).await.unwrap_err();
    assert!(note.exists() && is_damaged(place.open().await.map(drop)), "as after a kill");
    fs::rename(&aside, &log).unwrap();
    commit(&catalog, 3..6).await.unwrap();
    assert!(!note.exists());
    // A clean close moves all of it into the main file.
    fs::rename(&log, &aside).unwrap();
    catalog.ready().await.unwrap_err();
    assert!(note.exists());
    catalog.close().await.unwrap();
    assert!(!note.exists());
    assert_eq!(place.open().await.unwrap().snapshot(&Space::main()).await.unwrap().entries.len(), 6);
}

#[tokio::test]
async fn touched_log_is_intact() {
    let place = Place::new();
    let catalog = place.open().await.unwrap();
    // Enough commits that the log restarts several times.
    run(&catalog, "PRAGMA wal_autocheckpoint = 50").await;
    for batch in 0..20 {
        commit(&catalog, batch * 33..batch * 33 + 33).await.unwrap();
        if batch % 3 == 0 {
            overwrite(&place.path().with_extension("db-wal"), |_| {});
            overwrite(&place.path(), |_| {});
        }
    }
    assert!(fs::metadata(place.path()).unwrap().len() > 100 * 4096, "the log was moved into the main file");
    // And after a kill.
    let copy = Place::new();
    for name in ["catalog.db", "catalog.db-wal"] {
        fs::copy(place.folder.path().join(name), copy.folder.path().join(name)).unwrap();
    }
    let catalog = copy.open().await.unwrap();
    commit(&catalog, 10_000..10_033).await.unwrap();
    catalog.probe().await.unwrap();
    commit(&catalog, 10_033..10_066).await.unwrap();
    assert_eq!(catalog.snapshot(&Space::main()).await.unwrap().entries.len(), 22 * 33);
}

/// A catalog of some hundred entries, all of them in the main file.
async fn with_entries_in_the_main_file() -> (Place, SqliteCatalog) {
    let place = Place::new();
    let catalog = place.open().await.unwrap();
    for batch in 0..20 {
        commit(&catalog, batch * 33..batch * 33 + 33).await.unwrap();
    }
    catalog.close().await.unwrap();
    let catalog = place.open().await.unwrap();
    commit(&catalog, 1000..1003).await.unwrap();
    (place, catalog)
}

#[tokio::test]
async fn damaged_pages_are_found_without_a_save() {
    let (place, catalog) = with_entries_in_the_main_file().await;
    overwrite(&place.path(), |bytes| {
        let from = 8 * 4096;
        bytes[from..].fill(0x5a);
    });
    assert!(is_damaged(catalog.ready().await));
    assert!(is_damaged(commit(&catalog, 2000..2003).await));
}

#[tokio::test]
async fn damage_found_by_a_save_is_reported_from_then_on() {
    let (place, catalog) = with_entries_in_the_main_file().await;
    // Only the bytes differ, and none of them are cached in memory.
    let time = fs::metadata(place.path()).unwrap().modified().unwrap();
    overwrite(&place.path(), |bytes| {
        let from = 8 * 4096;
        bytes[from..].fill(0x5a);
    });
    OpenOptions::new().write(true).open(place.path()).unwrap().set_modified(time).unwrap();
    catalog.ready().await.unwrap();
    run(&catalog, "PRAGMA shrink_memory").await;
    let mut outcomes = Vec::new();
    for batch in 60..90 {
        outcomes.push(commit(&catalog, batch * 33..batch * 33 + 33).await);
    }
    assert!(outcomes.into_iter().any(is_damaged));
    assert!(is_damaged(catalog.ready().await));
    assert!(is_damaged(commit(&catalog, 5000..5003).await));
}
