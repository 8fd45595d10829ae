//! Writing an object that is not there yet.
//!
//! The answer to a write can be lost after the write took effect. Then the SDK tries again, and S3 says that there is
//! such an object already: our own. So every `put` leaves a mark in its object's metadata, by which it knows it again.

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
use super::error::{meaning, status};
use super::metadata::{has_mark, to_headers};
use super::values::{etag, is_folder};
use crate::aws;
use crate::bucket::{Body, BucketError, Metadata, ObjectInfo};
use crate::clock::{Clock, back_off};

/// How often a write is tried again that met another operation on the same key: by then that one is over.
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
                "with nothing in it and a slash at its end it is a folder",
            ));
        }
        let mark = Clock::system().ulid().to_string();
        let mut conflicts = 0;
        loop {
            let looks_first = self.looks_first.load(Ordering::Relaxed);
            if looks_first && !self.is_free(key).await? {
                return self.own(key, &mark).await;
            }
            match self.send(key, &body, metadata, &mark, !looks_first).await? {
                Ok(output) => return self.written(key, body.size_bytes(), &output).await,
                Err(error) if status(&error) == Some(409) && conflicts < CONFLICTS_MAX => {
                    let wait = back_off(CONFLICT_WAIT_FIRST, conflicts, CONFLICT_WAIT_MOST);
                    tokio::time::sleep(wait).await;
                    conflicts += 1;
                }
                Err(error) if is_refused_condition(&error) && !looks_first => {
                    self.looks_first.store(true, Ordering::Relaxed);
                    tracing::info!("the bucket takes no conditional puts: from now on a put looks first");
                }
                Err(error) => match meaning(error) {
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
                // Known beforehand, it needs no trailer, which not all that speak the protocol take.
                let put = put.checksum_sha256(BASE64_STANDARD.encode(spool.sha256().0)).body(file);
                let limits = Builder::new().timeout_config(aws::upload_limits(spool.size_bytes()));
                put.customize().config_override(limits).send().await
            }
        })
    }

    /// S3 does not say when it wrote an object: just now.
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

    /// There is an object; if it is the one that this `put` wrote, all is well.
    async fn own(&self, key: &Key, mark: &str) -> Result<ObjectInfo, BucketError> {
        let found = match self.look(key).await {
            // It was deleted meanwhile.
            Err(BucketError::NotFound) => return Err(BucketError::AlreadyExists),
            found => found?,
        };
        if has_mark(found.headers.as_ref(), mark) { Ok(found.info) } else { Err(BucketError::AlreadyExists) }
    }
}
