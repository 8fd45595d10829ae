//! What a message about buckets says: S3's own notification, the same passed on by SNS, or an event of EventBridge.
//! Shapes: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html>.

use std::collections::BTreeSet;

use domain::Key;
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use super::BucketName;

/// A message that is none of those that we know.
#[derive(Debug, thiserror::Error)]
#[error("this is no notification of S3")]
pub(crate) struct NoNotification(#[source] serde_json::Error);

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
    /// Sent once, when the notification is set up: `{"Event": "s3:TestEvent", "Bucket": …}`.
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
    /// Of an object that was written.
    #[serde(default, alias = "eTag")]
    etag: Option<String>,
}

/// What a message is about.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct News {
    /// Objects of this bucket.
    pub(super) told: Vec<Told>,
    /// The names of other buckets, as they stand there: whoever sent it chose them.
    pub(crate) other_buckets: BTreeSet<String>,
}

/// An object that something happened to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) key: Key,
    /// The etag that it was written with, if it was.
    pub(super) etag: Option<String>,
}

/// What a message is about, seen from this bucket; what else it says of an object does not count: a look decides.
pub(crate) fn news(body: &str, bucket: &BucketName) -> Result<News, NoNotification> {
    let mut message: Message = serde_json::from_str(body).map_err(NoNotification)?;
    if let Message::Sns { message: inner } = &message {
        message = serde_json::from_str(inner).map_err(NoNotification)?;
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
        // Here a key is not encoded.
        Message::EventBridge { detail } => vec![detail],
        Message::Test { bucket, .. } => {
            return Ok(News {
                told: Vec::new(),
                other_buckets: bucket.into_iter().filter(is_other).collect(),
            });
        }
        Message::Sns { .. } => Vec::new(),
    };
    let (ours, others): (Vec<_>, Vec<_>) =
        subjects.into_iter().partition(|subject| !is_other(&subject.bucket.name));
    // What is below `_qrate/` is no key and nobody's business.
    let told = ours.into_iter().filter_map(|Subject { object: Object { key, etag }, .. }| {
        let etag = etag.as_deref().map(super::values::etag);
        Some(Told { key: key.parse().ok()?, etag })
    });
    let other_buckets = others.into_iter().map(|subject| subject.bucket.name);
    Ok(News { told: told.collect(), other_buckets: other_buckets.collect() })
}

/// A key as S3 writes it in notifications and lists: percent-encoded, a blank as `+`.
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

    fn news(body: &str) -> Result<News, NoNotification> {
        super::news(body, &"codes".parse().unwrap())
    }

    fn keys_in(body: &str) -> Vec<String> {
        news(body).unwrap().told.iter().map(|told| told.key.to_string()).collect()
    }

    #[test]
    fn what_was_written_is_told_with_its_etag() {
        let mut written = record("codes", "a");
        written["s3"]["object"]["eTag"] = json!("d41d8cd9");
        let body = json!({ "Records": [written, record("codes", "b")] }).to_string();
        let told =
            |key: &str, etag: Option<&str>| Told { key: key.parse().unwrap(), etag: etag.map(str::to_owned) };
        let expected = [told("a", Some("d41d8cd9")), told("b", None)];
        assert_eq!(news(&body).unwrap().told, expected);
        let event =
            json!({ "detail": { "bucket": { "name": "codes" }, "object": { "key": "a", "etag": "\"x\"" } } });
        assert_eq!(news(&event.to_string()).unwrap().told, [told("a", Some("x"))]);
    }

    #[test]
    fn a_notification_names_its_objects() {
        let records =
            ["main/a+b%2B%C3%BC.png", "main/%E6%97%A5%E6%9C%AC", "a%0Ab"].map(|key| record("codes", key));
        let body = json!({ "Records": records }).to_string();
        assert_eq!(keys_in(&body), ["main/a b+ü.png", "main/日本", "a\nb"]);
    }

    #[test]
    fn what_is_not_ours_is_left_out() {
        let records = [record("another", "a"), record("codes", "_qrate/snapshot"), record("codes", "")];
        let news = news(&json!({ "Records": records }).to_string()).unwrap();
        assert!(news.told.is_empty());
        assert_eq!(news.other_buckets, ["another".to_owned()].into());
    }

    #[test]
    fn a_notification_comes_through_sns_too() {
        let inner = json!({ "Records": [record("codes", "a+b")] }).to_string();
        let body = json!({ "Type": "Notification", "TopicArn": "…", "Message": inner }).to_string();
        assert_eq!(keys_in(&body), ["a b"]);
    }

    #[test]
    fn an_event_of_event_bridge_has_its_key_as_it_is() {
        let body = json!({
            "version": "0", "source": "aws.s3", "detail-type": "Object Created",
            "detail": { "version": "0", "bucket": { "name": "codes" }, "object": { "key": "a+b%20", "size": 5 } },
        });
        assert_eq!(keys_in(&body.to_string()), ["a+b%20"]);
    }

    #[test]
    fn the_message_that_tries_the_way_is_about_nothing() {
        let test = json!({ "Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "codes" }).to_string();
        assert!(keys_in(&test).is_empty());
        assert!(keys_in(&json!({ "Type": "Notification", "Message": test }).to_string()).is_empty());
        assert!(news(&test).unwrap().other_buckets.is_empty());
        let theirs = news(&test.replace("codes", "another")).unwrap();
        assert_eq!(theirs.other_buckets, ["another".to_owned()].into(), "it is no less theirs");
    }

    #[test]
    fn anything_else_is_no_notification() {
        let inner = json!({ "Message": "hello" }).to_string();
        for body in ["", "hello", "{}", "[]", "{\"Records\": 1}", "{\"Records\": [{}]}", &inner] {
            assert!(news(body).is_err(), "{body}");
        }
    }
}
