//! Objects: putting, reading, ranges, etags, deleting.

use std::sync::Arc;

use bytes::Bytes;
use domain::Key;
use futures::stream::{StreamExt, TryStreamExt};

use super::{DEADLINE, Hints, Subject, head, key, list, listed_keys, put, read};
use crate::bucket::{BucketError, Hint, Metadata, ObjectInfo, Outcome, Spool};
use crate::clock::Clock;

/// Everything except the time, which is approximate for a new object.
fn facts(info: &ObjectInfo) -> (&Key, u64, &str) {
    (&info.key, info.size_bytes, &info.etag)
}

pub(super) async fn put_object_can_be_read(subject: &Subject) {
    let bucket = &*subject.bucket;
    let metadata = Metadata::from([("name".into(), "Menü ☕".into()), ("request".into(), "r-1".into())]);
    let info = bucket.put(&key("main/a.png"), "hello".into(), &metadata).await.unwrap();
    let metadata = if subject.keeps_metadata { metadata } else { Metadata::new() };
    assert_eq!((info.key.as_str(), info.size_bytes), ("main/a.png", 5));
    assert!(!info.etag.is_empty());
    let (found, its_metadata) = bucket.head(&key("main/a.png")).await.unwrap();
    assert_eq!((facts(&found), &its_metadata), (facts(&info), &metadata));
    let now_ms = Clock::system().now().unix_ms();
    for time in [info.modified_at, found.modified_at] {
        assert!(time.unix_ms().abs_diff(now_ms) < 3_600_000, "{time} is not now");
    }
    let object = bucket.get(&key("main/a.png"), None).await.unwrap();
    assert_eq!((&object.info, &object.metadata), (&found, &metadata));
    assert_eq!(read(bucket, "main/a.png", None).await, b"hello");
    assert_eq!(list(bucket).await, [found]);
}

pub(super) async fn objects_below_a_reserved_folder_are_listed(subject: &Subject) {
    let bucket = &*subject.bucket;
    let below = |folder: &str| {
        let objects = bucket.list_below(folder).map_ok(|info| (info.key.to_string(), info.size_bytes));
        async { objects.try_collect::<std::collections::BTreeSet<_>>().await.unwrap() }
    };
    assert!(below("_qrate/derived/main/").await.is_empty());
    let keys = [(1, "view.jpg"), (12, "view.jpg"), (12, "result-flip.png")]
        .map(|(id, name)| Key::of_derived(&domain::Space::main(), id, "0123456789abcdef", name));
    for key in &keys {
        bucket.put(key, "four".into(), &Metadata::new()).await.unwrap();
    }
    put(bucket, "main/a", "x").await;
    let all: std::collections::BTreeSet<_> = keys.iter().map(|key| (key.to_string(), 4)).collect();
    assert_eq!(below("_qrate/derived/").await, all);
    assert_eq!(below(&Key::derived_folder(&domain::Space::main(), 1)).await.len(), 1, "and not those of #12");
    bucket.delete(&keys[0]).await.unwrap();
    assert!(below(&Key::derived_folder(&domain::Space::main(), 1)).await.is_empty());
}

pub(super) async fn reserved_objects_are_neither_listed_nor_hinted_at(subject: &Subject) {
    let bucket = &*subject.bucket;
    let mut notices = bucket.watch();
    let logo = Key::of_logo(&domain::Sha256([7; 32]));
    assert!(matches!(bucket.get(&logo, None).await.map(drop), Err(BucketError::NotFound)));
    let info = bucket.put(&logo, "logo".into(), &Metadata::new()).await.unwrap();
    assert_eq!((&info.key, info.size_bytes), (&logo, 4));
    let again = bucket.put(&logo, "other".into(), &Metadata::new()).await;
    assert!(matches!(again, Err(BucketError::AlreadyExists)), "{again:?}");
    let bytes: Vec<_> = bucket.get(&logo, None).await.unwrap().bytes.try_collect().await.unwrap();
    assert_eq!(bytes.concat(), b"logo");
    put(bucket, "main/a", "x").await;
    assert_eq!(listed_keys(bucket).await, ["main/a"]);
    if subject.hints == Hints::Nobody {
        return;
    }
    // Read every hint up to that of the last put; if hints were lost, put another object.
    let mut last = key("main/a");
    let of_all = async {
        for n in 0.. {
            let notice = notices.next().await.expect("the hints ended before the last put");
            if let Some(receipt) = notice.receipt {
                receipt.settle(Outcome::Done);
            }
            match notice.hint {
                Hint::Key(key) if key == last => return,
                Hint::Key(key) => assert_ne!(key, logo),
                Hint::Everything => last = put(bucket, &format!("main/{n}"), "x").await.key,
            }
        }
    };
    tokio::time::timeout(DEADLINE, of_all).await.expect("a hint");
}

