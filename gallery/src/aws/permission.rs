//! An AWS action and its target. Not here: who needs which (`policy`).

/// The target of a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// The bucket itself.
    Bucket,
    /// Its objects.
    Objects,
    /// The table.
    Table,
    /// The queue of the bucket's notifications.
    Queue,
    /// The queue and its dead-letter queue.
    Queues,
    /// The jobs queue.
    Jobs,
    /// The dead-letter queue of the jobs queue.
    DeadJobs,
    /// Both of these.
    AllJobs,
    /// Pictures in requests to Rekognition, which are no resource.
    Pictures,
    /// Text messages to phone numbers, which have no names as resources.
    TextMessages,
}

/// One action on one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    /// Its IAM name, such as `s3:PutObject`.
    pub action: &'static str,
    /// Its target.
    pub on: Resource,
}
