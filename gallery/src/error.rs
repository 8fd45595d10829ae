//! Why a gallery did not do it: a sentence for the person; the sources say the rest. Not here: the errors of the ports.

use std::sync::Arc;

use qr::LogoError;

use crate::bucket::BucketError;
use crate::catalog::{CatalogError, Rejection};
use crate::committer::{CommitError, NotAdmitted};
use crate::drawing::DrawingError;
use crate::look::LookError;

/// Why a gallery did not do it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum GalleryError {
    /// No entry with this id was ever there.
    #[error("There is no such entry.")]
    NotFound,
    /// The entry is removed, or its object is.
    #[error("This entry was removed.")]
    Gone,
    /// The entry is no longer the one that the caller has seen; nothing was done.
    #[error("This entry was changed meanwhile. Load it again, then decide.")]
    Changed,
    /// Too many saves, uploads or drafts are waiting; nothing was done.
    #[error("Too much is asked for at once. Try again in a moment.")]
    Busy,
    /// The picture did not give back its text; nothing was saved. A defect of ours: the text is in the log.
    #[error("The picture could not be read back, so it was not saved.")]
    Unreadable,
    /// The code cannot be drawn in this look; nothing was saved.
    #[error(transparent)]
    Drawing(#[from] DrawingError),
    /// The upload is not a logo.
    #[error(transparent)]
    Logo(#[from] LogoError),
    /// The bucket did not do it.
    #[error("The bucket cannot be used now.")]
    Bucket(#[from] Arc<BucketError>),
    /// The catalog did not do it.
    #[error("The catalog cannot be used now.")]
    Catalog(#[from] Arc<CatalogError>),
    /// The gallery is shutting down.
    #[error("The server is stopping. Try again in a moment.")]
    Stopping,
}

impl From<BucketError> for GalleryError {
    fn from(error: BucketError) -> Self {
        Self::Bucket(Arc::new(error))
    }
}

impl From<CatalogError> for GalleryError {
    fn from(error: CatalogError) -> Self {
        Self::Catalog(Arc::new(error))
    }
}

impl From<NotAdmitted> for GalleryError {
    fn from(reason: NotAdmitted) -> Self {
        match reason {
            NotAdmitted::Full => Self::Busy,
            NotAdmitted::Stopping => Self::Stopping,
        }
    }
}

impl From<CommitError> for GalleryError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Rejected(Rejection::NotFound) => Self::NotFound,
            CommitError::Rejected(Rejection::OtherRevision) => Self::Changed,
            CommitError::Rejected(rejection) => CatalogError::Other(Box::new(rejection)).into(),
            CommitError::Catalog(error) => Self::Catalog(error),
            CommitError::Stopping => Self::Stopping,
        }
    }
}

impl From<LookError> for GalleryError {
    fn from(error: LookError) -> Self {
        match error {
            LookError::Bucket(error) => error.into(),
            LookError::Catalog(error) => Self::Catalog(error),
            LookError::Stopping => Self::Stopping,
            LookError::StillChanging | LookError::Unreadable | LookError::BeingRead(_) => {
                BucketError::Other(Box::new(error)).into()
            }
        }
    }
}
