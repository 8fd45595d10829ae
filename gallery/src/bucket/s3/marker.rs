//! The sign that a bucket was taken into use, as the folder `_qrate` is in a directory: whoever mistypes the name of
//! another bucket is told, instead of seeing every entry gone.

use aws_sdk_s3::primitives::ByteStream;

use super::S3Bucket;
use super::error::meaning;
use crate::bucket::BucketError;

const WHAT_IT_IS: &[u8] =
    b"This bucket is in use by Qrate. Without this object, a gallery that knows this bucket does \
    not start.\n";

impl S3Bucket {
    /// The key of the sign; below `_qrate/`, so it is no object of the gallery.
    pub const MARKER: &str = "_qrate/bucket";

    /// Whether the bucket was ever taken into use. Errors: `Unavailable`, also when there is no such bucket, `Denied`,
    /// `Other`.
    pub async fn is_marked(&self) -> Result<bool, BucketError> {
        let head = self.client.head_object().bucket(self.name.as_str()).key(Self::MARKER);
        match head.send().await.map_err(meaning) {
            Ok(_) => Ok(true),
            Err(BucketError::NotFound) => match self.not_found().await {
                BucketError::NotFound => Ok(false),
                error => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// Takes the bucket into use; one that is already stays so.
    pub async fn mark(&self) -> Result<(), BucketError> {
        let put = self.client.put_object().bucket(self.name.as_str()).key(Self::MARKER);
        let put = put.content_type("text/plain").body(ByteStream::from_static(WHAT_IT_IS));
        put.send().await.map(drop).map_err(meaning)
    }
}
