//! Why a gallery did not do it: a sentence for the person; the sources say the rest. Not here: the errors of the ports.

use std::sync::Arc;

use domain::StyledError;
use qr::{LogoError, ScoreError, StyleError};

use crate::bucket::BucketError;
use crate::catalog::CatalogError;

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
    /// The request id was used for another draft; nothing was saved.
    #[error("This request id was used for something else. Choose a new one for each save.")]
    RequestReused,
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

/// Why a code cannot be drawn in a look. Each is a sentence for the person who chose it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DrawingError {
    /// The look is beyond its limits, or its logo is not there.
    #[error(transparent)]
    Style(#[from] StyleError),
    /// The text and the logo do not go together.
    #[error(transparent)]
    Logo(#[from] StyledError),
    /// The picture does not give back its text.
    #[error(transparent)]
    Score(#[from] ScoreError),
}
