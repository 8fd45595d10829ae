//! Stores that support conditional puts, refuse them, or ignore them.

use super::{key, listed, place, put};
use crate::bucket::{BucketError, Metadata, S3Bucket};
use crate::testing::in_process_s3::{Fault, InProcessS3};

/// The store refuses conditions.
fn refuse_conditions(server: &InProcessS3) {
    server.fail_when(|request| {
        let is_conditional = request.headers().contains_key("if-none-match");
        is_conditional.then_some(Fault::Refused(501, "NotImplemented"))
    });
}

/// The store ignores conditions, and replaces existing objects.
fn ignore_conditions(server: &InProcessS3) {
    let store = server.folder().parent().unwrap().to_owned();
    server.fail_when(move |request| {
        if request.method() == "PUT" {
            let _ = std::fs::remove_file(store.join(request.uri().path().trim_start_matches('/')));
        }
        None
    });
}

/// The result of the probe, which leaves nothing behind.
async fn probed(server: &InProcessS3, bucket: &S3Bucket) -> Result<bool, BucketError> {
    let found = bucket.supports_conditional_puts().await;
    let left = std::fs::read_dir(server.folder().join("_qrate")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "the probe is still there");
    found
}

#[tokio::test]
async fn conditional_puts_are_detected() {
    let (server, bucket) = place().await;
    assert!(probed(&server, &bucket).await.unwrap());
    server.fail_next("PUT", [Fault::LostAnswer]);
    assert!(probed(&server, &bucket).await.unwrap(), "detected from the retry of the first put");
    ignore_conditions(&server);
    assert!(!probed(&server, &bucket).await.unwrap());
    refuse_conditions(&server);
    assert!(!probed(&server, &bucket).await.unwrap());
    server.fail_when(|_| Some(Fault::Refused(403, "AccessDenied")));
    let denied = probed(&server, &bucket).await;
    assert!(matches!(denied, Err(BucketError::Denied(_))), "{denied:?}");
}

#[cfg(feature = "test-servers")]
#[tokio::test]
async fn ministack_supports_conditional_puts() {
    let aws = crate::testing::servers::ministack().await;
    let (name, _) = crate::testing::account::bucket_with_queue(&aws).await;
    let bucket = S3Bucket::new(&aws, name.parse().unwrap());
    assert!(bucket.supports_conditional_puts().await.unwrap());
    let left = aws_sdk_s3::Client::new(&aws.config).list_objects_v2().bucket(name).send().await.unwrap();
    assert_eq!(left.key_count(), Some(0));
}

#[tokio::test]
async fn refused_conditions_make_puts_check_first() {
    let (server, bucket) = place().await;
    refuse_conditions(&server);
    put(&bucket, "main/a", "x").await.unwrap();
    assert_eq!(server.requests(), ["PUT /codes/main/a", "HEAD /codes/main/a", "PUT /codes/main/a"]);
    put(&bucket, "main/b", "x").await.unwrap();
    assert_eq!(server.requests(), ["HEAD /codes/main/b", "PUT /codes/main/b"], "the refusal is remembered");
    let again = put(&bucket, "main/a", "y").await;
    assert!(matches!(again, Err(BucketError::AlreadyExists)), "{again:?}");
    assert_eq!(listed(&bucket).await.unwrap(), ["main/a", "main/b"]);
}

#[tokio::test]
async fn ignored_conditions_replace_nothing_when_puts_check_first() {
    let (server, bucket) = place().await;
    let bucket = bucket.with_check_before_put();
    ignore_conditions(&server);
    let first = bucket.put(&key("main/a"), "x".into(), &Metadata::new()).await.unwrap();
    let again = put(&bucket, "main/a", "y").await;
    assert!(matches!(again, Err(BucketError::AlreadyExists)), "{again:?}");
    assert_eq!(bucket.head(&key("main/a")).await.unwrap().0.etag, first.etag);
}
