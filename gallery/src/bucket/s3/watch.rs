//! Hearing of what happens in the bucket, through one SQS queue that all instances read.
//!
//! A message that was handed to the reader in full is deleted when the reader asks for more; if the program ends before
//! that, the queue hands it out again, here or to another instance, and after some times in vain puts it among the dead
//! letters. A message that cannot be understood is logged and deleted. Nothing is lost while the queue is away: it keeps
//! what comes.

use std::collections::VecDeque;
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::timeout::TimeoutConfig;
use aws_sdk_sqs::error::DisplayErrorContext;
use aws_sdk_sqs::types::{DeleteMessageBatchRequestEntry, Message};
use futures::stream::{self, BoxStream, StreamExt};

use super::BucketName;
use super::notification::keys;
use crate::aws::Aws;
use crate::bucket::Hint;
use crate::clock::back_off;

/// How long a call waits for a message: as long as SQS allows, since an empty answer costs as much as a full one.
const WAIT_SECONDS: u16 = 20;
/// As many messages as SQS hands out at once.
const MESSAGES_MAX: i32 = 10;
/// For a call that waits, and then is answered.
const ATTEMPT_MAX: Duration = Duration::from_secs(WAIT_SECONDS as u64 + 10);
/// Between attempts to reach a queue that is away.
const RETRY_FIRST: Duration = Duration::from_secs(1);
const RETRY_MOST: Duration = Duration::from_secs(60);

/// The queue with a bucket's notifications.
#[derive(Clone)]
pub(super) struct Queue {
    client: Client,
    url: String,
    bucket: BucketName,
}

impl Queue {
    pub(super) fn new(aws: &Aws, url: String, bucket: BucketName) -> Self {
        let timeouts = aws.config.timeout_config().map(TimeoutConfig::to_builder).unwrap_or_default();
        let timeouts = timeouts.operation_attempt_timeout(ATTEMPT_MAX).operation_timeout(2 * ATTEMPT_MAX);
        let config = aws_sdk_sqs::config::Builder::from(&aws.config).timeout_config(timeouts.build());
        Self { client: Client::from_conf(config.build()), url, bucket }
    }

    /// Hints for as long as somebody reads them.
    pub(super) fn watch(&self) -> BoxStream<'static, Hint> {
        let reader =
            Reader { queue: self.clone(), hints: VecDeque::new(), receipts: Vec::new(), failures: 0 };
        stream::unfold(reader, |mut reader| async { Some((reader.next().await, reader)) }).boxed()
    }
}

struct Reader {
    queue: Queue,
    /// Those not handed on yet.
    hints: VecDeque<Hint>,
    /// Of the messages that the hints come from.
    receipts: Vec<String>,
    /// Calls in a row that failed.
    failures: u32,
}

impl Reader {
    async fn next(&mut self) -> Hint {
        loop {
            if let Some(hint) = self.hints.pop_front() {
                return hint;
            }
            self.delete_read().await;
            self.receive().await;
        }
    }

    async fn receive(&mut self) {
        let Queue { client, url, .. } = &self.queue;
        let receive = client.receive_message().queue_url(url).max_number_of_messages(MESSAGES_MAX);
        match receive.wait_time_seconds(i32::from(WAIT_SECONDS)).send().await {
            Ok(output) => {
                if self.failures > 0 {
                    tracing::info!("the queue of the bucket's notifications answers again");
                }
                self.failures = 0;
                output.messages.unwrap_or_default().into_iter().for_each(|message| self.read(message));
            }
            Err(error) => {
                if self.failures == 0 {
                    tracing::warn!(error = %DisplayErrorContext(&error),
                        "the queue of the bucket's notifications cannot be read; trying again until it can");
                }
                tokio::time::sleep(back_off(RETRY_FIRST, self.failures, RETRY_MOST)).await;
                self.failures = self.failures.saturating_add(1);
            }
        }
    }

    fn read(&mut self, message: Message) {
        match keys(message.body().unwrap_or_default(), &self.queue.bucket) {
            Ok(keys) => self.hints.extend(keys.into_iter().map(Hint::Key)),
            Err(error) => tracing::warn!(
                message = message.message_id(),
                error = &error as &dyn std::error::Error,
                "a message in the queue of the bucket's notifications is dropped"
            ),
        }
        self.receipts.extend(message.receipt_handle);
    }

    /// When this fails, the queue hands the messages out again: a second look does no harm.
    async fn delete_read(&mut self) {
        let receipts = std::mem::take(&mut self.receipts).into_iter();
        let entries: Vec<_> = receipts
            .enumerate()
            .filter_map(|(n, receipt)| {
                let entry =
                    DeleteMessageBatchRequestEntry::builder().id(n.to_string()).receipt_handle(receipt);
                entry.build().ok()
            })
            .collect();
        if entries.is_empty() {
            return;
        }
        let Queue { client, url, .. } = &self.queue;
        let deletion = client.delete_message_batch().queue_url(url).set_entries(Some(entries));
        if let Err(error) = deletion.send().await {
            tracing::debug!(error = %DisplayErrorContext(&error), "read messages stay in the queue for now");
        }
    }
}
