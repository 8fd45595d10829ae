//! What runs and what failed in a space, as its page needs it.

use crate::EntryId;

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
