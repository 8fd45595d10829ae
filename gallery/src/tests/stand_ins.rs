//! What the servers that stand in for AWS cannot do, and which server shows it instead. Each gap has a test that fails
//! when a new version closes it. Tests of the ports that a server fails are in the lists of `conformance`.

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;

use crate::aws::Aws;
use crate::catalog::dynamodb::{create_table, keep_history};
use crate::testing::servers::{dynoxide, ministack};
use crate::testing::unique_names::fresh_name;

#[tokio::test]
async fn dynoxide_lacks_idempotency_history_unlike_ministack() {
    let name = fresh_name();
    for (aws, keeps) in [(dynoxide().await, false), (ministack().await, true)] {
        create_table(&aws, name.parse().unwrap()).await.unwrap();
        assert_eq!(keep_history(&aws, name.parse().unwrap()).await.is_ok(), keeps);
    }
}

#[tokio::test]
async fn dynoxide_accepts_any_credentials_unlike_ministack() {
    for (aws, lets_in) in [(dynoxide().await, true), (ministack().await, false)] {
        let stranger = Credentials::new("AKIASTRANGER00000000", "guessed", None, None, "test");
        let provider = SharedCredentialsProvider::new(stranger);
        let aws = Aws { config: aws.config.to_builder().credentials_provider(provider).build() };
        let tables = aws_sdk_dynamodb::Client::new(&aws.config).list_tables().send().await;
        assert_eq!(tables.is_ok(), lets_in);
    }
}
