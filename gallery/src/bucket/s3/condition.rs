//! Stores that speak S3's protocol and do not take a put on the condition that there is no such object: found out, and
//! got along with. Some refuse it (501), some ignore it and replace what is there.

use std::sync::atomic::Ordering;

use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::put_object::PutObjectError;
use aws_sdk_s3::primitives::ByteStream;
use domain::{Key, RESERVED_PREFIX};

use super::S3Bucket;
use super::error::{meaning, status};
use crate::bucket::BucketError;
use crate::clock::Clock;

impl S3Bucket {
    /// Whether the store keeps to `If-None-Match: *`: tried out with an object below `_qrate/` that is put twice, and
    /// deleted in any case. Errors: the general ones.
    pub async fn takes_conditional_puts(&self) -> Result<bool, BucketError> {
        let key = format!("{RESERVED_PREFIX}probe-{}", Clock::system().ulid());
        let found = self.try_twice(&key).await;
        let deletion = self.client.delete_object().bucket(self.name.as_str()).key(&key).send().await;
        match (found, deletion.map_err(meaning)) {
            (Ok(is_kept_to), Ok(_) | Err(BucketError::NotFound)) => Ok(is_kept_to),
            (Err(error), _) | (_, Err(error)) => Err(error),
        }
    }

    /// The same bucket, as the store behind it wants it: one that is not AWS is tried out, and got along with.
    pub async fn fitted(self) -> Result<Self, BucketError> {
        if self.is_aws || self.takes_conditional_puts().await? {
            return Ok(self);
        }
        tracing::warn!(
            bucket = self.name.as_str(),
            "this store does not write on the condition that there is nothing: it is looked at before each write instead"
        );
        Ok(self.looking_before_putting())
    }

    async fn try_twice(&self, key: &str) -> Result<bool, BucketError> {
        let put = || {
            let put = self.client.put_object().bucket(self.name.as_str()).key(key).if_none_match("*");
            put.body(ByteStream::from_static(b"A test whether this store replaces objects. Delete it."))
                .send()
        };
        for _ in 0..2 {
            match put().await {
                Ok(_) => {}
                Err(error) if is_refused_condition(&error) => return Ok(false),
                Err(error) => match meaning(error) {
                    // Of the second, or of the first after its answer was lost.
                    BucketError::AlreadyExists => return Ok(true),
                    error => return Err(error),
                },
            }
        }
        Ok(false)
    }

    /// The same bucket in a store that does not take conditional puts: a put looks first. Two writers of one key at the
    /// same moment could then replace each other's object; keys of ours are random, so that no two writers have one. A
    /// store that refuses the condition is got along with also without this.
    #[must_use]
    pub fn looking_before_putting(self) -> Self {
        self.looks_first.store(true, Ordering::Relaxed);
        self
    }

    /// What stands in for the condition. Of the bucket the put itself says whether it is there.
    pub(super) async fn is_free(&self, key: &Key) -> Result<bool, BucketError> {
        let head = self.client.head_object().bucket(self.name.as_str()).key(key.as_str());
        match head.send().await.map_err(meaning) {
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
