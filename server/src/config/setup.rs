//! The desired resources in AWS.

use gallery::aws::QueueName;
use gallery::bucket::BucketName;
use gallery::catalog::dynamodb::TableName;

use super::notices::NotifierArgs;
use super::storage::{AwsArgs, named};

/// The desired resources in AWS.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Storage")]
pub struct SetupArgs {
    /// Bucket in S3 or a compatible store.
    #[arg(long, env = "QRATE_BUCKET", value_name = "NAME",
        value_parser = |text: &str| named::<BucketName>("--bucket (QRATE_BUCKET)", text))]
    pub bucket: BucketName,
    /// Table in DynamoDB with the catalog; without it, the catalog lies in the data folder of one instance.
    #[arg(long, env = "QRATE_TABLE", value_name = "NAME",
        value_parser = |text: &str| named::<TableName>("--table (QRATE_TABLE)", text))]
    pub table: Option<TableName>,
    /// SQS queue for the bucket's notifications: a name, or the URL of an existing one.
    #[arg(long, env = "QRATE_QUEUE", value_name = "NAME|URL",
        value_parser = |text: &str| named::<QueueName>("--queue (QRATE_QUEUE)", text))]
    pub queue: Option<QueueName>,
    /// SQS queue for the jobs that instances and workers share: a name, or the URL of an existing one.
    #[arg(long, env = "QRATE_JOBS_QUEUE", value_name = "NAME|URL",
        value_parser = |text: &str| named::<QueueName>("--jobs-queue (QRATE_JOBS_QUEUE)", text))]
    pub jobs_queue: Option<QueueName>,
    /// Who sends notices: text messages by SNS need a permission.
    #[command(flatten)]
    pub notices: NotifierArgs,
    /// How to reach AWS.
    #[command(flatten)]
    pub aws: AwsArgs,
}
