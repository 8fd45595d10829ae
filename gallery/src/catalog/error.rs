//! Why a catalog did not do it. Not here: why it did not do a single mutation (`Rejection`).

/// Why a catalog did not do it. Nothing of the call was applied, unless it says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// Another program has it.
    #[error("the catalog is in use by another program")]
    Locked,
    /// What lies on the disk is not what was written there. Trying again is in vain.
    #[error(
        "the catalog is damaged or no database ({details}). Stop the program, and move the file aside, with those beside it \
         that have its name and -wal or -damaged. Then put a copy in their place, import an export (qrate import), or \
         rebuild the catalog from the bucket (qrate import --from-bucket), which keeps texts, names, looks and times, and \
         gives the numbers again in the order of creation"
    )]
    Damaged {
        /// What was found.
        details: String,
    },
    /// It is not a catalog, or of a newer program, or not in its place; or a space cannot be loaded. The text is for
    /// people, and says what to do.
    #[error("the catalog cannot be used: {0}")]
    Corrupt(String),
    /// No room left.
    #[error("the catalog's disk is full")]
    Full(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Not allowed to.
    #[error("no permission in the catalog")]
    Denied(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It does not answer now. A commit may have been applied: repeat it with the same request ids.
    #[error("the catalog does not answer")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Anything else.
    #[error("the catalog failed")]
    Other(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl CatalogError {
    /// What will stay wrong until somebody has seen to it, here or behind an answer that was lost.
    pub fn lasting(&self) -> Option<&Self> {
        match self {
            Self::Damaged { .. } | Self::Corrupt(_) => Some(self),
            Self::Unavailable(source) => source.downcast_ref::<Self>().and_then(Self::lasting),
            Self::Locked | Self::Full(_) | Self::Denied(_) | Self::Other(_) => None,
        }
    }
}
