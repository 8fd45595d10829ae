//! Connections to the servers that stand in for AWS. Every test makes its own bucket, table or queue, so that all share
//! one server. Not here: faults, which a test puts in between by itself.

use aws_sdk_s3::config::Credentials;
use aws_sdk_s3::types::{Event, NotificationConfiguration, QueueConfiguration};
use aws_sdk_sqs::types::QueueAttributeName;

use crate::aws::{Aws, AwsOptions};

/// A connection to MiniStack as its root user, who may do everything.
pub(crate) async fn ministack() -> Aws {
    connection(test_servers::ministack_port).await
}

/// A connection to dynoxide, which knows only DynamoDB and lets everybody do everything.
pub(crate) async fn dynoxide() -> Aws {
    connection(test_servers::dynoxide_port).await
}

/// A name that no other test has, good for a bucket, a table or a queue.
pub(crate) fn fresh_name() -> String {
    format!("test-{}", ulid::Ulid::generate().to_string().to_ascii_lowercase())
}

/// A bucket that sends its notifications to a queue, and the queue's URL.
pub(crate) async fn bucket_with_queue(aws: &Aws) -> (String, String) {
    let (s3, sqs) = (aws_sdk_s3::Client::new(&aws.config), aws_sdk_sqs::Client::new(&aws.config));
    let name = fresh_name();
    s3.create_bucket().bucket(&name).send().await.unwrap();
    let policy = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "s3.amazonaws.com" },
            "Action": "sqs:SendMessage",
            "Resource": "*",
        }],
    });
    let queue =
        sqs.create_queue().queue_name(&name).attributes(QueueAttributeName::Policy, policy.to_string());
    let url = queue.send().await.unwrap().queue_url.unwrap();
    let to_queue = QueueConfiguration::builder()
        .queue_arn(format!("arn:aws:sqs:us-east-1:000000000000:{name}"))
        .events(Event::S3ObjectCreated)
        .events(Event::S3ObjectRemoved);
    let notifications = NotificationConfiguration::builder().queue_configurations(to_queue.build().unwrap());
    let put = s3.put_bucket_notification_configuration().bucket(&name);
    put.notification_configuration(notifications.build()).send().await.unwrap();
    (name, url)
}

/// The HTTP client belongs to a test's own runtime, so each test connects for itself.
async fn connection(port: fn() -> u16) -> Aws {
    let port = tokio::task::spawn_blocking(port).await.expect("the server starts");
    Aws::configured(AwsOptions {
        region: Some("us-east-1".to_owned()),
        endpoint_url: Some(format!("http://127.0.0.1:{port}")),
        credentials: Some(Credentials::new("test", "test", None, None, "test")),
        ..AwsOptions::default()
    })
    .await
}

#[tokio::test]
async fn the_servers_answer_the_sdk() {
    let s3 = aws_sdk_s3::Client::new(&ministack().await.config);
    s3.create_bucket().bucket(fresh_name()).send().await.unwrap();
    for aws in [ministack().await, dynoxide().await] {
        aws_sdk_dynamodb::Client::new(&aws.config).list_tables().send().await.unwrap();
    }
}
