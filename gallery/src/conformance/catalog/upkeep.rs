//! Purging, forgetting requests, and loading.

use std::pin::pin;

use domain::{ChangeKind, Entry};

use super::*;
use crate::catalog::{CatalogError, Counters, SpaceDump};

async fn ids(catalog: &dyn Catalog, space: &Space) -> Vec<EntryId> {
    catalog.snapshot(space).await.unwrap().entries.iter().map(|entry| entry.id).collect()
}

pub(super) async fn purge_deletes_only_tombstones(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    let main = space("main");
    fill(&*catalog, &main, 6).await;
    step(&*catalog, &main, remove(2)).await.unwrap();
    step(&*catalog, &main, Mutation::remove(4, State::Gone { at: at(1) })).await.unwrap();
    step(&*catalog, &main, remove(5)).await.unwrap();
    step(&*catalog, &main, Mutation::restore(5)).await.unwrap();
    step(&*catalog, &main, remove(6)).await.unwrap();
    let log = changes(&*catalog, &main, 0).await;
    let before = catalog.counters(&main).await.unwrap();
    for _ in 0..2 {
        catalog.purge(&main, &[1, 2, 4, 5, 99, u64::MAX]).await.unwrap();
        assert_eq!(ids(&*catalog, &main).await, [1, 3, 5, 6]);
    }
    catalog.purge(&main, &[]).await.unwrap();
    catalog.purge(&space("unused"), &[1]).await.unwrap();
    assert_eq!(catalog.counters(&main).await.unwrap(), before);
    assert_eq!(changes(&*catalog, &main, 0).await, log, "purging is not a change");
    assert_eq!(step(&*catalog, &main, Mutation::restore(2)).await, Err(Rejection::NotFound));
    // Its key is free again: a foreign object may return under it.
    assert_eq!(step(&*catalog, &main, add("2.png")).await.unwrap().change.entry.id, 7);
}

pub(super) async fn ids_and_seqs_are_never_reused(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    let main = space("main");
    fill(&*catalog, &main, 3).await;
    for id in 1..=3 {
        step(&*catalog, &main, remove(id)).await.unwrap();
    }
    catalog.purge(&main, &[1, 2, 3]).await.unwrap();
    catalog.truncate(&main, 6).await.unwrap();
    let catalog = subject.open().await;
    assert!(ids(&*catalog, &main).await.is_empty());
    assert_eq!(catalog.spaces().await.unwrap(), std::slice::from_ref(&main));
    let next = step(&*catalog, &main, add("next")).await.unwrap().change;
    assert_eq!((next.entry.id, next.seq), (4, 7));
}

fn saved_at(number: u64) -> Mutation {
    let content = Content { created_at: at(number), ..content(&format!("{number}.png")) };
    Mutation::Add { request: Some(request(&format!("r{number}"))), content }
}

pub(super) async fn old_requests_are_forgotten(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    let main = space("main");
    // Not in chronological order: a machine's clock may step back.
    for number in [5, 1, 9, 3, 7] {
        step(&*catalog, &main, saved_at(number)).await.unwrap();
    }
    let log = changes(&*catalog, &main, 0).await;
    catalog.forget_requests(&main, at(5)).await.unwrap();
    for (number, kept) in [(1, false), (3, false), (5, true), (7, true), (9, true)] {
        let found = catalog.request(&main, &request(&format!("r{number}"))).await.unwrap();
        assert_eq!(found.is_some(), kept, "r{number}");
    }
    assert_eq!(changes(&*catalog, &main, 0).await, log, "the log keeps the changes");
    let again = Mutation::Add { request: Some(request("r1")), content: content("again.png") };
    assert!(!step(&*catalog, &main, again).await.unwrap().repeated);
    catalog.forget_requests(&space("unused"), at(9)).await.unwrap();
}

