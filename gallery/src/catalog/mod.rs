//! The port for the truth about entries: entries, change log, counters, request ids, changed together or not at all.
//!
//! Here: the trait and its promises. `decide` says what a mutation does to a space, once for all implementations, so
//! that they only read and store: `memory`, `sqlite`, `dynamodb`. Not here: bytes (`bucket`), batching, the index.

mod counters;
mod decide;
mod dump;
pub mod dynamodb;
mod error;
mod heads;
pub(crate) mod log_verifier;
mod memory;
mod sqlite;

use std::any::Any;
use std::time::Duration;

use async_trait::async_trait;
use domain::limits::COMMIT_MAX_MUTATIONS;
use domain::{Change, Content, Description, Entry, EntryId, Look, RequestId, Seq, Space, State, Timestamp};

pub use counters::Counters;
pub use dump::SpaceDump;
pub use error::CatalogError;
pub use memory::MemoryCatalog;
pub use sqlite::SqliteCatalog;

/// An answer that takes longer is overdue: what is shown meanwhile is said to be old.
pub(crate) const OVERDUE_AFTER: Duration = Duration::from_secs(2);

/// One step to take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mutation {
    /// A new entry under the next id.
    Add {
        /// By which a repetition is recognised: the same id again gives the first result and adds nothing, whatever
        /// its content and whatever became of the entry. Remembered since `content.created_at`; not remembered when
        /// the mutation is rejected.
        request: Option<RequestId>,
        /// What it holds.
        content: Content,
    },
    /// Other content (a foreign object was written anew): a live entry is updated, a tombstone of either kind restored.
    Replace {
        /// Which entry.
        id: EntryId,
        /// What it holds now; the same key as before.
        content: Content,
    },
    /// Another name, other labels: a live entry is updated, all else about it stays.
    Describe {
        /// Which entry.
        id: EntryId,
        /// The revision that the entry must have, if it must have one.
        expected: Option<Seq>,
        /// What it is called and filed under now.
        description: Description,
    },
    /// Live to tombstone.
    Remove {
        /// Which entry.
        id: EntryId,
        /// The tombstone: `Removed` or `Gone`. `Live` is none, and rejected as `NotRemoved`.
        tombstone: State,
    },
    /// Tombstone of either kind to live, content as it was. Whether the object is still there, the caller knows.
    Restore {
        /// Which entry.
        id: EntryId,
    },
}

/// A mutation that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// What happened.
    pub change: Change,
    /// Whether it had happened before, by the same request id.
    pub repeated: bool,
}

/// A mutation that was not applied; those beside it were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// No entry with this id (or its tombstone is purged).
    #[error("no such entry")]
    NotFound,
    /// `Remove` of a tombstone, which stays of the kind that it is, or `Describe` of one.
    #[error("the entry is removed already")]
    NotLive,
    /// `Describe` of an entry that has another revision than the one expected.
    #[error("the entry was changed meanwhile")]
    OtherRevision,
    /// `Restore` of a live entry.
    #[error("the entry is live already")]
    NotRemoved,
    /// `Add` of a key that an entry or tombstone of the space has, or `Replace` with another key than the entry's.
    #[error("the key belongs to another entry")]
    KeyTaken,
}

/// All of a space at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The seq of the last change in it; 0 when there is none.
    pub seq: Seq,
    /// Entries and tombstones by rising id.
    pub entries: Vec<Entry>,
}

/// What the log holds after a seq.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    /// The next changes, in order, gapless; empty when there are none yet.
    Changes(Vec<Change>),
    /// The log no longer reaches back so far, or has a hole there: take a snapshot.
    Truncated,
}

