//! Damage, a full disk, a catalog that is read-only or missing, and cancelled callers.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use super::*;

#[tokio::test]
async fn damage_is_found_at_opening_and_a_copy_repairs_it() {
    let place = Place::new();
    let catalog = place.open().await.unwrap();
    for batch in 0..20 {
        commit(&catalog, batch * 33..batch * 33 + 33).await.unwrap();
    }
    catalog.close().await.unwrap();
    let whole = fs::read(place.path()).unwrap();
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2 / 4096 * 4096;
    damaged[middle..middle + 4096].fill(0x5a);
    fs::write(place.path(), &damaged).unwrap();
    assert!(place.complaint().await.contains("damaged"));
    fs::write(place.path(), &whole[..whole.len() / 2]).unwrap();
    assert!(place.complaint().await.contains("damaged"));
    fs::write(place.path(), &whole).unwrap();
    let catalog = place.open().await.unwrap();
    assert_eq!(catalog.snapshot(&Space::main()).await.unwrap().entries.len(), 660);
}

#[tokio::test]
async fn damaged_row_is_reported_when_read() {
    let place = Place::new();
    let catalog = place.open().await.unwrap();
    commit(&catalog, 1..10).await.unwrap();
    run(&catalog, r#"UPDATE entries SET entry = '{"id":5}' WHERE id = 5"#).await;
    assert!(matches!(catalog.snapshot(&Space::main()).await, Err(CatalogError::Corrupt(_))));
    // A hole in the log is a floor: changes before it are returned, then `Truncated`.
    run(&catalog, "DELETE FROM log WHERE seq = 5").await;
    for (after, expected) in [(0, Some(4)), (3, Some(1)), (4, None), (5, Some(4))] {
        let count = match catalog.since(&Space::main(), after, 100).await.unwrap() {
            Since::Changes(changes) => Some(changes.len()),
            Since::Truncated => None,
        };
        assert_eq!(count, expected, "after {after}");
    }
}

/// Makes commits fail through `cause`: a failed commit leaves nothing, reads still succeed, and after `cure` commits
/// succeed again.
async fn fails_and_recovers(cause: &str, cure: &str, expected: fn(&CatalogError) -> bool) {
    let place = Place::new();
    let catalog = place.open().await.unwrap();
    commit(&catalog, 0..33).await.unwrap();
    run(&catalog, cause).await;
    let mut done = 33;
    let error = loop {
        match commit(&catalog, done..done + 33).await {
            Ok(()) => done += 33,
            Err(error) => break error,
        }
        assert!(done < 33_000, "{cause} does not do what it should");
    };
    assert!(expected(&error), "{error:?}");
    for _ in 0..3 {
        assert!(expected(&commit(&catalog, done..done + 33).await.unwrap_err()));
        assert_eq!(catalog.snapshot(&Space::main()).await.unwrap().entries.len() as u64, done);
    }
    run(&catalog, cure).await;
    commit(&catalog, done..done + 33).await.unwrap();
    catalog.close().await.unwrap();
    let catalog = place.open().await.unwrap();
    let counters = catalog.counters(&Space::main()).await.unwrap();
    assert_eq!(counters, Counters { last_id: done + 33, last_seq: done + 33, floor: 0 });
    let Since::Changes(log) = catalog.since(&Space::main(), 0, usize::MAX).await.unwrap() else { panic!() };
    assert!(log.iter().map(|change| change.seq).eq(1..=done + 33));
}

#[tokio::test]
async fn full_disk_fails_the_whole_commit_and_recovers() {
    // SQLite's own bound on the file gives the same error as a disk without room, in the middle of a batch.
    fails_and_recovers("PRAGMA max_page_count = 60", "PRAGMA max_page_count = 100000", |error| {
        matches!(error, CatalogError::Full(_))
    })
    .await;
}

#[tokio::test]
async fn read_only_catalog_fails_the_whole_commit_and_recovers() {
    fails_and_recovers("PRAGMA query_only = ON", "PRAGMA query_only = OFF", |error| {
        matches!(error, CatalogError::Denied(_))
    })
    .await;
}

#[tokio::test]
async fn a_missing_folder_is_named() {
    let place = Place::new();
    let Err(CatalogError::Other(why)) = SqliteCatalog::open(&place.folder.path().join("no/catalog.db")).await
    else {
        panic!("opened")
    };
    assert!(why.to_string().contains("no folder"));
    let folder = SqliteCatalog::open(place.folder.path()).await;
    assert!(matches!(folder, Err(CatalogError::Denied(_))), "a folder is no file: {folder:?}");
}

/// A caller that is cancelled at any step leaves its commit done or not done, and the catalog free for the next.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelled_caller_leaves_no_open_transaction() {
    let place = Place::new();
    let catalog = place.open().await.unwrap();
    for round in 0..60u64 {
        let keys = round * 10..round * 10 + 3;
        {
            let mut going = pin!(commit(&catalog, keys.clone()));
            for _ in 0..round % 6 {
                if going.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        // The same request ids, so that a finished commit is not repeated.
        commit(&catalog, keys).await.unwrap();
        let snapshot = catalog.snapshot(&Space::main()).await.unwrap();
        let done = 3 * (round + 1);
        assert!(snapshot.entries.iter().map(|entry| entry.id).eq(1..=done));
        assert_eq!(snapshot.seq, done);
    }
}
