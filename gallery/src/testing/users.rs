//! Connections of users with the permissions of a policy and no others. Not here: creating users (`test_servers::iam`).

use aws_credential_types::provider::SharedCredentialsProvider;
use serde_json::Value;
use test_servers::iam::{AccessKey, with_batches};

use super::unique_names::fresh_name;
use crate::aws::{Aws, AwsOptions};

const SHIPPED: &str = include_str!("../../../deploy/aws/iam-policy.json");

/// The policy that we ship, for a bucket, a table and queues that all have this name.
pub(crate) fn shipped_policy(name: &str) -> Value {
    let filled = SHIPPED.replace("REGION", "us-east-1").replace("ACCOUNT", "000000000000");
    let filled =
        ["BUCKET", "TABLE", "QUEUE", "JOBS"].iter().fold(filled, |text, what| text.replace(what, name));
    serde_json::from_str(&filled).unwrap()
}

/// The connection of a new user with this policy.
pub(crate) async fn user(root: &Aws, policy: &Value) -> Aws {
    let (name, policy) = (fresh_name(), with_batches(&policy.to_string()));
    let key = tokio::task::spawn_blocking(move || AccessKey::of_user(&name, &policy)).await.unwrap();
    let provider = SharedCredentialsProvider::new(AwsOptions::key(&key.id, &key.secret));
    Aws { config: root.config.to_builder().credentials_provider(provider).build() }
}
