//! The change log: what it holds, where it begins, and waiting for more.

use domain::Entry;
use futures::poll;
use std::collections::BTreeMap;
use std::pin::pin;

use super::*;

pub(super) async fn truncation_is_reported_exactly_below_the_floor(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    let main = space("main");
    for id in 1..=10u64 {
        // Every other change has a request id, which must keep no truncated change in the log.
        let mutation = if id.is_multiple_of(2) {
            add_for(&format!("r{id}"), &format!("{id}.png"))
        } else {
            add(&format!("{id}.png"))
        };
        step(&*catalog, &main, mutation).await.unwrap();
    }
    let whole = changes(&*catalog, &main, 0).await;
    for (asked, floor) in [(4, 4), (2, 4), (0, 4), (7, 7), (99, 10), (u64::MAX, 10)] {
        catalog.truncate(&main, asked).await.unwrap();
        assert_eq!(
            catalog.counters(&main).await.unwrap().floor,
            floor,
            "the floor only rises, up to the newest seq"
        );
        for after in 0..floor {
            assert_eq!(
                catalog.since(&main, after, 100).await.unwrap(),
                Since::Truncated,
                "{after} below {floor}"
            );
        }
        for after in floor..=11 {
            let expected: Vec<Change> = whole.iter().filter(|change| change.seq > after).cloned().collect();
            assert_eq!(catalog.since(&main, after, 100).await.unwrap(), Since::Changes(expected));
        }
    }
    assert_eq!(catalog.snapshot(&main).await.unwrap().entries.len(), 10);
    let next = step(&*catalog, &main, add("11.png")).await.unwrap().change;
    assert_eq!((next.seq, next.entry.id), (11, 11));
    assert_eq!(changes(&*catalog, &main, 10).await, [next]);
    catalog.truncate(&space("unused"), 3).await.unwrap();
    assert_eq!(catalog.since(&space("unused"), 0, 100).await.unwrap(), Since::Changes(Vec::new()));
}

pub(super) async fn the_log_is_read_in_pages(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    let main = space("main");
    fill(&*catalog, &main, 7).await;
    let whole = changes(&*catalog, &main, 0).await;
    for after in 0..=7usize {
        for limit in 0..=8 {
            let expected = whole.iter().skip(after).take(limit).cloned().collect();
            assert_eq!(catalog.since(&main, after as u64, limit).await.unwrap(), Since::Changes(expected));
        }
    }
    assert_eq!(catalog.since(&main, u64::MAX, 3).await.unwrap(), Since::Changes(Vec::new()));
}

/// A reader that starts at any point while others write, and follows the log, ends with the current state.
pub(super) async fn snapshot_and_since_miss_nothing(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    const LAST: Seq = 12 * 20;
    let writers = (0..12).map(|writer| {
        let catalog = catalog.clone();
        tokio::spawn(async move {
            for round in 0..10 {
                let added = step(&*catalog, &space("main"), add(&format!("{writer}/{round}"))).await.unwrap();
                step(&*catalog, &space("main"), remove(added.change.entry.id)).await.unwrap();
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    let readers = (0..6).map(|_| {
        let catalog = catalog.clone();
        tokio::spawn(async move {
            catalog.changed(&space("main"), 0).await.unwrap();
            let start = catalog.snapshot(&space("main")).await.unwrap();
            assert!(start.entries.iter().all(|entry| entry.revision <= start.seq));
            let mut seen: BTreeMap<EntryId, Entry> = start.entries.into_iter().map(|e| (e.id, e)).collect();
            let mut seq = start.seq;
            while seq < LAST {
                catalog.changed(&space("main"), seq).await.unwrap();
                let Since::Changes(changes) = catalog.since(&space("main"), seq, 7).await.unwrap() else {
                    panic!("nobody truncates here");
                };
                assert!(!changes.is_empty(), "`changed` had returned");
                for change in changes {
                    assert_eq!(change.seq, seq + 1);
                    seq = change.seq;
                    seen.insert(change.entry.id, change.entry);
                }
            }
            seen
        })
    });
    let readers: Vec<_> = readers.collect();
    for writer in writers {
        soon(writer).await.unwrap();
    }
    let end = catalog.snapshot(&space("main")).await.unwrap();
    assert_eq!(end.seq, LAST);
    for reader in readers {
        assert!(soon(reader).await.unwrap().values().eq(&end.entries));
    }
}

pub(super) async fn waiting_ends_with_the_change(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    let main = space("main");
    let mut first = pin!(catalog.changed(&main, 0));
    let mut second = pin!(catalog.changed(&main, 1));
    assert!(poll!(first.as_mut()).is_pending() && poll!(second.as_mut()).is_pending());
    fill(&*catalog, &main, 1).await;
    soon(first).await.unwrap();
    soon(catalog.changed(&main, 0)).await.unwrap();
    assert!(poll!(second.as_mut()).is_pending(), "seq 2 is not there yet");
    step(&*catalog, &main, remove(1)).await.unwrap();
    soon(second).await.unwrap();
    let many: Vec<_> = (0..100)
        .map(|_| {
            let catalog = catalog.clone();
            tokio::spawn(async move { catalog.changed(&space("main"), 2).await.unwrap() })
        })
        .collect();
    step(&*catalog, &main, Mutation::restore(1)).await.unwrap();
    for waiting in many {
        soon(waiting).await.unwrap();
    }
}
