//! The port for bytes: immutable objects under keys. The trait and its promises; one file or folder per
//! implementation.

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

pub use body::{Body, Spool, SpoolError, SpoolWriter};
pub use directory::DirectoryBucket;
pub use memory::{FaultPoint, MemoryBucket};
pub use notice::{Hint, Notice, Outcome, Receipt};
pub(crate) use s3::parse_message;
pub use s3::{BucketMarker, BucketName, BucketNameError, S3Bucket};

/// What is known of an object without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Its key.
    pub key: Key,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Its version, opaque: two objects with the same key but different bytes have different etags.
    pub etag: String,
    /// When it was last written.
    pub modified_at: Timestamp,
}

/// Metadata of an object: lowercase ASCII names, any text. A bucket that cannot keep it may lose it: it only enriches
/// adoption (see the constants in `own_object`).
pub type Metadata = BTreeMap<String, String>;

/// An object whose bytes are still to be read.
pub struct Object {
    /// The object's description; its size is that of the whole object, even if a range was requested.
    pub info: ObjectInfo,
    /// Its metadata.
    pub metadata: Metadata,
    /// The requested bytes. An error in the middle ends the stream.
    pub bytes: BoxStream<'static, Result<Bytes, BucketError>>,
}

/// How the bucket itself hands out an object.
#[derive(Debug, Clone, Default)]
pub struct Download {
    /// How long the address is valid: from a second to the bucket's maximum (S3: seven days).
    pub expires_in: Duration,
    /// The response's `Content-Type`, instead of the object's.
    pub content_type: Option<String>,
    /// The response's `Content-Disposition` (RFC 6266).
    pub content_disposition: Option<String>,
}

