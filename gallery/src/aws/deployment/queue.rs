//! The queue of the bucket's notifications: the bucket may send to it, and messages that keep failing move to the
//! dead-letter queue. What the other queues need, too, takes their name. Not here: the queue of jobs (`jobs`).

use std::collections::HashMap;

use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::{Value, json};

use super::name::dead_letters_of;
use super::part::PartState;
use super::{AwsError, Deployment, QueueName};
use crate::aws::error::classify;

/// SQS's maximum retention.
const KEPT_SECONDS: u32 = 14 * 24 * 60 * 60;
/// How long an inspection may take before the message is delivered again.
const LOOK_SECONDS: u32 = 60;
/// With the time above, a message is moved aside after some minutes of failures; reconciliation finds what it was
/// about.
const TRIES: u32 = 10;

type Attributes = HashMap<QueueAttributeName, String>;

impl Deployment {
    pub(in crate::aws) async fn find_queue(&self, queue: &QueueName) -> Result<String, AwsError> {
        let name = match queue {
            QueueName::At(url) => return Ok(url.as_str().to_owned()),
            QueueName::Named(name) => name,
        };
        let url = self.sqs.get_queue_url().queue_name(name).send().await;
        url.map_err(|error| classify(&error))?.queue_url.ok_or(AwsError::Absent)
    }

    pub(super) async fn queue_arn(&self) -> Result<String, AwsError> {
        let mut attributes = self.queue_attributes(self.notified()).await?;
        attributes.remove(&QueueAttributeName::QueueArn).ok_or(AwsError::Absent)
    }

    pub(super) async fn inspect_queue(&self) -> Result<PartState, AwsError> {
        let arn = self.queue_arn().await?;
        let region = arn.split(':').nth(3).unwrap_or_default();
        if region != self.region() {
            return Ok(PartState::Blocked(format!(
                "it is in {region}, but S3 only sends within a region: name one in {}",
                self.region()
            )));
        }
        Ok(PartState::right())
    }

    pub(super) async fn create_queue(&self) -> Result<(), AwsError> {
        self.create_queue_named(self.notified(), LOOK_SECONDS).await
    }

    /// Creates a queue that hides a received message for so long.
    pub(super) async fn create_queue_named(
        &self,
        queue: &QueueName,
        hidden_seconds: u32,
    ) -> Result<(), AwsError> {
        let QueueName::Named(name) = queue else {
            return Err(AwsError::Other(
                "there is no queue with this URL: give a name instead, and it is created".to_owned(),
            ));
        };
        let attributes = [
            (QueueAttributeName::MessageRetentionPeriod, KEPT_SECONDS),
            (QueueAttributeName::VisibilityTimeout, hidden_seconds),
        ];
        self.create_queue_with(name, &attributes).await.map(drop)
    }

    pub(super) async fn inspect_dead_letters(&self) -> Result<PartState, AwsError> {
        self.inspect_dead_letters_of(self.notified()).await
    }

    pub(super) async fn set_dead_letters(&self) -> Result<(), AwsError> {
        self.set_dead_letters_of(self.notified(), TRIES).await
    }

    pub(super) async fn inspect_dead_letters_of(&self, queue: &QueueName) -> Result<PartState, AwsError> {
        let attributes = self.queue_attributes(queue).await?;
        Ok(match attributes.get(&QueueAttributeName::RedrivePolicy).map(|policy| parsed(policy)) {
            Some(policy) => PartState::Right(format!(
                "after {} attempts to {}",
                plain(&policy["maxReceiveCount"]),
                plain(&policy["deadLetterTargetArn"])
            )),
            None => PartState::Missing,
        })
    }

