//! The facade: what a caller can ask of a gallery. Shapes first; the work lies in the files beside it.

use std::sync::Arc;

use domain::{Change, ChangeKind, CodeText, Entry, EntryId, Name, RequestId, Seq, Space};

use crate::bucket::{Bucket, Object};
use crate::catalog::Catalog;

/// Keeps entries. Cheap to clone: every clone is the same gallery.
#[derive(Clone)]
pub struct Gallery {
    inner: Arc<()>,
}

/// What a person wants saved.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The text, known to fit, with its level.
    pub text: CodeText,
    /// What to call it; may be empty.
    pub name: Name,
    /// By which a repetition is recognised.
    pub request: RequestId,
}

/// A save that is done.
#[derive(Debug, Clone)]
pub struct Published {
    /// The change that added the entry.
    pub change: Change,
    /// Whether an earlier request with the same id had done it.
    pub repeated: bool,
}

/// Which part of a listing, newest first.
#[derive(Debug, Clone, Copy)]
pub struct WindowRequest {
    /// 1 is the newest page; past the last one the last is given.
    pub page: u32,
    /// Entries on a page, 1 to `PAGE_MAX_ENTRIES`.
    pub per_page: u32,
}

/// A part of a listing at one moment.
#[derive(Debug, Clone)]
pub struct Page {
    /// The seq it shows.
    pub seq: Seq,
    /// Live entries in the space.
    pub total: u64,
    /// Which page it is, from 1.
    pub page: u32,
    /// How many there are, at least 1.
    pub pages: u32,
    /// Newest first.
    pub entries: Vec<Arc<Entry>>,
}

/// What a subscriber hears.
#[derive(Debug, Clone)]
pub enum Event {
    /// The next change.
    Change {
        /// Its seq.
        seq: Seq,
        /// `Change` as JSON, encoded once for all subscribers.
        json: Arc<str>,
    },
    /// The log no longer reaches back to where the subscriber was: load the listing again.
    Reset,
}

/// Why a gallery did not do it.
#[derive(Debug, thiserror::Error)]
pub enum GalleryError {
    /// No entry with this id was ever there.
    #[error("There is no such entry.")]
    NotFound,
    /// The entry is removed, or its object is.
    #[error("This entry was removed.")]
    Gone,
    /// Too many saves are waiting; nothing was saved.
    #[error("Too many saves at once. Try again in a moment.")]
    Busy,
    /// The picture did not give back its text; nothing was saved. A defect of ours: the text is in the log.
    #[error("The picture could not be read back, so it was not saved.")]
    Unreadable,
    /// The bucket did not do it.
    #[error("The bucket cannot be used now.")]
    Bucket(#[from] crate::bucket::BucketError),
    /// The catalog did not do it.
    #[error("The catalog cannot be used now.")]
    Catalog(#[from] std::sync::Arc<crate::catalog::CatalogError>),
    /// The gallery is shutting down.
    #[error("The server is stopping. Try again in a moment.")]
    Stopping,
}

/// How a gallery works.
#[derive(Debug, Clone)]
pub struct Options {
    /// Time between two reconciliations of the whole bucket.
    pub reconcile_every: std::time::Duration,
}

/// A place in a space's feed. Holds only a cursor.
pub struct Subscription {
    _cursor: Seq,
}

impl Subscription {
    /// The newest seq at the time of subscribing.
    pub fn newest(&self) -> Seq {
        todo!()
    }

    /// The next event; never ends by itself, except after `Reset` or when the gallery stops (`None`).
    pub async fn next(&mut self) -> Option<Event> {
        todo!()
    }
}

impl Gallery {
    /// Opens a gallery and starts its background work: the tail of the log, watching, reconciliation, purging.
    pub async fn open(
        bucket: Arc<dyn Bucket>,
        catalog: Arc<dyn Catalog>,
        options: Options,
    ) -> Result<Self, GalleryError> {
        let _ = (bucket, catalog, options);
        Ok(Self { inner: Arc::new(()) })
    }

    /// Draws, reads back, puts into the bucket, then commits. Returns when durable.
    pub async fn publish(&self, space: &Space, draft: Draft) -> Result<Published, GalleryError> {
        let _ = (&self.inner, space, draft, ChangeKind::Added);
        todo!()
    }

    /// Makes a tombstone of an entry; one that is a tombstone already stays as it is.
    pub async fn remove(&self, space: &Space, id: EntryId) -> Result<Change, GalleryError> {
        let _ = (space, id);
        todo!()
    }

    /// Takes a removal back; a live entry stays as it is. `Gone` when its object is no longer there.
    pub async fn restore(&self, space: &Space, id: EntryId) -> Result<Change, GalleryError> {
        let _ = (space, id);
        todo!()
    }

    /// A window of the listing, from memory.
    pub async fn listing(&self, space: &Space, window: WindowRequest) -> Result<Page, GalleryError> {
        let _ = (space, window);
        todo!()
    }

    /// Returns when the index shows this seq, or after five seconds.
    pub async fn wait_for(&self, space: &Space, seq: Seq) -> Result<(), GalleryError> {
        let _ = (space, seq);
        todo!()
    }

    /// An entry or its tombstone, from memory. `NotFound` when there is neither.
    pub async fn entry(&self, space: &Space, id: EntryId) -> Result<Arc<Entry>, GalleryError> {
        let _ = (space, id);
        todo!()
    }

    /// The newest live entry with exactly this value, from memory.
    pub async fn find_value(&self, space: &Space, value: &str) -> Result<Option<Arc<Entry>>, GalleryError> {
        let _ = (space, value);
        todo!()
    }

    /// The object of a live entry, streamed. `Gone` for a tombstone.
    pub async fn file(
        &self,
        space: &Space,
        id: EntryId,
        range: Option<std::ops::Range<u64>>,
    ) -> Result<(Arc<Entry>, Object), GalleryError> {
        let _ = (space, id, range);
        todo!()
    }

    /// A place in the feed right after `after`, or at its end.
    pub async fn subscribe(&self, space: &Space, after: Option<Seq>) -> Result<Subscription, GalleryError> {
        let _ = (space, after);
        todo!()
    }

    /// Whether bucket and catalog answer; the sentences say what does not.
    pub async fn readiness(&self) -> Result<(), Vec<String>> {
        todo!()
    }

    /// Ends the background work and every subscription; what is being saved is finished first.
    pub async fn shutdown(&self) {
        todo!()
    }
}
