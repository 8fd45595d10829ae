//! Why an attempt at a photo ended early. Not here: what follows from it (`attempt`).

use std::error::Error;

use domain::StageError;

use crate::error::GalleryError;

/// Why an attempt ended early.
pub(super) enum Fault {
    /// Another attempt would end the same way.
    Permanent(StageError),
    /// Another attempt may succeed.
    Passing(StageError, Box<dyn Error + Send + Sync>),
}

impl<E: Into<GalleryError>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self::Passing(StageError::Unavailable, Box::new(error.into()))
    }
}
