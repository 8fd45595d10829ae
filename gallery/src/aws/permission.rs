//! An action in AWS, and what it is done to. Not here: who needs which (`policy`).

/// What a permission is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// The bucket itself.
    Bucket,
    /// What lies in it.
    Objects,
    /// The table.
    Table,
    /// The queue.
    Queue,
    /// The queue, and that of its dead letters.
    Queues,
}

/// One action on one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    /// As IAM calls it, such as `s3:PutObject`.
    pub action: &'static str,
    /// What it is done to.
    pub on: Resource,
}
