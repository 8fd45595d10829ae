//! Jobs that nobody can do.

use std::collections::BTreeSet;

use super::*;
use crate::queue::{ATTEMPTS_MAX, DeadLetterId, DeadLetters};

/// Sends these jobs and lets all of them fail until they are dead.
async fn kill<S: Subject>(queue: &dyn Queue, ids: &[EntryId]) {
    let jobs: Vec<_> = ids.iter().copied().map(job).collect();
    queue.send(&jobs).await.unwrap();
    for _ in 0..usize::try_from(ATTEMPTS_MAX).unwrap() * jobs.len() {
        let delivery = receive::<S>(queue, LONG).await;
        assert!(delivery.attempts <= ATTEMPTS_MAX);
        queue.give_back(&delivery.receipt, Duration::ZERO).await.unwrap();
    }
    assert_eq!(visible(queue).await, [], "all are dead");
}

async fn dead(queue: &dyn Queue) -> BTreeSet<EntryId> {
    queue.dead_letters(100).await.unwrap().into_iter().map(|letter| letter.job.id).collect()
}

pub(super) async fn a_job_that_fails_too_often_dies<S: Subject>(subject: &mut S) {
    let queue = subject.open().await;
    assert_eq!(queue.dead_letters(10).await.unwrap(), []);
    kill::<S>(&*queue, &[7]).await;
    queue.send(&[job(8)]).await.unwrap();
    assert_eq!(receive::<S>(&*queue, LONG).await.job, job(8), "one that is dead stops nobody");
    // Looking does not change anything.
    for _ in 0..3 {
        let letters = queue.dead_letters(10).await.unwrap();
        assert_eq!(letters.iter().map(|letter| &letter.job).collect::<Vec<_>>(), [&job(7)]);
    }
    assert_eq!(queue.depth().await.unwrap().dead, 1);
    let queue = subject.open().await;
    assert_eq!(dead(&*queue).await, BTreeSet::from([7]), "after a restart, too");
}

pub(super) async fn dead_letters_are_sent_again<S: Subject>(subject: &mut S) {
    let queue = subject.open().await;
    kill::<S>(&*queue, &[1, 2, 3]).await;
    assert_eq!(queue.dead_letters(2).await.unwrap().len(), 2);
    for unknown in ["", "0", "99", "x", "' OR 1 = 1"] {
        let one = DeadLetters::One(DeadLetterId::new(unknown));
        assert_eq!(queue.redrive(one).await.unwrap(), 0, "{unknown:?}");
    }
    let letters = queue.dead_letters(10).await.unwrap();
    let second = letters.into_iter().find(|letter| letter.job.id == 2).unwrap();
    assert_eq!(queue.redrive(DeadLetters::One(second.id.clone())).await.unwrap(), 1);
    assert_eq!(dead(&*queue).await, BTreeSet::from([1, 3]));
    assert_eq!(queue.redrive(DeadLetters::One(second.id)).await.unwrap(), 0, "it is not dead any more");
    let delivery = receive::<S>(&*queue, LONG).await;
    assert_eq!(
        (&delivery.job, delivery.attempts),
        (&job(2), 1),
        "its attempts are counted from the beginning"
    );
    queue.done(&delivery.receipt).await.unwrap();

    assert_eq!(queue.redrive(DeadLetters::All).await.unwrap(), 2);
    assert_eq!(dead(&*queue).await, BTreeSet::new());
    let mut again = BTreeSet::new();
    while again.len() < 2 {
        let delivery = receive::<S>(&*queue, LONG).await;
        queue.done(&delivery.receipt).await.unwrap();
        again.insert(delivery.job.id);
    }
    assert_eq!(again, BTreeSet::from([1, 3]));
    assert_eq!(queue.redrive(DeadLetters::All).await.unwrap(), 0);
}

/// A job that ends the program each time it is worked on does not do so for ever.
pub(super) async fn a_crash_counts_as_an_attempt<S: Subject>(subject: &mut S) {
    let mut queue = subject.open().await;
    queue.send(&[job(1)]).await.unwrap();
    for attempt in 1..=2 {
        assert_eq!(receive::<S>(&*queue, S::LEASE).await.attempts, attempt);
        queue = subject.open().await;
        subject.pass(S::LEASE);
    }
    assert_eq!(receive::<S>(&*queue, S::LEASE).await.attempts, 3);
}
