//! What runs and what failed in a space, as pages need it.

use crate::{EntryId, EntryRow, Seq};

wire! {
    /// The photos of a space that are being worked on or have failed, at most
    /// `limits::JOBS_MAX_SHOWN` of each.
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub struct OpenJobs {
        /// Those with steps that wait or are being done.
        pub unfinished: Vec<EntryId>,
        /// Those with steps that failed.
        pub failed: Vec<EntryId>,
    }
}

wire! {
    /// What the page of jobs shows.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct JobList {
        /// The seq that it shows.
        pub seq: Seq,
        /// How many photos are being worked on.
        pub unfinished_total: u64,
        /// How many have failed.
        pub failed_total: u64,
        /// Those that are being worked on, the oldest first, at most `limits::JOBS_MAX_SHOWN`.
        pub unfinished: Vec<EntryRow>,
        /// Those that failed, the newest first, at most as many.
        pub failed: Vec<EntryRow>,
    }
}
