//! A bucket in memory, some verbs of which a test replaces.

use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use domain::Key;
use futures::stream::BoxStream;

use crate::bucket::{Body, Bucket, BucketError, MemoryBucket, Metadata, Notice, Object, ObjectInfo};

/// The verbs that a test may replace; by default they are those of the bucket.
#[async_trait]
pub(crate) trait Alteration: Send + Sync + 'static {
    async fn get(
        &self,
        bucket: &MemoryBucket,
        key: &Key,
        range: Option<Range<u64>>,
    ) -> Result<Object, BucketError> {
        bucket.get(key, range).await
    }

    fn watch(&self, bucket: &MemoryBucket) -> BoxStream<'static, Notice> {
        bucket.watch()
    }
}

/// A bucket in memory with an alteration.
pub(crate) struct AlteredBucket<A> {
    pub(crate) inner: Arc<MemoryBucket>,
    pub(crate) alteration: A,
}

#[async_trait]
impl<A: Alteration> Bucket for AlteredBucket<A> {
    async fn put(&self, key: &Key, body: Body, metadata: &Metadata) -> Result<ObjectInfo, BucketError> {
        self.inner.put(key, body, metadata).await
    }

    async fn head(&self, key: &Key) -> Result<(ObjectInfo, Metadata), BucketError> {
        self.inner.head(key).await
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, BucketError> {
        self.alteration.get(&self.inner, key, range).await
    }

    fn list(&self) -> BoxStream<'_, Result<ObjectInfo, BucketError>> {
        self.inner.list()
    }

    fn list_below(&self, folder: &str) -> BoxStream<'_, Result<ObjectInfo, BucketError>> {
        self.inner.list_below(folder)
    }

    async fn delete(&self, key: &Key) -> Result<(), BucketError> {
        self.inner.delete(key).await
    }

    fn watch(&self) -> BoxStream<'static, Notice> {
        self.alteration.watch(&self.inner)
    }
}
