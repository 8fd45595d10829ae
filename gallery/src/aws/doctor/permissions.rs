//! Tries each operation of the server, and conditional writes.

use aws_sdk_dynamodb::types::{
    AttributeValue, Delete, KeysAndAttributes, Put, PutRequest, TransactWriteItem, WriteRequest,
};
use aws_sdk_rekognition::primitives::Blob;
use aws_sdk_rekognition::types::Image;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;

use crate::Clock;
use crate::aws::deployment::dead_letters_of;
use crate::aws::error::{AwsError, classify};
use crate::aws::policy::{Permission, Resource};
use crate::aws::{Deployment, NO_SUCH_RECEIPT};
use crate::bucket::{S3Bucket, parse_message};
use crate::catalog::dynamodb::{EXPIRES_AT, PK, SK};
use crate::diagnosis::Check;

const CONDITION: &str = "create-only writes (If-None-Match)";
const NO_CONDITION: &str =
    "not supported there; the server checks before it writes, and never uses a key twice";
/// No queue has ever issued this.
const NO_RECEIPT: &str = "qrate-doctor";
/// SQS's answers to a message without text.
const NO_TEXT: &[&str] = &["EmptyValue", "InvalidParameterValue", "MissingParameter"];

/// Rekognition's answer to what is no picture.
const NO_PICTURE: &[&str] = &["InvalidImageFormatException"];
/// Not a phone number, wherever one would be looked for.
const NO_NUMBER: &str = "+0";
/// SNS's answers to such a message.
const NO_MESSAGE: &[&str] =
    &["InvalidParameter", "ParameterValueInvalid", "ValidationError", "ValidationException"];

/// Tries everything on the existing resources.
pub(super) async fn check(
    deployment: &Deployment,
    clock: &Clock,
    is_there: impl Fn(&Resource) -> bool,
) -> Vec<Check> {
    let probe = format!("probe-{}", clock.ulid());
    let is_there = |on| deployment.has(on) && is_there(&on);
    let bucket = async {
        if is_there(Resource::Bucket) {
            in_bucket(deployment, &format!("_qrate/{probe}")).await
        } else {
            vec![]
        }
    };
    let table =
        async { if is_there(Resource::Table) { in_table(deployment, clock, &probe).await } else { vec![] } };
    let queue = async {
        // A queue is checked together with its dead-letter queue.
        if is_there(Resource::Queues) { in_queue(deployment).await } else { vec![] }
    };
    let jobs = async { if is_there(Resource::AllJobs) { in_jobs(deployment).await } else { vec![] } };
    let labels = async { if is_there(Resource::Pictures) { in_labels(deployment).await } else { vec![] } };
    let texts = async {
        if is_there(Resource::TextMessages) { vec![check_text_messages(deployment).await] } else { vec![] }
    };
    let (bucket, table, queue, jobs, labels, texts) =
        futures::join!(bucket, table, queue, jobs, labels, texts);
    [bucket, table, queue, jobs, labels, texts].into_iter().flatten().collect()
}

async fn in_bucket(deployment: &Deployment, key: &str) -> Vec<Check> {
    let (s3, name) = (&deployment.s3, deployment.bucket.as_str());
    let check = |on, action, tried| Check::of_permission(deployment, Permission { action, on }, tried);
    let list = s3.list_objects_v2().bucket(name).max_keys(1).send().await.map(drop);
    let mut checks = vec![check(Resource::Bucket, "s3:ListBucket", list.map_err(|error| classify(&error)))];

    let put = s3.put_object().bucket(name).key(key).body(ByteStream::from_static(b"qrate doctor was here"));
    let put = put.send().await.map(drop).map_err(|error| classify(&error));
    let is_written = put.is_ok();
    checks.push(check(Resource::Objects, "s3:PutObject", put));

    let get = s3.get_object().bucket(name).key(key).send().await.map(drop);
    let get = match get.map_err(|error| classify(&error)) {
        // It was not written, but without read permission that is unknown.
        Err(AwsError::Absent) if !is_written => Ok(()),
        get => get,
    };
    checks.push(check(Resource::Objects, "s3:GetObject", get));
    let delete = s3.delete_object().bucket(name).key(key).send().await.map(drop);
    let delete = match delete.map_err(|error| classify(&error)) {
        Err(AwsError::Absent) => Ok(()),
        delete => delete,
    };
    let stays = delete.is_err() && is_written;
    checks.push(check(Resource::Objects, "s3:DeleteObject", delete));
    if stays {
        checks.push(Check::note("trial", format!("the object {key} stays; delete it by hand")));
    } else if is_written {
        checks.push(check_condition(deployment).await);
    }
    checks
}

