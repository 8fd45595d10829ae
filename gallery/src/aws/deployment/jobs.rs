//! The queue of jobs: jobs that keep failing move to its dead-letter queue. Who may send is a matter of the callers' own
//! policies: the queue needs none.

use super::part::PartState;
use super::queue::{harm_in, statements};
use super::{AwsError, Deployment, QueueName};
use crate::queue::ATTEMPTS_MAX;

/// How long a received job is hidden from others unless its receiver says otherwise, as workers do.
const HIDDEN_SECONDS: u32 = 60;

impl Deployment {
    pub(in crate::aws) async fn find_jobs(&self) -> Result<String, AwsError> {
        self.find_queue(self.of_jobs()).await
    }

    pub(super) async fn inspect_jobs(&self) -> Result<PartState, AwsError> {
        self.queue_attributes(self.of_jobs()).await.map(|_| PartState::right())
    }

    pub(super) async fn create_jobs(&self) -> Result<(), AwsError> {
        self.create_queue_named(self.of_jobs(), HIDDEN_SECONDS).await
    }

    pub(super) async fn inspect_dead_jobs(&self) -> Result<PartState, AwsError> {
        self.inspect_dead_letters_of(self.of_jobs()).await
    }

    pub(super) async fn set_dead_jobs(&self) -> Result<(), AwsError> {
        self.set_dead_letters_of(self.of_jobs(), ATTEMPTS_MAX).await
    }

    pub(super) async fn inspect_jobs_policy(&self) -> Result<PartState, AwsError> {
        let policy = self.queue_policy(self.of_jobs()).await?;
        Ok(harm_in(&statements(&policy)).unwrap_or_else(PartState::right))
    }

    fn of_jobs(&self) -> &QueueName {
        self.jobs.as_ref().expect("the parts of the jobs queue are only inspected when there is one")
    }
}
