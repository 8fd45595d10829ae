//! Receives changes of the bucket through one SQS queue that all instances read.
//!
//! A message is deleted when all objects that it mentions have been inspected. Until then it is hidden from other
//! readers for a while (the queue's visibility timeout) and then delivered again, here or to another instance: after
//! a failed inspection, after a crash, and, at a requested time, after an inspection that came too early. The queue
//! itself moves a message that failed too often to the dead-letter queue (its redrive policy). A message that cannot
//! be parsed is logged and deleted; one about another bucket is left for that bucket's reader. Nothing is lost while
//! the queue is away: it keeps new messages.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::http::HttpResponse;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::operation::receive_message::ReceiveMessageError;
use aws_sdk_sqs::types::{ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry, Message};
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::BucketName;
use super::delivery::{Delivery, Settled};
use super::notification::{ChangedObject, MessageContents, parse_message};
use crate::LogThrottle;
use crate::aws::{Aws, AwsError, classify, long_polling_client};
use crate::bucket::{Hint, Notice};
use crate::clock::back_off;

/// How long a call waits for a message: SQS's maximum, since an empty response costs as much as a full one.
const WAIT_SECONDS: u16 = 20;
/// SQS's maximum per request.
const MESSAGES_MAX: u8 = 10;
/// Between attempts to reach an unavailable queue.
const RETRY_FIRST: Duration = Duration::from_secs(1);
const RETRY_MOST: Duration = Duration::from_secs(60);

/// Other buckets that are logged by name: senders can make up any number of names.
const OTHER_BUCKETS_MAX: usize = 16;

/// The queue with a bucket's notifications.
#[derive(Clone)]
pub(super) struct Queue {
    client: Client,
    url: String,
    bucket: BucketName,
}

type Received = Result<Vec<Message>, SdkError<ReceiveMessageError>>;

impl Queue {
    pub(super) fn new(aws: &Aws, url: String, bucket: BucketName) -> Self {
        Self { client: long_polling_client(aws, Duration::from_secs(u64::from(WAIT_SECONDS))), url, bucket }
    }

    /// Notices while somebody reads them. Reading on deletes settled messages.
    pub(super) fn watch(&self) -> BoxStream<'static, Notice> {
        let (settle, settled) = unbounded_channel();
        let reader = Reader {
            queue: self.clone(),
            notices: VecDeque::new(),
            receiving: None,
            settle,
            settled,
            failures: 0,
            is_failing: false,
            other_buckets: BTreeSet::new(),
            dropped: LogThrottle::default(),
        };
        stream::unfold(reader, |mut reader| async { Some((reader.next().await, reader)) }).boxed()
    }

    async fn receive(self, after: Duration) -> Received {
        tokio::time::sleep(after).await;
        let receive = self.client.receive_message().queue_url(self.url);
        let receive = receive.max_number_of_messages(i32::from(MESSAGES_MAX));
        let output = receive.wait_time_seconds(i32::from(WAIT_SECONDS)).send().await?;
        Ok(output.messages.unwrap_or_default())
    }
}

struct Reader {
    queue: Queue,
    /// Those not handed on yet.
    notices: VecDeque<Notice>,
    /// The call that waits for more. It is never cancelled: what it received would be hidden for a while.
    receiving: Option<BoxFuture<'static, Received>>,
    /// Cloned into each notice.
    settle: UnboundedSender<Settled>,
    settled: UnboundedReceiver<Settled>,
    /// Consecutive failed calls.
    failures: u32,
    /// Whether the queue rejected settled messages, and that was logged.
    is_failing: bool,
    /// Buckets whose notifications arrived here, and which were logged.
    other_buckets: BTreeSet<String>,
    /// Messages that could not be parsed.
    dropped: LogThrottle,
}

impl Reader {
    async fn next(&mut self) -> Notice {
        loop {
            if let Some(notice) = self.notices.pop_front() {
                return notice;
            }
            let pause = match self.failures {
                0 => Duration::ZERO,
                failures => back_off(RETRY_FIRST, failures - 1, RETRY_MOST),
            };
            let receiving = self.receiving.get_or_insert_with(|| Box::pin(self.queue.clone().receive(pause)));
            tokio::select! {
                biased;
                Some(first) = self.settled.recv() => self.settle(first).await,
                received = receiving => {
                    self.receiving = None;
                    self.take(received);
                }
            }
        }
    }

