//! Commits: everything applicable, atomically, once, in order.

use std::collections::BTreeSet;

use domain::Change;
use futures::future::join_all;

use super::*;
use crate::catalog::Counters;

const WRITERS: u64 = 50;
const COMMITS_EACH: u64 = 6;

pub(super) async fn concurrent_commits_leave_no_gap(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    let writers = (0..WRITERS).map(|writer| {
        let catalog = catalog.clone();
        tokio::spawn(async move {
            let mut mine = Vec::new();
            for round in 0..COMMITS_EACH {
                let batch = (0..=round % 3)
                    .map(|n| add_for(&format!("{writer}-{round}-{n}"), &format!("{writer}/{round}/{n}")));
                let results = catalog.commit(&space("main"), batch.collect()).await.unwrap();
                mine.extend(results.into_iter().map(|result| result.unwrap().change));
            }
            mine
        })
    });
    let acknowledged: Vec<Vec<Change>> = join_all(writers).await.into_iter().map(Result::unwrap).collect();
    for changes in &acknowledged {
        assert!(
            changes.is_sorted_by(|a, b| a.seq < b.seq && a.entry.id < b.entry.id),
            "a later commit, a higher number"
        );
    }
    let mut acknowledged = acknowledged.concat();
    acknowledged.sort_by_key(|change| change.seq);
    let count = WRITERS * COMMITS_EACH * 2;
    assert!(acknowledged.iter().map(|change| change.seq).eq(1..=count));
    assert!(acknowledged.iter().map(|change| change.entry.id).eq(1..=count));
    assert!(
        acknowledged
            .iter()
            .all(|change| change.entry.revision == change.seq && change.entry.state == State::Live)
    );
    assert_eq!(changes(&*catalog, &space("main"), 0).await, acknowledged);
    let snapshot = catalog.snapshot(&space("main")).await.unwrap();
    assert_eq!(snapshot.seq, count);
    assert!(snapshot.entries.iter().eq(acknowledged.iter().map(|change| &change.entry)));
    let counters = catalog.counters(&space("main")).await.unwrap();
    assert_eq!(counters, Counters { last_id: count, last_seq: count, floor: 0 });
}

pub(super) async fn a_rejected_mutation_does_not_stop_the_others(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    let bad = [
        (add("1.png"), Rejection::KeyTaken),
        (remove(9_999), Rejection::NotFound),
        (remove(2), Rejection::NotLive),
        (Mutation::restore(1), Rejection::NotRemoved),
        (Mutation::Replace { id: 1, content: content("2.png") }, Rejection::KeyTaken),
    ];
    for (round, (bad, why)) in bad.into_iter().enumerate() {
        let space = space(&format!("s{round}"));
        fill(&*catalog, &space, 2).await;
        step(&*catalog, &space, remove(2)).await.unwrap();
        let count = catalog.batch_max() as u64 - 1;
        let mut batch: Vec<Mutation> = (0..count).map(|n| add(&format!("good/{n}"))).collect();
        batch.insert(17, bad);
        let mut results = catalog.commit(&space, batch).await.unwrap();
        assert_eq!(results.remove(17), Err(why));
        let good: Vec<Change> = results.into_iter().map(|result| result.unwrap().change).collect();
        assert!(good.iter().map(|change| (change.seq, change.entry.id)).eq((4..4 + count).zip(3..3 + count)));
        assert_eq!(changes(&*catalog, &space, 3).await, good);
        assert_eq!(catalog.snapshot(&space).await.unwrap().entries.len() as u64, 2 + count);
    }
}

pub(super) async fn a_batch_without_effect_leaves_no_trace(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    assert_eq!(catalog.commit(&space("main"), Vec::new()).await.unwrap(), []);
    assert_eq!(step(&*catalog, &space("main"), remove(1)).await, Err(Rejection::NotFound));
    assert_eq!(catalog.spaces().await.unwrap(), []);
    assert_eq!(catalog.snapshot(&space("main")).await.unwrap(), Default::default());
    assert_eq!(catalog.counters(&space("main")).await.unwrap(), Counters::default());
    fill(&*catalog, &space("main"), 1).await;
    assert_eq!(step(&*catalog, &space("main"), add("1.png")).await, Err(Rejection::KeyTaken));
    let counters = catalog.counters(&space("main")).await.unwrap();
    assert_eq!(counters, Counters { last_id: 1, last_seq: 1, floor: 0 }, "a rejection uses no number");
}

