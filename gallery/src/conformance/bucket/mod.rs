//! The promises of every bucket, as tests over the port. The list of implementations is at the end: a new one is a
//! line.

mod keys;
mod objects;
mod watching;
mod writers;

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use domain::Key;
use futures::stream::TryStreamExt;

use self::keys::*;
use self::objects::*;
use self::watching::*;
use self::writers::*;
use crate::bucket::{Body, Bucket, DirectoryBucket, MemoryBucket, Metadata, ObjectInfo, S3Bucket};
use crate::testing::in_process_s3::InProcessS3;

/// An empty bucket under test.
struct Subject {
    bucket: Arc<dyn Bucket>,
    /// Whether it is a file system, with its limits on keys.
    keys_are_paths: bool,
    /// Whether metadata stays with an object; some file systems lose it.
    keeps_metadata: bool,
    hints: Hints,
    /// Tests that the server under the implementation is known to fail, with reasons. They run all the same: one that
    /// passes must be removed from the list.
    cannot: &'static [(&'static str, &'static str)],
    /// Lives as long as the bucket.
    _home: Option<Box<dyn Any + Send + Sync>>,
}

/// Who receives hints.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hints {
    /// Everyone who watches.
    Everyone,
    /// One of the watchers.
    #[cfg_attr(not(feature = "test-servers"), expect(dead_code, reason = "needs a queue"))]
    One,
    /// Nobody: this bucket cannot watch.
    Nobody,
}

impl Subject {
    fn new(bucket: impl Bucket) -> Self {
        Self {
            bucket: Arc::new(bucket),
            keys_are_paths: false,
            keeps_metadata: true,
            hints: Hints::Everyone,
            cannot: &[],
            _home: None,
        }
    }

    fn cannot(&self, test: &str) -> Option<&'static str> {
        self.cannot.iter().find(|(name, _)| *name == test).map(|(_, reason)| *reason)
    }
}

/// The longest wait for an expected event.
const DEADLINE: Duration = Duration::from_secs(120);

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

async fn put(bucket: &dyn Bucket, name: &str, body: impl Into<Body>) -> ObjectInfo {
    bucket.put(&key(name), body.into(), &Metadata::new()).await.unwrap_or_else(|e| panic!("{name}: {e:?}"))
}

async fn read(bucket: &dyn Bucket, name: &str, range: Option<std::ops::Range<u64>>) -> Vec<u8> {
    let object = bucket.get(&key(name), range).await.unwrap();
    object.bytes.try_collect::<BytesMut>().await.unwrap().to_vec()
}

async fn list(bucket: &dyn Bucket) -> Vec<ObjectInfo> {
    bucket.list().try_collect().await.unwrap()
}

async fn listed_keys(bucket: &dyn Bucket) -> Vec<String> {
    list(bucket).await.iter().map(|info| info.key.to_string()).collect()
}

async fn head(bucket: &dyn Bucket, name: &str) -> ObjectInfo {
    bucket.head(&key(name)).await.unwrap().0
}

/// `s3s-fs` turns keys into paths, and cannot handle keys that are not; real S3 has no paths.
const S3S_CANNOT: &[(&str, &str)] = &[
    ("a_missing_object_is_not_found", "s3s-fs takes a folder for an unreadable object"),
    ("deleting_is_idempotent", "s3s-fs takes a folder for an undeletable object"),
    ("keys_are_kept_verbatim", "s3s-fs encodes the whole key as a file name, which becomes too long"),
    ("keys_that_are_not_paths_are_kept_or_refused", "s3s-fs panics at a path that leads out of the bucket"),
];

/// As a user. The same tests also run as root, who may do everything.
#[cfg(feature = "test-servers")]
const MINISTACK_CANNOT: &[(&str, &str)] = &[
    ("keys_are_kept_verbatim", "in MiniStack the * of a policy does not match a line break"),
    (
        "keys_that_are_not_paths_are_kept_or_refused",
        "MiniStack takes a put under / for the creation of a bucket",
    ),
];

