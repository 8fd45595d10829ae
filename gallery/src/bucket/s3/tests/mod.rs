//! What this adapter does beyond the port's promises: its requests, what its listing leaves out, and how it handles
//! failures. The port's promises: `conformance::bucket`.

mod condition;
mod faults;
mod million;
mod presign;
#[cfg(feature = "test-servers")]
mod queue;

use std::sync::mpsc;

use aws_sdk_s3::config::Credentials;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};
use bytes::Bytes;
use domain::Key;
use futures::TryStreamExt as _;

use super::S3Bucket;
use crate::aws::{Aws, AwsOptions};
use crate::bucket::{Bucket as _, BucketError, Metadata};
use crate::testing::in_process_s3::{Fault, InProcessS3};

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

/// A server, and its bucket.
async fn place() -> (InProcessS3, S3Bucket) {
    let server = InProcessS3::start().await;
    let bucket = S3Bucket::new(&server.connection().await, "codes".parse().unwrap());
    (server, bucket)
}

async fn put(bucket: &S3Bucket, name: &str, bytes: &'static str) -> Result<(), BucketError> {
    bucket.put(&key(name), bytes.into(), &Metadata::new()).await.map(drop)
}

async fn listed(bucket: &S3Bucket) -> Result<Vec<String>, BucketError> {
    bucket.list().map_ok(|info| info.key.to_string()).try_collect().await
}

#[tokio::test]
async fn each_verb_is_one_request() {
    let (server, bucket) = place().await;
    put(&bucket, "main/a.png", "x").await.unwrap();
    assert_eq!(server.requests(), ["PUT /codes/main/a.png"]);
    bucket.head(&key("main/a.png")).await.unwrap();
    assert_eq!(server.requests(), ["HEAD /codes/main/a.png"]);
    let object = bucket.get(&key("main/a.png"), Some(0..1)).await.unwrap();
    object.bytes.try_collect::<Vec<Bytes>>().await.unwrap();
    assert_eq!(server.requests(), ["GET /codes/main/a.png"]);
    bucket.delete(&key("main/a.png")).await.unwrap();
    assert_eq!(server.requests(), ["DELETE /codes/main/a.png"]);
    assert!(listed(&bucket).await.unwrap().is_empty());
    assert_eq!(server.requests(), ["GET /codes/"]);
}

#[tokio::test]
async fn puts_declare_type_and_checksum() {
    let (server, bucket) = place().await;
    let (sender, sent) = mpsc::channel();
    server.fail_when(move |request| {
        sender.send(request.headers().clone()).unwrap();
        None
    });
    let metadata = Metadata::from([("name".to_owned(), "Menü, 100 %".to_owned())]);
    bucket.put(&key("main/a.png"), "hello".into(), &metadata).await.unwrap();
    let headers = sent.try_recv().unwrap();
    assert_eq!(headers["if-none-match"], "*");
    assert_eq!(headers["content-type"], "image/png");
    assert_eq!(headers["x-amz-meta-name"], "Men%C3%BC%2C%20100%20%25");
    // `printf hello | sha256sum`, in base 64.
    assert_eq!(headers["x-amz-checksum-sha256"], "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=");
}

#[tokio::test]
async fn corrupted_bytes_are_detected() {
    let (server, bucket) = place().await;
    put(&bucket, "main/a", "as it was put").await.unwrap();
    std::fs::write(server.folder().join("main/a"), "as spoilt here").unwrap();
    let object = bucket.get(&key("main/a"), None).await.unwrap();
    let read = object.bytes.try_collect::<Vec<Bytes>>().await;
    assert!(matches!(read, Err(BucketError::Unavailable(_))), "{read:?}");

    server.fail_when(|request| (request.method() == "PUT").then_some(Fault::SpoiltOnTheWay));
    let put = put(&bucket, "main/b", "ab").await;
    assert!(matches!(put, Err(BucketError::Unavailable(_))), "{put:?}");
    assert_eq!(listed(&bucket).await.unwrap(), ["main/a"]);
}

