//! The parts of a deployment, in the order of their creation, and their state.

use super::Deployment;
use crate::aws::error::AwsError;
use crate::aws::permission::{Permission, Resource};

/// A resource, or one of its settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The table, with our primary key.
    Table,
    /// Expired items are deleted.
    TableExpiry,
    /// It can be restored to any moment of the last weeks.
    TableHistory,
    /// It cannot be deleted by mistake.
    TableProtection,
    /// The bucket.
    Bucket,
    /// It is not public.
    BucketPrivate,
    /// All objects belong to the bucket's owner.
    BucketOwner,
    /// Its objects are encrypted.
    BucketEncrypted,
    /// Deleted and overwritten objects can be recovered for a while.
    BucketVersions,
    /// Old versions and incomplete uploads expire.
    BucketTidy,
    /// No rule deletes live objects.
    BucketKeeps,
    /// The queue.
    Queue,
    /// Messages that keep failing are moved aside.
    QueueDeadLetters,
    /// The bucket may send to the queue, but not everybody.
    QueuePolicy,
    /// The bucket notifies the queue of its changes.
    Notification,
    /// The jobs queue.
    Jobs,
    /// Jobs that keep failing are moved aside.
    JobsDeadLetters,
    /// Not everybody may send to it.
    JobsPolicy,
}

/// The state of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::aws) enum PartState {
    /// As it should be, with details if there are any.
    Right(String),
    /// Missing, or never set.
    Missing,
    /// Different, but it can be changed.
    Differs(String),
    /// Set differently by others; left alone, and harmless.
    Noted(String),
    /// Set by others in a harmful way; only they can tell whether it may be changed.
    Harmful(String),
    /// It cannot be created next to what is there.
    Blocked(String),
}

impl PartState {
    pub(super) fn right() -> Self {
        Self::Right(String::new())
    }
}

impl Part {
    const OF_TABLE: &[Self] = &[Self::Table, Self::TableExpiry, Self::TableHistory, Self::TableProtection];
    const OF_BUCKET: &[Self] = &[
        Self::Bucket,
        Self::BucketPrivate,
        Self::BucketOwner,
        Self::BucketEncrypted,
        Self::BucketVersions,
        Self::BucketTidy,
        Self::BucketKeeps,
    ];
    const OF_QUEUE: &[Self] = &[Self::Queue, Self::QueueDeadLetters, Self::QueuePolicy, Self::Notification];

    const OF_JOBS: &[Self] = &[Self::Jobs, Self::JobsDeadLetters, Self::JobsPolicy];

    /// Whether it is a resource rather than a setting.
    pub fn is_a_thing(self) -> bool {
        matches!(self, Self::Table | Self::Bucket | Self::Queue | Self::Jobs)
    }

    /// Its name for users.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::TableExpiry => "deletion of expired items (time to live)",
            Self::TableHistory => "restoring to any moment of the last weeks (point-in-time recovery)",
            Self::TableProtection => "protection from deletion",
            Self::Bucket => "bucket",
            Self::BucketPrivate => "blocking of public access",
            Self::BucketOwner => "ownership of all objects by its owner",
            Self::BucketEncrypted => "encryption",
            Self::BucketVersions => "versioning",
            Self::BucketTidy => "expiry of old versions and incomplete uploads",
            Self::BucketKeeps => "no rule that deletes live objects",
            Self::Queue => "queue",
            Self::QueueDeadLetters => "a dead-letter queue for messages that keep failing",
            Self::QueuePolicy => "permission for the bucket to send",
            Self::Notification => "notification of the queue by the bucket",
            Self::Jobs => "jobs queue",
            Self::JobsDeadLetters => "a dead-letter queue for jobs that keep failing",
            Self::JobsPolicy => "no permission for everybody to send jobs",
        }
    }

    /// The permission needed to inspect it.
    pub(in crate::aws) fn look_needs(self) -> Permission {
        let (action, on) = match self {
            Self::Table | Self::TableProtection => ("dynamodb:DescribeTable", Resource::Table),
            Self::TableExpiry => ("dynamodb:DescribeTimeToLive", Resource::Table),
            Self::TableHistory => ("dynamodb:DescribeContinuousBackups", Resource::Table),
            Self::Bucket => ("s3:ListBucket", Resource::Bucket),
            Self::BucketPrivate => ("s3:GetBucketPublicAccessBlock", Resource::Bucket),
            Self::BucketOwner => ("s3:GetBucketOwnershipControls", Resource::Bucket),
            Self::BucketEncrypted => ("s3:GetEncryptionConfiguration", Resource::Bucket),
            Self::BucketVersions => ("s3:GetBucketVersioning", Resource::Bucket),
            Self::BucketTidy | Self::BucketKeeps => ("s3:GetLifecycleConfiguration", Resource::Bucket),
            Self::Queue | Self::QueueDeadLetters | Self::QueuePolicy => {
                ("sqs:GetQueueAttributes", Resource::Queues)
            }
            Self::Notification => ("s3:GetBucketNotification", Resource::Bucket),
            Self::Jobs | Self::JobsDeadLetters | Self::JobsPolicy => {
                ("sqs:GetQueueAttributes", Resource::AllJobs)
            }
        };
        Permission { action, on }
    }

    /// The permission needed to fix it.
    pub(in crate::aws) fn fix_permission(self) -> Permission {
        let (action, on) = match self {
            Self::Table => ("dynamodb:CreateTable", Resource::Table),
            Self::TableExpiry => ("dynamodb:UpdateTimeToLive", Resource::Table),
            Self::TableHistory => ("dynamodb:UpdateContinuousBackups", Resource::Table),
            Self::TableProtection => ("dynamodb:UpdateTable", Resource::Table),
            Self::Bucket => ("s3:CreateBucket", Resource::Bucket),
            Self::BucketPrivate => ("s3:PutBucketPublicAccessBlock", Resource::Bucket),
            Self::BucketOwner => ("s3:PutBucketOwnershipControls", Resource::Bucket),
            Self::BucketEncrypted => ("s3:PutEncryptionConfiguration", Resource::Bucket),
            Self::BucketVersions => ("s3:PutBucketVersioning", Resource::Bucket),
            Self::BucketTidy | Self::BucketKeeps => ("s3:PutLifecycleConfiguration", Resource::Bucket),
            Self::Queue => ("sqs:CreateQueue", Resource::Queues),
            Self::QueueDeadLetters | Self::QueuePolicy => ("sqs:SetQueueAttributes", Resource::Queues),
            Self::Notification => ("s3:PutBucketNotification", Resource::Bucket),
            Self::Jobs => ("sqs:CreateQueue", Resource::AllJobs),
            Self::JobsDeadLetters | Self::JobsPolicy => ("sqs:SetQueueAttributes", Resource::AllJobs),
        };
        Permission { action, on }
    }
}