async fn check_condition(deployment: &Deployment) -> Check {
    match S3Bucket::new(&deployment.aws, deployment.bucket.clone()).supports_conditional_puts().await {
        Ok(true) => Check::fine(CONDITION, ""),
        Ok(false) => Check::note(CONDITION, NO_CONDITION),
        Err(error) => {
            let why =
                std::error::Error::source(&error).map(|source| format!(" ({source})")).unwrap_or_default();
            Check::wrong(CONDITION, format!("cannot be tried: {error}{why}"))
        }
    }
}

async fn in_table(deployment: &Deployment, clock: &Clock, probe: &str) -> Vec<Check> {
    let db = &deployment.dynamodb;
    let table = deployment.table.as_ref().expect("there is a table").as_str();
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let key = |sk: &str| [(PK.to_owned(), text(&format!("P#{probe}"))), (SK.to_owned(), text(sk))].into();
    // In case it is not deleted, DynamoDB deletes it soon.
    let expiry = AttributeValue::N((clock.now().unix_ms() / 1000).to_string());
    let item = |sk: &str| {
        let mut item: std::collections::HashMap<_, _> = key(sk);
        item.insert(EXPIRES_AT.to_owned(), expiry.clone());
        item
    };
    let transact = |write| db.transact_write_items().transact_items(write).send();
    let batch = |write| db.batch_write_item().request_items(table, vec![write]).send();

    let get = db.get_item().table_name(table).set_key(Some(key("a"))).send().await.map(drop);
    let keys = KeysAndAttributes::builder().keys(key("a")).build().expect("the key is set");
    let batch_get = db.batch_get_item().request_items(table, keys).send().await.map(drop);
    let query = db.query().table_name(table).key_condition_expression("pk = :pk");
    let query = query.expression_attribute_values(":pk", key("a")[PK].clone()).send().await.map(drop);
    let put = Put::builder().table_name(table).set_item(Some(item("a"))).build().expect("the item is set");
    let put = transact(TransactWriteItem::builder().put(put).build()).await.map(drop);
    let update = db.update_item().table_name(table).set_key(Some(key("a")));
    let update = update.update_expression("SET #e = :e").expression_attribute_names("#e", EXPIRES_AT);
    let update = update.expression_attribute_values(":e", expiry.clone()).send().await.map(drop);
    let written = PutRequest::builder().set_item(Some(item("b"))).build().expect("the item is set");
    let batch_write = batch(WriteRequest::builder().put_request(written).build()).await.map(drop);
    let mut delete = Ok(());
    for sk in ["a", "b"] {
        let gone =
            Delete::builder().table_name(table).set_key(Some(key(sk))).build().expect("the key is set");
        let deleted = transact(TransactWriteItem::builder().delete(gone).build()).await.map(drop);
        delete = delete.and(deleted);
    }

    let check = |action, tried: Result<(), AwsError>| {
        Check::of_permission(deployment, Permission { action, on: Resource::Table }, tried)
    };
    vec![
        check("dynamodb:GetItem", get.map_err(|error| classify(&error))),
        check("dynamodb:BatchGetItem", batch_get.map_err(|error| classify(&error))),
        check("dynamodb:Query", query.map_err(|error| classify(&error))),
        check("dynamodb:PutItem", put.map_err(|error| classify(&error))),
        check("dynamodb:UpdateItem", update.map_err(|error| classify(&error))),
        check("dynamodb:BatchWriteItem", batch_write.map_err(|error| classify(&error))),
        check("dynamodb:DeleteItem", delete.map_err(|error| classify(&error))),
    ]
}

/// A message received for the trial is returned at once; it may reveal that the queue is shared.
async fn in_queue(deployment: &Deployment) -> Vec<Check> {
    let sqs = &deployment.sqs;
    let check = |action, tried: Result<(), AwsError>| {
        Check::of_permission(deployment, Permission { action, on: Resource::Queue }, tried)
    };
    let url = match deployment.find_queue(deployment.notified()).await {
        Ok(url) => url,
        Err(trouble) => return vec![check("sqs:GetQueueUrl", Err(trouble))],
    };
    let receive = sqs.receive_message().queue_url(&url).max_number_of_messages(1);
    let receive = receive.visibility_timeout(0).wait_time_seconds(0).send().await;
    let message = receive.as_ref().ok().and_then(|output| output.messages().first()?.body());
    let shared = message.and_then(|body| of_another_bucket(deployment, body));
    let delete = sqs.delete_message().queue_url(&url).receipt_handle(NO_RECEIPT).send().await.map(drop);
    let later = sqs.change_message_visibility().queue_url(&url).receipt_handle(NO_RECEIPT);
    let later = later.visibility_timeout(0).send().await.map(drop);
    let mut checks = vec![
        check("sqs:ReceiveMessage", receive.map(drop).map_err(|error| classify(&error))),
        check("sqs:DeleteMessage", unless_refused(delete, NO_SUCH_RECEIPT)),
        check("sqs:ChangeMessageVisibility", unless_refused(later, NO_SUCH_RECEIPT)),
    ];
    checks.extend(shared);
    checks
}

