//! The port for bytes: immutable objects under keys. The trait and its promises; one file per implementation.

mod body;
mod directory;
mod memory;
mod notice;
mod s3;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use domain::{Key, Timestamp};
use futures::stream::BoxStream;
use url::Url;

pub use body::{Body, Spool, SpoolError};
pub use directory::DirectoryBucket;
pub use memory::{MemoryBucket, Moment};
pub use notice::{Hint, Notice, Outcome, Receipt};
pub(crate) use s3::news;
pub use s3::{BucketName, BucketNameError, Mark, S3Bucket};

/// What is known of an object without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Where it lies.
    pub key: Key,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Its version, opaque: two objects under one key with different bytes have different etags.
    pub etag: String,
    /// When it was last written.
    pub modified_at: Timestamp,
}

/// What goes with an object: lower-case ASCII names, any text. A bucket that cannot keep it may lose it: it only makes
/// adoption richer (see `own_object`).
pub type Metadata = BTreeMap<String, String>;

/// An object, its bytes still to come.
pub struct Object {
    /// What is known of it; the size is that of the whole object, also when a range was asked for.
    pub info: ObjectInfo,
    /// What goes with it.
    pub metadata: Metadata,
    /// The bytes asked for. An error in the middle ends the stream.
    pub bytes: BoxStream<'static, Result<Bytes, BucketError>>,
}

/// How an object is to be handed out by the bucket itself.
#[derive(Debug, Clone, Default)]
pub struct Download {
    /// How long the address is good for: from a second to as long as the bucket allows (S3: seven days).
    pub expires_in: Duration,
    /// The answer's `Content-Type`, instead of that of the object.
    pub content_type: Option<String>,
    /// The answer's `Content-Disposition` (RFC 6266).
    pub content_disposition: Option<String>,
}