/// Why a bucket operation failed.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// No such object.
    #[error("no such object")]
    NotFound,
    /// `put` found an object under the key and left it unchanged.
    #[error("an object with this key exists")]
    AlreadyExists,
    /// This bucket cannot hold such a key; the reason is readable by users.
    #[error("the bucket cannot hold this key: {0}")]
    UnsupportedKey(&'static str),
    /// Something foreign stands where the object, or a folder above it, would be. The text tells users what to do.
    #[error("{0}")]
    Blocked(String),
    /// Only from `list`: the objects whose keys start with `below` cannot be read now; they may exist.
    #[error("the contents of the folder {below} cannot be read")]
    Hidden {
        /// The folder in the bucket, ending in a slash.
        below: String,
        /// The reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Only from an object's bytes: the object was overwritten while being read, so the rest belongs to another
    /// version, or the bytes are not those that were saved.
    #[error("the object changed while it was read, or its bytes differ from what was saved")]
    Changed,
    /// Only from `list`: an object whose name cannot be a key, so nothing can be done with it.
    #[error("{name} cannot be a key: {why}")]
    Unnamed {
        /// Its path, for a line of a log or a terminal: invisible characters and invalid bytes are escaped.
        name: String,
        /// The reason.
        why: &'static str,
    },
    /// No room left.
    #[error("the bucket is full")]
    Full(#[source] std::io::Error),
    /// Not permitted.
    #[error("access to the bucket is denied")]
    Denied(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// No response now; a later attempt may succeed.
    #[error("the bucket does not respond")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Anything else.
    #[error("the bucket failed")]
    Other(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Where the bytes are kept.
///
/// Keys below `_qrate/` hold objects like any other, but these are not listed, and no hints mention them.
#[async_trait]
pub trait Bucket: Send + Sync + 'static {
    /// Writes a new object, atomically and durably before it returns; never replaces one. The returned time may be
    /// slightly off.
    ///
    /// Errors: `AlreadyExists`, `UnsupportedKey`, `Blocked`, `Full`, `Denied`, `Unavailable`, `Other`. After an error
    /// the object may exist (a lost response), but never a part of it.
    async fn put(&self, key: &Key, body: Body, metadata: &Metadata) -> Result<ObjectInfo, BucketError>;

    /// Whether objects could exist under all of these keys at once, as far as the keys alone can tell: the error is
    /// the first that could not, and why, for users.
    fn can_hold(&self, keys: &BTreeSet<&Key>) -> Result<(), (Key, &'static str)> {
        let _ = keys;
        Ok(())
    }

    /// Describes an object. Errors: `NotFound` and the general ones.
    async fn head(&self, key: &Key) -> Result<(ObjectInfo, Metadata), BucketError>;

    /// Streams an object; `range` is in bytes, clipped to the object. All bytes belong to the version described by
    /// `info`: if another program writes into the object meanwhile, they end with `Changed`. Errors: `NotFound` and
    /// the general ones.
    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, BucketError>;

    /// An address under which anybody can get the object from the bucket itself; `None` if the bucket has no such
    /// addresses. Does not check that the object exists.
    async fn presigned_get(&self, key: &Key, download: Download) -> Result<Option<Url>, BucketError> {
        let _ = (key, download);
        Ok(None)
    }

    /// All objects in the order of their keys' bytes, except those below `_qrate/`, read in pages: memory does not
    /// grow with the bucket. Concurrent writes may or may not be included. An unreadable part is a `Hidden` in its
    /// place, possibly repeated, and an object without a key is an `Unnamed`; the rest follows. Any other error is
    /// the last item.
    fn list(&self) -> BoxStream<'_, Result<ObjectInfo, BucketError>>;

    /// The objects below a folder of `_qrate/` (whose name ends with a slash), in any order. Concurrent writes may or
    /// may not be included. An error is the last item.
    fn list_below(&self, folder: &str) -> BoxStream<'_, Result<ObjectInfo, BucketError>>;

    /// Deletes an object, durably before it returns; deleting a missing one succeeds.
    async fn delete(&self, key: &Key) -> Result<(), BucketError>;

    /// Writes a new object of a few bytes like `put`, but it only needs to survive this program, not the machine, so
    /// nothing waits for a disk. Errors: those of `put`.
    async fn mark(&self, key: &Key, bytes: Bytes) -> Result<(), BucketError> {
        self.put(key, bytes.into(), &Metadata::new()).await.map(drop)
    }

    /// Deletes what `mark` wrote, just as lightly.
    async fn unmark(&self, key: &Key) -> Result<(), BucketError> {
        self.delete(key).await
    }

    /// Hints about objects that change from now on, except below `_qrate/`, including this program's own changes:
    /// possibly late, repeated or reordered, but never silently lost (`Hint::Everything` instead). While the bucket
    /// is away they pause, and resume with `Everything` when it is back. If several watch, here or in other programs,
    /// each hint may reach only one of them; then it comes with a receipt, and is repeated to any of them until the
    /// receipt is settled as done. Ends when the bucket cannot watch.
    fn watch(&self) -> BoxStream<'static, Notice>;

    /// Whether it responds.
    async fn ready(&self) -> Result<(), BucketError> {
        let probe = "readiness-probe".parse().expect("a short text is a key");
        match self.head(&probe).await {
            Ok(_) | Err(BucketError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Whether it accepts an object, by putting one below `_qrate/` and deleting it: used after a failed put.
    async fn probe(&self) -> Result<(), BucketError> {
        let probe = Key::of_probe();
        match self
            .put(
                &probe,
                "A test whether the bucket accepts objects. It may be deleted.".into(),
                &Metadata::new(),
            )
            .await
        {
            // Another instance is trying at the same moment.
            Ok(_) | Err(BucketError::AlreadyExists) => self.delete(&probe).await,
            Err(error) => Err(error),
        }
    }

    /// Cleans up after the last call, so that the next run finds nothing of this one.
    async fn close(&self) {}
}

/// The part of an object of this size that a range requests; without one, all of it.
fn clip(range: Option<Range<u64>>, size_bytes: u64) -> Range<u64> {
    let range = range.unwrap_or(0..size_bytes);
    let end = range.end.min(size_bytes);
    range.start.min(end)..end
}
