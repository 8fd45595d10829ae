//! The error of each verb when the store or the network fails.

use std::future::Future;

use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_s3::config::Credentials;
use futures::{StreamExt as _, TryStreamExt as _};

use super::{key, listed, put};
use crate::aws::Aws;
use crate::bucket::{Bucket as _, BucketError, Metadata, S3Bucket};
use crate::testing::in_process_s3::{Fault, InProcessS3};

/// A server, and its bucket through a connection that hardly waits between attempts.
async fn place() -> (InProcessS3, S3Bucket) {
    let server = InProcessS3::start().await;
    let bucket = S3Bucket::new(&server.hurried_connection().await, "codes".parse().unwrap());
    (server, bucket)
}

/// The result of each verb.
async fn verbs(bucket: &S3Bucket) -> Vec<(&'static str, Result<(), BucketError>)> {
    async fn named<T>(
        verb: &'static str,
        result: impl Future<Output = Result<T, BucketError>>,
    ) -> (&'static str, Result<(), BucketError>) {
        (verb, result.await.map(drop))
    }
    let key = key("main/a");
    let (put, get) = (named("put", put(bucket, "main/a", "x")), named("get", bucket.get(&key, None)));
    let (head, delete) = (named("head", bucket.head(&key)), named("delete", bucket.delete(&key)));
    let (put, get, head, delete, list) =
        futures::join!(put, get, head, delete, named("list", listed(bucket)));
    vec![put, get, head, delete, list]
}

async fn all_are_unavailable(bucket: &S3Bucket) {
    for (verb, result) in verbs(bucket).await {
        assert!(matches!(result, Err(BucketError::Unavailable(_))), "{verb}: {result:?}");
    }
}

async fn all_are_denied(bucket: &S3Bucket) {
    for (verb, result) in verbs(bucket).await {
        assert!(matches!(result, Err(BucketError::Denied(_))), "{verb}: {result:?}");
    }
}

#[tokio::test]
async fn busy_responses_are_retried() {
    let (server, bucket) = place().await;
    server.fail_next(
        "PUT",
        [Fault::Refused(503, "SlowDown"), Fault::Cut, Fault::Refused(500, "InternalError")],
    );
    put(&bucket, "main/a", "x").await.unwrap();
    assert_eq!(server.requests(), ["PUT /codes/main/a"; 4]);
}

#[tokio::test]
async fn a_write_with_a_lost_response_happens_once() {
    let (server, bucket) = place().await;
    server.fail_next("PUT", [Fault::LostAnswer]);
    let info = bucket.put(&key("main/a"), "x".into(), &[("name".into(), "A".into())].into()).await.unwrap();
    assert_eq!(server.requests(), ["PUT /codes/main/a", "PUT /codes/main/a", "HEAD /codes/main/a"]);
    let (found, metadata) = bucket.head(&key("main/a")).await.unwrap();
    assert_eq!((found, metadata), (info, [("name".into(), "A".into())].into()));
    assert_eq!(listed(&bucket).await.unwrap(), ["main/a"]);
}

#[tokio::test]
async fn identical_bytes_of_another_writer_are_not_its_own() {
    let (server, bucket) = place().await;
    put(&bucket, "main/a", "x").await.unwrap();
    server.fail_next("PUT", [Fault::Cut]);
    let again = put(&bucket, "main/a", "x").await;
    assert!(matches!(again, Err(BucketError::AlreadyExists)), "{again:?}");
}

#[tokio::test]
async fn conflicting_writes_are_retried() {
    let (server, bucket) = place().await;
    server.fail_next("PUT", [Fault::Refused(409, "ConditionalRequestConflict"); 2]);
    put(&bucket, "main/a", "x").await.unwrap();
    assert_eq!(server.requests().len(), 3);
    server.fail_when(|_| Some(Fault::Refused(409, "ConditionalRequestConflict")));
    let put = put(&bucket, "main/b", "x").await;
    assert!(matches!(put, Err(BucketError::Unavailable(_))), "{put:?}");
    assert_eq!(server.requests().len(), 7, "retries are bounded");
}

