//! Why an operation on the records failed.

use crate::catalog::CatalogError;

/// Why an operation on the records failed.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    /// What is there is not what was expected. Nothing was written.
    #[error("the record was changed meanwhile")]
    OtherVersion,
    /// The file or table that records share with the catalog cannot be used. After `Unavailable` a write may have been
    /// done.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}