/// A job received for the trial is returned at once. SQS refuses a message without text: none is sent.
async fn in_jobs(deployment: &Deployment) -> Vec<Check> {
    let sqs = &deployment.sqs;
    let url = match deployment.find_jobs().await {
        Ok(url) => url,
        Err(trouble) => {
            let needed = Permission { action: "sqs:GetQueueUrl", on: Resource::Jobs };
            return vec![Check::of_permission(deployment, needed, Err(trouble))];
        }
    };
    let mut checks = Vec::new();
    for (on, of_what, url) in
        [(Resource::Jobs, "jobs", url.clone()), (Resource::DeadJobs, "dead jobs", dead_letters_of(&url))]
    {
        let mut check = |action, tried: Result<(), AwsError>| {
            let check = Check::of_permission(deployment, Permission { action, on }, tried);
            checks.push(Check { what: format!("{} ({of_what})", check.what), ..check });
        };
        let receive = sqs.receive_message().queue_url(&url).max_number_of_messages(1);
        let receive = receive.visibility_timeout(0).wait_time_seconds(0).send().await.map(drop);
        check("sqs:ReceiveMessage", receive.map_err(|error| classify(&error)));
        let delete = sqs.delete_message().queue_url(&url).receipt_handle(NO_RECEIPT).send().await.map(drop);
        check("sqs:DeleteMessage", unless_refused(delete, NO_SUCH_RECEIPT));
        let later = sqs.change_message_visibility().queue_url(&url).receipt_handle(NO_RECEIPT);
        let later = later.visibility_timeout(0).send().await.map(drop);
        check("sqs:ChangeMessageVisibility", unless_refused(later, NO_SUCH_RECEIPT));
        let depth = sqs.get_queue_attributes().queue_url(&url).send().await.map(drop);
        check("sqs:GetQueueAttributes", depth.map_err(|error| classify(&error)));
        if on == Resource::Jobs {
            let send = sqs.send_message().queue_url(&url).message_body("").send().await.map(drop);
            check("sqs:SendMessage", unless_refused(send, NO_TEXT));
        }
    }
    checks
}

/// Rekognition refuses what is no picture, and asks nothing for it.
async fn in_labels(deployment: &Deployment) -> Vec<Check> {
    let client = aws_sdk_rekognition::Client::new(&deployment.aws.config);
    let image = Image::builder().bytes(Blob::new("qrate doctor was here")).build();
    let tried = client.detect_labels().image(image).send().await.map(drop);
    let needed = Permission { action: "rekognition:DetectLabels", on: Resource::Pictures };
    vec![Check::of_permission(deployment, needed, unless_refused(tried, NO_PICTURE))]
}

/// A message without text to what is no number: SNS refuses it for both reasons.
async fn check_text_messages(deployment: &Deployment) -> Check {
    let publish = deployment.sns.publish().phone_number(NO_NUMBER).message("").send().await.map(drop);
    let needed = Permission { action: "sns:Publish", on: Resource::TextMessages };
    Check::of_permission(deployment, needed, unless_refused(publish, NO_MESSAGE))
}

/// What is wrong if this message is about another bucket.
fn of_another_bucket(deployment: &Deployment, body: &str) -> Option<Check> {
    let other = parse_message(body, &deployment.bucket).ok()?.other_buckets.pop_first()?;
    Some(Check::wrong(
        "messages in the queue",
        format!(
            "one is about the bucket {}: both galleries learn of changes late. Give each bucket a queue of its own, \
             and let the other one tell this queue nothing more",
            domain::Visible(&other)
        ),
    ))
}

/// A refusal for another reason proves the permission: without it, the answer would have been "access denied".
fn unless_refused<E>(
    tried: Result<(), SdkError<E, aws_sdk_s3::config::http::HttpResponse>>,
    reasons: &[&str],
) -> Result<(), AwsError>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    match tried {
        Err(error) if error.code().is_some_and(|code| reasons.contains(&code)) => Ok(()),
        tried => tried.map_err(|error| classify(&error)),
    }
}
