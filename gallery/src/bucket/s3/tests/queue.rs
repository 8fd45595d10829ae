//! The queue of notifications, on MiniStack: what the port's suite does not test.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_sqs::types::QueueAttributeName;
use domain::{Key, Space};
use futures::StreamExt as _;
use futures::stream::BoxStream;

use super::{key, put};
use crate::aws::Aws;
use crate::bucket::{Bucket as _, Hint, Notice, Outcome, S3Bucket};
use crate::catalog::Catalog as _;
use crate::testing::account::bucket_with_queue;
use crate::testing::servers::ministack;
use crate::testing::unique_names::fresh_name;
use crate::testing::{Fault, FaultyCatalog, granted};
use crate::{Gallery, Options, Ports};

const DEADLINE: Duration = Duration::from_secs(30);

struct Place {
    aws: Aws,
    bucket: S3Bucket,
    name: String,
    queue_url: String,
    sqs: aws_sdk_sqs::Client,
}

async fn place() -> Place {
    let aws = ministack().await;
    let (name, queue_url) = bucket_with_queue(&aws).await;
    let bucket = S3Bucket::new(&aws, name.parse().unwrap()).with_queue(&aws, queue_url.clone());
    let sqs = aws_sdk_sqs::Client::new(&aws.config);
    Place { aws, bucket, name, queue_url, sqs }
}

impl Place {
    async fn send(&self, body: &str) {
        self.sqs.send_message().queue_url(&self.queue_url).message_body(body).send().await.unwrap();
    }

    async fn set(&self, attribute: QueueAttributeName, value: impl Into<String>) {
        let set = self.sqs.set_queue_attributes().queue_url(&self.queue_url);
        set.attributes(attribute, value).send().await.unwrap();
    }

