//! Connections to the servers that stand in for AWS. Every test creates its own bucket, table or queue, so all tests
//! share one server. Not here: faults, which tests inject themselves.

use aws_sdk_s3::config::Credentials;

use super::unique_names::fresh_name;
use crate::aws::{Aws, AwsOptions};

/// A connection to MiniStack as its root user, who may do everything.
pub(crate) async fn ministack() -> Aws {
    connection(test_servers::ministack_port).await
}

/// A connection to dynoxide, which offers only DynamoDB and checks no permissions.
pub(crate) async fn dynoxide() -> Aws {
    connection(test_servers::dynoxide_port).await
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
