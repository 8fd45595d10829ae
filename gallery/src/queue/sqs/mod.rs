//! A queue in SQS, which any number of instances and workers share. A job that was received `ATTEMPTS_MAX` times is moved
//! to the dead-letter queue by the queue itself (its redrive policy, which `qrate setup` sets).
//!
//! Here: the port. `calls`: calls about several messages at once. Not here: the queue of the bucket's notifications
//! (`bucket::s3`).

mod calls;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::http::HttpResponse;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName as Attribute, QueueAttributeName};
use domain::Timestamp;
use serde_json::Value;
use tokio::sync::OnceCell;

use super::{
    DELAY_MAX, DeadLetter, DeadLetterId, DeadLetters, Delivery, Depth, Job, LEASE_MAX, Queue, QueueError,
    RECEIVE_MAX, Receipt, WAIT_MAX,
};
use crate::aws::{Aws, AwsError, NO_SUCH_RECEIPT, QueueUrl, long_polling_client};
use crate::log_throttle::LogThrottle;

/// How long dead letters are hidden from others while they are looked at.
const LOOK: Duration = Duration::from_secs(30);

/// A queue in SQS.
pub struct SqsQueue {
    client: Client,
    url: String,
    /// The URL of the dead-letter queue, if there is one.
    dead_letters: OnceCell<Option<String>>,
    /// Messages that are no jobs.
    dropped: LogThrottle,
}

impl SqsQueue {
    /// The queue with this URL. Asks for nothing yet.
    pub fn new(aws: &Aws, url: &QueueUrl) -> Self {
        Self {
            client: long_polling_client(aws, WAIT_MAX),
            url: url.as_str().to_owned(),
            dead_letters: OnceCell::new(),
            dropped: LogThrottle::default(),
        }
    }

    /// Receives messages, hidden from others for `lease`.
    async fn messages(
        &self,
        url: &str,
        most: usize,
        lease: Duration,
        wait: Duration,
    ) -> Result<Vec<Message>, QueueError> {
        let receive = self
            .client
            .receive_message()
            .queue_url(url)
            .max_number_of_messages(i32::try_from(most.clamp(1, RECEIVE_MAX)).unwrap_or(1))
            .visibility_timeout(whole_seconds(lease.min(LEASE_MAX)))
            .wait_time_seconds(whole_seconds(wait.min(WAIT_MAX)))
            .message_system_attribute_names(Attribute::ApproximateReceiveCount)
            .message_system_attribute_names(Attribute::SentTimestamp);
        let output = receive.send().await.map_err(|error| classify(url, error))?;
        Ok(output.messages.unwrap_or_default())
    }

    /// The job in a message. One that is no job would come again and again: it is logged and deleted.
    async fn read(&self, message: Message) -> Option<Delivery> {
        if let Some((job, sent_at)) = job_in(&message) {
            let attempts = system_number(&message, &Attribute::ApproximateReceiveCount).unwrap_or(1);
            let receipt = Receipt(message.receipt_handle?);
            return Some(Delivery {
                job,
                receipt,
                attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
                sent_at,
            });
        }
        if let Some(untold) = self.dropped.record() {
            tracing::warn!(
                message = message.message_id(),
                untold,
                "a message in the queue of jobs is no job: it is deleted"
            );
        }
        let delete = self.client.delete_message().queue_url(&self.url);
        // If this fails, it comes again.
        let _ = delete.receipt_handle(message.receipt_handle.unwrap_or_default()).send().await;
        None
    }

    async fn hide_for(&self, receipt: &Receipt, time: Duration) -> Result<(), QueueError> {
        let change = self.client.change_message_visibility().queue_url(&self.url);
        let change = change.receipt_handle(&receipt.0).visibility_timeout(whole_seconds(time));
        change.send().await.map(drop).map_err(|error| stale_or(&self.url, error))
    }

    /// The URL of the dead-letter queue, which is always in the account and region of its queue.
    async fn dead_letters_url(&self) -> Result<Option<&str>, QueueError> {
        let url = self.dead_letters.get_or_try_init(|| async {
            let attributes = self.attributes(&self.url, &[QueueAttributeName::RedrivePolicy]).await?;
            let policy = attributes.get(&QueueAttributeName::RedrivePolicy);
            let policy = policy.and_then(|policy| serde_json::from_str::<Value>(policy).ok());
            let arn = policy.and_then(|policy| Some(policy["deadLetterTargetArn"].as_str()?.to_owned()));
            let url = arn.and_then(|arn| {
                let (place, _) = self.url.rsplit_once('/')?;
                Some(format!("{place}/{}", arn.rsplit(':').next()?))
            });
            Ok::<_, QueueError>(url)
        });
        Ok(url.await?.as_deref())
    }
}

/// At least that long.
fn whole_seconds(time: Duration) -> i32 {
    i32::try_from(time.as_millis().div_ceil(1000)).unwrap_or(i32::MAX)
}

/// The job in a message, and when it was sent.
fn job_in(message: &Message) -> Option<(Job, Timestamp)> {
    let job = serde_json::from_str(message.body()?).ok()?;
    let sent_at_ms = system_number(message, &Attribute::SentTimestamp).unwrap_or(0);
    Some((job, Timestamp::from_unix_ms(sent_at_ms)))
}

fn system_number(message: &Message, name: &Attribute) -> Option<u64> {
    message.attributes()?.get(name)?.parse().ok()
}

