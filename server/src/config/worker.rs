//! Who works on photos.

use super::storage::{StackError, StorageArgs};

/// Who works on photos.
#[derive(Debug, Clone, clap::Args)]
pub struct WorkerArgs {
    /// Leave the work on photos to "qrate worker" in other processes. They share the bucket, the table and the jobs queue
    /// in AWS.
    #[arg(long, env = "QRATE_NO_WORKER")]
    no_worker: bool,
}

impl WorkerArgs {
    /// Whether this process works on photos; an error if nobody else could.
    pub fn works(&self, storage: &StorageArgs) -> Result<bool, StackError> {
        if self.no_worker {
            storage.stack()?.for_workers()?;
        }
        Ok(!self.no_worker)
    }
}