/// Where the truth about entries lies.
///
/// Every write is durable, and seen by every later read, before it returns. A caller may go away in the middle of any
/// call: the write is then done whole or not at all, and the catalog is there for the next one. After an error the
/// catalog works again as soon as the cause is gone.
#[async_trait]
pub trait Catalog: Send + Sync + 'static {
    /// The most mutations that one commit takes: at most `COMMIT_MAX_MUTATIONS`, fewer where a transaction holds fewer.
    fn batch_max(&self) -> usize {
        COMMIT_MAX_MUTATIONS
    }

    /// Applies what can be applied of `mutations`, in their order, all together, or on an error none. One result per
    /// mutation, in their order. The caller sees to it that at most one concerns each entry, and that they are at most
    /// `batch_max`. Ids and seqs are 1, 2, 3 …, without a gap and never used again, also under concurrent
    /// commits, rejections and purges; in a batch they rise with the order of the mutations.
    async fn commit(
        &self,
        space: &Space,
        mutations: Vec<Mutation>,
    ) -> Result<Vec<Result<Committed, Rejection>>, CatalogError>;

    /// The spaces that have ever had an entry, also when it is purged; sorted.
    async fn spaces(&self) -> Result<Vec<Space>, CatalogError>;

    /// The change that an earlier `Add` with this request id made, as long as the id is remembered: also when the entry
    /// has changed since, is purged, or the log no longer reaches back to it.
    async fn request(&self, space: &Space, request: &RequestId) -> Result<Option<Change>, CatalogError>;

    /// All of a space at one moment; empty when it was never used. With `since(snapshot.seq)` nothing is missed.
    async fn snapshot(&self, space: &Space) -> Result<Snapshot, CatalogError>;

    /// The next changes above `after`, at most `limit`; none when `after` is the newest seq or beyond it.
    async fn since(&self, space: &Space, after: Seq, limit: usize) -> Result<Since, CatalogError>;

    /// Returns when there may be changes above `after`: at once when there are, never later than they are known here.
    /// Waits for ever when there never are. A catalog that has to ask for them fails when an answer is overdue.
    async fn changed(&self, space: &Space, after: Seq) -> Result<(), CatalogError>;

    /// Says that somebody listens to the space, for as long as the result is kept: a catalog that must ask for what
    /// others write asks more often then.
    fn listen(&self, _space: &Space) -> Listening {
        Listening::default()
    }

    /// Forgets the changes up to the seq `floor`: afterwards `since(after)` says `Truncated` exactly when
    /// `after < floor`. The floor only rises, and at most to the newest seq.
    async fn truncate(&self, space: &Space, floor: Seq) -> Result<(), CatalogError>;

    /// Forgets those of these entries that are tombstones; live and unknown ones stay as they are. Their keys are free
    /// again, their ids are not. No change is logged: nobody could see them any more.
    async fn purge(&self, space: &Space, ids: &[EntryId]) -> Result<(), CatalogError>;

    /// Forgets the request ids whose content was created before `before`.
    async fn forget_requests(&self, space: &Space, before: Timestamp) -> Result<(), CatalogError>;

    /// Fills a space that was never used: entries, log and counters exactly as given (an import); no request ids.
    /// Errors: `Corrupt` when the space was used, or when the dump cannot be true (a gap in its log, a key twice …).
    async fn load(&self, space: &Space, dump: SpaceDump) -> Result<(), CatalogError>;

    /// The counters of a space: the highest id and seq given out so far, and the log's floor.
    async fn counters(&self, space: &Space) -> Result<Counters, CatalogError>;

    /// What was settled for a space, also for one that was never used; the default when nothing was.
    async fn settings(&self, space: &Space) -> Result<Settings, CatalogError>;

    /// The spaces that something was ever settled for, also those that were never used; sorted.
    async fn settled(&self) -> Result<Vec<Space>, CatalogError>;

    /// Settles it for a space, all of it: nothing of what was settled before stays. Of many at once the last one holds,
    /// and the next question anywhere tells it. The space is not used by that: it has no entry, no seq and no change, and
    /// can still be loaded.
    async fn set_settings(&self, space: &Space, settings: Settings) -> Result<(), CatalogError>;

    /// Whether it answers, and would take a commit as far as can be told without one.
    async fn ready(&self) -> Result<(), CatalogError> {
        self.counters(&Space::main()).await.map(drop)
    }

    /// Whether it takes a commit, by writing something that changes nothing: for when the last commit failed.
    async fn probe(&self) -> Result<(), CatalogError> {
        self.ready().await
    }

    /// Finishes what is being written and lets go of what it holds; calls after it may say `Unavailable`.
    async fn close(&self) -> Result<(), CatalogError> {
        Ok(())
    }

    /// Whether no other program can have it open.
    fn is_exclusive(&self) -> bool {
        false
    }
}

/// Somebody listens, until it is dropped.
#[derive(Debug, Default)]
#[must_use]
pub struct Listening {
    _kept: Option<Box<dyn Any + Send + Sync>>,
}

/// What people settled for a space.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Settings {
    /// The look that a new code has unless another is chosen.
    #[serde(default)]
    pub look: Look,
}
