//! The data that the islands of a page start with: the server writes it into the page, the browser reads it from
//! there, so that both render the same at first.

use super::{Failure, OpenJobs};
use crate::{EntryId, EntryRow, Level, ListingPage, Seq, Space};

wire! {
    /// The data that the islands of a page start with.
    #[derive(Debug, Clone)]
    pub struct PageData {
        /// The base path; starts and ends with a slash.
        pub base: String,
        /// The space that the page shows.
        pub space: Space,
        /// The build of the program.
        pub build: String,
        /// The part of the listing that the page shows; `None` if it could not be read, and on an entry's page.
        pub listing: Option<ListingPage>,
        /// What the listing was asked for in the address: names and values, by turns. Empty for all entries, newest first.
        pub query: Vec<String>,
        /// The entry of an entry's page.
        pub entry: Option<EntryRow>,
        /// The seq at which that entry was read.
        pub entry_seq: Option<Seq>,
        /// What runs and what failed in the space, for the link to its page.
        pub open_jobs: OpenJobs,
        /// The seq that the page of jobs shows; `None` on other pages.
        pub jobs_seq: Option<Seq>,
        /// For how long the page's data could not be updated; `None` if it is current.
        pub behind_seconds: Option<u64>,
        /// Files of the bucket that are left out because of their names.
        pub unnamed_files: u64,
        /// Why nothing can be saved until somebody repairs the storage, in a sentence.
        pub fault: Option<String>,
        /// The initial draft.
        pub draft: Draft,
        /// The newest entry with the text of the draft.
        pub known: Option<EntryId>,
        /// The outcome of the last write without WASM.
        pub notice: Option<Notice>,
        /// Why the last write without WASM was refused.
        pub failure: Option<Failure>,
    }
}

wire! {
    /// A draft.
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub struct Draft {
        /// The text.
        pub text: String,
        /// The level.
        #[cfg_attr(feature = "serde", serde(with = "super::level_as_letter"))]
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub level: Level,
        /// The name.
        pub name: String,
    }
}

wire! {
    /// The outcome of a write, or why there is none.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum Notice {
        /// A new entry.
        "saved" = Saved {
            /// Its number.
            id: EntryId,
            /// The newest entry that had the same text, or the same file, already.
            known: Option<EntryId>,
        },
        /// Several new entries.
        "uploaded" = Uploaded {
            /// How many.
            count: u64,
        },
        /// Removed; can be undone.
        "removed" = Removed {
            /// Its number.
            id: EntryId,
        },
        /// Live again.
        "restored" = Restored {
            /// Its number.
            id: EntryId,
        },
        /// The entry of the page has another name or other labels.
        "described" = Described,
        /// The entry has its former name and labels again.
        "undone" = Undone,
        /// Saved by an earlier request, and removed since.
        "removed_since" = RemovedSince {
            /// Its number.
            id: EntryId,
        },
        /// Saved by an earlier request, and its object has been deleted since.
        "gone_since" = GoneSince {
            /// Its number.
            id: EntryId,
        },
        /// Refused.
        "failed" = Failed {
            /// A sentence that says what to do.
            error: String,
        },
    }
}
