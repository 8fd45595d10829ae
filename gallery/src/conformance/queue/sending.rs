//! Sending and receiving.

use std::collections::BTreeSet;

use super::*;
use crate::queue::Depth;

pub(super) async fn a_job_arrives_as_it_was_sent<S: Subject>(subject: &mut S) {
    let queue = subject.open().await;
    let largest = (1 << 53) - 1;
    let sent =
        [job(1), Job::of_entry("a-0".parse().unwrap(), largest, largest), Job::of_table(Space::main(), 1, 0)];
    queue.send(&sent).await.unwrap();
    let mut received = Vec::new();
    while received.len() < sent.len() {
        let delivery = receive::<S>(&*queue, LONG).await;
        assert_eq!(delivery.attempts, 1);
        received.push(delivery.job);
    }
    received.sort_by_key(|job| (job.kind, job.id));
    assert_eq!(received, sent);
    queue.send(&[]).await.unwrap();
    assert_eq!(visible(&*queue).await, []);
}

pub(super) async fn many_jobs_arrive_once<S: Subject>(subject: &mut S) {
    const JOBS: u64 = 25;
    let queue = subject.open().await;
    let sent: Vec<_> = (1..=JOBS).map(job).collect();
    queue.send(&sent).await.unwrap();
    let mut received = BTreeSet::new();
    while received.len() < sent.len() {
        let some = queue.receive(7, LONG, S::SOON).await.unwrap();
        assert!((1..=7).contains(&some.len()), "{}", some.len());
        for delivery in some {
            assert!(received.insert(delivery.job.id), "{:?} came twice", delivery.job);
            queue.done(&delivery.receipt).await.unwrap();
        }
    }
    assert!(received.into_iter().eq(1..=JOBS));
    assert_eq!(visible(&*queue).await, []);
}

pub(super) async fn a_receiver_waits_for_a_job<S: Subject>(subject: &mut S) {
    let queue = subject.open().await;
    let waiting = {
        let queue = Arc::clone(&queue);
        tokio::spawn(async move { queue.receive(1, LONG, Duration::from_secs(20)).await.unwrap() })
    };
    tokio::task::yield_now().await;
    queue.send(&[job(1)]).await.unwrap();
    assert_eq!(soon(waiting).await.unwrap()[0].job, job(1));
}

pub(super) async fn waiting_ends_without_a_job<S: Subject>(subject: &mut S) {
    let queue = subject.open().await;
    assert!(soon(queue.receive(10, LONG, Duration::from_secs(1))).await.unwrap().is_empty());
}

pub(super) async fn a_restart_loses_no_job<S: Subject>(subject: &mut S) {
    let queue = subject.open().await;
    queue.send(&[job(1), job(2), job(3)]).await.unwrap();
    let taken = [receive::<S>(&*queue, LONG).await, receive::<S>(&*queue, S::LEASE).await];
    queue.done(&taken[0].receipt).await.unwrap();
    let queue = subject.open().await;
    subject.pass(S::LEASE);
    let mut left = BTreeSet::new();
    while left.len() < 2 {
        left.insert(receive::<S>(&*queue, LONG).await.job.id);
    }
    assert!(!left.contains(&taken[0].job.id), "it was done");
    assert_eq!(visible(&*queue).await, []);
    let late = queue.done(&taken[1].receipt).await;
    assert!(late.is_ok() || is_stale(&late));
}

pub(super) async fn the_depth_is_told<S: Subject>(subject: &mut S) {
    let queue = subject.open().await;
    assert_eq!(queue.depth().await.unwrap(), Depth::default());
    queue.send(&[job(1), job(2), job(3)]).await.unwrap();
    let taken = receive::<S>(&*queue, LONG).await;
    soon(is_told(&*queue, Depth { waiting: 2, hidden: 1, dead: 0 })).await;
    queue.done(&taken.receipt).await.unwrap();
    soon(is_told(&*queue, Depth { waiting: 2, hidden: 0, dead: 0 })).await;
}

/// SQS itself tells it a little later.
async fn is_told(queue: &dyn Queue, depth: Depth) {
    while queue.depth().await.unwrap() != depth {
        tokio::task::yield_now().await;
    }
}
