//! What is to be there in AWS.

use gallery::aws::QueueName;
use gallery::bucket::BucketName;
use gallery::catalog::dynamodb::TableName;

use super::storage::{AwsArgs, named};

/// What is to be there in AWS.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Storage")]
pub struct SetupArgs {
    /// Bucket in S3, or in what speaks its protocol.
    #[arg(long, env = "QRATE_BUCKET", value_name = "NAME",
        value_parser = |text: &str| named::<BucketName>("--bucket (QRATE_BUCKET)", text))]
    pub bucket: BucketName,
    /// Table in DynamoDB with the catalog; without one, the catalog lies in the data folder of one instance.
    #[arg(long, env = "QRATE_TABLE", value_name = "NAME",
        value_parser = |text: &str| named::<TableName>("--table (QRATE_TABLE)", text))]
    pub table: Option<TableName>,
    /// SQS queue for the notifications of the bucket: a name, or the URL of one that is there.
    #[arg(long, env = "QRATE_QUEUE", value_name = "NAME|URL",
        value_parser = |text: &str| named::<QueueName>("--queue (QRATE_QUEUE)", text))]
    pub queue: Option<QueueName>,
    /// How AWS is reached.
    #[command(flatten)]
    pub aws: AwsArgs,
}
