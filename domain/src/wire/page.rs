//! What the islands of a page start from: the server writes it into the page, the browser reads it from there, so that
//! both first renders are the same.

use super::Failure;
use crate::{EntryId, EntryRow, Level, ListingPage, Seq, Space};

wire! {
    /// What the islands of a page start from.
    #[derive(Debug, Clone)]
    pub struct PageData {
        /// The path below which the program lives; starts and ends with a slash.
        pub base: String,
        /// The space that the page shows.
        pub space: Space,
        /// The program's build.
        pub build: String,
        /// The part of the listing that the page shows; none when it could not be read, or on the page of an entry.
        pub listing: Option<ListingPage>,
        /// The entry that the page is about.
        pub entry: Option<EntryRow>,
        /// The seq at which that entry was read.
        pub entry_seq: Option<Seq>,
        /// For how long what the page shows could not be brought up to date; none when it could.
        pub behind_seconds: Option<u64>,
        /// Files of the bucket that are left out because of their names.
        pub unnamed_files: u64,
        /// What the composer starts with.
        pub draft: Draft,
        /// What the last write without WASM did.
        pub notice: Option<Notice>,
        /// Why the last write without WASM was refused.
        pub failure: Option<Failure>,
    }
}

wire! {
    /// What stands in the composer.
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub struct Draft {
        /// The text.
        pub text: String,
        /// The level.
        #[cfg_attr(feature = "serde", serde(with = "super::level_as_letter"))]
        pub level: Level,
        /// The name.
        pub name: String,
    }
}

wire! {
    /// What a write did, or why it did nothing.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum Notice {
        /// A new entry.
        "saved" = Saved {
            /// Its number.
            id: EntryId,
        },
        /// A tombstone now; can be undone.
        "removed" = Removed {
            /// Its number.
            id: EntryId,
        },
        /// Live again.
        "restored" = Restored {
            /// Its number.
            id: EntryId,
        },
        /// Saved by an earlier request, and removed since.
        "removed_since" = RemovedSince {
            /// Its number.
            id: EntryId,
        },
        /// Saved by an earlier request, and its object was deleted since.
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