/// Why a bucket did not do it.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// No such object.
    #[error("no such object")]
    NotFound,
    /// `put` found an object under the key; it was left as it is.
    #[error("an object with this key exists")]
    AlreadyExists,
    /// This bucket cannot hold such a key; the reason is for people.
    #[error("the bucket cannot hold this key: {0}")]
    UnsupportedKey(&'static str),
    /// Something that others made stands where the object, or a folder above it, would be. The text is for people, and
    /// says what to do.
    #[error("{0}")]
    Blocked(String),
    /// Said by `list` only: the objects whose keys begin with `below` cannot be read now; they may be there.
    #[error("what is in the folder {below} cannot be read")]
    Hidden {
        /// The folder in the bucket, with a slash at its end.
        below: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Said by an object's bytes only: somebody wrote it anew while they were read, so that the rest belongs to another
    /// version, or they are not those that were saved.
    #[error("the object was changed while it was read, or has other bytes than were saved")]
    Changed,
    /// Said by `list` only: an object whose name cannot be a key, so that nothing can be asked of it.
    #[error("{name} cannot be a key: {why}")]
    Unnamed {
        /// Where it lies, for a line of a log or a terminal: what could not be seen is escaped, bytes that are no text too.
        name: String,
        /// Why.
        why: &'static str,
    },
    /// No room left.
    #[error("the bucket is full")]
    Full(#[source] std::io::Error),
    /// Not allowed to.
    #[error("no permission in the bucket")]
    Denied(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It does not answer now; trying again later may help.
    #[error("the bucket does not answer")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Anything else.
    #[error("the bucket failed")]
    Other(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Where the bytes lie.
///
/// A key below `_qrate/` holds an object like any other, which is not listed, and of which no hint tells.
#[async_trait]
pub trait Bucket: Send + Sync + 'static {
    /// Writes a new object, whole or not at all, durably before it returns; never replaces one. The answer's time may be
    /// off by the little that the answer took.
    ///
    /// Errors: `AlreadyExists`, `UnsupportedKey`, `Blocked`, `Full`, `Denied`, `Unavailable`, `Other`. After an error the
    /// key may hold the object all the same (a lost answer), but never a part of it.
    async fn put(&self, key: &Key, body: Body, metadata: &Metadata) -> Result<ObjectInfo, BucketError>;

    /// Whether it could hold objects under all of these keys together, as far as that can be told without looking: the
    /// first that it could not hold, and why, for people.
    fn can_hold(&self, keys: &BTreeSet<&Key>) -> Result<(), (Key, &'static str)> {
        let _ = keys;
        Ok(())
    }

    /// What is known of an object. Errors: `NotFound` and the general ones.
    async fn head(&self, key: &Key) -> Result<(ObjectInfo, Metadata), BucketError>;

    /// An object, streamed; `range` in bytes, clipped to the object. All bytes are of the version that `info` tells of: when
    /// another program writes into the object meanwhile, they end with `Changed`. Errors: `NotFound` and the general ones.
    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, BucketError>;

    /// An address under which anybody can get the object from the bucket itself; none when the bucket has no such
    /// addresses. That there is such an object is not looked at.
    async fn presigned_get(&self, key: &Key, download: Download) -> Result<Option<Url>, BucketError> {
        let _ = (key, download);
        Ok(None)
    }

    /// All objects in the order of their keys' bytes, without what lies below `_qrate/`, read in pages: memory does not
    /// grow with the bucket as a whole. What is written meanwhile may or may not be there. A part that cannot be read is
    /// a `Hidden` in its place, perhaps more than once, one without a key is an `Unnamed`, and the rest follows; any other
    /// error is the last item.
    fn list(&self) -> BoxStream<'_, Result<ObjectInfo, BucketError>>;

    /// Deletes an object; one that is not there is deleted already. Durable before it returns.
    async fn delete(&self, key: &Key) -> Result<(), BucketError>;

    /// Writes a new object of a few bytes as `put` does; but it need only outlive this program, not the machine, so nothing
    /// waits for a disk. Errors: those of `put`.
    async fn mark(&self, key: &Key, bytes: Bytes) -> Result<(), BucketError> {
        self.put(key, bytes.into(), &Metadata::new()).await.map(drop)
    }

    /// Deletes what `mark` wrote, as lightly.
    async fn unmark(&self, key: &Key) -> Result<(), BucketError> {
        self.delete(key).await
    }

    /// Hints at what happens to objects from now on, except below `_qrate/`, also at what this program does itself: late, doubled, or in
    /// another order, but never silently lost (`Hint::Everything` instead). Where the bucket is taken away they pause, and
    /// begin again with `Everything` when it is back. Where several watch, here or in other programs, it may be that a
    /// hint reaches only one of them; then it comes with a receipt, and again to anyone of them unless the receipt is told
    /// that the look was a success. Ends when the bucket cannot watch.
    fn watch(&self) -> BoxStream<'static, Notice>;

    /// Whether it answers.
    async fn ready(&self) -> Result<(), BucketError> {
        let probe = "readiness-probe".parse().expect("a short text is a key");
        match self.head(&probe).await {
            Ok(_) | Err(BucketError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Whether it takes an object, by putting one below `_qrate/` and deleting it: for when the last put failed.
    async fn probe(&self) -> Result<(), BucketError> {
        let probe = Key::of_probe();
        match self
            .put(&probe, "A test whether the bucket takes objects. Delete it.".into(), &Metadata::new())
            .await
        {
            // Another instance tries at the same moment.
            Ok(_) | Err(BucketError::AlreadyExists) => self.delete(&probe).await,
            Err(error) => Err(error),
        }
    }

    /// Tidies up after the last call, so that the next run finds nothing of this one.
    async fn close(&self) {}
}

/// The part of an object of this size that a range asks for; all of it without one.
fn clip(range: Option<Range<u64>>, size_bytes: u64) -> Range<u64> {
    let range = range.unwrap_or(0..size_bytes);
    let end = range.end.min(size_bytes);
    range.start.min(end)..end
}
