//! Why an object could not be inspected.

use std::sync::Arc;
use std::time::Duration;

use crate::bucket::BucketError;
use crate::catalog::CatalogError;
use crate::error::GalleryError;

/// Why an object could not be inspected. A later attempt may succeed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InspectError {
    #[error("the bucket did not return the object")]
    Bucket(#[from] BucketError),
    #[error("the catalog did not accept the object")]
    Catalog(#[source] Arc<CatalogError>),
    #[error("the object keeps changing while it is read")]
    StillChanging,
    #[error("the object's picture cannot be decoded")]
    Unreadable,
    #[error("another instance is reading the object's picture")]
    BeingRead(Duration),
    #[error("the gallery is stopping")]
    Stopping,
}

impl From<CatalogError> for InspectError {
    fn from(error: CatalogError) -> Self {
        Self::Catalog(Arc::new(error))
    }
}

impl From<InspectError> for GalleryError {
    fn from(error: InspectError) -> Self {
        match error {
            InspectError::Bucket(error) => error.into(),
            InspectError::Catalog(error) => Self::Catalog(error),
            InspectError::Stopping => Self::Stopping,
            InspectError::StillChanging | InspectError::Unreadable | InspectError::BeingRead(_) => {
                BucketError::Other(Box::new(error)).into()
            }
        }
    }
}
