//! The port for work that is still to be done: jobs, each received by one worker at a time.
//!
//! Here: the trait and its promises. Implementations: `memory`, `sqlite`, `sqs`. Not here: what a job leads to, and what
//! has work (the worker; `domain`; `tables`). A job is only a hint: the entry or the table says what is to be done, so that
//! a job that is delivered twice, or too late, does no harm.

mod arrivals;
mod error;
mod memory;
mod sqlite;
mod sqs;

use std::time::Duration;

use async_trait::async_trait;
use domain::{EntryId, Seq, Space, TableId, Timestamp};
use serde::{Deserialize, Serialize};

pub use self::error::QueueError;
pub use self::memory::MemoryQueue;
pub use self::sqlite::SqliteQueue;
pub use self::sqs::SqsQueue;

/// How often a job is delivered before it counts as dead: each delivery that ended neither with `done` nor with the
/// death of the job is a failure or a crash.
pub const ATTEMPTS_MAX: u32 = 10;
/// The longest lease: SQS hides a message no longer.
pub const LEASE_MAX: Duration = Duration::from_secs(12 * 60 * 60);
/// The longest delay of a job that is given back.
pub const DELAY_MAX: Duration = Duration::from_secs(900);
/// The longest wait of one call for a job.
pub const WAIT_MAX: Duration = Duration::from_secs(20);
/// The maximum number of jobs received by one call.
pub const RECEIVE_MAX: usize = 10;

/// Look at this: it has work.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Job {
    /// The space in which it is.
    pub space: Space,
    /// What it is. Messages of older programs do not say: they are about entries.
    #[serde(default, skip_serializing_if = "JobKind::is_entry")]
    pub kind: JobKind,
    /// Its number.
    pub id: u64,
    /// The revision that had the work, or how many parts of a table were done; it may have changed since.
    pub revision: u64,
}

/// What a job is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobKind {
    /// An entry: a photo that is worked on.
    #[default]
    Entry,
    /// A table of which codes are made.
    Table,
}

/// What a newer program has written.
#[derive(Debug, thiserror::Error)]
#[error("a job is about something unknown")]
struct UnknownKind;

impl JobKind {
    /// Its name.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::Table => "table",
        }
    }

    fn parse(name: &str) -> Result<Self, UnknownKind> {
        let known = [Self::Entry, Self::Table].into_iter().find(|kind| kind.as_str() == name);
        known.ok_or(UnknownKind)
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    fn is_entry(&self) -> bool {
        *self == Self::Entry
    }
}

impl Job {
    /// About an entry.
    pub fn of_entry(space: Space, id: EntryId, revision: Seq) -> Self {
        Self { space, kind: JobKind::Entry, id, revision }
    }

    /// About a table, of which so many parts are done.
    pub fn of_table(space: Space, id: TableId, parts_done: u64) -> Self {
        Self { space, kind: JobKind::Table, id, revision: parts_done }
    }
}

/// A job that was received.
#[derive(Debug)]
pub struct Delivery {
    /// What to look at.
    pub job: Job,
    /// With it the job is extended, done or given back.
    pub receipt: Receipt,
    /// How often the job was delivered, this time included. Some deliveries may be missing or counted twice.
    pub attempts: u32,
    /// When it was sent.
    pub sent_at: Timestamp,
}

/// Identifies one delivery of a job. It is current until the job is delivered again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt(String);

/// A job that was delivered `ATTEMPTS_MAX` times and never done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its name in the queue.
    pub id: DeadLetterId,
    /// What nobody could do.
    pub job: Job,
    /// When it was sent.
    pub sent_at: Timestamp,
}

/// The name of a dead letter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DeadLetterId(String);

impl DeadLetterId {
    /// From its text, as a form gives it back; any text may be asked for.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Which dead letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeadLetters {
    /// This one.
    One(DeadLetterId),
    /// Every one that is dead when the call begins.
    All,
}

/// How many jobs there are. SQS gives approximations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// Those that could be received now.
    pub waiting: u64,
    /// Those that somebody has, or that were given back to wait.
    pub hidden: u64,
    /// Dead letters.
    pub dead: u64,
}

/// Where jobs are kept until they are done.
///
/// Each job is delivered at least once, and to nobody else during the lease of its receiver; roughly in the order of
/// sending. Every write is durable before it returns. A caller may be cancelled in the middle of any call: the write is
/// then done completely or not at all; jobs that a cancelled `receive` had claimed are delivered again after their lease.
#[async_trait]
pub trait Queue: Send + Sync + 'static {
    /// Sends jobs. Jobs about the same entry or table may be merged into one, of the newest revision: a hidden one becomes
    /// visible again once it is done. Sending revives a dead one that is kept by the entry (memory, SQLite). After an
    /// error some may have been sent.
    async fn send(&self, jobs: &[Job]) -> Result<(), QueueError>;

    /// Receives at most `most` (and `RECEIVE_MAX`) jobs, each hidden from everybody else for `lease` (at most
    /// `LEASE_MAX`; SQS rounds up to seconds). If there is none, waits for one, at most for `wait` (and `WAIT_MAX`), and
    /// returns none then. A job that was delivered `ATTEMPTS_MAX` times becomes a dead letter instead.
    async fn receive(
        &self,
        most: usize,
        lease: Duration,
        wait: Duration,
    ) -> Result<Vec<Delivery>, QueueError>;

    /// Hides a received job for `lease` from now. `Stale` if the lease had ended, or the job is gone.
    async fn extend(&self, receipt: &Receipt, lease: Duration) -> Result<(), QueueError>;

    /// Removes a received job. With a receipt that is not current nothing happens; `Stale` if the queue can tell (SQS
    /// cannot).
    async fn done(&self, receipt: &Receipt) -> Result<(), QueueError>;

    /// Makes a received job visible again after `delay`, at most `DELAY_MAX`. With a receipt that is not current nothing
    /// happens; `Stale` if the queue can tell.
    async fn give_back(&self, receipt: &Receipt, delay: Duration) -> Result<(), QueueError>;

    /// Some dead letters, at most `most`. SQS shows those that nobody else looks at.
    async fn dead_letters(&self, most: usize) -> Result<Vec<DeadLetter>, QueueError>;

    /// Sends dead letters again, as new jobs; returns how many. 0 if there is no such one.
    async fn redrive(&self, which: DeadLetters) -> Result<u64, QueueError>;

    /// How many jobs there are.
    async fn depth(&self) -> Result<Depth, QueueError>;
}

impl Receipt {
    /// That of a message which somebody else received, and passed on.
    pub(crate) fn delivered(receipt: &str) -> Self {
        Self(receipt.to_owned())
    }

    /// One that no queue gave.
    #[cfg(all(test, feature = "test-servers"))]
    pub(crate) fn unknown() -> Self {
        Self("unknown".to_owned())
    }

    /// Of a job by its number, the number of its lease, and the revision that was delivered.
    fn of_parts(job: u64, lease: u64, revision: Seq) -> Self {
        Self(format!("{job}-{lease}-{revision}"))
    }

    /// The same three numbers; `None` if another queue gave it.
    fn parts(&self) -> Option<(u64, u64, Seq)> {
        let mut parts = self.0.splitn(3, '-').map(str::parse);
        let mut next = || parts.next()?.ok();
        Some((next()?, next()?, next()?))
    }
}
