//! The desired state in AWS: a bucket, optionally a table and queues, each with parts that are inspected and fixed
//! one by one. `setup` fixes, `doctor` only inspects. Fixing is idempotent, so an interrupted run is repeated.
//!
//! `part` names the parts; `bucket`, `lifecycle`, `notification`, `table`, `queue` and `jobs` inspect and fix them.
//! Settings made by others are kept. Not here: what the gallery does with all this.

mod bucket;
mod jobs;
mod lifecycle;
mod name;
mod notification;
mod part;
mod queue;
mod table;

use std::time::Duration;

use aws_config::Region;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;

pub(super) use name::dead_letters_of;
pub use name::{QueueName, QueueNameError, QueueUrl, QueueUrlError};
pub use part::Part;
pub(super) use part::PartState;

use super::Aws;
use super::error::AwsError;
use super::permission::Resource;
use crate::bucket::BucketName;
use crate::catalog::dynamodb::TableName;

/// The longest wait for one response during an inspection, and for all attempts of one call.
const LOOK_ATTEMPT_MAX: Duration = Duration::from_secs(5);
const LOOK_CALL_MAX: Duration = Duration::from_secs(12);

/// The desired resources.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The bucket.
    pub bucket: BucketName,
    /// The table, if the catalog lies in one.
    pub table: Option<TableName>,
    /// The queue of the bucket's notifications.
    pub queue: Option<QueueName>,
    /// The queue of jobs. Its dead-letter queue comes with it.
    pub jobs: Option<QueueName>,
    /// Whether Rekognition finds labels.
    pub labels: bool,
    /// Whether text messages are sent by SNS.
    pub text_messages: bool,
}

impl Wanted {
    /// A bucket alone.
    pub fn bucket(bucket: BucketName) -> Self {
        Self { bucket, table: None, queue: None, jobs: None, labels: false, text_messages: false }
    }
}

/// The desired resources, and the connection to them.
#[derive(Debug, Clone)]
pub struct Deployment {
    pub(super) aws: Aws,
    pub(super) bucket: BucketName,
    pub(super) table: Option<TableName>,
    pub(super) queue: Option<QueueName>,
    pub(super) jobs: Option<QueueName>,
    pub(super) labels: bool,
    pub(super) text_messages: bool,
    pub(super) s3: aws_sdk_s3::Client,
    pub(super) sns: aws_sdk_sns::Client,
    pub(super) sqs: aws_sdk_sqs::Client,
    pub(super) dynamodb: aws_sdk_dynamodb::Client,
}

impl Deployment {
    /// With these resources and this connection. Sends no request yet.
    pub fn new(aws: &Aws, wanted: Wanted) -> Self {
        let Wanted { bucket, table, queue, jobs, labels, text_messages } = wanted;
        let s3 = aws_sdk_s3::config::Builder::from(&aws.config)
            // As in `bucket::s3`: compatible stores rarely have an address for each bucket.
            .force_path_style(aws.endpoint_url("S3").is_some());
        Self {
            s3: aws_sdk_s3::Client::from_conf(s3.build()),
            sns: aws_sdk_sns::Client::new(&aws.config),
            sqs: aws_sdk_sqs::Client::new(&aws.config),
            dynamodb: aws_sdk_dynamodb::Client::new(&aws.config),
            aws: aws.clone(),
            bucket,
            table,
            queue,
            jobs,
            labels,
            text_messages,
        }
    }

    /// The same with short time limits, for a user at a terminal.
    pub(super) fn hurried(&self) -> Self {
        let limits = self.aws.config.timeout_config().map(TimeoutConfig::to_builder).unwrap_or_default();
        let limits =
            limits.operation_attempt_timeout(LOOK_ATTEMPT_MAX).operation_timeout(LOOK_CALL_MAX).build();
        let config = self.aws.config.to_builder().timeout_config(limits);
        let config = config.retry_config(RetryConfig::standard().with_max_attempts(2)).build();
        let Self { bucket, table, queue, jobs, labels, text_messages, .. } = self.clone();
        Self::new(&Aws { config }, Wanted { bucket, table, queue, jobs, labels, text_messages })
    }

    /// The region of all resources.
    pub(super) fn region(&self) -> &str {
        self.aws.config.region().map_or("*", Region::as_ref)
    }

    /// Whether the deployment includes such a resource.
    pub(super) fn has(&self, resource: Resource) -> bool {
        match resource {
            Resource::Bucket | Resource::Objects => true,
            Resource::Table => self.table.is_some(),
            Resource::Queue | Resource::Queues => self.queue.is_some(),
            Resource::Jobs | Resource::DeadJobs | Resource::AllJobs => self.jobs.is_some(),
            Resource::Pictures => self.labels,
            Resource::TextMessages => self.text_messages,
        }
    }

    /// Its ARNs as in policies, for any account.
    pub(super) fn arns(&self, resource: Resource) -> Vec<String> {
        let (partition, region) = (partition(self.region()), self.region());
        let bucket = format!("arn:{partition}:s3:::{}", self.bucket);
        let named = |queue: Option<&QueueName>| queue.map_or("*", QueueName::name).to_owned();
        let (queue, jobs) = (|| named(self.queue.as_ref()), || named(self.jobs.as_ref()));
        let sqs = |name: String| format!("arn:{partition}:sqs:{region}:*:{name}");
        match resource {
            Resource::Bucket => vec![bucket],
            Resource::Objects => vec![format!("{bucket}/*")],
            Resource::Table => {
                let name = self.table.as_ref().map_or("*", TableName::as_str);
                vec![format!("arn:{partition}:dynamodb:{region}:*:table/{name}")]
            }
            Resource::Queue => vec![sqs(queue())],
            Resource::Queues => vec![sqs(queue()), sqs(name::dead_letters_of(&queue()))],
            Resource::Jobs => vec![sqs(jobs())],
            Resource::DeadJobs => vec![sqs(name::dead_letters_of(&jobs()))],
            Resource::AllJobs => vec![sqs(jobs()), sqs(name::dead_letters_of(&jobs()))],
            Resource::Pictures => vec!["*".to_owned()],
            // A phone number has no ARN.
            Resource::TextMessages => vec!["*".to_owned()],
        }
    }
}

/// The AWS partition of a region: partitions are isolated from each other.
fn partition(region: &str) -> &'static str {
    match region {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}
