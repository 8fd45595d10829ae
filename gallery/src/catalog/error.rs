//! Why a catalog operation failed. Not here: why a single mutation was rejected (`Rejection`).

/// Why a catalog operation failed. Nothing of the call was applied, unless noted.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// Another program has opened it.
    #[error("the catalog is in use by another program")]
    Locked,
    /// The data on the disk is not what was written there. Retrying does not help.
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
    /// It is not a catalog, or was written by a newer program, or is not in its place; or a space cannot be loaded.
    /// The text tells users what to do.
    #[error("the catalog cannot be used: {0}")]
    Corrupt(String),
    /// No room left.
    #[error("the catalog's disk is full")]
    Full(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Not permitted.
    #[error("access to the catalog is denied")]
    Denied(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// No response now. A commit may have been applied: repeat it with the same request ids.
    #[error("the catalog does not respond")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Anything else.
    #[error("the catalog failed")]
    Other(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl CatalogError {
    /// An error that lasts until somebody fixes its cause, here or behind a lost response.
    pub fn lasting(&self) -> Option<&Self> {
        match self {
            Self::Damaged { .. } | Self::Corrupt(_) => Some(self),
            Self::Unavailable(source) => source.downcast_ref::<Self>().and_then(Self::lasting),
            Self::Locked | Self::Full(_) | Self::Denied(_) | Self::Other(_) => None,
        }
    }
}
