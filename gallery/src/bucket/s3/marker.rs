//! The sign that a bucket was taken into use, as the folder `_qrate` is in a directory: whoever mistypes the name of
//! another bucket is told, instead of seeing every entry gone. It also names the catalog, so that two galleries on one
//! bucket are found out.

use aws_sdk_s3::primitives::ByteStream;

use super::S3Bucket;
use super::error::meaning;
use crate::bucket::BucketError;

const WHAT_IT_IS: &[u8] =
    b"This bucket is in use by Qrate. Without this object, a gallery that knows this bucket does \
    not start.\n";

/// The metadata of the sign that names the catalog.
const CATALOG: &str = "catalog";

/// What the sign says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The catalog that the bucket was last opened with, as `Aws::catalog_name` calls it; none where that was not noted.
    pub catalog: Option<String>,
}

impl S3Bucket {
    /// The key of the sign; below `_qrate/`, so it is no object of the gallery.
    pub const MARKER: &str = "_qrate/bucket";

    /// What was noted when the bucket was taken into use; none when it never was. Errors: `Unavailable`, also when there is
    /// no such bucket, `Denied`, `Other`.
    pub async fn mark(&self) -> Result<Option<Mark>, BucketError> {
        let head = self.client.head_object().bucket(self.name.as_str()).key(Self::MARKER);
        match head.send().await.map_err(meaning) {
            Ok(found) => Ok(Some(Mark { catalog: found.metadata.and_then(|mut all| all.remove(CATALOG)) })),
            Err(BucketError::NotFound) => match self.not_found().await {
                BucketError::NotFound => Ok(None),
                error => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// Takes the bucket into use with the catalog of this name.
    pub async fn set_mark(&self, catalog: &str) -> Result<(), BucketError> {
        let put = self.client.put_object().bucket(self.name.as_str()).key(Self::MARKER);
        let put = put.metadata(CATALOG, catalog).content_type("text/plain");
        put.body(ByteStream::from_static(WHAT_IT_IS)).send().await.map(drop).map_err(meaning)
    }
}
