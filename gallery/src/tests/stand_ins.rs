//! What the servers that stand in for AWS do not do, and where it is tried instead: a test each, so that one that learns
//! it is noticed. Tests of the ports that a server fails are in the lists of `conformance`.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ChecksumMode;

use crate::aws::Aws;
use crate::bucket::{Bucket, Download, Metadata, S3Bucket};
use crate::catalog::dynamodb::{create_table, keep_history};
use crate::testing::account::{bucket_with_queue, fresh_name};
use crate::testing::in_process_s3::InProcessS3;
use crate::testing::plain_http::ask;
use crate::testing::servers::{dynoxide, ministack};

#[tokio::test]
async fn ministack_neither_checks_nor_returns_checksums_which_s3s_does() {
    let aws = ministack().await;
    let (name, _) = bucket_with_queue(&aws).await;
    let s3 = aws_sdk_s3::Client::new(&aws.config);
    // Of nothing, and so wrong for `x`.
    let wrong = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    let put = s3.put_object().bucket(&name).key("a").checksum_sha256(wrong);
    put.body(ByteStream::from_static(b"x")).send().await.expect("it does not check");
    let head = s3.head_object().bucket(&name).key("a").checksum_mode(ChecksumMode::Enabled);
    assert_eq!(head.send().await.unwrap().checksum_sha256(), None);

    let server = InProcessS3::start().await;
    let s3 = aws_sdk_s3::Client::new(&server.connection().await.config);
    let put = s3.put_object().bucket("codes").key("a").checksum_sha256(wrong);
    assert!(put.body(ByteStream::from_static(b"x")).send().await.is_err());
}

#[tokio::test]
async fn s3s_does_not_answer_in_the_words_of_an_address_which_ministack_does() {
    let server = InProcessS3::start().await;
    let bucket = S3Bucket::new(&server.connection().await, "codes".parse().unwrap());
    let key = "a".parse().unwrap();
    bucket.put(&key, "x".into(), &Metadata::new()).await.unwrap();
    let download = Download {
        expires_in: Duration::from_secs(60),
        content_type: Some("image/x-other".to_owned()),
        ..Download::default()
    };
    let address = Bucket::presigned_get(&bucket, &key, download).await.unwrap().unwrap();
    let answer = ask(&address, None, "").await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && !answer.contains("image/x-other"), "{answer}");
}

#[tokio::test]
async fn dynoxide_keeps_no_history_which_ministack_does() {
    let name = fresh_name();
    for (aws, keeps) in [(dynoxide().await, false), (ministack().await, true)] {
        create_table(&aws, name.parse().unwrap()).await.unwrap();
        assert_eq!(keep_history(&aws, name.parse().unwrap()).await.is_ok(), keeps);
    }
}

#[tokio::test]
async fn dynoxide_lets_everybody_in_which_ministack_does_not() {
    for (aws, lets_in) in [(dynoxide().await, true), (ministack().await, false)] {
        let stranger = Credentials::new("AKIASTRANGER00000000", "guessed", None, None, "test");
        let provider = SharedCredentialsProvider::new(stranger);
        let aws = Aws { config: aws.config.to_builder().credentials_provider(provider).build() };
        let tables = aws_sdk_dynamodb::Client::new(&aws.config).list_tables().send().await;
        assert_eq!(tables.is_ok(), lets_in);
    }
}