#[tokio::test]
async fn a_failing_bucket_is_unavailable() {
    let (server, bucket) = place().await;
    server.fail_when(|_| Some(Fault::Refused(503, "SlowDown")));
    all_are_unavailable(&bucket).await;
}

#[tokio::test]
async fn cut_connections_are_unavailable() {
    let (server, bucket) = place().await;
    server.fail_when(|_| Some(Fault::Cut));
    all_are_unavailable(&bucket).await;
}

#[tokio::test]
async fn a_silent_bucket_is_unavailable() {
    let (server, _) = place().await;
    let bucket = S3Bucket::new(&server.impatient_connection().await, "codes".parse().unwrap());
    server.fail_when(|_| Some(Fault::Silence));
    all_are_unavailable(&bucket).await;
}

#[tokio::test]
async fn a_refused_connection_is_unavailable() {
    let (server, bucket) = place().await;
    drop(server);
    all_are_unavailable(&bucket).await;
}

#[tokio::test]
async fn a_bucket_recovers_from_an_outage() {
    let (server, bucket) = place().await;
    server.fail_when(|_| Some(Fault::Cut));
    assert!(put(&bucket, "main/a", "x").await.is_err());
    server.fail_when(|_| None);
    put(&bucket, "main/a", "x").await.unwrap();
}

#[tokio::test]
async fn expired_credentials_are_denied() {
    let (server, bucket) = place().await;
    server.fail_when(|_| Some(Fault::Refused(400, "ExpiredToken")));
    all_are_denied(&bucket).await;
}

#[tokio::test]
async fn a_wrong_secret_is_denied() {
    let server = InProcessS3::start().await;
    let aws = server.connection_as(Credentials::new("reader", "guessed", None, None, "test")).await;
    all_are_denied(&S3Bucket::new(&aws, "codes".parse().unwrap())).await;
}

#[derive(Debug)]
struct NoCredentials;

impl ProvideCredentials for NoCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(Err(CredentialsError::not_loaded("there are none")))
    }
}

#[tokio::test]
async fn missing_credentials_are_denied() {
    let server = InProcessS3::start().await;
    let config = server.hurried_connection().await.config.into_builder();
    let config = config.credentials_provider(SharedCredentialsProvider::new(NoCredentials)).build();
    all_are_denied(&S3Bucket::new(&Aws { config }, "codes".parse().unwrap())).await;
    assert!(server.requests().is_empty());
}

/// How many of a million bytes came, and how it ended.
async fn read_in_part(fault: Fault) -> (usize, Result<(), BucketError>) {
    let (server, bucket) = place().await;
    bucket.put(&key("large"), vec![7; 1_000_000].into(), &Metadata::new()).await.unwrap();
    let impatient = S3Bucket::new(&server.impatient_connection().await, "codes".parse().unwrap());
    server.fail_next("GET", [fault]);
    let mut pieces = impatient.get(&key("large"), None).await.unwrap().bytes;
    let mut read_bytes = 0;
    let end = loop {
        match pieces.try_next().await {
            Ok(Some(piece)) => read_bytes += piece.len(),
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    assert!(pieces.next().await.is_none(), "an error ends the stream");
    (read_bytes, end)
}

#[tokio::test]
async fn a_cut_download_is_an_error() {
    let (read_bytes, end) = read_in_part(Fault::HalfAnswer).await;
    assert!(read_bytes <= 500_000);
    assert!(matches!(end, Err(BucketError::Unavailable(_))), "{end:?}");
}

#[tokio::test]
async fn a_stalled_download_is_an_error() {
    let (read_bytes, end) = read_in_part(Fault::StandsStill).await;
    assert_eq!(read_bytes, 500_000);
    assert!(matches!(end, Err(BucketError::Unavailable(_))), "{end:?}");
}
