//! Creates the tests' buckets, tables and queues in an AWS account, or in a server that stands in for AWS, and deletes
//! them.

use aws_sdk_s3::types::{
    BucketLocationConstraint, CreateBucketConfiguration, Event, NotificationConfiguration, QueueConfiguration,
};
use aws_sdk_sqs::types::QueueAttributeName;
use futures::TryStreamExt as _;

use super::unique_names::{fresh_name, is_name_after, name_after};
use crate::aws::Aws;
use crate::bucket::{Bucket as _, S3Bucket};

/// S3's default region, which a new bucket must not name.
const FIRST_REGION: &str = "us-east-1";

/// A bucket that sends its notifications to a queue of the same name: that name, and the queue's URL.
pub(crate) async fn bucket_with_queue(aws: &Aws) -> (String, String) {
    let name = fresh_name();
    let url = bucket_with_queue_named(aws, &name).await;
    (name, url)
}

async fn bucket_with_queue_named(aws: &Aws, name: &str) -> String {
    let (s3, sqs) = (aws_sdk_s3::Client::new(&aws.config), aws_sdk_sqs::Client::new(&aws.config));
    let elsewhere = aws.config.region().map(AsRef::as_ref).filter(|region| *region != FIRST_REGION);
    let place = elsewhere.map(|region| {
        let region = BucketLocationConstraint::from(region);
        CreateBucketConfiguration::builder().location_constraint(region).build()
    });
    s3.create_bucket().bucket(name).set_create_bucket_configuration(place).send().await.unwrap();
    let url = sqs.create_queue().queue_name(name).send().await.unwrap().queue_url.unwrap();
    let attributes = sqs.get_queue_attributes().queue_url(&url);
    let attributes = attributes.attribute_names(QueueAttributeName::QueueArn).send().await.unwrap();
    let arn = attributes.attributes.unwrap().remove(&QueueAttributeName::QueueArn).unwrap();
    let policy = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "s3.amazonaws.com" },
            "Action": "sqs:SendMessage",
            "Resource": arn,
        }],
    });
    let allow = sqs.set_queue_attributes().queue_url(&url);
    allow.attributes(QueueAttributeName::Policy, policy.to_string()).send().await.unwrap();
    let to_queue = QueueConfiguration::builder()
        .queue_arn(arn)
        .events(Event::S3ObjectCreated)
        .events(Event::S3ObjectRemoved);
    let notifications = NotificationConfiguration::builder().queue_configurations(to_queue.build().unwrap());
    let put = s3.put_bucket_notification_configuration().bucket(name);
    put.notification_configuration(notifications.build()).send().await.unwrap();
    url
}

/// Deletes every bucket, table and queue that tests with this prefix created.
async fn clean_up(aws: &Aws, prefix: &str) {
    let (s3, sqs) = (aws_sdk_s3::Client::new(&aws.config), aws_sdk_sqs::Client::new(&aws.config));
    let dynamodb = aws_sdk_dynamodb::Client::new(&aws.config);
    let pages = s3.list_buckets().into_paginator().send().try_collect().await.unwrap();
    let names = pages.into_iter().flat_map(|page| page.buckets.unwrap_or_default());
    for name in names.filter_map(|bucket| bucket.name).filter(|name| is_name_after(name, prefix)) {
        let bucket = S3Bucket::new(aws, name.parse().unwrap());
        let objects = bucket.list().try_for_each_concurrent(16, |info| {
            let bucket = &bucket;
            async move { bucket.delete(&info.key).await }
        });
        objects.await.unwrap();
        s3.delete_bucket().bucket(name).send().await.unwrap();
    }
    let names = dynamodb.list_tables().into_paginator().items().send().try_collect().await.unwrap();
    for name in names.into_iter().filter(|name| is_name_after(name, prefix)) {
        dynamodb.delete_table().table_name(name).send().await.unwrap();
    }
    let queues = sqs.list_queues().queue_name_prefix(prefix).max_results(1000).into_paginator();
    let urls = queues.items().send().try_collect().await.unwrap();
    for url in
        urls.into_iter().filter(|url| is_name_after(url.rsplit('/').next().unwrap_or_default(), prefix))
    {
        sqs.delete_queue().queue_url(url).send().await.unwrap();
    }
}

/// The last step of `make test-aws`.
#[cfg(feature = "test-aws")]
#[tokio::test]
async fn test_resources_are_deleted() {
    clean_up(&account().await, &super::unique_names::prefix()).await;
}

/// The account that the environment names.
#[cfg(feature = "test-aws")]
pub(crate) async fn account() -> Aws {
    Aws::configured(crate::aws::AwsOptions::default()).await
}

#[tokio::test]
async fn only_test_resources_are_deleted() {
    let aws = super::servers::ministack().await;
    let (s3, sqs) = (aws_sdk_s3::Client::new(&aws.config), aws_sdk_sqs::Client::new(&aws.config));
    let prefix = name_after("clean-up")[..20].to_owned();
    let (name, other) = (name_after(&prefix), format!("{prefix}-of-others"));
    for name in [&name, &other] {
        bucket_with_queue_named(&aws, name).await;
        crate::catalog::dynamodb::create_table(&aws, name.parse().unwrap()).await.unwrap();
        s3.put_object().bucket(name).key("main/a").send().await.unwrap();
    }
    clean_up(&aws, &prefix).await;
    let dynamodb = aws_sdk_dynamodb::Client::new(&aws.config);
    for (name, is_there) in [(&name, false), (&other, true)] {
        assert_eq!(s3.head_bucket().bucket(name).send().await.is_ok(), is_there, "the bucket {name}");
        assert_eq!(dynamodb.describe_table().table_name(name).send().await.is_ok(), is_there, "the table");
        assert_eq!(sqs.get_queue_url().queue_name(name).send().await.is_ok(), is_there, "the queue");
    }
}
