//! Statements of IAM policies: the smallest that the program needs. `deploy/aws` has the same with placeholders. The
//! actions: <https://docs.aws.amazon.com/service-authorization/latest/reference/>.

use serde::Serialize;

use super::Deployment;

pub use super::permission::{Permission, Resource};

/// What `qrate serve` calls, and `check`, `export` and `import`.
pub const OF_SERVER: &[(Resource, &[&str])] = &[
    (Resource::Bucket, &["s3:ListBucket"]),
    (Resource::Objects, &["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]),
    (
        Resource::Table,
        &[
            "dynamodb:BatchGetItem",
            "dynamodb:BatchWriteItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        ],
    ),
    (Resource::Queue, &["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"]),
    (
        Resource::Jobs,
        &[
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
            "sqs:SendMessage",
        ],
    ),
    (
        Resource::DeadJobs,
        &["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
    ),
    (Resource::Pictures, &["rekognition:DetectLabels"]),
    (Resource::TextMessages, &["sns:Publish"]),
];

/// What `qrate setup` calls. `qrate doctor` looks at settings with those of these that begin with Get or Describe.
pub const OF_SETUP: &[(Resource, &[&str])] = &[
    (
        Resource::Bucket,
        &[
            "s3:CreateBucket",
            "s3:GetBucketNotification",
            "s3:GetBucketOwnershipControls",
            "s3:GetBucketPublicAccessBlock",
            "s3:GetBucketVersioning",
            "s3:GetEncryptionConfiguration",
            "s3:GetLifecycleConfiguration",
            "s3:ListBucket",
            "s3:PutBucketNotification",
            "s3:PutBucketOwnershipControls",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutBucketVersioning",
            "s3:PutEncryptionConfiguration",
            "s3:PutLifecycleConfiguration",
        ],
    ),
    (
        Resource::Table,
        &[
            "dynamodb:CreateTable",
            "dynamodb:DescribeContinuousBackups",
            "dynamodb:DescribeTable",
            "dynamodb:DescribeTimeToLive",
            "dynamodb:UpdateContinuousBackups",
            "dynamodb:UpdateTable",
            "dynamodb:UpdateTimeToLive",
        ],
    ),
    (
        Resource::Queues,
        &["sqs:CreateQueue", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SetQueueAttributes"],
    ),
    (
        Resource::AllJobs,
        &["sqs:CreateQueue", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SetQueueAttributes"],
    ),
];

/// A statement that allows something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statement {
    effect: &'static str,
    action: Vec<&'static str>,
    resource: Vec<String>,
}

impl Statement {
    /// Allows these actions on a resource of the deployment.
    pub fn allowing(deployment: &Deployment, on: Resource, actions: &[&'static str]) -> Self {
        Self { effect: "Allow", action: actions.to_vec(), resource: deployment.arns(on) }
    }

    /// As it stands in a policy, on one line.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts are JSON")
    }
}

/// A policy document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Policy {
    version: &'static str,
    statement: Vec<Statement>,
}

/// A policy that allows this on whatever part of the deployment there is.
pub fn policy(deployment: &Deployment, allowed: &[(Resource, &[&'static str])]) -> Policy {
    let there = allowed.iter().filter(|(on, _)| deployment.has(*on));
    let statement = there.map(|(on, actions)| Statement::allowing(deployment, *on, actions)).collect();
    Policy { version: "2012-10-17", statement }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::aws::{Aws, AwsOptions, Wanted};

    async fn deployment() -> Deployment {
        let region = Some("REGION".to_owned());
        let aws = Aws::configured(AwsOptions { region, ..AwsOptions::default() }).await;
        let (table, queue, jobs) =
            (Some("TABLE".parse().unwrap()), Some("QUEUE".parse().unwrap()), Some("JOBS".parse().unwrap()));
        Deployment::new(
            &aws,
            Wanted {
                bucket: "bucket".parse().unwrap(),
                table,
                queue,
                jobs,
                labels: true,
                text_messages: true,
            },
        )
    }

    /// Each action on each resource.
    fn allowed(policy: &Value) -> BTreeSet<(String, String)> {
        fn texts(value: &Value) -> Vec<&str> {
            value
                .as_str()
                .map_or_else(|| value.as_array().unwrap().iter().flat_map(texts).collect(), |text| vec![text])
        }
        let statements = policy["Statement"].as_array().unwrap();
        let pairs = statements.iter().flat_map(|statement| {
            assert_eq!(statement["Effect"], "Allow");
            texts(&statement["Action"]).into_iter().flat_map(|action| {
                let resources = texts(&statement["Resource"]).into_iter();
                resources.map(|resource| (action.to_owned(), resource.to_owned()))
            })
        });
        pairs.collect()
    }

    #[tokio::test]
    async fn printed_policies_equal_those_in_the_repository() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/aws");
        for (name, built) in [("iam-policy.json", OF_SERVER), ("setup-policy.json", OF_SETUP)] {
            let path = std::path::Path::new(folder).join(name);
            let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
            let shipped: Value =
                serde_json::from_str(&text.replace("ACCOUNT", "*").replace("BUCKET", "bucket")).unwrap();
            let built = serde_json::to_value(policy(&deployment().await, built)).unwrap();
            assert_eq!(allowed(&shipped), allowed(&built), "{name}");
        }
    }

    #[tokio::test]
    async fn unused_resources_need_no_permission() {
        let Deployment { aws, bucket, .. } = deployment().await;
        let alone = Deployment::new(&aws, Wanted::bucket(bucket));
        let text = serde_json::to_string(&policy(&alone, OF_SERVER)).unwrap();
        assert!(
            text.contains("s3:PutObject")
                && ["dynamodb", "sqs", "rekognition", "sns"].iter().all(|service| !text.contains(service)),
            "{text}"
        );
    }
}