#[tokio::test]
async fn our_own_prefix_is_skipped_in_lists() {
    let (server, bucket) = place().await;
    std::fs::create_dir(server.folder().join("_qrate")).unwrap();
    for n in 0..2500 {
        std::fs::write(server.folder().join(format!("_qrate/{n:04}")), "ours").unwrap();
    }
    for name in ["A", "_qrate0", "z"] {
        put(&bucket, name, "x").await.unwrap();
    }
    server.requests();
    assert_eq!(listed(&bucket).await.unwrap(), ["A", "_qrate0", "z"]);
    let pages = server.requests().iter().filter(|request| *request == "GET /codes/").count();
    assert_eq!(pages, 2, "not three");
}

#[tokio::test]
async fn folders_and_invalid_keys_are_left_out() {
    let (server, bucket) = place().await;
    server.fail_next(
        "GET",
        [Fault::Says(
            "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>\
         <Contents><Key>a+b%2B%01</Key><Size>0</Size><ETag>&quot;1&quot;</ETag></Contents>\
         <Contents><Key>photos/</Key><Size>0</Size><ETag>&quot;2&quot;</ETag></Contents>\
         <Contents><Key>photos/full/</Key><Size>3</Size><ETag>&quot;3&quot;</ETag></Contents>\
         <Contents><Key></Key><Size>3</Size><ETag>&quot;4&quot;</ETag></Contents></ListBucketResult>",
        )],
    );
    assert_eq!(listed(&bucket).await.unwrap(), ["a b+\u{1}", "photos/full/"]);
    let refused = put(&bucket, "photos/", "").await;
    assert!(matches!(refused, Err(BucketError::UnsupportedKey(_))), "{refused:?}");
    std::fs::create_dir(server.folder().join("photos")).unwrap();
    server.fail_next("HEAD", [Fault::Says("")]);
    let folder = bucket.head(&key("photos/")).await;
    assert!(matches!(folder, Err(BucketError::NotFound)), "{folder:?}");
}

#[tokio::test]
async fn a_list_without_a_continuation_is_an_error() {
    let (server, bucket) = place().await;
    server.fail_next(
        "GET",
        [Fault::Says(
            "<ListBucketResult><IsTruncated>true</IsTruncated>\
         <Contents><Key>a</Key><Size>1</Size><ETag>1</ETag></Contents></ListBucketResult>",
        )],
    );
    let list = listed(&bucket).await;
    assert!(matches!(list, Err(BucketError::Other(_))), "{list:?}");
}

#[tokio::test]
async fn a_missing_bucket_is_not_a_missing_object() {
    let (server, bucket) = place().await;
    std::fs::remove_dir(server.folder()).unwrap();
    let head = bucket.head(&key("a")).await;
    assert!(matches!(head, Err(BucketError::Unavailable(_))), "{head:?}");
    let list = listed(&bucket).await;
    assert!(matches!(list, Err(BucketError::Unavailable(_))), "{list:?}");
}

#[tokio::test]
async fn every_call_has_time_limits() {
    let aws = InProcessS3::start().await.connection().await;
    let limits = aws.config.timeout_config().unwrap();
    assert!(limits.connect_timeout().is_some());
    assert!(limits.operation_attempt_timeout().is_some());
    assert!(limits.operation_timeout().is_some());
    assert!(aws.config.stalled_stream_protection().unwrap().download_enabled());
}

/// The value of `AWS_ENDPOINT_URL_S3`.
#[derive(Debug)]
struct EndpointForS3(String);

impl LoadServiceConfig for EndpointForS3 {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        (key.service_id() == "S3" && key.env() == "AWS_ENDPOINT_URL").then(|| self.0.clone())
    }
}

#[tokio::test]
async fn compatible_stores_are_addressed_by_path() {
    let server = InProcessS3::start().await;
    let nowhere = "http://nowhere.invalid".to_owned();
    for (for_all, for_s3) in [(None, server.url()), (Some(server.url()), nowhere)] {
        let aws = Aws::configured(AwsOptions {
            region: Some("us-east-1".to_owned()),
            endpoint_url: for_all,
            credentials: Some(Credentials::new("reader", "secret", None, None, "test")),
            ..AwsOptions::default()
        });
        let config = aws.await.config.into_builder().service_config(EndpointForS3(for_s3)).build();
        let bucket = S3Bucket::new(&Aws { config }, "codes".parse().unwrap());
        assert!(listed(&bucket).await.unwrap().is_empty());
        assert_eq!(server.requests(), ["GET /codes/"]);
    }
}
