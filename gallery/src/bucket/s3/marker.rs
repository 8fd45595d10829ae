//! The marker of a bucket in use, like the folder `_qrate` in a directory: someone who mistypes a bucket's name gets an
//! error instead of seeing every entry gone. It also names the catalog, so that two galleries on one bucket are
//! detected.

use aws_sdk_s3::primitives::ByteStream;

use super::S3Bucket;
use super::error::classify;
use crate::bucket::BucketError;

const WHAT_IT_IS: &[u8] =
    b"This bucket is in use by Qrate. Without this object, a gallery that knows this bucket does \
    not start.\n";

/// The marker's metadata that names the catalog.
const CATALOG: &str = "catalog";

/// The marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketMarker {
    /// The catalog with which the bucket was last opened, as named by `Aws::catalog_name`; `None` if not recorded.
    pub catalog: Option<String>,
}

impl S3Bucket {
    /// The key of the marker; below `_qrate/`, so it is not an object of the gallery.
    pub const MARKER: &str = "_qrate/bucket";

    /// Reads the marker; `None` if the bucket was never used. Errors: `Unavailable`, also if there is no such bucket,
    /// `Denied`, `Other`.
    pub async fn marker(&self) -> Result<Option<BucketMarker>, BucketError> {
        let head = self.client.head_object().bucket(self.name.as_str()).key(Self::MARKER);
        match head.send().await.map_err(classify) {
            Ok(found) => {
                Ok(Some(BucketMarker { catalog: found.metadata.and_then(|mut all| all.remove(CATALOG)) }))
            }
            Err(BucketError::NotFound) => match self.not_found().await {
                BucketError::NotFound => Ok(None),
                error => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// Marks the bucket as used, with the catalog of this name.
    pub async fn set_marker(&self, catalog: &str) -> Result<(), BucketError> {
        let put = self.client.put_object().bucket(self.name.as_str()).key(Self::MARKER);
        let put = put.metadata(CATALOG, catalog).content_type("text/plain");
        put.body(ByteStream::from_static(WHAT_IT_IS)).send().await.map(drop).map_err(classify)
    }
}