pub(super) async fn a_concurrent_repeated_request_is_done_once(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    let sent = (0..20).map(|n| {
        let catalog = catalog.clone();
        tokio::spawn(async move {
            step(&*catalog, &space("main"), add_for("same", &format!("try-{n}"))).await.unwrap()
        })
    });
    let answers: Vec<Committed> = join_all(sent).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers.iter().filter(|answer| !answer.repeated).count(), 1);
    assert!(answers.iter().all(|answer| answer.change == answers[0].change));
    assert_eq!(changes(&*catalog, &space("main"), 0).await, [answers[0].change.clone()]);
    let catalog = subject.open().await;
    let remembered = catalog.request(&space("main"), &request("same")).await.unwrap();
    assert_eq!(remembered.as_ref(), Some(&answers[0].change));
    // The result does not depend on later changes of the entry, nor on a key that was taken meanwhile.
    step(&*catalog, &space("main"), remove(1)).await.unwrap();
    let first_key = answers[0].change.entry.content.key.to_string();
    let again = step(&*catalog, &space("main"), add_for("same", &first_key)).await.unwrap();
    assert_eq!(
        again,
        Committed { change: answers[0].change.clone(), repeated: true, starts_work: false, replaced: None }
    );
    assert_eq!(catalog.counters(&space("main")).await.unwrap().last_id, 1);
}

pub(super) async fn a_repeated_request_in_a_batch_is_done_once(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    let batch = vec![add_for("a", "1"), add_for("b", "2"), add_for("a", "3"), add("4"), add("4")];
    let results = catalog.commit(&space("main"), batch).await.unwrap();
    let ids: Vec<_> = results
        .iter()
        .map(|r| r.as_ref().map(|c| (c.change.entry.id, c.repeated)).map_err(|why| *why))
        .collect();
    assert_eq!(
        ids,
        [Ok((1, false)), Ok((2, false)), Ok((1, true)), Ok((3, false)), Err(Rejection::KeyTaken)]
    );
    // A rejected request was not done: it may be retried.
    assert_eq!(step(&*catalog, &space("main"), add_for("c", "4")).await, Err(Rejection::KeyTaken));
    assert_eq!(catalog.request(&space("main"), &request("c")).await.unwrap(), None);
    assert!(!step(&*catalog, &space("main"), add_for("c", "5")).await.unwrap().repeated);
}

pub(super) async fn request_ids_belong_to_a_space(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    for name in ["a", "b"] {
        assert!(!step(&*catalog, &space(name), add_for("same", "1.png")).await.unwrap().repeated);
    }
    assert_eq!(catalog.request(&space("c"), &request("same")).await.unwrap(), None);
    assert_eq!(catalog.request(&space("a"), &request("other")).await.unwrap(), None);
}

pub(super) async fn a_restart_keeps_everything(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    let main = space("main");
    fill(&*catalog, &main, 5).await;
    step(&*catalog, &main, add_for("kept", "6.png")).await.unwrap();
    step(&*catalog, &main, remove(2)).await.unwrap();
    step(&*catalog, &main, Mutation::remove(3, State::Gone { at: at(7) })).await.unwrap();
    step(&*catalog, &main, Mutation::Replace { id: 4, content: content("4.png") }).await.unwrap();
    catalog.truncate(&main, 3).await.unwrap();
    fill(&*catalog, &space("other"), 1).await;
    let seen = all(&*catalog, &main).await;
    let catalog = subject.open().await;
    assert_eq!(all(&*catalog, &main).await, seen);
    assert_eq!(catalog.spaces().await.unwrap(), [main.clone(), space("other")]);
    soon(catalog.changed(&main, 8)).await.unwrap();
    assert_eq!(step(&*catalog, &main, add("new")).await.unwrap().change.entry.id, 7);
}

