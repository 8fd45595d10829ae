//! S3-compatible stores without create-only puts: detected and worked around. Some refuse the condition (501), some
//! ignore it and replace the object.

use std::sync::atomic::Ordering;

use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::put_object::PutObjectError;
use aws_sdk_s3::primitives::ByteStream;
use domain::{Key, RESERVED_PREFIX};

use super::S3Bucket;
use super::error::{classify, status};
use crate::bucket::BucketError;
use crate::clock::Clock;

impl S3Bucket {
    /// Whether the store respects `If-None-Match: *`: tested by putting an object below `_qrate/` twice and deleting
    /// it. Errors: the general ones.
    pub async fn supports_conditional_puts(&self) -> Result<bool, BucketError> {
        let key = format!("{RESERVED_PREFIX}probe-{}", Clock::system().ulid());
        let found = self.try_twice(&key).await;
        let deletion = self.client.delete_object().bucket(self.name.as_str()).key(&key).send().await;
        match (found, deletion.map_err(classify)) {
            (Ok(is_kept_to), Ok(_) | Err(BucketError::NotFound)) => Ok(is_kept_to),
            (Err(error), _) | (_, Err(error)) => Err(error),
        }
    }

    /// The same bucket, adapted to its store: unless it is AWS, the condition is tested and worked around if needed.
    pub async fn adapted_to_store(self) -> Result<Self, BucketError> {
        if self.is_aws || self.supports_conditional_puts().await? {
            return Ok(self);
        }
        tracing::warn!(
            bucket = self.name.as_str(),
            "this store does not support create-only writes: each write checks first instead"
        );
        Ok(self.with_check_before_put())
    }

    async fn try_twice(&self, key: &str) -> Result<bool, BucketError> {
        let put = || {
            let put = self.client.put_object().bucket(self.name.as_str()).key(key).if_none_match("*");
            put.body(ByteStream::from_static(
                b"A test whether this store replaces objects. It may be deleted.",
            ))
            .send()
        };
        for _ in 0..2 {
            match put().await {
                Ok(_) => {}
                Err(error) if is_refused_condition(&error) => return Ok(false),
                Err(error) => match classify(error) {
                    // The response to the second, or to the first whose response was lost.
                    BucketError::AlreadyExists => return Ok(true),
                    error => return Err(error),
                },
            }
        }
        Ok(false)
    }

    /// The same bucket in a store without conditional puts: a put checks first. Two concurrent writers of one key
    /// could then replace each other's object, but our keys are random, so that does not happen. A store that refuses
    /// the condition works even without this.
    #[must_use]
    pub fn with_check_before_put(self) -> Self {
        self.checks_before_put.store(true, Ordering::Relaxed);
        self
    }

    /// Replaces the condition. The put itself reports a missing bucket.
    pub(super) async fn is_free(&self, key: &Key) -> Result<bool, BucketError> {
        let head = self.client.head_object().bucket(self.name.as_str()).key(key.as_str());
        match head.send().await.map_err(classify) {
            Ok(_) => Ok(false),
            Err(BucketError::NotFound) => Ok(true),
            Err(error) => Err(error),
        }
    }
}

/// Whether the store does not know such a condition.
pub(super) fn is_refused_condition(error: &SdkError<PutObjectError>) -> bool {
    status(error) == Some(501)
}
