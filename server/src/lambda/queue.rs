//! Messages of SQS: jobs, and notifications of the bucket, told apart by their queue's name. Those that are not done are
//! named in the answer, so that only they come back (partial batch responses).

use futures::future::join_all;
use gallery::bucket::BucketName;
use gallery::{Gallery, JobMessage};
use serde_json::{Value, json};

use crate::grants::of_operator;

/// The end of the name of a queue of jobs, as `qrate deploy` names it.
const JOBS: &str = "-jobs";

/// Handles messages, side by side.
pub(super) async fn answer(gallery: &Gallery, bucket: &BucketName, records: &[Value]) -> Value {
    let handled = records.iter().map(|record| async move {
        let id = record["messageId"].as_str().unwrap_or_default();
        (id, handle(gallery, bucket, record).await)
    });
    let failed = join_all(handled).await.into_iter().filter(|(_, is_done)| !is_done);
    let failures: Vec<_> = failed.map(|(id, _)| json!({ "itemIdentifier": id })).collect();
    json!({ "batchItemFailures": failures })
}

/// Whether a message is done with.
async fn handle(gallery: &Gallery, bucket: &BucketName, record: &Value) -> bool {
    let text = |name: &str| record[name].as_str().unwrap_or_default();
    if !text("eventSourceARN").ends_with(JOBS) {
        return gallery.inspect_notified(&of_operator(), bucket, text("body")).await;
    }
    let attempts =
        record["attributes"]["ApproximateReceiveCount"].as_str().and_then(|count| count.parse().ok());
    let message =
        JobMessage { body: text("body"), receipt: text("receiptHandle"), attempts: attempts.unwrap_or(1) };
    gallery.work_on(&of_operator(), message).await
}
