//! Many workers at once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::future::join_all;
use parking_lot::Mutex;

use super::*;

const WORKERS: usize = 50;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Held,
    Done,
}

/// What the workers know of each other, which a queue must not depend on.
#[derive(Default)]
struct Floor {
    progress: Mutex<HashMap<EntryId, Progress>>,
    done: AtomicU64,
}

/// Every job is done, none is lost, none is with two workers at once. Now and then a worker gives a job back, or dies
/// with it.
pub(super) async fn fifty_workers_do_every_job_and_none_at_once<S: Subject>(subject: &mut S) {
    let queue = subject.open().await;
    let floor = Arc::new(Floor::default());
    let many = S::many();
    let sending = {
        let queue = Arc::clone(&queue);
        tokio::spawn(async move {
            let jobs: Vec<_> = (1..=many).map(job).collect();
            for jobs in jobs.chunks(100) {
                queue.send(jobs).await.unwrap();
            }
        })
    };
    let workers =
        (0..WORKERS).map(|_| tokio::spawn(work(Arc::clone(&queue), Arc::clone(&floor), many, S::WORK_LEASE)));
    let workers = join_all(workers);
    tokio::pin!(workers);
    soon(sending).await.unwrap();
    // The leases of the dead end only while the clock goes on: when nothing else is left to do.
    let mut done_before = 0;
    let told = loop {
        if let Ok(told) = tokio::time::timeout(Duration::from_millis(300), &mut workers).await {
            break told;
        }
        let done = floor.done.load(Ordering::Relaxed);
        if done == done_before {
            subject.pass(S::WORK_LEASE);
        }
        done_before = done;
    };
    told.into_iter().for_each(Result::unwrap);
    assert_eq!(floor.progress.lock().len() as u64, many);
    assert_eq!(queue.depth().await.unwrap().dead, 0);
    assert_eq!(visible(&*queue).await, []);
}

/// Works until everything is done.
async fn work(queue: Arc<dyn Queue>, floor: Arc<Floor>, many: u64, lease: Duration) {
    while floor.done.load(Ordering::Relaxed) < many {
        for delivery in queue.receive(10, lease, Duration::from_millis(500)).await.unwrap() {
            let id = delivery.job.id;
            if id % 7 == 0 && delivery.attempts == 1 {
                continue;
            }
            // Whoever is too late to extend a lease stops.
            if is_stale(&queue.extend(&delivery.receipt, LONG * 10).await) {
                continue;
            }
            let before = floor.progress.lock().insert(id, Progress::Held);
            assert!(before.is_none(), "{id} is with somebody else, or was done");
            tokio::task::yield_now().await;
            if id % 11 == 0 && delivery.attempts <= 2 {
                floor.progress.lock().remove(&id);
                queue.give_back(&delivery.receipt, Duration::ZERO).await.unwrap();
                continue;
            }
            floor.progress.lock().insert(id, Progress::Done);
            queue.done(&delivery.receipt).await.unwrap();
            floor.done.fetch_add(1, Ordering::Relaxed);
        }
    }
}