pub(super) async fn a_file_is_put_completely(subject: &Subject) {
    let bucket = &*subject.bucket;
    let large: Vec<u8> = (0..3_000_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let spool = Arc::new(Spool::fill(&large[..]).await.unwrap());
    let metadata = Metadata::from([("name".into(), "large".into())]);
    let info = bucket.put(&key("main/large"), Arc::clone(&spool).into(), &metadata).await.unwrap();
    assert_eq!((info.key.as_str(), info.size_bytes), ("main/large", 3_000_000));
    assert_eq!(facts(&head(bucket, "main/large").await), facts(&info));
    assert!(read(bucket, "main/large", None).await == large);
    let again = bucket.put(&key("main/large"), spool.into(), &metadata).await;
    assert!(matches!(again, Err(BucketError::AlreadyExists)), "{again:?}");
    put(bucket, "main/empty", Arc::new(Spool::fill(&b""[..]).await.unwrap())).await;
    assert_eq!(read(bucket, "main/empty", None).await, b"");
}

pub(super) async fn a_missing_object_is_not_found(subject: &Subject) {
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

pub(super) async fn ranges_are_clipped(subject: &Subject) {
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

pub(super) async fn an_empty_object_is_kept(subject: &Subject) {
    let bucket = &*subject.bucket;
    let info = put(bucket, "main/nothing", "").await;
    assert_eq!(info.size_bytes, 0);
    assert_eq!(read(bucket, "main/nothing", None).await, b"");
    assert_eq!(list(bucket).await.iter().map(facts).collect::<Vec<_>>(), [facts(&info)]);
}

pub(super) async fn a_large_object_is_streamed(subject: &Subject) {
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

pub(super) async fn put_replaces_no_object(subject: &Subject) {
    let bucket = &*subject.bucket;
    let first = put(bucket, "main/a", "first").await;
    let again = bucket.put(&key("main/a"), "second".into(), &Metadata::new()).await;
    assert!(matches!(again, Err(BucketError::AlreadyExists)), "{again:?}");
    assert_eq!(facts(&head(bucket, "main/a").await), facts(&first));
    assert_eq!(read(bucket, "main/a", None).await, b"first");
}

pub(super) async fn changed_bytes_change_the_etag(subject: &Subject) {
    let bucket = &*subject.bucket;
    let mut etags = Vec::new();
    for bytes in ["one", "three", "seven", "eight"] {
        let info = put(bucket, "main/a", bytes).await;
        assert_eq!(head(bucket, "main/a").await.etag, info.etag);
        etags.push(info.etag);
        bucket.delete(&key("main/a")).await.unwrap();
    }
    etags.sort();
    etags.dedup();
    assert_eq!(etags.len(), 4);
}

pub(super) async fn deleting_is_idempotent(subject: &Subject) {
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

pub(super) async fn a_mark_is_kept_but_not_listed(subject: &Subject) {
    let bucket = &*subject.bucket;
    let mark = Key::of_mark(&domain::Sha256([7; 32]));
    for _ in 0..2 {
        bucket.mark(&mark, Bytes::from_static(b"who")).await.unwrap();
        let again = bucket.mark(&mark, Bytes::from_static(b"another")).await;
        assert!(matches!(again, Err(BucketError::AlreadyExists)), "{again:?}");
        let object = bucket.get(&mark, None).await.unwrap();
        assert_eq!(object.bytes.try_collect::<bytes::BytesMut>().await.unwrap(), b"who"[..]);
        assert!(listed_keys(bucket).await.is_empty());
        for _ in 0..2 {
            bucket.unmark(&mark).await.unwrap();
        }
        assert!(matches!(bucket.head(&mark).await, Err(BucketError::NotFound)));
    }
}
