//! Keys: which ones are accepted, and in which order they are listed.

use domain::limits::KEY_MAX_BYTES;
use futures::stream::StreamExt;

use super::{Subject, key, listed_keys, put, read};
use crate::bucket::{BucketError, Metadata};

pub(super) async fn the_list_is_in_byte_order(subject: &Subject) {
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
    // A reader may drop the listing in the middle.
    assert_eq!(bucket.list().take(5).count().await, 5);
}

pub(super) async fn keys_are_kept_verbatim(subject: &Subject) {
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
        put(bucket, name, name.as_bytes().to_vec()).await;
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

pub(super) async fn keys_that_are_not_paths_are_kept_or_refused(subject: &Subject) {
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
        ("file/x", "`file` in the bucket is a file, but a folder must be there"),
        ("file/x/y", "`file` in the bucket is a file, but a folder must be there"),
        ("folder", "`folder` in the bucket is a folder, but a file must be there"),
        ("folder/in", "`folder/in` in the bucket is a folder, but a file must be there"),
    ];
    for (name, reason) in keys {
        let put = bucket.put(&key(name), name.to_owned().into_bytes().into(), &Metadata::new()).await;
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
