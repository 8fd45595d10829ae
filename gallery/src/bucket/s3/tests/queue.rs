//! The queue of notifications, on MiniStack: what the suite of all buckets does not ask of it.

use std::time::Duration;

use aws_sdk_sqs::types::QueueAttributeName;
use domain::Key;
use futures::StreamExt as _;
use futures::stream::BoxStream;

use super::{key, put};
use crate::aws::Aws;
use crate::bucket::{Bucket as _, Hint, S3Bucket};
use crate::testing::servers::{bucket_with_queue, fresh_name, ministack};

const DEADLINE: Duration = Duration::from_secs(30);

struct Place {
    aws: Aws,
    bucket: S3Bucket,
    queue_url: String,
    sqs: aws_sdk_sqs::Client,
}

async fn place() -> Place {
    let aws = ministack().await;
    let (name, queue_url) = bucket_with_queue(&aws).await;
    let bucket = S3Bucket::new(&aws, name.parse().unwrap()).with_queue(&aws, queue_url.clone());
    let sqs = aws_sdk_sqs::Client::new(&aws.config);
    Place { aws, bucket, queue_url, sqs }
}

impl Place {
    async fn send(&self, body: &str) {
        self.sqs.send_message().queue_url(&self.queue_url).message_body(body).send().await.unwrap();
    }

    /// Messages in the queue, also those that were handed out and not deleted.
    async fn message_count(&self) -> u64 {
        let names = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        ];
        let attributes = self.sqs.get_queue_attributes().queue_url(&self.queue_url);
        let attributes = attributes.set_attribute_names(Some(names.to_vec())).send().await.unwrap();
        let counts = attributes.attributes.unwrap();
        names.iter().map(|name| counts[name].parse::<u64>().unwrap()).sum()
    }
}

async fn next_key(hints: &mut BoxStream<'static, Hint>) -> Key {
    match tokio::time::timeout(DEADLINE, hints.next()).await.expect("a hint comes") {
        Some(Hint::Key(key)) => key,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_was_read_is_deleted_and_what_cannot_be_understood_is_dropped() {
    let place = place().await;
    place.send("hello").await;
    put(&place.bucket, "main/a b", "x").await.unwrap();
    place.send("{\"Records\": []}").await;
    let mut hints = place.bucket.watch();
    assert_eq!(next_key(&mut hints).await, key("main/a b"));
    // Whoever reads on has read what came before.
    let emptied = async {
        while place.message_count().await > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::select! {
        hint = hints.next() => panic!("{hint:?}"),
        emptied = tokio::time::timeout(DEADLINE, emptied) => emptied.unwrap(),
    }
}

#[tokio::test]
async fn a_hint_whose_reader_went_away_comes_again() {
    let place = place().await;
    let visibility = place.sqs.set_queue_attributes().queue_url(&place.queue_url);
    visibility.attributes(QueueAttributeName::VisibilityTimeout, "1").send().await.unwrap();
    put(&place.bucket, "main/a", "x").await.unwrap();
    let mut hints = place.bucket.watch();
    assert_eq!(next_key(&mut hints).await, key("main/a"));
    drop(hints);
    assert_eq!(next_key(&mut place.bucket.watch()).await, key("main/a"));
}

#[tokio::test]
async fn a_queue_that_is_away_is_waited_for() {
    let place = place().await;
    let name = fresh_name();
    let url = place.queue_url.rsplit_once('/').map(|(server, _)| format!("{server}/{name}")).unwrap();
    let bucket = S3Bucket::new(&place.aws, "codes".parse().unwrap()).with_queue(&place.aws, url.clone());
    let mut hints = bucket.watch();
    assert!(futures::poll!(hints.next()).is_pending());
    let body = r#"{"Records": [{"s3": {"bucket": {"name": "codes"}, "object": {"key": "late"}}}]}"#;
    let arrives = async {
        place.sqs.list_queues().send().await.unwrap();
        place.sqs.create_queue().queue_name(&name).send().await.unwrap();
        place.sqs.send_message().queue_url(&url).message_body(body).send().await.unwrap();
    };
    let (late, ()) = futures::join!(next_key(&mut hints), arrives);
    assert_eq!(late, key("late"));
}