    /// Moves messages that were received so often to a dead-letter queue, which is created if needed.
    pub(super) async fn set_dead_letters_of(&self, queue: &QueueName, tries: u32) -> Result<(), AwsError> {
        let name = dead_letters_of(queue.name());
        let kept = [(QueueAttributeName::MessageRetentionPeriod, KEPT_SECONDS)];
        let url = self.create_queue_with(&name, &kept).await?;
        let arn =
            self.attributes_of(&url).await?.remove(&QueueAttributeName::QueueArn).ok_or(AwsError::Absent)?;
        let policy = json!({ "deadLetterTargetArn": arn, "maxReceiveCount": tries.to_string() });
        self.set_attribute(queue, QueueAttributeName::RedrivePolicy, policy.to_string()).await
    }

    pub(super) async fn inspect_queue_policy(&self) -> Result<PartState, AwsError> {
        let policy = self.queue_policy(self.notified()).await?;
        let statements = statements(&policy);
        if let Some(harm) = harm_in(&statements) {
            return Ok(harm);
        }
        let bucket = self.bucket_arn();
        if !statements.iter().any(|statement| lets_bucket_send(statement, &bucket)) {
            return Ok(PartState::Missing);
        }
        let others = statements.iter().filter(|statement| lets_s3_send(statement));
        let other = others.flat_map(|statement| buckets(&statement["Condition"])).find(|arn| *arn != bucket);
        Ok(other.map_or_else(PartState::right, |other| {
            PartState::Noted(format!(
                "{other} may send to it, too: if that is the bucket of another gallery, give each its own queue"
            ))
        }))
    }

    /// Adds one statement to whatever others have allowed.
    pub(super) async fn set_queue_policy(&self) -> Result<(), AwsError> {
        let attributes = self.queue_attributes(self.notified()).await?;
        let arn = attributes.get(&QueueAttributeName::QueueArn).ok_or(AwsError::Absent)?;
        let mut policy =
            attributes.get(&QueueAttributeName::Policy).map_or(Value::Null, |policy| parsed(policy));
        if !policy.is_object() {
            policy = json!({ "Version": "2012-10-17" });
        }
        let mut statements = statements(&policy);
        let bucket = self.bucket_arn();
        if !statements.iter().any(|statement| lets_bucket_send(statement, &bucket)) {
            statements.push(may_send(&bucket, arn));
        }
        policy["Statement"] = statements.into();
        self.set_attribute(self.notified(), QueueAttributeName::Policy, policy.to_string()).await
    }

    async fn create_queue_with(
        &self,
        name: &str,
        attributes: &[(QueueAttributeName, u32)],
    ) -> Result<String, AwsError> {
        // An existing queue, with whatever attributes, is used as it is.
        match self.sqs.get_queue_url().queue_name(name).send().await {
            Ok(found) => return found.queue_url.ok_or(AwsError::Absent),
            Err(error) => match classify(&error) {
                AwsError::Absent => {}
                error => return Err(error),
            },
        }
        let mut request = self.sqs.create_queue().queue_name(name);
        for (attribute, value) in attributes {
            request = request.attributes(attribute.clone(), value.to_string());
        }
        let made = request.send().await.map_err(|error| classify(&error))?;
        made.queue_url.ok_or(AwsError::Absent)
    }

    /// The policy of a queue; null if it has none.
    pub(super) async fn queue_policy(&self, queue: &QueueName) -> Result<Value, AwsError> {
        let attributes = self.queue_attributes(queue).await?;
        Ok(attributes.get(&QueueAttributeName::Policy).map_or(Value::Null, |policy| parsed(policy)))
    }

    async fn set_attribute(
        &self,
        queue: &QueueName,
        name: QueueAttributeName,
        value: String,
    ) -> Result<(), AwsError> {
        let request = self.sqs.set_queue_attributes().queue_url(self.find_queue(queue).await?);
        request.attributes(name, value).send().await.map(drop).map_err(|error| classify(&error))
    }

    pub(super) async fn queue_attributes(&self, queue: &QueueName) -> Result<Attributes, AwsError> {
        self.attributes_of(&self.find_queue(queue).await?).await
    }

