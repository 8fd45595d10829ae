//! Addresses under which anybody can get an object from S3 for a while.

use std::time::Duration;

use aws_sdk_s3::presigning::PresigningConfig;
use domain::Key;
use url::Url;

use super::S3Bucket;
use super::error::classify;
use crate::bucket::{BucketError, Download};

/// S3 accepts no longer ones: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html>.
const EXPIRY_MAX: Duration = Duration::from_secs(7 * 24 * 60 * 60);

impl S3Bucket {
    /// Signed here, without a request; `None` for a key that no address can carry. If the credentials expire earlier,
    /// so does the address.
    pub(super) async fn presigned_get(
        &self,
        key: &Key,
        download: Download,
    ) -> Result<Option<Url>, BucketError> {
        if is_changed_on_the_way(key) {
            return Ok(None);
        }
        let expiry = download.expires_in.clamp(Duration::from_secs(1), EXPIRY_MAX);
        let config =
            PresigningConfig::expires_in(expiry).map_err(|error| BucketError::Other(error.into()))?;
        let get = self
            .client
            .get_object()
            .bucket(self.name.as_str())
            .key(key.as_str())
            .set_response_content_type(download.content_type)
            .set_response_content_disposition(download.content_disposition);
        let request = get.presigned(config).await.map_err(classify)?;
        Url::parse(request.uri()).map(Some).map_err(|error| BucketError::Other(error.into()))
    }
}

/// Whether clients and proxies would change the path: they resolve dots (RFC 3986, 5.2.4), and some merge slashes.
fn is_changed_on_the_way(key: &Key) -> bool {
    let key = key.as_str();
    key.starts_with('/') || key.contains("//") || key.split('/').any(|segment| matches!(segment, "." | ".."))
}
