//! Answers of the verbs that are neither a change nor a listing.

use crate::{EntryId, StyleText};

wire! {
    /// The new default look of a space.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct KeptLook {
        /// The look.
        pub look: StyleText,
    }
}

wire! {
    /// Whether a space has a code with a text.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct KnownEntry {
        /// The newest live entry with exactly this value.
        pub id: Option<EntryId>,
    }
}
