//! A page of a listing.

use crate::{EntryRow, Seq};

wire! {
    /// A page of a listing, newest first.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ListingPage {
        /// The seq that it shows.
        pub seq: Seq,
        /// Live entries in the space.
        pub total: u64,
        /// Which page it is, counted from 1.
        pub page: u32,
        /// The number of pages, at least 1.
        pub pages: u32,
        /// Entries on a full page.
        pub per_page: u32,
        /// For how long it could not be updated; `None` if it is current.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub behind_seconds: Option<u64>,
        /// Newest first.
        pub entries: Vec<EntryRow>,
    }
}
