//! The promises of the queue port, as tests that every implementation passes.
//!
//! A new one is a `Subject` (how to open it, and how its time passes) and a line at the end of this file. What only one
//! of them promises is tested next to it.

mod dead_letters;
mod leases;
mod merging;
mod random;
mod sending;
#[cfg(feature = "test-servers")]
mod sqs;
mod with_entries;
mod workers;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use domain::{EntryId, Space};
use tempfile::TempDir;

use crate::catalog::{Catalog, MemoryCatalog, SqliteCatalog};
use crate::queue::{Delivery, Job, MemoryQueue, Queue, QueueError, Receipt, SqliteQueue};
use crate::sqlite::SqliteFile;
use crate::testing::test_clock::TestClock;

/// A lease that does not end during a test by itself.
const LONG: Duration = Duration::from_secs(600);
const NO_WAIT: Duration = Duration::ZERO;

/// An implementation to test, in its own place.
trait Subject: Default {
    /// A lease that a test lets end.
    const LEASE: Duration = Duration::from_secs(60);
    /// How long to wait for a job that is visible, or becomes so now.
    const SOON: Duration = NO_WAIT;
    /// A lease that no worker of a test outlives, and the last one lets end.
    const WORK_LEASE: Duration = LONG;

    /// How many jobs many workers do.
    fn many() -> u64 {
        5000
    }

    /// Opens it; called again, it behaves as if the program had restarted.
    fn open(&mut self) -> impl Future<Output = Arc<dyn Queue>>;

    /// Lets time pass, where it does not pass by itself while a call waits.
    fn pass(&self, time: Duration);
}

/// A queue that a catalog writes jobs into.
trait WithEntries: Subject {
    /// Its clock.
    fn clock(&self) -> &TestClock;

    /// Opens both.
    fn open_both(&mut self) -> impl Future<Output = (Arc<dyn Catalog>, Arc<dyn Queue>)>;
}

/// Does not outlive the program: opening it again gives the same one.
#[derive(Default)]
struct Memory {
    clock: TestClock,
    open: Option<MemoryQueue>,
}

impl Subject for Memory {
    async fn open(&mut self) -> Arc<dyn Queue> {
        Arc::new(self.open.get_or_insert_with(|| MemoryQueue::new(self.clock.clock())).clone())
    }

    fn pass(&self, time: Duration) {
        self.clock.pass(time);
    }
}

impl WithEntries for Memory {
    fn clock(&self) -> &TestClock {
        &self.clock
    }

    async fn open_both(&mut self) -> (Arc<dyn Catalog>, Arc<dyn Queue>) {
        let queue = MemoryQueue::new(self.clock.clock());
        (Arc::new(MemoryCatalog::with_queue(queue.clone())), Arc::new(queue))
    }
}

struct Sqlite {
    folder: TempDir,
    clock: TestClock,
    open: Option<Arc<SqliteFile>>,
}

impl Default for Sqlite {
    fn default() -> Self {
        Self { folder: TempDir::new().unwrap(), clock: TestClock::default(), open: None }
    }
}

impl Sqlite {
    async fn open_file(&mut self) -> (Arc<SqliteFile>, SqliteQueue) {
        if let Some(before) = self.open.take() {
            before.close().await.unwrap();
        }
        let file = Arc::new(SqliteFile::open(&self.folder.path().join("catalog.db")).await.unwrap());
        self.open = Some(Arc::clone(&file));
        let queue = SqliteQueue::over(Arc::clone(&file), self.clock.clock()).await.unwrap();
        (file, queue)
    }
}

impl Subject for Sqlite {
    async fn open(&mut self) -> Arc<dyn Queue> {
        Arc::new(self.open_file().await.1)
    }

    fn pass(&self, time: Duration) {
        self.clock.pass(time);
    }
}

impl WithEntries for Sqlite {
    fn clock(&self) -> &TestClock {
        &self.clock
    }

    async fn open_both(&mut self) -> (Arc<dyn Catalog>, Arc<dyn Queue>) {
        let (file, queue) = self.open_file().await;
        (Arc::new(SqliteCatalog::over(file, queue.clone()).await.unwrap()), Arc::new(queue))
    }
}

fn job(id: EntryId) -> Job {
    Job::of_entry(Space::main(), id, id)
}

/// Receives one job, which must be there, or come soon.
async fn receive<S: Subject>(queue: &dyn Queue, lease: Duration) -> Delivery {
    let mut received = queue.receive(1, lease, S::SOON).await.unwrap();
    assert_eq!(received.len(), 1, "there is a job");
    received.remove(0)
}

/// What can be received at once.
async fn visible(queue: &dyn Queue) -> Vec<Job> {
    let received = queue.receive(10, LONG, NO_WAIT).await.unwrap();
    received.into_iter().map(|delivery| delivery.job).collect()
}

fn is_stale<T>(outcome: &Result<T, QueueError>) -> bool {
    matches!(outcome, Err(QueueError::Stale))
}

/// Fails a test that would otherwise wait forever.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(300), future).await.expect("not within the deadline")
}

macro_rules! promises {
    ($subject:path: $($group:ident::{$($promise:ident),* $(,)?}),* $(,)?) => {
        $($(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $promise() {
                super::$group::$promise(&mut <$subject>::default()).await;
            }
        )*)*
    };
}

macro_rules! suite {
    ($name:ident, $subject:path) => {
        mod $name {
            promises! { $subject:
                sending::{
                    a_job_arrives_as_it_was_sent, many_jobs_arrive_once, a_receiver_waits_for_a_job,
                    waiting_ends_without_a_job, a_restart_loses_no_job, the_depth_is_told,
                },
                leases::{
                    a_job_is_delivered_again_until_it_is_done, an_old_receipt_does_nothing,
                    an_extended_lease_keeps_others_away, a_job_given_back_is_delivered_again,
                    a_job_given_back_waits, a_receiver_waits_for_a_lease_to_end,
                },
                dead_letters::{
                    a_job_that_fails_too_often_dies, dead_letters_are_sent_again, a_crash_counts_as_an_attempt,
                },
                workers::{fifty_workers_do_every_job_and_none_at_once},
            }
        }
    };
}

/// What queues promise that keep one job for each entry.
macro_rules! suite_with_entries {
    ($name:ident, $subject:path) => {
        mod $name {
            promises! { $subject:
                merging::{
                    jobs_about_an_entry_are_merged, work_that_comes_meanwhile_is_delivered_after,
                    sending_again_ends_the_wait_and_revives_the_dead,
                },
                with_entries::{
                    an_entry_with_work_brings_its_job, what_starts_no_work_brings_no_job,
                    a_commit_wakes_a_receiver, a_loaded_space_brings_its_jobs,
                },
                random::{any_history_is_as_in_memory},
            }
        }
    };
}

suite!(memory, super::Memory);
suite!(sqlite, super::Sqlite);
suite_with_entries!(memory_with_entries, super::Memory);
suite_with_entries!(sqlite_with_entries, super::Sqlite);
#[cfg(feature = "test-servers")]
suite!(on_ministack, super::sqs::OnMiniStack);
#[cfg(feature = "test-aws")]
suite!(on_aws, super::sqs::OnAws);
