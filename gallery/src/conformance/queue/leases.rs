//! Leases and receipts.

use super::*;

pub(super) async fn a_job_is_delivered_again_until_it_is_done<S: Subject>(subject: &mut S) {
    let queue = subject.open().await;
    queue.send(&[job(1)]).await.unwrap();
    for attempt in 1..=3 {
        let delivery = receive::<S>(&*queue, S::LEASE).await;
        assert_eq!((&delivery.job, delivery.attempts), (&job(1), attempt));
        assert_eq!(visible(&*queue).await, [], "somebody has it");
        subject.pass(S::LEASE);
    }
    let delivery = receive::<S>(&*queue, S::LEASE).await;
    queue.done(&delivery.receipt).await.unwrap();
    subject.pass(S::LEASE);
    assert!(queue.receive(1, LONG, S::SOON.min(2 * S::LEASE)).await.unwrap().is_empty(), "it is done");
}

pub(super) async fn an_old_receipt_does_nothing<S: Subject>(subject: &mut S) {
    let queue = subject.open().await;
    queue.send(&[job(1)]).await.unwrap();
    let old = receive::<S>(&*queue, S::LEASE).await.receipt;
    subject.pass(S::LEASE);
    let new = receive::<S>(&*queue, LONG).await.receipt;
    assert_ne!(old, new);
    assert!(is_stale(&queue.extend(&old, Duration::ZERO).await));
    let given_back = queue.give_back(&old, Duration::ZERO).await;
    assert!(given_back.is_ok() || is_stale(&given_back));
    assert_eq!(visible(&*queue).await, [], "the new holder keeps it");
    let done = queue.done(&old).await;
    assert!(done.is_ok() || is_stale(&done));
    queue.give_back(&new, Duration::ZERO).await.unwrap();
    let delivery = receive::<S>(&*queue, LONG).await;
    assert_eq!((&delivery.job, delivery.attempts), (&job(1), 3), "it was not done");
    queue.done(&delivery.receipt).await.unwrap();
    for receipt in [&old, &new, &delivery.receipt] {
        assert!(is_stale(&queue.extend(receipt, LONG).await), "it is gone");
    }
}

pub(super) async fn an_extended_lease_keeps_others_away<S: Subject>(subject: &mut S) {
    let queue = subject.open().await;
    queue.send(&[job(1)]).await.unwrap();
    let delivery = receive::<S>(&*queue, S::LEASE).await;
    queue.extend(&delivery.receipt, S::LEASE * 3).await.unwrap();
    subject.pass(S::LEASE);
    assert!(queue.receive(1, LONG, S::SOON.min(S::LEASE)).await.unwrap().is_empty());
    subject.pass(S::LEASE * 2);
    let again = receive::<S>(&*queue, LONG).await;
    assert_eq!((&again.job, again.attempts), (&job(1), 2));
    assert!(is_stale(&queue.extend(&delivery.receipt, LONG).await), "it was too late");
    queue.done(&again.receipt).await.unwrap();
}

pub(super) async fn a_job_given_back_is_delivered_again<S: Subject>(subject: &mut S) {
    let queue = subject.open().await;
    queue.send(&[job(1)]).await.unwrap();
    let first = receive::<S>(&*queue, LONG).await;
    queue.give_back(&first.receipt, Duration::ZERO).await.unwrap();
    let second = receive::<S>(&*queue, LONG).await;
    assert_eq!((&second.job, second.attempts), (&job(1), 2));
    queue.done(&second.receipt).await.unwrap();
}

pub(super) async fn a_job_given_back_waits<S: Subject>(subject: &mut S) {
    let queue = subject.open().await;
    queue.send(&[job(1)]).await.unwrap();
    let first = receive::<S>(&*queue, LONG).await;
    queue.give_back(&first.receipt, S::LEASE).await.unwrap();
    assert_eq!(visible(&*queue).await, []);
    subject.pass(S::LEASE);
    assert_eq!(receive::<S>(&*queue, LONG).await.job, job(1));
}

/// Somebody who waits gets the job of a receiver who has died, without anybody sending anything.
pub(super) async fn a_receiver_waits_for_a_lease_to_end<S: Subject>(subject: &mut S) {
    let queue = subject.open().await;
    queue.send(&[job(1)]).await.unwrap();
    // The clock of a test stands still, but that of a waiting call does not.
    receive::<S>(&*queue, Duration::from_secs(1)).await;
    let waiting = {
        let queue = Arc::clone(&queue);
        tokio::spawn(async move { queue.receive(1, LONG, Duration::from_secs(20)).await.unwrap() })
    };
    tokio::task::yield_now().await;
    subject.pass(Duration::from_secs(1));
    assert_eq!(soon(waiting).await.unwrap()[0].job, job(1));
}
