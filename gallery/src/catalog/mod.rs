//! The port for the truth about entries: entries, change log, counters and request ids, changed atomically.
//!
//! Here: the trait and its promises. `decide` defines what a mutation does to a space, once for all implementations,
//! so that they only read and store: `memory`, `sqlite`, `dynamodb`. Not here: bytes (`bucket`), batching, the index.

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
use domain::{
    Body, Change, Content, Description, Entry, EntryId, RequestId, Seq, Space, State, StyleText, Timestamp,
};

pub use counters::Counters;
pub use dump::SpaceDump;
pub use error::CatalogError;
pub use memory::MemoryCatalog;
pub use sqlite::SqliteCatalog;

/// A response that takes longer is overdue: what is shown meanwhile is marked as old.
pub(crate) const OVERDUE_AFTER: Duration = Duration::from_secs(2);

/// One step to take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mutation {
    /// A new entry under the next id.
    Add {
        /// Identifies a repetition: the same id again gives the first result and adds nothing, whatever its content
        /// and whatever became of the entry. Remembered since `content.created_at`; not remembered when the mutation
        /// is rejected.
        request: Option<RequestId>,
        /// Its content.
        content: Content,
    },
    /// A new entry in the place of another, as files that are written again are replaced: both in this commit. Two who
    /// do so at the same time must not both succeed, so each says what it has seen of the space.
    Supersede {
        /// As for `Add`; a repetition replaces nothing.
        request: Option<RequestId>,
        /// Its content.
        content: Content,
        /// The entry that is removed, if there is one. One that is not live any more is left as it is.
        replaced: Option<EntryId>,
        /// The space's last seq as the caller knows it: rejected as `Outdated` if there is a later one.
        seen: Seq,
    },
    /// New content (a foreign object was overwritten): a live entry is updated, a tombstone of either kind restored.
    Replace {
        /// Which entry.
        id: EntryId,
        /// The new content, with the same key.
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
    /// What a worker did to a photo, or was asked to do: a live entry is updated, all else about it stays.
    Process {
        /// Which entry.
        id: EntryId,
        /// The revision that the entry must have.
        expected: Seq,
        /// What is known of it now.
        body: Body,
    },
    /// Live to tombstone.
    Remove {
        /// Which entry.
        id: EntryId,
        /// The tombstone: `Removed` or `Gone`. `Live` is rejected as `NotRemoved`.
        tombstone: State,
        /// The revision that the entry must have, if it must have one.
        expected: Option<Seq>,
        /// Identifies a repetition, as for `Add`; remembered as long as the entry's content is young enough.
        request: Option<RequestId>,
    },
    /// Tombstone of either kind to live, with unchanged content. The caller knows whether the object still exists.
    Restore {
        /// Which entry.
        id: EntryId,
        /// The revision that the entry must have, if it must have one.
        expected: Option<Seq>,
    },
}

impl Mutation {
    /// Live to tombstone, whatever the revision.
    pub fn remove(id: EntryId, tombstone: State) -> Self {
        Self::Remove { id, tombstone, expected: None, request: None }
    }

    /// Tombstone to live, whatever the revision.
    pub fn restore(id: EntryId) -> Self {
        Self::Restore { id, expected: None }
    }

    /// The id by which a repetition is recognised, if it has one.
    pub(crate) fn request(&self) -> Option<&RequestId> {
        match self {
            Self::Remove { request, .. } => request.as_ref(),
            _ => self.added().and_then(|(request, _)| request),
        }
    }

    /// The request and the content of the entry that it adds, if it adds one.
    pub(crate) fn added(&self) -> Option<(Option<&RequestId>, &Content)> {
        match self {
            Self::Add { request, content } | Self::Supersede { request, content, .. } => {
                Some((request.as_ref(), content))
            }
            _ => None,
        }
    }

