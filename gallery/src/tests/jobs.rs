//! Jobs of what is committed, where the catalog does not write them itself. Not here: catalogs that do (`conformance`).

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use domain::{Body, Content, Description, Key, Space};

use crate::bucket::{Bucket as _, MemoryBucket, Metadata};
use crate::catalog::{MemoryCatalog, Mutation};
use crate::queue::{DeadLetter, DeadLetters, Delivery, Depth, Job, MemoryQueue, Queue, QueueError, Receipt};
use crate::records::MemoryRecords;
use crate::testing::photo;
use crate::{Clock, Gallery, Options, Ports};

/// A queue that does not answer a few times.
struct Failing {
    queue: MemoryQueue,
    failures: AtomicU32,
}

#[async_trait]
impl Queue for Failing {
    async fn send(&self, jobs: &[Job]) -> Result<(), QueueError> {
        if self
            .failures
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
            .is_ok()
        {
            return Err(QueueError::Unavailable("the line is down".into()));
        }
        self.queue.send(jobs).await
    }

    async fn receive(
        &self,
        most: usize,
        lease: Duration,
        wait: Duration,
    ) -> Result<Vec<Delivery>, QueueError> {
        self.queue.receive(most, lease, wait).await
    }

    async fn extend(&self, receipt: &Receipt, lease: Duration) -> Result<(), QueueError> {
        self.queue.extend(receipt, lease).await
    }

    async fn done(&self, receipt: &Receipt) -> Result<(), QueueError> {
        self.queue.done(receipt).await
    }

    async fn give_back(&self, receipt: &Receipt, delay: Duration) -> Result<(), QueueError> {
        self.queue.give_back(receipt, delay).await
    }

    async fn dead_letters(&self, most: usize) -> Result<Vec<DeadLetter>, QueueError> {
        self.queue.dead_letters(most).await
    }

    async fn redrive(&self, which: DeadLetters) -> Result<u64, QueueError> {
        self.queue.redrive(which).await
    }

    async fn depth(&self) -> Result<Depth, QueueError> {
        self.queue.depth().await
    }
}

struct Stage {
    bucket: Arc<MemoryBucket>,
    gallery: Gallery,
    queue: MemoryQueue,
}

/// A gallery whose queue fails so often at first, on a catalog that writes jobs itself, or not.
async fn open(failures: u32, catalog_writes: bool) -> Stage {
    let queue = MemoryQueue::new(Clock::system());
    let catalog =
        if catalog_writes { MemoryCatalog::with_queue(queue.clone()) } else { MemoryCatalog::new() };
    let bucket = Arc::new(MemoryBucket::new());
    let ports = Ports {
        bucket: bucket.clone(),
        catalog: Arc::new(catalog),
        records: Arc::new(MemoryRecords::new(Clock::system())),
        queue: Arc::new(Failing { queue: queue.clone(), failures: failures.into() }),
    };
    let options = Options { works: false, ..Options::default() };
    Stage { bucket, gallery: Gallery::open(ports, options).await.unwrap(), queue }
}

impl Stage {
    /// Adds a photo, whose object is there.
    async fn add_photo(&self) -> Content {
        let key = Key::own(&Space::main(), "photo", Clock::system().ulid());
        self.bucket.put(&key, "jpeg".into(), &Metadata::new()).await.unwrap();
        let content = photo(key.as_str());
        self.commit(Mutation::Add { request: None, content: content.clone() }).await;
        content
    }

    async fn commit(&self, mutation: Mutation) {
        let main = self.gallery.shared().spaces.open(&Space::main()).await.unwrap();
        main.committer().admit().await.unwrap().commit(mutation).await.unwrap();
    }

    /// Does the next job, which must come.
    async fn next(&self) -> Job {
        let minute = Duration::from_secs(60);
        let Delivery { job, receipt, .. } = self.queue.receive(1, minute, minute).await.unwrap().remove(0);
        self.queue.done(&receipt).await.unwrap();
        job
    }
}

fn job(id: u64, revision: u64) -> Job {
    Job::of_entry(Space::main(), id, revision)
}

#[tokio::test]
async fn a_commit_that_starts_work_sends_its_job() {
    let stage = open(0, false).await;
    let unfinished = stage.add_photo().await;
    assert_eq!(stage.next().await, job(1, 1));
    let body = Body::plain_file();
    stage.commit(Mutation::Replace { id: 1, content: Content { body, ..unfinished.clone() } }).await;
    stage.commit(Mutation::Replace { id: 1, content: unfinished }).await;
    assert_eq!(stage.next().await, job(1, 3));
    // It has work already.
    let named = Description { name: Some("a".parse().unwrap()), labels: None };
    stage.commit(Mutation::Describe { id: 1, expected: None, description: named }).await;
    stage.gallery.shutdown().await;
    assert_eq!(stage.queue.depth().await.unwrap(), Depth::default());
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_is_away_for_a_moment_gets_the_job() {
    let stage = open(3, false).await;
    stage.add_photo().await;
    stage.gallery.shutdown().await;
    assert_eq!(stage.queue.depth().await.unwrap().waiting, 1);
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_is_away_delays_no_save() {
    let stage = open(u32::MAX, false).await;
    let before = tokio::time::Instant::now();
    stage.add_photo().await;
    assert!(before.elapsed() < Duration::from_millis(50), "nobody waits for the queue");
    stage.gallery.shutdown().await;
    assert_eq!(stage.queue.depth().await.unwrap(), Depth::default());
}

#[tokio::test]
async fn a_catalog_that_writes_jobs_gets_no_help() {
    let stage = open(u32::MAX, true).await;
    stage.add_photo().await;
    assert_eq!(stage.next().await, job(1, 1));
    stage.gallery.shutdown().await;
}