/// What a failed call means.
fn classify<E>(url: &str, error: SdkError<E, HttpResponse>) -> QueueError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let status = error.raw_response().map_or(0, |response| response.status().as_u16());
    match crate::aws::classify(&error) {
        AwsError::Absent => QueueError::Missing(format!(
            "there is no queue {url}: check --jobs-queue (QRATE_JOBS_QUEUE), or create it (qrate setup)"
        )),
        AwsError::Denied(_) | AwsError::Credentials(_) => QueueError::Denied(error.into()),
        _ => match &error {
            SdkError::ServiceError(_) if status < 500 && status != 429 => QueueError::Other(error.into()),
            SdkError::ConstructionFailure(_) => QueueError::Other(error.into()),
            _ => QueueError::Unavailable(error.into()),
        },
    }
}

/// The same for a call with a receipt, which may be an old one.
fn stale_or<E>(url: &str, error: SdkError<E, HttpResponse>) -> QueueError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    if error.code().is_some_and(|code| NO_SUCH_RECEIPT.contains(&code)) {
        return QueueError::Stale;
    }
    classify(url, error)
}

#[async_trait]
impl Queue for SqsQueue {
    async fn send(&self, jobs: &[Job]) -> Result<(), QueueError> {
        let bodies = jobs.iter().map(|job| serde_json::to_string(job).expect("text and numbers are JSON"));
        self.send_all(&self.url, bodies.collect()).await
    }

    async fn receive(
        &self,
        most: usize,
        lease: Duration,
        wait: Duration,
    ) -> Result<Vec<Delivery>, QueueError> {
        let mut received = Vec::new();
        for message in self.messages(&self.url, most, lease, wait).await? {
            received.extend(self.read(message).await);
        }
        Ok(received)
    }

    async fn extend(&self, receipt: &Receipt, lease: Duration) -> Result<(), QueueError> {
        self.hide_for(receipt, lease.min(LEASE_MAX)).await
    }

    async fn done(&self, receipt: &Receipt) -> Result<(), QueueError> {
        let delete = self.client.delete_message().queue_url(&self.url).receipt_handle(&receipt.0);
        delete.send().await.map(drop).map_err(|error| stale_or(&self.url, error))
    }

    async fn give_back(&self, receipt: &Receipt, delay: Duration) -> Result<(), QueueError> {
        self.hide_for(receipt, delay.min(DELAY_MAX)).await
    }

    async fn dead_letters(&self, most: usize) -> Result<Vec<DeadLetter>, QueueError> {
        let Some(url) = self.dead_letters_url().await? else { return Ok(Vec::new()) };
        let (mut letters, mut receipts) = (Vec::new(), Vec::new());
        while letters.len() < most {
            let messages = self.messages(url, most - letters.len(), LOOK, Duration::ZERO).await?;
            if messages.is_empty() {
                break;
            }
            for message in messages {
                letters.extend(job_in(&message).and_then(|(job, sent_at)| {
                    let id = DeadLetterId(message.message_id.clone()?);
                    Some(DeadLetter { id, job, sent_at })
                }));
                receipts.extend(message.receipt_handle);
            }
        }
        self.show_all(url, receipts).await?;
        Ok(letters)
    }

    async fn redrive(&self, which: DeadLetters) -> Result<u64, QueueError> {
        let Some(url) = self.dead_letters_url().await? else { return Ok(0) };
        let (mut sent, mut others) = (0, Vec::new());
        loop {
            let messages = self.messages(url, RECEIVE_MAX, LOOK, Duration::ZERO).await?;
            if messages.is_empty() {
                break;
            }
            let is_meant = |message: &Message| match &which {
                DeadLetters::One(id) => message.message_id() == Some(id.as_str()),
                DeadLetters::All => true,
            };
            let (meant, rest): (Vec<_>, Vec<_>) = messages.into_iter().partition(is_meant);
            others.extend(rest.into_iter().filter_map(|message| message.receipt_handle));
            let (bodies, receipts): (Vec<_>, Vec<_>) = meant
                .into_iter()
                .filter_map(|message| Some((message.body?, message.receipt_handle?)))
                .unzip();
            sent += bodies.len() as u64;
            // Sent before it is deleted: twice rather than never.
            self.send_all(&self.url, bodies).await?;
            self.delete_all(url, receipts).await?;
            if sent > 0 && which != DeadLetters::All {
                break;
            }
        }
        self.show_all(url, others).await?;
        Ok(sent)
    }

    async fn depth(&self) -> Result<Depth, QueueError> {
        const VISIBLE: QueueAttributeName = QueueAttributeName::ApproximateNumberOfMessages;
        const RECEIVED: QueueAttributeName = QueueAttributeName::ApproximateNumberOfMessagesNotVisible;
        const DELAYED: QueueAttributeName = QueueAttributeName::ApproximateNumberOfMessagesDelayed;
        let count = async |url: &str| {
            let attributes = self.attributes(url, &[VISIBLE, RECEIVED, DELAYED]).await?;
            let number = |name| attributes.get(&name).and_then(|number| number.parse().ok()).unwrap_or(0u64);
            Ok::<_, QueueError>((number(VISIBLE), number(RECEIVED) + number(DELAYED)))
        };
        let (waiting, hidden) = count(&self.url).await?;
        let dead = match self.dead_letters_url().await? {
            Some(url) => count(url).await?,
            None => (0, 0),
        };
        Ok(Depth { waiting, hidden, dead: dead.0 + dead.1 })
    }
}
