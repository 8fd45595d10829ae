//! Why an operation on the queue failed.

use crate::catalog::CatalogError;

/// Why an operation on the queue failed.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The receipt is not current: its job was delivered again, or is done. Nothing happened.
    #[error("the job was given to somebody else, or is done")]
    Stale,
    /// The file that the queue shares with the catalog cannot be used.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// There is no such queue. The text tells operators what to do.
    #[error("{0}")]
    Missing(String),
    /// Not permitted.
    #[error("access to the queue of jobs is denied")]
    Denied(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// No response now. It may have been done.
    #[error("the queue of jobs does not respond")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Anything else.
    #[error("the queue of jobs failed")]
    Other(#[source] Box<dyn std::error::Error + Send + Sync>),
}