impl Deployment {
    /// All parts of the deployment, in the order of their creation.
    pub(in crate::aws) fn parts(&self) -> impl Iterator<Item = Part> {
        let of = |is_wanted: bool, parts: &'static [Part]| if is_wanted { parts } else { &[] };
        let table = of(self.table.is_some(), Part::OF_TABLE);
        let queue = of(self.queue.is_some(), Part::OF_QUEUE);
        let jobs = of(self.jobs.is_some(), Part::OF_JOBS);
        [table, Part::OF_BUCKET, queue, jobs].into_iter().flatten().copied()
    }

    /// Its description for users: the kind of resource and its name, or the setting.
    pub(in crate::aws) fn title(&self, part: Part) -> String {
        let named = match part {
            Part::Table => self.table.as_ref().map(ToString::to_string),
            Part::Bucket => Some(self.bucket.to_string()),
            Part::Queue => self.queue.as_ref().map(ToString::to_string),
            Part::Jobs => self.jobs.as_ref().map(ToString::to_string),
            _ => None,
        };
        named.map_or_else(|| part.name().to_owned(), |name| format!("{} {name}", part.name()))
    }

    /// Inspects its current state.
    pub(in crate::aws) async fn inspect(&self, part: Part) -> Result<PartState, AwsError> {
        let inspected = match part {
            Part::Table => self.inspect_table().await,
            Part::TableExpiry => self.inspect_expiry().await,
            Part::TableHistory => self.inspect_history().await,
            Part::TableProtection => self.inspect_protection().await,
            Part::Bucket => self.inspect_bucket().await,
            Part::BucketPrivate => self.inspect_public_access().await,
            Part::BucketOwner => self.inspect_ownership().await,
            Part::BucketEncrypted => self.inspect_encryption().await,
            Part::BucketVersions => self.inspect_versions().await,
            Part::BucketTidy => self.inspect_tidying().await,
            Part::BucketKeeps => self.inspect_expiring_rules().await,
            Part::Queue => self.inspect_queue().await,
            Part::QueueDeadLetters => self.inspect_dead_letters().await,
            Part::QueuePolicy => self.inspect_queue_policy().await,
            Part::Notification => self.inspect_notification().await,
            Part::Jobs => self.inspect_jobs().await,
            Part::JobsDeadLetters => self.inspect_dead_jobs().await,
            Part::JobsPolicy => self.inspect_jobs_policy().await,
        };
        match inspected {
            Err(AwsError::Absent) => Ok(PartState::Missing),
            inspected => inspected,
        }
    }

    /// Fixes it, whatever its state when last inspected.
    pub(in crate::aws) async fn fix(&self, part: Part) -> Result<(), AwsError> {
        match part {
            Part::Table => self.create_table().await,
            Part::TableExpiry => self.set_expiry().await,
            Part::TableHistory => self.set_history().await,
            Part::TableProtection => self.set_protection().await,
            Part::Bucket => self.create_bucket().await,
            Part::BucketPrivate => self.close_to_the_public().await,
            Part::BucketOwner => self.set_ownership().await,
            Part::BucketEncrypted => self.set_encryption().await,
            Part::BucketVersions => self.set_versions().await,
            Part::BucketTidy => self.set_tidying().await,
            // The owner of such a rule has to decide.
            Part::BucketKeeps => Ok(()),
            Part::Queue => self.create_queue().await,
            Part::QueueDeadLetters => self.set_dead_letters().await,
            Part::QueuePolicy => self.set_queue_policy().await,
            Part::Notification => self.set_notification().await,
            Part::Jobs => self.create_jobs().await,
            Part::JobsDeadLetters => self.set_dead_jobs().await,
            // Whoever allowed it has to decide.
            Part::JobsPolicy => Ok(()),
        }
    }
}