    /// The messages in a queue, including received ones that were not deleted.
    async fn message_count(&self, queue_url: &str) -> u64 {
        let names = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        ];
        let attributes = self.sqs.get_queue_attributes().queue_url(queue_url);
        let attributes = attributes.set_attribute_names(Some(names.to_vec())).send().await.unwrap();
        let counts = attributes.attributes.unwrap();
        names.iter().map(|name| counts[name].parse::<u64>().unwrap()).sum()
    }

    /// Returns when this many messages are in a queue.
    async fn comes_to(&self, queue_url: &str, count: u64) {
        let counted = async {
            while self.message_count(queue_url).await != count {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(DEADLINE, counted).await.unwrap_or_else(|_| panic!("never {count} messages"));
    }

    /// Creates a dead-letter queue for messages that were received this often, a second apart; returns its URL.
    async fn dead_letters_after(&self, deliveries: u32) -> String {
        let name = fresh_name();
        let url = self.sqs.create_queue().queue_name(&name).send().await.unwrap().queue_url.unwrap();
        let policy = serde_json::json!({
            "deadLetterTargetArn": format!("arn:aws:sqs:us-east-1:000000000000:{name}"),
            "maxReceiveCount": deliveries.to_string(),
        });
        self.set(QueueAttributeName::RedrivePolicy, policy.to_string()).await;
        self.set(QueueAttributeName::VisibilityTimeout, "1").await;
        url
    }
}

async fn next(notices: &mut BoxStream<'static, Notice>) -> (Key, Notice) {
    let notice = tokio::time::timeout(DEADLINE, notices.next()).await.expect("a notice comes").unwrap();
    match &notice.hint {
        Hint::Key(key) => (key.clone(), notice),
        other => panic!("{other:?}"),
    }
}

fn tell(notice: Notice, outcome: Outcome) {
    notice.receipt.expect("a queue's notices have receipts").settle(outcome);
}

#[tokio::test]
async fn settled_and_unparsable_messages_are_deleted() {
    let place = place().await;
    place.send("hello").await;
    put(&place.bucket, "main/a b", "x").await.unwrap();
    place.send("{\"Records\": []}").await;
    let mut notices = place.bucket.watch();
    let (found, notice) = next(&mut notices).await;
    assert_eq!(found, key("main/a b"));
    // Reading on deletes settled messages.
    tokio::select! {
        notice = notices.next() => panic!("{notice:?}"),
        () = place.comes_to(&place.queue_url, 1) => {}
    }
    tell(notice, Outcome::Done);
    tokio::select! {
        notice = notices.next() => panic!("{notice:?}"),
        () = place.comes_to(&place.queue_url, 0) => {}
    }
}

/// Like two galleries with the same queue.
#[tokio::test]
async fn messages_about_another_bucket_are_left_alone() {
    let place = place().await;
    place.set(QueueAttributeName::VisibilityTimeout, "1").await;
    let record = |bucket: &str, key: &str| {
        format!(r#"{{"s3":{{"bucket":{{"name":"{bucket}"}},"object":{{"key":"{key}"}}}}}}"#)
    };
    place.send(&format!(r#"{{"Records": [{}]}}"#, record("theirs", "alone"))).await;
    place
        .send(&format!(r#"{{"Records": [{}, {}]}}"#, record("theirs", "beside"), record(&place.name, "ours")))
        .await;
    let mut notices = place.bucket.watch();
    let (found, notice) = next(&mut notices).await;
    assert_eq!(found, key("ours"));
    assert!(notice.receipt.is_none(), "nothing here may delete the message");
    put(&place.bucket, "main/a", "x").await.unwrap();
    // Read on until our own message is deleted; the others stay, hidden or not.
    let read_on = async {
        loop {
            let (_, notice) = next(&mut notices).await;
            notice.receipt.into_iter().for_each(|receipt| receipt.settle(Outcome::Done));
        }
    };
    tokio::select! {
        () = read_on => {}
        () = place.comes_to(&place.queue_url, 2) => {}
    }
    drop(notices);
    let theirs = S3Bucket::new(&place.aws, "theirs".parse().unwrap());
    let mut theirs = theirs.with_queue(&place.aws, place.queue_url.clone()).watch();
    let mut found = std::collections::BTreeSet::new();
    while found.len() < 2 {
        found.insert(next(&mut theirs).await.0);
    }
    assert_eq!(found, [key("alone"), key("beside")].into());
}

#[tokio::test]
async fn failed_hints_are_redelivered() {
    let place = place().await;
    place.set(QueueAttributeName::VisibilityTimeout, "1").await;
    put(&place.bucket, "main/a", "x").await.unwrap();
    let mut notices = place.bucket.watch();
    let (first, notice) = next(&mut notices).await;
    drop(notice);
    let (second, _) = next(&mut notices).await;
    drop(notices);
    let (third, notice) = next(&mut place.bucket.watch()).await;
    assert_eq!([first, second, third], [key("main/a"), key("main/a"), key("main/a")]);
    // Not reading on loses nothing: the message is redelivered.
    tell(notice, Outcome::Done);
    assert_eq!(next(&mut place.bucket.watch()).await.0, key("main/a"));
}

#[tokio::test]
async fn early_hints_are_redelivered_at_the_requested_time() {
    let place = place().await;
    place.set(QueueAttributeName::VisibilityTimeout, "3600").await;
    put(&place.bucket, "main/a", "x").await.unwrap();
    let mut notices = place.bucket.watch();
    let (_, notice) = next(&mut notices).await;
    tell(notice, Outcome::Early(Duration::from_millis(700)));
    assert_eq!(next(&mut notices).await.0, key("main/a"), "and not in an hour");
}

#[tokio::test]
async fn failing_messages_move_to_the_dead_letter_queue() {
    let place = place().await;
    let dead_letters = place.dead_letters_after(2).await;
    let catalog = Arc::new(FaultyCatalog::default());
    catalog.faults.lock().unwrap().extend([Fault::Full; 1000]);
    let watched = S3Bucket::new(&place.aws, place.name.parse().unwrap());
    let watched = watched.with_queue(&place.aws, place.queue_url.clone());
    let options = Options { reconcile_every: Duration::from_secs(3600), ..Options::default() };
    let gallery =
        Gallery::open(Ports::in_memory_beside(Arc::new(watched), catalog.clone()), options).await.unwrap();
    put(&place.bucket, "photos/fails", "x").await.unwrap();
    place.comes_to(&dead_letters, 1).await;
    place.comes_to(&place.queue_url, 0).await;

    catalog.faults.lock().unwrap().clear();
    put(&place.bucket, "photos/works", "x").await.unwrap();
    gallery.wait_for(&granted(&Space::main()), 1).await.unwrap();
    place.comes_to(&place.queue_url, 0).await;
    assert_eq!(place.message_count(&dead_letters).await, 1);
    assert_eq!(catalog.counters(&Space::main()).await.unwrap().last_seq, 1);
}

#[tokio::test]
async fn an_unavailable_queue_is_retried() {
    let place = place().await;
    let name = fresh_name();
    let url = place.queue_url.rsplit_once('/').map(|(server, _)| format!("{server}/{name}")).unwrap();
    let bucket = S3Bucket::new(&place.aws, "codes".parse().unwrap()).with_queue(&place.aws, url.clone());
    let mut notices = bucket.watch();
    assert!(futures::poll!(notices.next()).is_pending());
    let body = r#"{"Records": [{"s3": {"bucket": {"name": "codes"}, "object": {"key": "late"}}}]}"#;
    let arrives = async {
        place.sqs.list_queues().send().await.unwrap();
        place.sqs.create_queue().queue_name(&name).send().await.unwrap();
        place.sqs.send_message().queue_url(&url).message_body(body).send().await.unwrap();
    };
    let ((late, _), ()) = futures::join!(next(&mut notices), arrives);
    assert_eq!(late, key("late"));
}
