//! Calls about several messages at once, ten at a time as SQS wants it, and about the attributes of a queue.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_sqs::types::{
    BatchResultErrorEntry, ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry,
    QueueAttributeName, SendMessageBatchRequestEntry,
};

use super::{QueueError, SqsQueue, classify};
use crate::clock::back_off;

/// SQS's maximum number of messages in a call.
const BATCH_MAX: usize = 10;
/// How often the messages of a batch that SQS did not take are sent again.
const ATTEMPTS: u32 = 4;
const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_MOST: Duration = Duration::from_secs(1);

impl SqsQueue {
    /// Sends messages; after an error some may have been sent.
    pub(super) async fn send_all(&self, url: &str, bodies: Vec<String>) -> Result<(), QueueError> {
        for bodies in bodies.chunks(BATCH_MAX) {
            let mut left: Vec<_> = bodies.iter().enumerate().collect();
            for attempt in 0.. {
                let entries = left.iter().map(|(number, body)| {
                    let entry = SendMessageBatchRequestEntry::builder().id(number.to_string());
                    entry.message_body(*body).build().expect("id and body are set")
                });
                let send = self.client.send_message_batch().queue_url(url);
                let sent = send.set_entries(Some(entries.collect())).send().await;
                let failed = sent.map_err(|error| classify(url, error))?.failed;
                if failed.is_empty() {
                    break;
                }
                if attempt + 1 == ATTEMPTS {
                    return Err(partly(&failed));
                }
                left.retain(|(number, _)| failed.iter().any(|failure| failure.id == number.to_string()));
                tokio::time::sleep(back_off(RETRY_FIRST, attempt, RETRY_MOST)).await;
            }
        }
        Ok(())
    }

    pub(super) async fn delete_all(&self, url: &str, receipts: Vec<String>) -> Result<(), QueueError> {
        for receipts in receipts.chunks(BATCH_MAX) {
            let entries = receipts.iter().enumerate().map(|(number, receipt)| {
                let entry = DeleteMessageBatchRequestEntry::builder().id(number.to_string());
                entry.receipt_handle(receipt).build().expect("id and receipt are set")
            });
            let delete = self.client.delete_message_batch().queue_url(url);
            let deleted = delete.set_entries(Some(entries.collect())).send().await;
            let failed = deleted.map_err(|error| classify(url, error))?.failed;
            if !failed.is_empty() {
                return Err(partly(&failed));
            }
        }
        Ok(())
    }

    /// Makes received messages visible again; those that are not any more become so by themselves.
    pub(super) async fn show_all(&self, url: &str, receipts: Vec<String>) -> Result<(), QueueError> {
        for receipts in receipts.chunks(BATCH_MAX) {
            let entries = receipts.iter().enumerate().map(|(number, receipt)| {
                let entry = ChangeMessageVisibilityBatchRequestEntry::builder().id(number.to_string());
                entry.receipt_handle(receipt).visibility_timeout(0).build().expect("id and receipt are set")
            });
            let show = self.client.change_message_visibility_batch().queue_url(url);
            let shown = show.set_entries(Some(entries.collect())).send().await;
            shown.map_err(|error| classify(url, error))?;
        }
        Ok(())
    }

    pub(super) async fn attributes(
        &self,
        url: &str,
        names: &[QueueAttributeName],
    ) -> Result<HashMap<QueueAttributeName, String>, QueueError> {
        let get = self.client.get_queue_attributes().queue_url(url);
        let got = get.set_attribute_names(Some(names.to_vec())).send().await;
        Ok(got.map_err(|error| classify(url, error))?.attributes.unwrap_or_default())
    }
}

/// SQS took some messages of a batch, and not these.
fn partly(failed: &[BatchResultErrorEntry]) -> QueueError {
    let first = failed.first().map_or("", |failure| failure.code.as_str());
    QueueError::Unavailable(format!("{} messages of a batch failed ({first})", failed.len()).into())
}
