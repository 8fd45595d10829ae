//! Several catalogs open on the same place, like several instances of the program: they behave as one.

use std::collections::BTreeSet;

use domain::{Change, ChangeKind};
use futures::future::join_all;

use super::*;
use crate::catalog::Counters;

/// Concurrent writing tasks, spread over the instances.
const WRITERS: usize = 48;
const ROUNDS: usize = 5;

async fn three(subject: &mut impl Several) -> [Arc<dyn Catalog>; 3] {
    [subject.open().await, subject.open().await, subject.open().await]
}

/// Adds, removals and restorations from all sides, while each instance follows the log.
pub(super) async fn writers_on_three_instances_leave_no_gap(subject: &mut impl Several) {
    let catalogs = three(subject).await;
    let last = (WRITERS * ROUNDS * 4) as Seq;
    let readers: Vec<_> =
        catalogs.iter().map(|catalog| tokio::spawn(follow(catalog.clone(), last))).collect();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let catalog = catalogs[writer % catalogs.len()].clone();
            tokio::spawn(async move {
                let main = space("main");
                let mut mine = Vec::new();
                for round in 0..ROUNDS {
                    let name = format!("{writer}-{round}");
                    let batch = vec![add_for(&name, &name), add(&format!("{name}-second"))];
                    let added = catalog.commit(&main, batch).await.unwrap();
                    mine.extend(added.into_iter().map(|result| result.unwrap().change));
                    let id = mine.last().unwrap().entry.id;
                    for mutation in [remove(id), Mutation::restore(id)] {
                        mine.push(step(&*catalog, &main, mutation).await.unwrap().change);
                    }
                }
                mine
            })
        })
        .collect();
    let mut acknowledged: Vec<Change> = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    acknowledged.sort_by_key(|change| change.seq);
    assert!(acknowledged.iter().map(|change| change.seq).eq(1..=last));
    let added = acknowledged.iter().filter(|change| change.kind == ChangeKind::Added);
    assert!(added.map(|change| change.entry.id).eq(1..=last / 2));
    for reader in readers {
        assert_eq!(
            soon(reader).await.unwrap(),
            acknowledged,
            "every instance reported every change once, in order"
        );
    }
    for catalog in &catalogs {
        assert_eq!(changes(&**catalog, &space("main"), 0).await, acknowledged);
        let snapshot = catalog.snapshot(&space("main")).await.unwrap();
        assert_eq!((snapshot.seq, snapshot.entries.len() as u64), (last, last / 2));
        assert_eq!(snapshot.entries, catalogs[0].snapshot(&space("main")).await.unwrap().entries);
        let counters = catalog.counters(&space("main")).await.unwrap();
        assert_eq!(counters, Counters { last_id: last / 2, last_seq: last, floor: 0 });
    }
}

/// All changes up to `last`, as the instance reports them.
async fn follow(catalog: Arc<dyn Catalog>, last: Seq) -> Vec<Change> {
    let _listening = catalog.listen(&space("main"));
    let mut seen: Vec<Change> = Vec::new();
    while (seen.len() as Seq) < last {
        let seq = seen.len() as Seq;
        catalog.changed(&space("main"), seq).await.unwrap();
        let Since::Changes(changes) = catalog.since(&space("main"), seq, 50).await.unwrap() else {
            panic!("nobody truncates here");
        };
        seen.extend(changes);
    }
    seen
}

pub(super) async fn a_change_on_one_instance_reaches_all(subject: &mut impl Several) {
    let catalogs = three(subject).await;
    let main = space("main");
    for (seq, writer) in (0..).zip(catalogs.iter().cycle().take(6)) {
        let waiting: Vec<_> = catalogs
            .iter()
            .map(|catalog| {
                let (catalog, main) = (catalog.clone(), main.clone());
                tokio::spawn(async move {
                    let _listening = catalog.listen(&main);
                    catalog.changed(&main, seq).await.unwrap();
                })
            })
            .collect();
        step(&**writer, &main, add(&seq.to_string())).await.unwrap();
        for waiting in waiting {
            soon(waiting).await.unwrap();
        }
        // Once notified, a caller sees the whole change on every instance.
        for catalog in &catalogs {
            assert_eq!(changes(&**catalog, &main, seq).await.len(), 1);
            assert_eq!(catalog.snapshot(&main).await.unwrap().seq, seq + 1);
            assert_eq!(catalog.spaces().await.unwrap(), std::slice::from_ref(&main));
        }
    }
}