    async fn attributes_of(&self, url: &str) -> Result<Attributes, AwsError> {
        let request = self.sqs.get_queue_attributes().queue_url(url).attribute_names(QueueAttributeName::All);
        let attributes = request.send().await.map_err(|error| classify(&error))?.attributes;
        Ok(attributes.unwrap_or_default())
    }

    /// The queue of the bucket's notifications.
    pub(in crate::aws) fn notified(&self) -> &QueueName {
        self.queue.as_ref().expect("a queue's parts are only inspected when there is a queue")
    }

    fn bucket_arn(&self) -> String {
        self.arns(crate::aws::permission::Resource::Bucket).remove(0)
    }
}

/// Only this bucket, and only while it belongs to the queue's account: another account may take a released name.
fn may_send(bucket_arn: &str, queue_arn: &str) -> Value {
    let account = queue_arn.split(':').nth(4).unwrap_or_default();
    json!({
        "Effect": "Allow",
        "Principal": { "Service": "s3.amazonaws.com" },
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {
            "ArnEquals": { "aws:SourceArn": bucket_arn },
            "StringEquals": { "aws:SourceAccount": account },
        },
    })
}

fn lets_bucket_send(statement: &Value, bucket_arn: &str) -> bool {
    lets_s3_send(statement) && buckets(&statement["Condition"]).contains(&bucket_arn)
}

fn lets_s3_send(statement: &Value) -> bool {
    allows_sending(statement) && texts(&statement["Principal"]).contains(&"s3.amazonaws.com")
}

/// The ARNs of buckets in a condition.
fn buckets(condition: &Value) -> Vec<&str> {
    texts(condition).into_iter().filter(|text| text.contains(":s3:::")).collect()
}

/// What is wrong if everybody may send.
pub(super) fn harm_in(statements: &[Value]) -> Option<PartState> {
    statements.iter().any(lets_everybody_send).then(|| {
        PartState::Harmful(
            "everybody may send to it: remove the statement without a condition from the queue's policy"
                .to_owned(),
        )
    })
}

fn lets_everybody_send(statement: &Value) -> bool {
    let has_condition = statement["Condition"].as_object().is_some_and(|condition| !condition.is_empty());
    allows_sending(statement) && !has_condition && texts(&statement["Principal"]).contains(&"*")
}

fn allows_sending(statement: &Value) -> bool {
    let is_sending =
        |action: &&str| ["*", "sqs:*", "sqs:sendmessage"].contains(&action.to_ascii_lowercase().as_str());
    statement["Effect"] == "Allow" && texts(&statement["Action"]).iter().any(is_sending)
}

/// A policy may have one statement without a list.
pub(super) fn statements(policy: &Value) -> Vec<Value> {
    match &policy["Statement"] {
        Value::Array(statements) => statements.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    }
}

/// All texts in a value, however deep.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

fn parsed(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_default()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queue_policy_limits_senders() {
        let ours = may_send("arn:aws:s3:::codes", "arn:aws:sqs:eu-central-1:123456789012:qrate");
        assert!(lets_bucket_send(&ours, "arn:aws:s3:::codes") && !lets_everybody_send(&ours));
        assert!(!lets_bucket_send(&ours, "arn:aws:s3:::code"), "another bucket");
        assert_eq!(buckets(&ours["Condition"]), ["arn:aws:s3:::codes"]);
        assert_eq!(ours["Condition"]["StringEquals"]["aws:SourceAccount"], "123456789012");
        let open = json!({ "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": ["SQS:*"] });
        assert!(lets_everybody_send(&open));
        let denied = json!({ "Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage" });
        assert!(!lets_everybody_send(&denied));
    }

    #[test]
    fn policy_with_one_or_several_statements_is_read() {
        assert_eq!(statements(&Value::Null), Vec::<Value>::new());
        assert_eq!(statements(&json!({ "Statement": { "Sid": "a" } })).len(), 1);
        assert_eq!(statements(&json!({ "Statement": [{}, {}] })).len(), 2);
    }
}
