//! Concurrent writers.

use std::sync::Arc;

use bytes::Bytes;

use super::{Subject, head, key, listed_keys, put, read};
use crate::bucket::{BucketError, Metadata};

pub(super) async fn one_of_many_writers_wins(subject: &Subject) {
    let bytes_of = |writer: u8| Bytes::from(vec![writer; 100_000]);
    let writers = (0..50u8).map(|writer| {
        let bucket = Arc::clone(&subject.bucket);
        tokio::spawn(async move {
            bucket.put(&key("new/folder/x"), bytes_of(writer).into(), &Metadata::new()).await
        })
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
    assert_eq!(head(&*subject.bucket, "new/folder/x").await.etag, info.etag);
}

pub(super) async fn deletions_spare_concurrent_puts(subject: &Subject) {
    // Each deletion may leave the folder empty just when another writer puts into it.
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