/// A browser's retry through a load balancer reaches another instance.
pub(super) async fn a_request_sent_to_every_instance_is_done_once(subject: &mut impl Several) {
    let catalogs = three(subject).await;
    for round in 0..8 {
        let sent = catalogs.iter().map(|catalog| {
            let request = format!("r{round}");
            let batch = vec![add_for(&request, &format!("{}-{round}", sent_by(catalog)))];
            let catalog = catalog.clone();
            tokio::spawn(
                async move { catalog.commit(&space("main"), batch).await.unwrap().remove(0).unwrap() },
            )
        });
        let answers: Vec<Committed> = join_all(sent).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers.iter().filter(|answer| !answer.repeated).count(), 1);
        assert!(answers.iter().all(|answer| answer.change == answers[0].change));
        assert_eq!(answers[0].change.seq, round + 1);
    }
}

/// A different text for each instance.
fn sent_by(catalog: &Arc<dyn Catalog>) -> String {
    format!("{:p}", Arc::as_ptr(catalog))
}

/// Two instances that adopt the same object after a crash.
pub(super) async fn a_key_added_on_every_instance_is_added_once(subject: &mut impl Several) {
    let catalogs = three(subject).await;
    for round in 0..8 {
        let key = format!("{round}.png");
        let sent = catalogs.iter().map(|catalog| {
            let (catalog, batch) =
                (catalog.clone(), vec![add(&key), add(&format!("{key}-{}", sent_by(catalog)))]);
            tokio::spawn(async move { catalog.commit(&space("main"), batch).await.unwrap() })
        });
        let answers: Vec<_> = join_all(sent).await.into_iter().map(Result::unwrap).collect();
        assert!(answers.iter().all(|answer| answer[1].is_ok()), "the rest of the batch is applied");
        let (added, refused): (Vec<_>, Vec<_>) =
            answers.into_iter().map(|mut answer| answer.remove(0)).partition(Result::is_ok);
        assert_eq!((added.len(), refused), (1, vec![Err(Rejection::KeyTaken), Err(Rejection::KeyTaken)]));
    }
    let snapshot = catalogs[0].snapshot(&space("main")).await.unwrap();
    assert_eq!(snapshot.entries.iter().map(|entry| &entry.content.key).collect::<BTreeSet<_>>().len(), 32);
    assert!(snapshot.entries.iter().map(|entry| entry.id).eq(1..=32));
}

/// One of three removals wins, and a purge concurrent with a restoration takes the entry completely or not at all.
pub(super) async fn concurrent_steps_have_one_winner(subject: &mut impl Several) {
    let catalogs = three(subject).await;
    let main = space("main");
    for round in 0..8 {
        let key = format!("{round}.png");
        let id = step(&*catalogs[0], &main, add(&key)).await.unwrap().change.entry.id;
        assert_eq!(id, 2 * round + 1);
        let removals = join_all(catalogs.iter().map(|catalog| step(&**catalog, &main, remove(id)))).await;
        assert_eq!(removals.iter().filter(|removal| removal.is_ok()).count(), 1);
        assert_eq!(removals.iter().filter(|removal| **removal == Err(Rejection::NotLive)).count(), 2);

        let purge = async { catalogs[1].purge(&main, &[id]).await.unwrap() };
        let (restored, ()) = tokio::join!(step(&*catalogs[0], &main, Mutation::restore(id)), purge);
        let there =
            catalogs[2].snapshot(&main).await.unwrap().entries.into_iter().find(|entry| entry.id == id);
        let again = step(&*catalogs[2], &main, add(&key)).await;
        match restored {
            Ok(restored) => {
                assert_eq!(there, Some(restored.change.entry));
                assert_eq!(again, Err(Rejection::KeyTaken));
                step(&*catalogs[0], &main, add(&format!("{key}-beside-it"))).await.unwrap();
            }
            Err(why) => {
                assert_eq!((why, there), (Rejection::NotFound, None));
                again.expect("the key is free");
            }
        }
    }
}

/// What one instance forgets, the others do not remember either, including those that wrote last.
pub(super) async fn what_one_instance_forgets_all_forget(subject: &mut impl Several) {
    let catalogs = three(subject).await;
    let main = space("main");
    for (n, catalog) in catalogs.iter().enumerate() {
        step(&**catalog, &main, add_for(&format!("r{n}"), &format!("{n}.png"))).await.unwrap();
    }
    catalogs[0].forget_requests(&main, at(1)).await.unwrap();
    catalogs[1].truncate(&main, 2).await.unwrap();
    for catalog in &catalogs {
        assert_eq!(catalog.request(&main, &request("r2")).await.unwrap(), None);
        assert_eq!(catalog.since(&main, 1, 9).await.unwrap(), Since::Truncated);
    }
    let again = step(&*catalogs[2], &main, add_for("r2", "again.png")).await.unwrap();
    assert!(!again.repeated);
    for catalog in &catalogs {
        assert_eq!(catalog.request(&main, &request("r2")).await.unwrap().as_ref(), Some(&again.change));
        assert!(step(&**catalog, &main, add_for("r2", "once more.png")).await.unwrap().repeated);
    }
}