    /// The existing entry that it changes, if there is one.
    pub(crate) fn id(&self) -> Option<EntryId> {
        match self {
            Self::Add { .. } => None,
            Self::Supersede { replaced, .. } => *replaced,
            Self::Replace { id, .. }
            | Self::Describe { id, .. }
            | Self::Process { id, .. }
            | Self::Remove { id, .. }
            | Self::Restore { id, .. } => Some(*id),
        }
    }
}

/// A mutation that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The change.
    pub change: Change,
    /// Whether it had already happened, by the same request id.
    pub repeated: bool,
    /// Whether its entry has work for a worker that it did not have before.
    pub starts_work: bool,
    /// The next change: the removal of the entry that was replaced.
    pub replaced: Option<Change>,
}

/// A mutation that was not applied; the others in the batch were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// No entry with this id (or its tombstone is purged).
    #[error("no such entry")]
    NotFound,
    /// `Remove`, `Describe` or `Process` of a tombstone, which stays unchanged.
    #[error("the entry is already removed")]
    NotLive,
    /// `Describe`, `Process`, `Remove` or `Restore` of an entry that has another revision than the one expected.
    #[error("the entry was changed meanwhile")]
    OtherRevision,
    /// `Describe` of an entry that has this name and these labels: whoever was a moment later changes nothing.
    #[error("the entry is described so already")]
    Unchanged,
    /// `Restore` of a live entry.
    #[error("the entry is already live")]
    NotRemoved,
    /// `Supersede` of a space that has a later change than those seen.
    #[error("the space was changed meanwhile")]
    Outdated,
    /// `Add` with a key that an entry or tombstone of the space has, or `Replace` with another key than the entry's.
    #[error("the key belongs to another entry")]
    KeyTaken,
}

/// What takes the entries of a space, one after the other.
pub type Take<'a> = &'a mut (dyn FnMut(Entry) + Send);

/// A whole space at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The seq of its last change; 0 if there is none.
    pub seq: Seq,
    /// Entries and tombstones in ascending order of id.
    pub entries: Vec<Entry>,
}

/// What the log holds after a seq.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    /// The next changes, in order, gapless; empty if there are none yet.
    Changes(Vec<Change>),
    /// The log no longer reaches back that far, or has a gap there: take a snapshot.
    Truncated,
}

