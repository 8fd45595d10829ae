//! Answers of the verbs that are neither a change nor a listing.

use crate::{EntryId, Seq, StyleText};

wire! {
    /// The new default look of a space.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct KeptLook {
        /// The look.
        pub look: StyleText,
    }
}

wire! {
    /// An uploaded file.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct UploadAnswer {
        /// The number of its entry.
        pub id: EntryId,
        /// The seq of the change that added it.
        pub seq: Seq,
        /// The newest other live entry with the same bytes.
        pub same: Option<EntryId>,
    }
}

wire! {
    /// How many failed photos are tried again.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Retried {
        /// So many.
        pub count: u64,
    }
}

wire! {
    /// Whether a space has a code with a text, or a file with a digest.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct KnownEntry {
        /// The newest live entry with exactly this value or digest.
        pub id: Option<EntryId>,
    }
}
