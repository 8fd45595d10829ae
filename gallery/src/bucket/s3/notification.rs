//! Parses messages about buckets: S3's own notification, the same passed on by SNS, or an EventBridge event. Shapes:
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html>.

use std::collections::BTreeSet;

use domain::Key;
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use super::BucketName;

/// The message is none of these.
#[derive(Debug, thiserror::Error)]
#[error("this is not an S3 notification")]
pub(crate) struct UnknownMessage(#[source] serde_json::Error);

#[derive(Deserialize)]
#[serde(untagged)]
enum Message {
    #[serde(rename_all = "PascalCase")]
    Notification {
        records: Vec<Record>,
    },
    EventBridge {
        detail: Subject,
    },
    #[serde(rename_all = "PascalCase")]
    Sns {
        message: String,
    },
    /// Sent once, when the notification is configured: `{"Event": "s3:TestEvent", "Bucket": …}`.
    #[serde(rename_all = "PascalCase")]
    Test {
        #[serde(rename = "Event")]
        _event: String,
        bucket: Option<String>,
    },
}

#[derive(Deserialize)]
struct Record {
    s3: Subject,
}

#[derive(Deserialize)]
struct Subject {
    bucket: Bucket,
    object: Object,
}

#[derive(Deserialize)]
struct Bucket {
    name: String,
}

#[derive(Deserialize)]
struct Object {
    key: String,
    /// Of a written object.
    #[serde(default, alias = "eTag")]
    etag: Option<String>,
}

/// The contents of a message.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct MessageContents {
    /// Objects of this bucket.
    pub(super) objects: Vec<ChangedObject>,
    /// The names of other buckets, as chosen by the sender.
    pub(crate) other_buckets: BTreeSet<String>,
}

impl MessageContents {
    /// The keys of objects of this bucket.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.objects.iter().map(|object| &object.key)
    }
}

/// An object that changed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ChangedObject {
    pub(super) key: Key,
    /// The etag of the written object, if it was written.
    pub(super) etag: Option<String>,
}

/// Parses a message, as seen from this bucket; only the keys count, since the object is inspected anyway.
pub(crate) fn parse_message(body: &str, bucket: &BucketName) -> Result<MessageContents, UnknownMessage> {
    let mut message: Message = serde_json::from_str(body).map_err(UnknownMessage)?;
    if let Message::Sns { message: inner } = &message {
        message = serde_json::from_str(inner).map_err(UnknownMessage)?;
    }
    let is_other = |name: &String| name != bucket.as_str();
    let subjects: Vec<Subject> = match message {
        Message::Notification { records } => {
            let decode = |Subject { bucket, object }: Subject| {
                let key = decoded(&object.key);
                Subject { bucket, object: Object { key, ..object } }
            };
            records.into_iter().map(|record| decode(record.s3)).collect()
        }
        // Here keys are not encoded.
        Message::EventBridge { detail } => vec![detail],
        Message::Test { bucket, .. } => {
            return Ok(MessageContents {
                objects: Vec::new(),
                other_buckets: bucket.into_iter().filter(is_other).collect(),
            });
        }
        Message::Sns { .. } => Vec::new(),
    };
    let (ours, others): (Vec<_>, Vec<_>) =
        subjects.into_iter().partition(|subject| !is_other(&subject.bucket.name));
    // Anything below `_qrate/` is not a key and is ignored.
    let objects = ours.into_iter().filter_map(|Subject { object: Object { key, etag }, .. }| {
        let etag = etag.as_deref().map(super::values::etag);
        Some(ChangedObject { key: key.parse().ok()?, etag })
    });
    let other_buckets = others.into_iter().map(|subject| subject.bucket.name);
    Ok(MessageContents { objects: objects.collect(), other_buckets: other_buckets.collect() })
}

/// Decodes a key from notifications and lists: percent-encoded, with `+` for a space.
pub(super) fn decoded(key: &str) -> String {
    let key = key.replace('+', " ");
    percent_decode_str(&key).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(bucket: &str, key: &str) -> serde_json::Value {
        json!({
            "eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
            "s3": { "bucket": { "name": bucket, "arn": "…" }, "object": { "key": key, "size": 1024 } },
        })
    }

    fn parse_message(body: &str) -> Result<MessageContents, UnknownMessage> {
        super::parse_message(body, &"codes".parse().unwrap())
    }

    fn keys_in(body: &str) -> Vec<String> {
        parse_message(body).unwrap().objects.iter().map(|objects| objects.key.to_string()).collect()
    }

    #[test]
    fn written_objects_have_their_etag() {
        let mut written = record("codes", "a");
        written["s3"]["object"]["eTag"] = json!("d41d8cd9");
        let body = json!({ "Records": [written, record("codes", "b")] }).to_string();
        let objects = |key: &str, etag: Option<&str>| ChangedObject {
            key: key.parse().unwrap(),
            etag: etag.map(str::to_owned),
        };
        let expected = [objects("a", Some("d41d8cd9")), objects("b", None)];
        assert_eq!(parse_message(&body).unwrap().objects, expected);
        let event =
            json!({ "detail": { "bucket": { "name": "codes" }, "object": { "key": "a", "etag": "\"x\"" } } });
        assert_eq!(parse_message(&event.to_string()).unwrap().objects, [objects("a", Some("x"))]);
    }

    #[test]
    fn notifications_name_their_objects() {
        let records =
            ["main/a+b%2B%C3%BC.png", "main/%E6%97%A5%E6%9C%AC", "a%0Ab"].map(|key| record("codes", key));
        let body = json!({ "Records": records }).to_string();
        assert_eq!(keys_in(&body), ["main/a b+ü.png", "main/日本", "a\nb"]);
    }

    #[test]
    fn foreign_records_are_ignored() {
        let records = [record("another", "a"), record("codes", "_qrate/snapshot"), record("codes", "")];
        let contents = parse_message(&json!({ "Records": records }).to_string()).unwrap();
        assert!(contents.objects.is_empty());
        assert_eq!(contents.other_buckets, ["another".to_owned()].into());
    }

    #[test]
    fn notifications_through_sns_are_parsed() {
        let inner = json!({ "Records": [record("codes", "a+b")] }).to_string();
        let body = json!({ "Type": "Notification", "TopicArn": "…", "Message": inner }).to_string();
        assert_eq!(keys_in(&body), ["a b"]);
    }

    #[test]
    fn eventbridge_keys_are_not_decoded() {
        let body = json!({
            "version": "0", "source": "aws.s3", "detail-type": "Object Created",
            "detail": { "version": "0", "bucket": { "name": "codes" }, "object": { "key": "a+b%20", "size": 5 } },
        });
        assert_eq!(keys_in(&body.to_string()), ["a+b%20"]);
    }

    #[test]
    fn test_messages_have_no_objects() {
        let test = json!({ "Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "codes" }).to_string();
        assert!(keys_in(&test).is_empty());
        assert!(keys_in(&json!({ "Type": "Notification", "Message": test }).to_string()).is_empty());
        assert!(parse_message(&test).unwrap().other_buckets.is_empty());
        let theirs = parse_message(&test.replace("codes", "another")).unwrap();
        assert_eq!(theirs.other_buckets, ["another".to_owned()].into(), "it is no less theirs");
    }

    #[test]
    fn other_messages_are_errors() {
        let inner = json!({ "Message": "hello" }).to_string();
        for body in ["", "hello", "{}", "[]", "{\"Records\": 1}", "{\"Records\": [{}]}", &inner] {
            assert!(parse_message(body).is_err(), "{body}");
        }
    }
}
