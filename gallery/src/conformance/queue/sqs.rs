//! SQS as spoken by a stand-in server. Each test has its own queue, with a dead-letter queue, as setup makes them.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_sqs::types::QueueAttributeName;

use super::Subject;
use crate::aws::{Aws, QueueUrl};
use crate::queue::{ATTEMPTS_MAX, Queue, SqsQueue};
use crate::testing::servers::ministack;
use crate::testing::unique_names::fresh_name;
use crate::testing::users::{shipped_policy, user};

/// Jobs for many workers, unless the environment says otherwise: the server takes some milliseconds for a call.
const MANY: u64 = 300;

/// A queue on MiniStack, as a user with the policy that we ship.
#[derive(Default)]
pub(super) struct OnMiniStack(Place);

/// A queue in a real account, with the environment's own credentials.
#[cfg(feature = "test-aws")]
#[derive(Default)]
pub(super) struct OnAws(Place);

#[derive(Default)]
struct Place(Option<(Aws, QueueUrl)>);

impl Place {
    /// The queue, which is created the first time.
    async fn open(&mut self, root: Aws, connect: impl AsyncFnOnce(&Aws, &str) -> Aws) -> Arc<dyn Queue> {
        if self.0.is_none() {
            let name = fresh_name();
            let url = create(&root, &name).await;
            self.0 = Some((connect(&root, &name).await, url));
        }
        let (aws, url) = self.0.as_ref().unwrap();
        Arc::new(SqsQueue::new(aws, url))
    }
}

/// A queue with its dead-letter queue.
async fn create(aws: &Aws, name: &str) -> QueueUrl {
    let sqs = aws_sdk_sqs::Client::new(&aws.config);
    let dead = sqs.create_queue().queue_name(format!("{name}-dead-letters")).send().await.unwrap();
    let arn = sqs.get_queue_attributes().queue_url(dead.queue_url.unwrap());
    let arn = arn.attribute_names(QueueAttributeName::QueueArn).send().await.unwrap();
    let arn = arn.attributes.unwrap().remove(&QueueAttributeName::QueueArn).unwrap();
    let policy =
        serde_json::json!({ "deadLetterTargetArn": arn, "maxReceiveCount": ATTEMPTS_MAX.to_string() });
    let queue = sqs.create_queue().queue_name(name);
    let queue = queue.attributes(QueueAttributeName::RedrivePolicy, policy.to_string()).send().await.unwrap();
    queue.queue_url.unwrap().parse().unwrap()
}

impl Subject for OnMiniStack {
    /// Long enough for a busy machine to find the job hidden.
    const LEASE: Duration = Duration::from_secs(3);
    const SOON: Duration = Duration::from_secs(20);
    const WORK_LEASE: Duration = Duration::from_secs(10);

    fn many() -> u64 {
        std::env::var("QRATE_TEST_JOBS").map_or(MANY, |text| text.parse().unwrap())
    }

    async fn open(&mut self) -> Arc<dyn Queue> {
        let connect = async |root: &Aws, name: &str| user(root, &shipped_policy(name)).await;
        self.0.open(ministack().await, connect).await
    }

    /// Passes by itself while a call waits.
    fn pass(&self, _: Duration) {}
}

#[cfg(feature = "test-aws")]
impl Subject for OnAws {
    const LEASE: Duration = OnMiniStack::LEASE;
    const SOON: Duration = OnMiniStack::SOON;
    const WORK_LEASE: Duration = OnMiniStack::WORK_LEASE;

    fn many() -> u64 {
        OnMiniStack::many()
    }

    async fn open(&mut self) -> Arc<dyn Queue> {
        let connect = async |root: &Aws, _: &str| root.clone();
        self.0.open(crate::testing::account::account().await, connect).await
    }

    fn pass(&self, _: Duration) {}
}
