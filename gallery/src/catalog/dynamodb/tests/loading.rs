//! Loading a space: invisible until complete, and restarted after an interruption.

use std::collections::BTreeMap;

use domain::{ChangeKind, Entry};

use super::super::super::{Counters, SpaceDump};
use super::super::attributes::Item;
use super::items::everything;
use super::*;

/// Only live entries, their keys marked with a letter.
fn dump(letter: char, count: u64) -> SpaceDump {
    let entry =
        |id: u64| Entry { id, revision: id, state: State::Live, content: content(&format!("{letter}{id}")) };
    SpaceDump {
        counters: Counters { last_id: count, last_seq: count, floor: 3 },
        entries: (1..=count).map(entry).collect(),
        log: (4..=count).map(|seq| Change { seq, kind: ChangeKind::Added, entry: entry(seq) }).collect(),
    }
}

fn without_marks(mut items: BTreeMap<String, Item>) -> BTreeMap<String, Item> {
    for item in items.values_mut() {
        item.remove("commit");
    }
    items
}

#[tokio::test]
async fn an_interrupted_load_is_invisible_and_restarts() {
    let (larger, smaller) = (dump('a', 1030), dump('b', 40));
    let expected = Stage::new().await;
    expected.open().load(&Space::main(), smaller.clone()).await.unwrap();
    let expected = without_marks(everything(&expected).await);
    // After the claim, in the middle of the entries, keys and log, and before the end.
    for (asked, passed) in [
        ("BatchWriteItem", 0),
        ("BatchWriteItem", 30),
        ("BatchWriteItem", 60),
        ("BatchWriteItem", 90),
        ("TransactWriteItems", 1),
    ] {
        let stage = Stage::new().await;
        let catalog = stage.open();
        let main = Space::main();
        let denied = Fault::Refused("AccessDeniedException");
        stage.wire.decide(move |what, before| (what == asked && before >= passed).then_some(denied));
        let error = catalog.load(&main, larger.clone()).await.unwrap_err();
        assert!(matches!(error, CatalogError::Denied(_)), "{error:?}");
        stage.wire.heal();
        for catalog in [&catalog, &stage.open()] {
            assert_eq!(catalog.counters(&main).await.unwrap(), Counters::default());
            assert_eq!(catalog.snapshot(&main).await.unwrap(), Default::default());
            assert_eq!(catalog.since(&main, 0, 9).await.unwrap(), Since::Changes(Vec::new()));
            assert_eq!(catalog.spaces().await.unwrap(), []);
            let refused = commit(catalog, vec![add("new")]).await;
            assert!(
                matches!(&refused, Err(CatalogError::Corrupt(why)) if why.contains("import")),
                "{refused:?}"
            );
        }
        // A different import than the first: nothing of that one remains.
        stage.open().load(&main, smaller.clone()).await.unwrap();
        assert_eq!(without_marks(everything(&stage).await), expected, "{asked} {passed}");
        assert_eq!(catalog.snapshot(&main).await.unwrap().entries, smaller.entries);
        assert_eq!(applied(commit(&catalog, vec![add("a7")]).await)[0].entry.id, 41);
    }
}

#[tokio::test]
async fn one_of_two_concurrent_loads_is_refused() {
    let stage = Stage::new().await;
    let (one, other) = (stage.open(), stage.beside());
    let main = Space::main();
    // The first one's claim is taken over while it waits for its end.
    let late = Fault::Slow(Duration::from_secs(2));
    stage.wire.next("TransactWriteItems", [Fault::Slow(Duration::ZERO), late]);
    let (first, second) = tokio::join!(one.load(&main, dump('a', 30)), async {
        while !everything(&stage).await.contains_key("L#main#0 0000000000000030") {
            tokio::task::yield_now().await;
        }
        other.load(&main, dump('b', 20)).await
    });
    // On a busy machine the first one may be finished.
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    let letter = if first.is_ok() { 'a' } else { 'b' };
    let there = one.snapshot(&main).await.unwrap();
    assert!(there.entries.iter().all(|entry| entry.content.key.as_str().starts_with(letter)));
    assert_eq!(there.entries.len(), if first.is_ok() { 30 } else { 20 });
}

#[tokio::test]
async fn a_lost_response_to_the_last_step_is_recognised() {
    for fault in [Fault::Lost, Fault::LostAndForgotten] {
        let stage = Stage::new().await;
        stage
            .wire
            .decide(move |asked, before| (asked == "TransactWriteItems" && before == 1).then_some(fault));
        stage.open().load(&Space::main(), dump('a', 30)).await.unwrap();
        assert_eq!(stage.open().snapshot(&Space::main()).await.unwrap().entries.len(), 30);
    }
}
