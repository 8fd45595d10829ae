//! What every bucket promises, as tests over the port. The list of implementations is at the end: a new one is a line.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use domain::Key;
use domain::limits::KEY_MAX_BYTES;
use futures::stream::{BoxStream, StreamExt, TryStreamExt};
use tempfile::TempDir;

use crate::bucket::{Bucket, BucketError, DirectoryBucket, Hint, MemoryBucket, Metadata, ObjectInfo};

/// An empty bucket under test.
struct Subject {
    bucket: Arc<dyn Bucket>,
    /// Whether it is a file system, with its limits on keys.
    keys_are_paths: bool,
    /// Whether metadata stays with an object; some file systems lose it.
    keeps_metadata: bool,
    /// Lives as long as the bucket does.
    _folder: Option<TempDir>,
}

/// Longest wait for what must come.
const DEADLINE: Duration = Duration::from_secs(30);

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

async fn put(bucket: &dyn Bucket, name: &str, bytes: impl Into<Bytes>) -> ObjectInfo {
    bucket.put(&key(name), bytes.into(), &Metadata::new()).await.unwrap_or_else(|e| panic!("{name}: {e:?}"))
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

/// Waits until the hints have told of this key, or said to look at everything.
async fn hears_of(hints: &mut BoxStream<'static, Hint>, name: &str) {
    let wanted = key(name);
    let heard = async {
        while let Some(hint) = hints.next().await {
            if hint == Hint::Everything || hint == Hint::Key(wanted.clone()) {
                return;
            }
        }
        panic!("the hints ended before {name}");
    };
    tokio::time::timeout(DEADLINE, heard).await.unwrap_or_else(|_| panic!("no hint at {name}"));
}

async fn what_was_put_is_there(subject: &Subject) {
    let bucket = &*subject.bucket;
    let metadata = Metadata::from([("name".into(), "Menü ☕".into()), ("request".into(), "r-1".into())]);
    let info = bucket.put(&key("main/a.png"), Bytes::from_static(b"hello"), &metadata).await.unwrap();
    let metadata = if subject.keeps_metadata { metadata } else { Metadata::new() };
    assert_eq!((info.key.as_str(), info.size_bytes), ("main/a.png", 5));
    assert!(!info.etag.is_empty());
    assert_eq!(bucket.head(&key("main/a.png")).await.unwrap(), (info.clone(), metadata.clone()));
    let object = bucket.get(&key("main/a.png"), None).await.unwrap();
    assert_eq!((&object.info, &object.metadata), (&info, &metadata));
    assert_eq!(read(bucket, "main/a.png", None).await, b"hello");
    assert_eq!(list(bucket).await, [info]);
}

async fn what_was_not_put_is_not_there(subject: &Subject) {
    let bucket = &*subject.bucket;
    put(bucket, "main/a", "x").await;
    for missing in
        ["main/b", "main", "other/a", "main/a/b", "main/../main/a", "./main/a", "/main/a", "main//a"]
    {
        let (head, get) = (bucket.head(&key(missing)).await, bucket.get(&key(missing), None).await.map(drop));
        assert!(matches!(head, Err(BucketError::NotFound)), "{missing}: {head:?}");
        assert!(matches!(get, Err(BucketError::NotFound)), "{missing}: {get:?}");
    }
}

async fn ranges_are_clipped(subject: &Subject) {
    let bucket = &*subject.bucket;
    put(bucket, "digits", "0123456789").await;
    for (range, expected) in [
        (0..10, "0123456789"),
        (2..5, "234"),
        (8..99, "89"),
        (5..5, ""),
        (10..20, ""),
        (u64::MAX - 1..u64::MAX, ""),
    ] {
        let object = bucket.get(&key("digits"), Some(range.clone())).await.unwrap();
        assert_eq!(object.info.size_bytes, 10);
        assert_eq!(read(bucket, "digits", Some(range.clone())).await, expected.as_bytes(), "{range:?}");
    }
}

async fn an_empty_object_is_one(subject: &Subject) {
    let bucket = &*subject.bucket;
    let info = put(bucket, "main/nothing", "").await;
    assert_eq!(info.size_bytes, 0);
    assert_eq!(read(bucket, "main/nothing", None).await, b"");
    assert_eq!(list(bucket).await, [info]);
}

async fn a_large_object_is_streamed(subject: &Subject) {
    let bucket = &*subject.bucket;
    let bytes: Bytes =
        (0..25 * 1024 * 1024u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    put(bucket, "main/large", bytes.clone()).await;
    let object = bucket.get(&key("main/large"), None).await.unwrap();
    let chunks: Vec<Bytes> = object.bytes.try_collect().await.unwrap();
    assert!(chunks.iter().all(|chunk| chunk.len() <= 1024 * 1024), "in pieces");
    assert!(chunks.concat() == bytes);
    let middle = 12_345_678..13_345_679;
    let expected = &bytes[12_345_678..13_345_679];
    assert!(read(bucket, "main/large", Some(middle)).await == expected);
}

async fn nothing_is_replaced(subject: &Subject) {
    let bucket = &*subject.bucket;
    let first = put(bucket, "main/a", "first").await;
    let again = bucket.put(&key("main/a"), "second".into(), &Metadata::new()).await;
    assert!(matches!(again, Err(BucketError::AlreadyExists)), "{again:?}");
    assert_eq!(bucket.head(&key("main/a")).await.unwrap().0, first);
    assert_eq!(read(bucket, "main/a", None).await, b"first");
}

async fn one_of_many_writers_wins_whole(subject: &Subject) {
    let bytes_of = |writer: u8| Bytes::from(vec![writer; 100_000]);
    let writers = (0..50u8).map(|writer| {
        let bucket = Arc::clone(&subject.bucket);
        tokio::spawn(
            async move { bucket.put(&key("new/folder/x"), bytes_of(writer), &Metadata::new()).await },
        )
    });
    let mut winners = Vec::new();
    for (writer, put) in futures::future::join_all(writers).await.into_iter().enumerate() {
        match put.unwrap() {
            Ok(info) => winners.push((u8::try_from(writer).unwrap(), info)),
            Err(error) => assert!(matches!(error, BucketError::AlreadyExists), "{error:?}"),
        }
    }
    let [(writer, info)] = &winners[..] else { panic!("{} winners", winners.len()) };
    assert!(read(&*subject.bucket, "new/folder/x", None).await == bytes_of(*writer));
    assert_eq!(&bucket_head(subject, "new/folder/x").await, info);
}

async fn bucket_head(subject: &Subject, name: &str) -> ObjectInfo {
    subject.bucket.head(&key(name)).await.unwrap().0
}

async fn other_bytes_have_another_etag(subject: &Subject) {
    let bucket = &*subject.bucket;
    let mut etags = Vec::new();
    for bytes in ["one", "three", "seven", "eight"] {
        let info = put(bucket, "main/a", bytes).await;
        assert_eq!(bucket_head(subject, "main/a").await.etag, info.etag);
        etags.push(info.etag);
        bucket.delete(&key("main/a")).await.unwrap();
    }
    etags.sort();
    etags.dedup();
    assert_eq!(etags.len(), 4);
}

async fn the_list_is_in_the_order_of_bytes(subject: &Subject) {
    let bucket = &*subject.bucket;
    let mut keys: Vec<String> =
        ["a/x", "a/z/1", "a-b/x", "a.png", "a0", "ab", "a!/x", "Z", "z", "é", "日本/語", "~", "a/z-1"]
            .map(String::from)
            .to_vec();
    let many = (0..3000u32).map(|i| format!("many/{:08x}", i.wrapping_mul(2_654_435_761)));
    keys.extend(many);
    futures::stream::iter(&keys)
        .for_each_concurrent(64, |name| async { drop(put(bucket, name, "x").await) })
        .await;
    keys.sort();
    assert_eq!(listed_keys(bucket).await, keys);
    // A reader that goes away in the middle ends the listing.
    assert_eq!(bucket.list().take(5).count().await, 5);
}

async fn deleting_is_idempotent(subject: &Subject) {
    let bucket = &*subject.bucket;
    put(bucket, "main/deep/down/a", "a").await;
    put(bucket, "main/b", "b").await;
    for _ in 0..3 {
        bucket.delete(&key("main/deep/down/a")).await.unwrap();
    }
    for never_there in ["main/c", "main", "main/b/c", "nowhere/at/all", "a//b", "../x"] {
        bucket.delete(&key(never_there)).await.unwrap();
    }
    assert_eq!(listed_keys(bucket).await, ["main/b"]);
    put(bucket, "main/deep/down/a", "again").await;
    assert_eq!(read(bucket, "main/deep/down/a", None).await, b"again");
}

async fn deleting_does_not_hurt_what_is_put_meanwhile(subject: &Subject) {
    // Each deletion may leave the folder empty just when another puts into it.
    let tasks = (0..16).map(|task| {
        let bucket = Arc::clone(&subject.bucket);
        tokio::spawn(async move {
            for round in 0..20 {
                let name = format!("shared/folder/{task}-{round}");
                put(&*bucket, &name, "x").await;
                assert_eq!(read(&*bucket, &name, None).await, b"x");
                bucket.delete(&key(&name)).await.unwrap();
            }
            put(&*bucket, &format!("shared/folder/{task:02}"), "stays").await;
        })
    });
    for task in futures::future::join_all(tasks).await {
        task.unwrap();
    }
    let expected: Vec<String> = (0..16).map(|task| format!("shared/folder/{task:02}")).collect();
    assert_eq!(listed_keys(&*subject.bucket).await, expected);
}

async fn keys_are_kept_verbatim(subject: &Subject) {
    let bucket = &*subject.bucket;
    let long = [&"d".repeat(255), &"e".repeat(255), &"f".repeat(255), &"g".repeat(256 - 1)]
        .map(|s| s.as_str())
        .join("/");
    assert_eq!(long.len(), KEY_MAX_BYTES - 1);
    let mut keys = vec![
        "a b/c  d.png",
        " leading and trailing ",
        "a+b",
        "100%",
        "%2e%2e/%2F",
        "..a",
        "a..",
        "a/..b/c",
        "...",
        "-rf",
        "\\",
        "a\\b",
        "line\nbreak",
        "\u{7f}",
        "q?*:|<>\"'&",
        "日本語/写真.png",
        "مرحبا",
        "é",
        "e\u{301}",
        "😀",
        "_qratex",
        "x/_qrate/y",
        ".hidden",
        "UPPER",
        "upper",
        &long,
    ];
    for name in &keys {
        put(bucket, name, name.to_string()).await;
    }
    for name in &keys {
        assert_eq!(read(bucket, name, None).await, name.as_bytes(), "{name:?}");
    }
    keys.sort();
    assert_eq!(listed_keys(bucket).await, keys);
    for name in &keys {
        bucket.delete(&key(name)).await.unwrap();
    }
    assert_eq!(listed_keys(bucket).await, Vec::<String>::new());
}

async fn keys_that_are_no_paths_are_kept_or_refused(subject: &Subject) {
    let bucket = &*subject.bucket;
    put(bucket, "file", "x").await;
    put(bucket, "folder/in/file", "x").await;
    let (long, longest) = ("é".repeat(128), "k".repeat(KEY_MAX_BYTES));
    let keys = [
        ("..", "`..`"),
        (".", "`.`"),
        ("../out", "`..`"),
        ("a/../b", "`..`"),
        ("a/./b", "`.`"),
        ("a/..", "`..`"),
        ("/", "slash"),
        ("/a", "slash"),
        ("a/", "slash"),
        ("a//b", "slash"),
        ("a\0b", "zero byte"),
        (&long, "255 bytes"),
        (&longest, "255 bytes"),
        ("file/x", "`file` in the bucket is a file, and a folder must be there"),
        ("file/x/y", "`file` in the bucket is a file, and a folder must be there"),
        ("folder", "`folder` in the bucket is a folder, and a file must be there"),
        ("folder/in", "`folder/in` in the bucket is a folder, and a file must be there"),
    ];
    for (name, reason) in keys {
        let put = bucket.put(&key(name), Bytes::from(name.to_owned()), &Metadata::new()).await;
        if subject.keys_are_paths {
            let Err(error @ (BucketError::UnsupportedKey(_) | BucketError::Blocked(_))) = put else {
                panic!("{name:?}: {put:?}")
            };
            assert!(error.to_string().contains(reason), "{name:?}: {error}");
        } else {
            assert_eq!(put.unwrap().key, key(name));
            assert_eq!(read(bucket, name, None).await, name.as_bytes());
        }
    }
    let kept = if subject.keys_are_paths { 2 } else { 2 + keys.len() };
    assert_eq!(listed_keys(bucket).await.len(), kept);
}

async fn watching_hears_of_what_happens(subject: &Subject) {
    let bucket = &*subject.bucket;
    put(bucket, "main/before", "x").await;
    let mut hints = bucket.watch();
    let mut others = bucket.watch();
    put(bucket, "main/a", "x").await;
    hears_of(&mut hints, "main/a").await;
    put(bucket, "quite/new/folders/b c", "x").await;
    hears_of(&mut hints, "quite/new/folders/b c").await;
    bucket.delete(&key("main/a")).await.unwrap();
    hears_of(&mut hints, "main/a").await;
    bucket.delete(&key("main/before")).await.unwrap();
    hears_of(&mut hints, "main/before").await;
    drop(hints);
    hears_of(&mut others, "main/before").await;
}

async fn watching_loses_nothing_silently(subject: &Subject) {
    let bucket = &*subject.bucket;
    let mut hints = bucket.watch();
    let names: Vec<String> = (0..2000).map(|i| format!("space-{}/{i}", i % 50)).collect();
    futures::stream::iter(&names)
        .for_each_concurrent(64, |name| async { drop(put(bucket, name, "x").await) })
        .await;
    let mut missing: std::collections::BTreeSet<Key> = names.iter().map(|name| key(name)).collect();
    let heard = async {
        while !missing.is_empty() {
            match hints.next().await.expect("hints go on") {
                Hint::Key(key) => drop(missing.remove(&key)),
                Hint::Everything => return,
            }
        }
    };
    let in_time = tokio::time::timeout(DEADLINE, heard).await;
    assert!(in_time.is_ok(), "{} without a hint: {:?}", missing.len(), missing.first());
}

/// Every test above, for one implementation.
macro_rules! suite {
    ($implementation:ident, $open:expr, $($test:ident)*) => {
        mod $implementation {
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $test() {
                    super::$test(&$open).await;
                }
            )*
        }
    };
    ($implementation:ident, $open:expr) => {
        suite!($implementation, $open,
            what_was_put_is_there what_was_not_put_is_not_there ranges_are_clipped an_empty_object_is_one
            a_large_object_is_streamed nothing_is_replaced one_of_many_writers_wins_whole
            other_bytes_have_another_etag the_list_is_in_the_order_of_bytes deleting_is_idempotent
            deleting_does_not_hurt_what_is_put_meanwhile keys_are_kept_verbatim
            keys_that_are_no_paths_are_kept_or_refused watching_hears_of_what_happens
            watching_loses_nothing_silently);
    };
}

fn in_memory() -> Subject {
    Subject {
        bucket: Arc::new(MemoryBucket::new()),
        keys_are_paths: false,
        keeps_metadata: true,
        _folder: None,
    }
}

fn in_a_directory() -> Subject {
    let folder = tempfile::tempdir().unwrap();
    let bucket = DirectoryBucket::open(folder.path().join("bucket")).unwrap();
    let keeps_metadata = xattr::set(folder.path(), "user.qrate.probe", b"x").is_ok();
    Subject { bucket: Arc::new(bucket), keys_are_paths: true, keeps_metadata, _folder: Some(folder) }
}

suite!(memory, in_memory());
suite!(directory, in_a_directory());
