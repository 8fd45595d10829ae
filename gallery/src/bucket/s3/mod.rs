//! A bucket in S3, or in a compatible store. Any other program may read and write in it.
//!
//! `name` validates bucket names, `error` classifies responses, `metadata` encodes metadata; `put` writes, with
//! `condition` for stores that would replace; `read` reads, `presign` lets others read, `list` lists, `marker` marks
//! buckets in use; `watch` receives changes through a queue, `notification` parses them, and `delivery` tracks one
//! message.
//!
//! One request each: a save is one PUT, an inspection one HEAD, a page of the list one GET. An object of no bytes
//! whose key ends with a slash is a console's folder, and not an object here. Not here: creating the bucket.

mod condition;
mod delivery;
mod error;
mod list;
mod marker;
mod metadata;
mod name;
mod notification;
mod presign;
mod put;
mod read;
mod values;
mod watch;

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryPartition;
use domain::Key;
use futures::stream::{self, BoxStream, StreamExt};
use url::Url;

pub use marker::BucketMarker;
pub use name::{BucketName, BucketNameError};
pub(crate) use notification::parse_message;

use self::error::classify;
use self::watch::Queue;
use super::{Body, Bucket, BucketError, Download, Metadata, Notice, Object, ObjectInfo};
use crate::aws::Aws;

/// Objects in S3.
pub struct S3Bucket {
    client: Client,
    name: BucketName,
    queue: Option<Queue>,
    /// Whether it is S3 itself rather than a compatible store.
    is_aws: bool,
    /// Whether a put first checks for an existing object, since the store does not: see `condition`.
    checks_before_put: AtomicBool,
    has_logged_left_out: AtomicBool,
}

impl S3Bucket {
    /// The bucket with this name. Makes no request yet.
    pub fn new(aws: &Aws, name: BucketName) -> Self {
        let endpoint = aws.endpoint_url("S3");
        let config = aws_sdk_s3::config::Builder::from(&aws.config)
            // Compatible stores rarely have an address for each bucket.
            .force_path_style(endpoint.is_some())
            // The SDK budgets its retries for the whole program, under this name.
            .retry_partition(RetryPartition::new(format!("{} {name}", endpoint.as_deref().unwrap_or("S3"))));
        let client = Client::from_conf(config.build());
        Self {
            client,
            name,
            queue: None,
            is_aws: endpoint.is_none(),
            checks_before_put: AtomicBool::new(false),
            has_logged_left_out: AtomicBool::new(false),
        }
    }

    /// The same bucket, whose `watch` reads the notifications that S3 sends to this queue.
    pub fn with_queue(self, aws: &Aws, queue_url: String) -> Self {
        Self { queue: Some(Queue::new(aws, queue_url, self.name.clone())), ..self }
    }
}

#[async_trait]
impl Bucket for S3Bucket {
    async fn put(&self, key: &Key, body: Body, metadata: &Metadata) -> Result<ObjectInfo, BucketError> {
        self.put(key, body, metadata).await
    }

    async fn head(&self, key: &Key) -> Result<(ObjectInfo, Metadata), BucketError> {
        self.head(key).await
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, BucketError> {
        self.get(key, range).await
    }

    async fn presigned_get(&self, key: &Key, download: Download) -> Result<Option<Url>, BucketError> {
        self.presigned_get(key, download).await
    }

    fn list(&self) -> BoxStream<'_, Result<ObjectInfo, BucketError>> {
        self.list()
    }

    fn list_below(&self, folder: &str) -> BoxStream<'_, Result<ObjectInfo, BucketError>> {
        self.list_below(folder)
    }

    async fn delete(&self, key: &Key) -> Result<(), BucketError> {
        let deletion = self.client.delete_object().bucket(self.name.as_str()).key(key.as_str());
        match deletion.send().await.map_err(classify) {
            Ok(_) | Err(BucketError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Each message of the queue goes to one reader, here or in another program; all see the result in the catalog's
    /// log.
    fn watch(&self) -> BoxStream<'static, Notice> {
        self.queue.as_ref().map_or_else(|| stream::empty().boxed(), Queue::watch)
    }

    async fn ready(&self) -> Result<(), BucketError> {
        // A single request; a missing key would take two.
        self.marker().await.map(drop)
    }
}
