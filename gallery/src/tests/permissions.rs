//! The policy that we ship grants nothing superfluous. The suites of both ports, which run under it, show that it is
//! sufficient.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_sqs::Client as Sqs;
use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::types::{ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry};
use domain::{Space, State, Timestamp};
use futures::TryStreamExt as _;
use serde_json::Value;

use crate::Clock;
use crate::aws::Aws;
use crate::bucket::{Bucket as _, BucketError, Metadata, S3Bucket};
use crate::catalog::dynamodb::{DynamoCatalog, DynamoOptions, create_table};
use crate::catalog::{Catalog, CatalogError, Counters, Mutation, SpaceDump};
use crate::notifier::{Message, MessageId, Notifier as _, NotifyError, SnsNotifier};
use crate::queue::{Job, Queue as _, QueueError, Receipt, SqsQueue};
use crate::testing::account::bucket_with_queue;
use crate::testing::content;
use crate::testing::servers::ministack;
use crate::testing::unique_names::fresh_name;
use crate::testing::users::{shipped_policy, user};

/// A call, the actions that it needs, and whether it was denied.
type Call = (&'static str, &'static [&'static str], bool);

async fn calls_of_the_bucket(bucket: &S3Bucket) -> Vec<Call> {
    let key = fresh_name().parse().unwrap();
    let is_denied = |error: Option<BucketError>| match error {
        None => false,
        Some(BucketError::Denied(_)) => true,
        Some(other) => panic!("{other:?}"),
    };
    let put = bucket.put(&key, "x".into(), &Metadata::new()).await.err();
    let there = "main/there".parse().unwrap();
    vec![
        ("put", &["s3:PutObject"], is_denied(put)),
        ("head", &["s3:GetObject"], is_denied(bucket.head(&there).await.err())),
        ("get", &["s3:GetObject"], is_denied(bucket.get(&there, None).await.err())),
        ("delete", &["s3:DeleteObject"], is_denied(bucket.delete(&key).await.err())),
        ("list", &["s3:ListBucket"], is_denied(bucket.list().try_collect::<Vec<_>>().await.err())),
    ]
}

/// In a space with an entry, number 1, and a tombstone.
async fn calls_of_the_catalog(catalog: &DynamoCatalog, tombstone: u64) -> Vec<Call> {
    let is_denied = |error: Option<CatalogError>| match error {
        None => false,
        Some(CatalogError::Denied(_)) => true,
        Some(other) => panic!("{other:?}"),
    };
    let main = Space::main();
    let add = Mutation::Add { request: None, content: content(&fresh_name(), "") };
    let add = catalog.commit(&main, vec![add]).await.err();
    let purge = catalog.purge(&main, &[tombstone]).await.err();
    let counters = Counters { last_id: 1, last_seq: 1, floor: 1 };
    let entry = domain::Entry { id: 1, revision: 1, state: State::Live, content: content("a", "") };
    let dump = SpaceDump { counters, entries: vec![entry], log: Vec::new() };
    let load = catalog.load(&fresh_name().parse().unwrap(), dump).await.err();
    vec![
        ("look", &["dynamodb:GetItem"], is_denied(catalog.counters(&main).await.err())),
        ("spaces", &["dynamodb:Query"], is_denied(catalog.spaces().await.err())),
        ("add", &["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], is_denied(add)),
        ("purge", &["dynamodb:BatchGetItem", "dynamodb:DeleteItem"], is_denied(purge)),
        ("load", &["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:BatchWriteItem"], is_denied(load)),
    ]
}

/// The adapter only logs the outcome of these.
async fn calls_of_the_queue(sqs: &Sqs, url: &str) -> Vec<Call> {
    fn is_denied<T, E: ProvideErrorMetadata>(result: Result<T, E>) -> bool {
        result.err().and_then(|error| error.code().map(str::to_owned)).is_some_and(|code| {
            assert!(code.contains("AccessDenied"), "{code}");
            true
        })
    }
    let receive = sqs.receive_message().queue_url(url).send().await;
    let done = DeleteMessageBatchRequestEntry::builder().id("1").receipt_handle("unknown").build();
    let delete = sqs.delete_message_batch().queue_url(url).entries(done.unwrap()).send().await;
    let early = ChangeMessageVisibilityBatchRequestEntry::builder().id("1").receipt_handle("unknown");
    let early = early.visibility_timeout(1).build().unwrap();
    let change = sqs.change_message_visibility_batch().queue_url(url).entries(early).send().await;
    vec![
        ("receive", &["sqs:ReceiveMessage"], is_denied(receive)),
        ("done", &["sqs:DeleteMessage"], is_denied(delete)),
        ("early", &["sqs:ChangeMessageVisibility"], is_denied(change)),
    ]
}

/// Of a queue whose dead letters nobody needs.
async fn calls_of_the_jobs(queue: &SqsQueue) -> Vec<Call> {
    let is_denied = |error: Option<QueueError>| match error {
        None | Some(QueueError::Stale) => false,
        Some(QueueError::Denied(_)) => true,
        Some(other) => panic!("{other:?}"),
    };
    let job = Job::of_entry(Space::main(), 1, 1);
    let send = queue.send(&[job]).await.err();
    let receive = queue.receive(1, Duration::from_secs(60), Duration::ZERO).await.err();
    let unknown = Receipt::unknown();
    vec![
        ("send a job", &["sqs:SendMessage"], is_denied(send)),
        ("receive a job", &["sqs:ReceiveMessage"], is_denied(receive)),
        ("finish a job", &["sqs:DeleteMessage"], is_denied(queue.done(&unknown).await.err())),
        (
            "extend a job",
            &["sqs:ChangeMessageVisibility"],
            is_denied(queue.extend(&unknown, Duration::from_secs(60)).await.err()),
        ),
        ("count jobs", &["sqs:GetQueueAttributes"], is_denied(queue.depth().await.err())),
    ]
}

async fn call_of_notices(notifier: &SnsNotifier) -> Call {
    let message = Message {
        id: MessageId::new(&Clock::system()),
        space: Space::main(),
        to: "+491701234567".parse().unwrap(),
        text: "done".to_owned(),
        link: None,
    };
    let is_denied = match notifier.notify(&message).await {
        Ok(_) => false,
        Err(NotifyError::Denied(_)) => true,
        Err(other) => panic!("{other:?}"),
    };
    ("send a text message", &["sns:Publish"], is_denied)
}

/// Every action of a policy, once.
fn actions(policy: &Value) -> Vec<String> {
    let of_statements = policy["Statement"].as_array().unwrap().iter().map(|statement| &statement["Action"]);
    let texts = of_statements.flat_map(|action| match action {
        Value::Array(actions) => actions.iter().collect(),
        one => vec![one],
    });
    let once: BTreeSet<_> = texts.map(|action| action.as_str().unwrap().to_owned()).collect();
    once.into_iter().collect()
}

/// The policy without this action.
fn without(policy: &Value, action: &str) -> Value {
    let quoted = format!("\"{action}\"");
    serde_json::from_str(&policy.to_string().replace(&quoted, "\"s3:ListAllMyBuckets\"")).unwrap()
}

async fn tombstones(root: &Aws, name: &str, count: u64) -> Vec<u64> {
    let catalog = DynamoCatalog::new(root, name.parse().unwrap(), DynamoOptions::default());
    let main = Space::main();
    let mut ids = Vec::new();
    for _ in 0..count {
        let add = Mutation::Add { request: None, content: content(&fresh_name(), "") };
        let added = catalog.commit(&main, vec![add]).await.unwrap().remove(0).unwrap();
        let id = added.change.entry.id;
        let tombstone = State::Removed { at: Timestamp::from_unix_ms(1) };
        catalog.commit(&main, vec![Mutation::remove(id, tombstone)]).await.unwrap();
        ids.push(id);
    }
    ids
}

#[tokio::test]
async fn each_missing_permission_denies_only_what_needs_it() {
    let root = ministack().await;
    let (name, queue_url) = bucket_with_queue(&root).await;
    create_table(&root, name.parse().unwrap()).await.unwrap();
    let bucket = S3Bucket::new(&root, name.parse().unwrap());
    bucket.put(&"main/there".parse().unwrap(), "x".into(), &Metadata::new()).await.unwrap();

    let policy = shipped_policy(&name);
    let mut missing: Vec<String> = actions(&policy);
    assert_eq!(missing.len(), 18);
    // There is no Rekognition here.
    missing.retain(|action| action != "rekognition:DetectLabels");
    missing.push("nothing".to_owned());
    let tombstones = tombstones(&root, &name, missing.len() as u64).await;
    for (missing, tombstone) in missing.iter().zip(tombstones) {
        let aws = user(&root, &without(&policy, missing)).await;
        let bucket = S3Bucket::new(&aws, name.parse().unwrap());
        let catalog = DynamoCatalog::new(&aws, name.parse().unwrap(), DynamoOptions::default());
        let mut calls = calls_of_the_bucket(&bucket).await;
        calls.extend(calls_of_the_catalog(&catalog, tombstone).await);
        calls.extend(calls_of_the_queue(&Sqs::new(&aws.config), &queue_url).await);
        calls.extend(calls_of_the_jobs(&SqsQueue::new(&aws, &queue_url.parse().unwrap())).await);
        calls.push(call_of_notices(&SnsNotifier::new(&aws)).await);
        for (call, needs, is_denied) in calls {
            assert_eq!(is_denied, needs.contains(&&**missing), "{call} without {missing}");
        }
    }
}