    fn take(&mut self, received: Received) {
        match received {
            Ok(messages) => {
                if self.failures > 0 {
                    tracing::info!("the queue of the bucket's notifications responds again");
                }
                self.failures = 0;
                messages.into_iter().for_each(|message| self.read(message));
            }
            Err(error) => {
                if self.failures == 0 {
                    tracing::warn!(
                        queue = self.queue.url,
                        why = why(&error),
                        "cannot read the queue of the bucket's notifications; retrying"
                    );
                }
                self.failures = self.failures.saturating_add(1);
            }
        }
    }

    fn read(&mut self, message: Message) {
        let read = parse_message(message.body().unwrap_or_default(), &self.queue.bucket).unwrap_or_else(|error| {
            if let Some(suppressed) = self.dropped.record() {
                tracing::warn!(
                    message = message.message_id(),
                    error = &error as &dyn std::error::Error,
                    suppressed,
                    "dropped a message in the queue of the bucket's notifications; further ones are counted and logged once a \
                     minute"
                );
            }
            MessageContents::default()
        });
        // Without a delivery the message is never settled here: once it is visible again, another reader gets it.
        let is_ours_alone = read.other_buckets.is_empty();
        read.other_buckets.into_iter().for_each(|bucket| self.meet(bucket));
        let handle = message.receipt_handle.unwrap_or_default();
        let delivery =
            is_ours_alone.then(|| Arc::new(Delivery::new(handle, read.objects.len(), self.settle.clone())));
        self.notices.extend(read.objects.into_iter().map(|ChangedObject { key, etag }| {
            let receipt = delivery.as_ref().map(Delivery::receipt);
            Notice { hint: Hint::Key(key), etag, receipt }
        }));
    }

    /// Logs once that another bucket's notifications arrive here.
    fn meet(&mut self, bucket: String) {
        if self.other_buckets.len() < OTHER_BUCKETS_MAX && !self.other_buckets.contains(&bucket) {
            tracing::warn!(
                bucket,
                "the queue also has notifications of another bucket, which are left for its own gallery. Both galleries \
                 notice changes late: give each bucket its own queue (qrate setup, --queue)"
            );
            self.other_buckets.insert(bucket);
        }
    }

    /// Tells the queue what was settled, in batches. If this fails, the queue delivers the messages again: a second
    /// inspection does no harm.
    async fn settle(&mut self, first: Settled) {
        let mut batch = vec![first];
        while batch.len() < usize::from(MESSAGES_MAX)
            && let Ok(next) = self.settled.try_recv()
        {
            batch.push(next);
        }
        let (mut done, mut early) = (Vec::new(), Vec::new());
        for (n, Settled { handle, early_s }) in batch.into_iter().enumerate() {
            match early_s {
                None => done.extend(
                    DeleteMessageBatchRequestEntry::builder()
                        .id(n.to_string())
                        .receipt_handle(handle)
                        .build(),
                ),
                Some(seconds) => early.extend(
                    ChangeMessageVisibilityBatchRequestEntry::builder()
                        .id(n.to_string())
                        .receipt_handle(handle)
                        .visibility_timeout(seconds)
                        .build(),
                ),
            }
        }
        let Queue { client, url, .. } = self.queue.clone();
        if !done.is_empty() {
            let request = client.delete_message_batch().queue_url(&url).set_entries(Some(done));
            let outcome = request.send().await;
            self.log_failure(&outcome);
        }
        if !early.is_empty() {
            let request = client.change_message_visibility_batch().queue_url(url).set_entries(Some(early));
            let outcome = request.send().await;
            self.log_failure(&outcome);
        }
    }

    /// Logs the first of consecutive failures.
    fn log_failure<T, E>(&mut self, outcome: &Result<T, SdkError<E, HttpResponse>>)
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        if let Err(error) = outcome
            && !self.is_failing
        {
            tracing::warn!(
                queue = self.queue.url,
                why = why(error),
                "cannot delete settled messages from the queue of the bucket's notifications: it will deliver them again"
            );
        }
        self.is_failing = outcome.is_err();
    }
}

/// Why a call failed, as a sentence for the log.
fn why<E>(error: &SdkError<E, HttpResponse>) -> String
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    match classify(error) {
        AwsError::Absent => {
            "there is no such queue: check --queue (QRATE_QUEUE), or create it (qrate setup)".to_owned()
        }
        trouble => trouble.words(),
    }
}