/// Every test of this folder, for one implementation.
macro_rules! suite {
    ($implementation:ident, $open:expr, $($test:ident)*) => {
        mod $implementation {
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $test() {
                    let subject = $open.await;
                    let Some(reason) = subject.cannot(stringify!($test)) else {
                        return super::$test(&subject).await;
                    };
                    println!("this server is known to fail: {reason}");
                    let tried = tokio::spawn(async move { super::$test(&subject).await });
                    assert!(tried.await.is_err(), "it passes now: remove it from the list");
                }
            )*
        }
    };
    ($implementation:ident, $open:expr) => {
        suite!($implementation, $open,
            put_object_can_be_read a_file_is_put_completely a_missing_object_is_not_found ranges_are_clipped
            an_empty_object_is_kept a_large_object_is_streamed
            reserved_objects_are_neither_listed_nor_hinted_at objects_below_a_reserved_folder_are_listed a_mark_is_kept_but_not_listed
            put_replaces_no_object one_of_many_writers_wins changed_bytes_change_the_etag
            the_list_is_in_byte_order deleting_is_idempotent deletions_spare_concurrent_puts
            keys_are_kept_verbatim keys_that_are_not_paths_are_kept_or_refused every_change_is_hinted_at
            a_hint_for_one_watcher_has_a_receipt lost_hints_are_reported);
    };
}

async fn in_memory() -> Subject {
    Subject::new(MemoryBucket::new())
}

async fn in_a_directory() -> Subject {
    let folder = tempfile::tempdir().unwrap();
    let bucket = DirectoryBucket::open(folder.path().join("bucket")).unwrap();
    let keeps_metadata = xattr::set(folder.path(), "user.qrate.probe", b"x").is_ok();
    let home: Box<dyn Any + Send + Sync> = Box::new(folder);
    Subject { keys_are_paths: true, keeps_metadata, _home: Some(home), ..Subject::new(bucket) }
}

async fn in_s3s() -> Subject {
    let server = InProcessS3::start().await;
    let bucket = S3Bucket::new(&server.connection().await, "codes".parse().unwrap());
    let home: Box<dyn Any + Send + Sync> = Box::new(server);
    Subject { hints: Hints::Nobody, cannot: S3S_CANNOT, _home: Some(home), ..Subject::new(bucket) }
}

#[cfg(feature = "test-servers")]
async fn in_ministack() -> Subject {
    use crate::testing::account::bucket_with_queue;
    use crate::testing::servers::ministack;
    use crate::testing::users::{shipped_policy, user};
    let root = ministack().await;
    let (name, queue_url) = bucket_with_queue(&root).await;
    let aws = user(&root, &shipped_policy(&name)).await;
    let bucket = S3Bucket::new(&aws, name.parse().unwrap()).with_queue(&aws, queue_url);
    Subject { hints: Hints::One, cannot: MINISTACK_CANNOT, ..Subject::new(bucket) }
}

#[cfg(feature = "test-servers")]
async fn in_ministack_as_root() -> Subject {
    let root = crate::testing::servers::ministack().await;
    let (name, _) = crate::testing::account::bucket_with_queue(&root).await;
    Subject { hints: Hints::Nobody, ..Subject::new(S3Bucket::new(&root, name.parse().unwrap())) }
}

/// With the environment's own credentials.
#[cfg(feature = "test-aws")]
async fn in_an_account() -> Subject {
    let aws = crate::testing::account::account().await;
    let (name, queue_url) = crate::testing::account::bucket_with_queue(&aws).await;
    let bucket = S3Bucket::new(&aws, name.parse().unwrap()).with_queue(&aws, queue_url);
    Subject { hints: Hints::One, ..Subject::new(bucket) }
}

suite!(memory, in_memory());
suite!(directory, in_a_directory());
suite!(s3_on_s3s, in_s3s());
#[cfg(feature = "test-servers")]
suite!(s3_on_ministack, in_ministack());
#[cfg(feature = "test-servers")]
suite!(
    s3_on_ministack_as_root,
    in_ministack_as_root(),
    keys_are_kept_verbatim keys_that_are_not_paths_are_kept_or_refused
);
#[cfg(feature = "test-aws")]
suite!(s3_on_aws, in_an_account());
