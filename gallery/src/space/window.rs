//! What the index answers: a window of the listing, and the photos that are or were worked on. Not here: finding them
//! (`index`).

use std::sync::Arc;

use domain::{Entry, EntryId, Kind, LabelName, Seq};

/// The requested window, newest first.
#[derive(Debug, Clone, Copy)]
pub struct WindowRequest {
    /// 1 is the newest page; beyond the last one, the last is returned.
    pub page: u32,
    /// Entries per page, 1 to `PAGE_MAX_ENTRIES`.
    pub per_page: u32,
}

/// A window of the listing at one moment.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its seq.
    pub seq: Seq,
    /// Live entries in the space.
    pub total: u64,
    /// The page number, from 1.
    pub page: u32,
    /// The number of pages, at least 1.
    pub pages: u32,
    /// Newest first.
    pub entries: Vec<Arc<Entry>>,
}

/// Which live entries are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those of this kind.
    pub kind: Option<Kind>,
    /// Only those with all of these labels.
    pub labels: Vec<LabelName>,
}

/// A part of the entries that pass a filter, which stays where it is while others come and go.
#[derive(Debug, Clone)]
pub struct Slice {
    /// Its seq.
    pub seq: Seq,
    /// Live entries that pass the filter.
    pub total: u64,
    /// Newest first.
    pub entries: Vec<Arc<Entry>>,
    /// The next slice is what lies below this; `None` after the last one.
    pub next: Option<EntryId>,
}

/// The photos of a space that are not done.
#[derive(Debug, Clone, Default)]
pub struct Jobs {
    /// Those that a worker is at, then those that wait, the oldest first.
    pub working: Vec<Arc<Entry>>,
    /// How many there are.
    pub working_total: u64,
    /// Those that failed, the newest first.
    pub failed: Vec<Arc<Entry>>,
    /// How many there are.
    pub failed_total: u64,
}
