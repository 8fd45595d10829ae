//! Writes a new object.
//!
//! The response to a write can be lost after the write took effect. Then the SDK retries, and S3 reports that such an
//! object exists: our own. So every `put` leaves an id in its object's metadata, by which it recognises it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use aws_sdk_s3::config::Builder;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::put_object::{PutObjectError, PutObjectOutput};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ChecksumAlgorithm;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::Key;

use super::S3Bucket;
use super::condition::is_refused_condition;
use super::error::{classify, status};
use super::metadata::{has_mark, to_headers};
use super::values::{etag, is_folder};
use crate::aws;
use crate::bucket::{Body, BucketError, Metadata, ObjectInfo};
use crate::clock::{Clock, back_off};

/// How often to retry a write that met another operation on the same key, which is over soon.
const CONFLICTS_MAX: u32 = 6;
const CONFLICT_WAIT_FIRST: Duration = Duration::from_millis(50);
const CONFLICT_WAIT_MOST: Duration = Duration::from_secs(1);

impl S3Bucket {
    pub(super) async fn put(
        &self,
        key: &Key,
        body: Body,
        metadata: &Metadata,
    ) -> Result<ObjectInfo, BucketError> {
        if is_folder(key.as_str(), body.size_bytes()) {
            return Err(BucketError::UnsupportedKey(
                "without bytes and with a slash at its end it would be a folder",
            ));
        }
        let mark = Clock::system().ulid().to_string();
        let mut conflicts = 0;
        loop {
            let checks_before_put = self.checks_before_put.load(Ordering::Relaxed);
            if checks_before_put && !self.is_free(key).await? {
                return self.own(key, &mark).await;
            }
            match self.send(key, &body, metadata, &mark, !checks_before_put).await? {
                Ok(output) => return self.written(key, body.size_bytes(), &output).await,
                Err(error) if status(&error) == Some(409) && conflicts < CONFLICTS_MAX => {
                    let wait = back_off(CONFLICT_WAIT_FIRST, conflicts, CONFLICT_WAIT_MOST);
                    tokio::time::sleep(wait).await;
                    conflicts += 1;
                }
                Err(error) if is_refused_condition(&error) && !checks_before_put => {
                    self.checks_before_put.store(true, Ordering::Relaxed);
                    tracing::info!(
                        "the bucket does not support conditional puts: from now on a put checks first"
                    );
                }
                // A refusal before the body was read may have cut off the request, or an answer was lost.
                Err(error) if status(&error).is_none() && matches!(self.is_free(key).await, Ok(false)) => {
                    return self.own(key, &mark).await;
                }
                Err(error) => match classify(error) {
                    BucketError::AlreadyExists => return self.own(key, &mark).await,
                    error => return Err(error),
                },
            }
        }
    }

    async fn send(
        &self,
        key: &Key,
        body: &Body,
        metadata: &Metadata,
        mark: &str,
        is_conditional: bool,
    ) -> Result<Result<PutObjectOutput, SdkError<PutObjectError>>, BucketError> {
        let put = self
            .client
            .put_object()
            .bucket(self.name.as_str())
            .key(key.as_str())
            .set_if_none_match(is_conditional.then(|| "*".to_owned()))
            .content_type(key.content_type())
            .set_metadata(Some(to_headers(metadata, mark)));
        Ok(match body {
            Body::Bytes(bytes) => {
                put.checksum_algorithm(ChecksumAlgorithm::Sha256).body(bytes.clone().into()).send().await
            }
            Body::Spool(spool) => {
                let file = ByteStream::from_path(spool.path()).await;
                let file = file.map_err(|error| BucketError::Other(error.into()))?;
                // A checksum known in advance needs no trailer, which not all compatible stores accept.
                let put = put.checksum_sha256(BASE64_STANDARD.encode(spool.sha256().0)).body(file);
                let limits = Builder::new().timeout_config(aws::upload_limits(spool.size_bytes()));
                put.customize().config_override(limits).send().await
            }
        })
    }

    /// S3 does not return the time of the write: it is now.
    async fn written(
        &self,
        key: &Key,
        size_bytes: u64,
        output: &PutObjectOutput,
    ) -> Result<ObjectInfo, BucketError> {
        let Some(quoted) = output.e_tag() else { return Ok(self.head(key).await?.0) };
        Ok(ObjectInfo {
            key: key.clone(),
            size_bytes,
            etag: etag(quoted),
            modified_at: Clock::system().now(),
        })
    }

    /// There is an object; if this `put` wrote it, all is well.
    async fn own(&self, key: &Key, mark: &str) -> Result<ObjectInfo, BucketError> {
        let found = match self.fetch_head(key).await {
            // It was deleted meanwhile.
            Err(BucketError::NotFound) => return Err(BucketError::AlreadyExists),
            found => found?,
        };
        if has_mark(found.headers.as_ref(), mark) { Ok(found.info) } else { Err(BucketError::AlreadyExists) }
    }
}
