//! Responses lost after the write took effect: each mutation is done once, and answered as if nothing had happened.

use super::*;

/// Every kind of mutation, each on a space of ten entries of which 6 to 10 are tombstones.
fn batches() -> Vec<Vec<Mutation>> {
    vec![
        vec![add("new")],
        vec![add_for("r", "new")],
        vec![remove(1)],
        vec![restore(6)],
        vec![replace(1, "1")],
        vec![replace(6, "6")],
        vec![add("a"), remove(2), add_for("b", "b"), restore(7), replace(3, "3"), add_for("c", "c")],
    ]
}

async fn filled(stage: &Stage) -> DynamoCatalog {
    let catalog = stage.open();
    commit(&catalog, (1..=10).map(|n| add(&n.to_string())).collect()).await.unwrap();
    commit(&catalog, (6..=10).map(remove).collect()).await.unwrap();
    catalog
}

const BEFORE: usize = 15;

/// Whether the batch was done exactly once, and reported so.
async fn done_once(stage: &Stage, batch: &[Mutation], results: Results) {
    let changes = applied(results);
    assert_eq!(changes.len(), batch.len(), "{batch:?}");
    let log = log(&stage.beside()).await;
    assert_eq!(log[BEFORE..], changes, "{batch:?}");
    assert!(log.iter().map(|change| change.seq).eq(1..=log.len() as u64));
    let there = stage.beside().snapshot(&Space::main()).await.unwrap();
    for change in changes {
        assert_eq!(there.entries.iter().find(|entry| entry.id == change.entry.id), Some(&change.entry));
    }
}

#[tokio::test]
async fn a_repeated_transaction_is_recognised_by_the_server() {
    for batch in batches() {
        let stage = Stage::new().await;
        let catalog = filled(&stage).await;
        stage.wire.next("TransactWriteItems", [Fault::Lost]);
        let results = commit(&catalog, batch.clone()).await;
        assert_eq!(stage.wire.counts()["TransactWriteItems"], 2);
        done_once(&stage, &batch, results).await;
    }
}

#[tokio::test]
async fn a_forgotten_transaction_is_recognised_in_the_log() {
    for batch in batches() {
        let stage = Stage::new().await;
        let catalog = filled(&stage).await;
        stage.wire.next("TransactWriteItems", [Fault::LostAndForgotten]);
        let results = commit(&catalog, batch.clone()).await;
        assert_eq!(stage.wire.counts()["GetItem"], 1, "the proof");
        done_once(&stage, &batch, results).await;
    }
}

/// Another instance writes between the loss and the next attempt or, on a busy machine, after it.
#[tokio::test]
async fn a_forgotten_transaction_is_recognised_below_later_changes() {
    for batch in batches() {
        let stage = Stage::new().await;
        let catalog = filled(&stage).await;
        let beside = stage.beside();
        let late = Fault::Slow(Duration::from_millis(300));
        stage.wire.next("TransactWriteItems", [Fault::LostAndForgotten, late]);
        let (results, ()) = tokio::join!(commit(&catalog, batch.clone()), async {
            while log(&beside).await.len() == BEFORE {
                tokio::task::yield_now().await;
            }
            applied(commit(&beside, vec![add("meanwhile")]).await);
        });
        let changes = applied(results);
        let log = log(&beside).await;
        assert_eq!(log[BEFORE..BEFORE + changes.len()], changes);
        assert_eq!(log.len(), BEFORE + changes.len() + 1, "{batch:?}");
    }
}

#[tokio::test]
async fn with_all_responses_lost_the_log_decides() {
    for fault in [Fault::Lost, Fault::LostAndForgotten] {
        for batch in batches() {
            let stage = Stage::new().await;
            let catalog = filled(&stage).await;
            stage.wire.decide(move |asked, _| (asked == "TransactWriteItems").then_some(fault));
            let results = commit(&catalog, batch.clone()).await;
            assert!(stage.wire.counts()["TransactWriteItems"] <= 4, "bounded");
            stage.wire.heal();
            done_once(&stage, &batch, results).await;
        }
    }
}

/// Nothing reveals the outcome: `Unavailable`, whatever else goes wrong, and the caller's repetition does no harm.
#[tokio::test]
async fn an_unknown_outcome_is_unavailable_and_harmless() {
    for next in [Fault::Lost, Fault::Refused("ExpiredTokenException"), Fault::Refused("ValidationException")]
    {
        let stage = Stage::new().await;
        let catalog = filled(&stage).await;
        stage.wire.decide(move |asked, before| match (asked, before) {
            ("TransactWriteItems", 0) => Some(Fault::Lost),
            ("TransactWriteItems", _) => Some(next),
            ("GetItem", _) => Some(Fault::Cut),
            _ => None,
        });
        let batch = vec![add_for("r", "a"), add("b"), remove(1)];
        let error = commit(&catalog, batch.clone()).await.unwrap_err();
        assert!(matches!(error, CatalogError::Unavailable(_)), "{error:?}");
        stage.wire.heal();
        let again = commit(&catalog, batch).await.unwrap();
        let log = log(&catalog).await;
        assert_eq!(log.len(), BEFORE + 3);
        let known =
            Committed { change: log[BEFORE].clone(), repeated: true, starts_work: false, replaced: None };
        assert_eq!(again, [Ok(known), Err(Rejection::KeyTaken), Err(Rejection::NotLive)]);
    }
}

#[tokio::test]
async fn requests_that_never_arrive_change_nothing() {
    for fault in [Fault::Cut, Fault::Broken, Fault::BadGateway] {
        let stage = Stage::new().await;
        let catalog = filled(&stage).await;
        stage.wire.decide(move |asked, _| (asked == "TransactWriteItems").then_some(fault));
        for batch in batches() {
            let error = commit(&catalog, batch).await.unwrap_err();
            assert!(matches!(error, CatalogError::Unavailable(_)), "{error:?}");
        }
        assert_eq!(log(&stage.beside()).await.len(), BEFORE);
        stage.wire.heal();
        let batch = batches().pop().unwrap();
        let results = commit(&catalog, batch.clone()).await;
        done_once(&stage, &batch, results).await;
    }
}