/// Everything that a space returns.
async fn all(catalog: &dyn Catalog, space: &Space) -> impl PartialEq + std::fmt::Debug + use<> {
    (
        catalog.snapshot(space).await.unwrap(),
        catalog.since(space, 2, 100).await.unwrap(),
        catalog.since(space, 3, 100).await.unwrap(),
        catalog.counters(space).await.unwrap(),
        catalog.request(space, &request("kept")).await.unwrap(),
    )
}

pub(super) async fn spaces_are_independent(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    let (a, b) = (space("a"), space("b"));
    fill(&*catalog, &b, 3).await;
    fill(&*catalog, &a, 3).await;
    for id in 1..=2 {
        step(&*catalog, &b, remove(id)).await.unwrap();
        step(&*catalog, &a, remove(id)).await.unwrap();
    }
    step(&*catalog, &a, add_for("same", "4.png")).await.unwrap();
    step(&*catalog, &b, add_for("same", "4.png")).await.unwrap();
    let untouched = (catalog.snapshot(&b).await.unwrap(), changes(&*catalog, &b, 0).await);
    catalog.truncate(&a, 6).await.unwrap();
    catalog.purge(&a, &[1, 2, 3]).await.unwrap();
    catalog.forget_requests(&a, at(1)).await.unwrap();
    assert_eq!((catalog.snapshot(&b).await.unwrap(), changes(&*catalog, &b, 0).await), untouched);
    assert!(catalog.request(&b, &request("same")).await.unwrap().is_some());
    assert_eq!(catalog.request(&a, &request("same")).await.unwrap(), None);
    let ids: BTreeSet<_> = catalog.snapshot(&a).await.unwrap().entries.iter().map(|entry| entry.id).collect();
    assert_eq!(ids, BTreeSet::from([3, 4]));
    assert_eq!(catalog.spaces().await.unwrap(), [a, b]);
}

pub(super) async fn any_text_survives(subject: &mut impl Subject) {
    let catalog = subject.open().await;
    let texts = [
        "a\0b",
        "a\0c",
        "a",
        "\0",
        "'; DROP TABLE entries; --",
        "\"quoted\" \\ back\\slash",
        "%_*?[]",
        "👩‍👩‍👧‍👦\u{202e}rtl\u{feff}",
        "line\nline\r\n\ttab",
        "{\"json\":null}",
        " spaces ",
        "<script>alert(1)</script>",
        "Ä\u{308}é",
        "\u{10ffff}\u{1}",
    ];
    for (round, text) in texts.iter().enumerate() {
        let mut hostile = content(text);
        hostile.body = code(text.repeat(64 * 1024 / text.len()));
        hostile.etag = (*text).to_owned();
        hostile.labels = Label::of_person([*text]).unwrap_or_default();
        hostile.name = domain::Name::from_lossy(text);
        let mutation =
            Mutation::Add { request: Some(request(&format!("r{round}"))), content: hostile.clone() };
        let added = step(&*catalog, &space("main"), mutation).await.expect("keys differ when any byte does");
        assert_eq!(added.change.entry.content, hostile);
        assert_eq!(step(&*catalog, &space("main"), add(text)).await, Err(Rejection::KeyTaken), "{text:?}");
    }
    let catalog = subject.open().await;
    let log = changes(&*catalog, &space("main"), 0).await;
    for (round, (text, change)) in texts.iter().zip(&log).enumerate() {
        assert_eq!(change.entry.content.key.as_str(), *text);
        assert_eq!(change.entry.content.values(), [text.repeat(64 * 1024 / text.len())]);
        let remembered = catalog.request(&space("main"), &request(&format!("r{round}"))).await.unwrap();
        assert_eq!(remembered.as_ref(), Some(change));
    }
    let snapshot = catalog.snapshot(&space("main")).await.unwrap();
    assert!(snapshot.entries.iter().eq(log.iter().map(|change| &change.entry)));
}
