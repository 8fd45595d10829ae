//! One job for each entry.

use super::*;
use crate::queue::ATTEMPTS_MAX;

fn at_revision(revision: u64) -> Job {
    Job { revision, ..job(1) }
}

pub(super) async fn jobs_about_an_entry_are_merged<S: WithEntries>(subject: &mut S) {
    let queue = subject.open().await;
    let elsewhere = Job { space: "other".parse().unwrap(), ..job(1) };
    let table = Job::of_table(Space::main(), 1, 3);
    for revision in [5, 7, 6] {
        queue.send(&[at_revision(revision), elsewhere.clone(), table.clone()]).await.unwrap();
    }
    assert_eq!(visible(&*queue).await, [at_revision(7), elsewhere, table]);
}

pub(super) async fn work_that_comes_meanwhile_is_delivered_after<S: WithEntries>(subject: &mut S) {
    let queue = subject.open().await;
    queue.send(&[at_revision(5)]).await.unwrap();
    let first = receive::<S>(&*queue, S::LEASE).await;
    queue.send(&[at_revision(6)]).await.unwrap();
    assert_eq!(visible(&*queue).await, [], "somebody has it");
    queue.done(&first.receipt).await.unwrap();
    let second = receive::<S>(&*queue, S::LEASE).await;
    assert_eq!((&second.job, second.attempts), (&at_revision(6), 1));
    assert!(is_stale(&queue.done(&first.receipt).await));
    // The same again is nothing new.
    queue.send(&[at_revision(6)]).await.unwrap();
    queue.done(&second.receipt).await.unwrap();
    assert_eq!(visible(&*queue).await, []);
}

pub(super) async fn sending_again_ends_the_wait_and_revives_the_dead<S: WithEntries>(subject: &mut S) {
    let queue = subject.open().await;
    queue.send(&[at_revision(5)]).await.unwrap();
    let first = receive::<S>(&*queue, LONG).await;
    queue.give_back(&first.receipt, LONG).await.unwrap();
    queue.send(&[at_revision(5)]).await.unwrap();
    for attempt in 2..=ATTEMPTS_MAX {
        let delivery = receive::<S>(&*queue, LONG).await;
        assert_eq!(delivery.attempts, attempt);
        queue.give_back(&delivery.receipt, Duration::ZERO).await.unwrap();
    }
    assert_eq!(visible(&*queue).await, []);
    assert_eq!(queue.dead_letters(10).await.unwrap().len(), 1);
    queue.send(&[at_revision(9)]).await.unwrap();
    assert_eq!(queue.dead_letters(10).await.unwrap(), []);
    let revived = receive::<S>(&*queue, LONG).await;
    assert_eq!((&revived.job, revived.attempts), (&at_revision(9), 1));
}