pub(super) async fn requests_outlive_the_log(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    let main = space("main");
    for number in 1..=4 {
        step(&*catalog, &main, saved_at(number)).await.unwrap();
    }
    let log = changes(&*catalog, &main, 0).await;
    step(&*catalog, &main, remove(1)).await.unwrap();
    catalog.truncate(&main, 3).await.unwrap();
    catalog.purge(&main, &[1]).await.unwrap();
    let catalog = subject.open().await;
    for number in 1..=4 {
        let found = catalog.request(&main, &request(&format!("r{number}"))).await.unwrap();
        assert_eq!(found.as_ref(), Some(&log[number - 1]));
    }
    assert!(step(&*catalog, &main, saved_at(1)).await.unwrap().repeated);
    catalog.forget_requests(&main, at(3)).await.unwrap();
    catalog.truncate(&main, 4).await.unwrap();
    catalog.forget_requests(&main, at(99)).await.unwrap();
    assert_eq!(changes(&*catalog, &main, 4).await.len(), 1);
    assert_eq!(catalog.request(&main, &request("r4")).await.unwrap(), None);
    assert!(!step(&*catalog, &main, saved_at(1)).await.unwrap().repeated);
}

/// A space after 600 saves and 200 removals, with a truncated log and half of its tombstones purged.
pub(super) fn dump() -> SpaceDump {
    let entry = |id: u64| {
        let state = if id.is_multiple_of(3) { State::Removed { at: at(id) } } else { State::Live };
        let revision = if id.is_multiple_of(3) { 600 + id / 3 } else { id };
        Entry { id, revision, state, content: content(&format!("{id}.png")) }
    };
    let added = (451..=600).map(|id| Change {
        seq: id,
        kind: ChangeKind::Added,
        entry: Entry { revision: id, state: State::Live, ..entry(id) },
    });
    let removed = (1..=200).map(|n| Change { seq: 600 + n, kind: ChangeKind::Removed, entry: entry(n * 3) });
    SpaceDump {
        counters: Counters { last_id: 600, last_seq: 800, floor: 450 },
        entries: (1..=600u64).filter(|id| !id.is_multiple_of(6)).map(entry).collect(),
        log: added.chain(removed).collect(),
    }
}

pub(super) async fn a_loaded_space_equals_its_dump(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    let main = space("main");
    let mut waiting = pin!(catalog.changed(&main, 799));
    assert!(futures::poll!(waiting.as_mut()).is_pending());
    catalog.load(&main, dump()).await.unwrap();
    soon(waiting).await.unwrap();
    let catalog = subject.open().await;
    let snapshot = catalog.snapshot(&main).await.unwrap();
    assert_eq!((snapshot.seq, snapshot.entries), (800, dump().entries));
    assert_eq!(catalog.counters(&main).await.unwrap(), dump().counters);
    assert_eq!(catalog.since(&main, 449, 9).await.unwrap(), Since::Truncated);
    assert_eq!(changes(&*catalog, &main, 450).await, dump().log);
    let next = step(&*catalog, &main, add("601.png")).await.unwrap().change;
    assert_eq!((next.entry.id, next.seq), (601, 801));
    assert_eq!(step(&*catalog, &main, add("1.png")).await, Err(Rejection::KeyTaken));
}

pub(super) async fn load_refuses_impossible_dumps(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    fill(&*catalog, &space("used"), 1).await;
    let used = catalog.snapshot(&space("used")).await.unwrap();
    assert!(matches!(catalog.load(&space("used"), dump()).await, Err(CatalogError::Corrupt(_))));
    assert_eq!(catalog.snapshot(&space("used")).await.unwrap(), used);

    let broken: [fn(&mut SpaceDump); 8] = [
        |dump| dump.counters.floor = 801,
        |dump| dump.counters.last_seq = 1 << 53,
        |dump| dump.counters.last_id = 598,
        |dump| dump.entries.swap(3, 4),
        |dump| dump.entries[0].revision = 801,
        |dump| dump.entries[7].content.key = dump.entries[8].content.key.clone(),
        |dump| drop(dump.log.remove(60)),
        |dump| drop(dump.log.remove(0)),
    ];
    for (case, spoil) in broken.into_iter().enumerate() {
        let mut dump = dump();
        spoil(&mut dump);
        let refused = catalog.load(&space("new"), dump).await;
        assert!(matches!(refused, Err(CatalogError::Corrupt(_))), "case {case}: {refused:?}");
    }
    catalog.load(&space("new"), SpaceDump::default()).await.unwrap();
    assert_eq!(catalog.spaces().await.unwrap(), [space("used")], "a space with nothing in it was never used");
    catalog.load(&space("new"), dump()).await.unwrap();
}