/// Where the truth about entries is kept.
///
/// Every write is durable, and visible to every later read, before it returns. A caller may be cancelled in the
/// middle of any call: the write is then done completely or not at all, and the catalog is ready for the next call.
/// After an error the catalog works again as soon as the cause is gone.
#[async_trait]
pub trait Catalog: Send + Sync + 'static {
    /// The maximum number of mutations per commit: at most `COMMIT_MAX_MUTATIONS`, fewer where a transaction holds
    /// fewer.
    fn batch_max(&self) -> usize {
        COMMIT_MAX_MUTATIONS
    }

    /// Applies the applicable ones of `mutations`, in order and atomically; on an error, none. One result per
    /// mutation, in order. The caller ensures that at most one concerns each entry, and that there are at most
    /// `batch_max`. Ids and seqs are 1, 2, 3 …, without gaps and never reused, even under concurrent commits,
    /// rejections and purges; within a batch they rise in the order of the mutations.
    async fn commit(
        &self,
        space: &Space,
        mutations: Vec<Mutation>,
    ) -> Result<Vec<Result<Committed, Rejection>>, CatalogError>;

    /// The spaces that have ever had an entry, even if it was purged; sorted.
    async fn spaces(&self) -> Result<Vec<Space>, CatalogError>;

    /// The change made by an earlier `Add` with this request id, while the id is remembered: even if the entry has
    /// changed since, was purged, or the log no longer reaches back to it.
    async fn request(&self, space: &Space, request: &RequestId) -> Result<Option<Change>, CatalogError>;

    /// Hands over every entry and tombstone of a space, as they were at one moment, in ascending order of id; none if it
    /// was never used. Returns the seq of that moment: together with `since` from there nothing is missed. After an
    /// error, what was handed over is worth nothing.
    async fn each_entry(&self, space: &Space, take: Take<'_>) -> Result<Seq, CatalogError>;

    /// The same at once, where a space fits into memory twice.
    async fn snapshot(&self, space: &Space) -> Result<Snapshot, CatalogError> {
        let mut entries = Vec::new();
        let seq = self.each_entry(space, &mut |entry| entries.push(entry)).await?;
        Ok(Snapshot { seq, entries })
    }

    /// The next changes above `after`, at most `limit`; none if `after` is the newest seq or beyond it.
    async fn since(&self, space: &Space, after: Seq, limit: usize) -> Result<Since, CatalogError>;

    /// Returns when there may be changes above `after`: at once if there are, and no later than they are known here.
    /// Waits forever if there never are. A catalog that has to poll fails when a response is overdue.
    async fn changed(&self, space: &Space, after: Seq) -> Result<(), CatalogError>;

    /// Declares that somebody listens to the space, while the result is kept: a catalog that polls then polls more
    /// often.
    fn listen(&self, _space: &Space) -> Listening {
        Listening::default()
    }

    /// Forgets the changes up to the seq `floor`: afterwards `since(after)` returns `Truncated` exactly when `after <
    /// floor`. The floor only rises, at most to the newest seq.
    async fn truncate(&self, space: &Space, floor: Seq) -> Result<(), CatalogError>;

    /// Forgets those of these entries that are tombstones; live and unknown ones stay unchanged. Their keys become
    /// free, their ids do not. No change is logged, because the entries were already invisible.
    async fn purge(&self, space: &Space, ids: &[EntryId]) -> Result<(), CatalogError>;

    /// Forgets the request ids whose content was created before `before`.
    async fn forget_requests(&self, space: &Space, before: Timestamp) -> Result<(), CatalogError>;

    /// Fills a space that was never used: entries, log and counters exactly as given (an import); no request ids.
    /// Errors: `Corrupt` if the space was used, or the dump is inconsistent (a gap in its log, a repeated key …).
    async fn load(&self, space: &Space, dump: SpaceDump) -> Result<(), CatalogError>;

    /// The counters of a space: the highest id and seq assigned so far, and the log's floor.
    async fn counters(&self, space: &Space) -> Result<Counters, CatalogError>;

    /// The settings of a space, even of one that was never used; by default the default ones.
    async fn settings(&self, space: &Space) -> Result<Settings, CatalogError>;

    /// The spaces that ever had settings, even if never used; sorted.
    async fn settled(&self) -> Result<Vec<Space>, CatalogError>;

    /// Replaces the settings of a space. Of concurrent calls the last one wins, and the next read anywhere sees it.
    /// This does not use the space: it still has no entry, no seq and no change, and can be loaded.
    async fn set_settings(&self, space: &Space, settings: Settings) -> Result<(), CatalogError>;

    /// Whether it responds, and would accept a commit as far as can be told without one.
    async fn ready(&self) -> Result<(), CatalogError> {
        self.counters(&Space::main()).await.map(drop)
    }

    /// Whether it accepts a commit, tested by writing something that changes nothing: used after a failed commit.
    async fn probe(&self) -> Result<(), CatalogError> {
        self.ready().await
    }

    /// Finishes pending writes and releases its resources; later calls may return `Unavailable`.
    async fn close(&self) -> Result<(), CatalogError> {
        Ok(())
    }

    /// Whether a commit, or a load, writes the jobs of its entries into the queue itself: then a job is there if, and
    /// only if, its entry is. Otherwise the caller sends a job for each result that starts work.
    fn writes_jobs(&self) -> bool {
        false
    }

    /// Whether no other program can have it open.
    fn is_exclusive(&self) -> bool {
        false
    }
}

/// Somebody listens, until this is dropped.
#[derive(Debug, Default)]
#[must_use]
pub struct Listening {
    _kept: Option<Box<dyn Any + Send + Sync>>,
}

/// The settings of a space.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Settings {
    /// The default look of new codes.
    #[serde(default)]
    pub look: StyleText,
    /// What the space is called, if not like its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}
