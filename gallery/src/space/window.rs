//! A part of a listing: which one is asked for, and what is in it. Not here: finding it (`index`).

use std::sync::Arc;

use domain::{Entry, Seq};

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
