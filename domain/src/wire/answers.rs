//! What verbs answer that is neither a change nor a listing.

use crate::{EntryId, Look};

wire! {
    /// The look that was made a space's default.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct KeptLook {
        /// The look.
        pub look: Look,
    }
}

wire! {
    /// Whether a space has a code of a text.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct KnownEntry {
        /// The newest live entry with exactly this value.
        pub id: Option<EntryId>,
    }
}
