//! SNS as spoken by MiniStack, which keeps the text messages that were sent. It accepts any number: that ours are well
//! formed is `PhoneNumber`'s matter.

use std::sync::Arc;

use domain::PhoneNumber;
use serde_json::Value;
use url::Url;

use super::{Arrived, Subject, fresh_number, message};
use crate::aws::Aws;
use crate::notifier::{Notifier, NotifyError, SnsNotifier};
use crate::testing::plain_http::ask;
use crate::testing::servers::ministack;
use crate::testing::unique_names::fresh_name;
use crate::testing::users::{shipped_policy, user};

/// As a user with the policy that we ship.
#[derive(Default)]
pub(super) struct OnMiniStack(Option<Aws>);

impl Subject for OnMiniStack {
    async fn open(&mut self) -> Arc<dyn Notifier> {
        if self.0.is_none() {
            self.0 = Some(user(&ministack().await, &shipped_policy(&fresh_name())).await);
        }
        Arc::new(SnsNotifier::new(self.0.as_ref().unwrap()))
    }

    async fn arrived(&mut self, phone: &PhoneNumber) -> Vec<Arrived> {
        let server = ministack().await.config.endpoint_url().unwrap().to_owned();
        let mut url: Url = format!("{server}/_ministack/sns/sms-messages").parse().unwrap();
        url.query_pairs_mut().append_pair("phoneNumber", phone.reveal());
        let answer = ask(&url).await;
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let body: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"));
        let messages = body["sms_messages"][phone.reveal()].as_array().cloned().unwrap_or_default();
        let read = |message: Value| {
            assert_eq!(
                message["MessageAttributes"]["AWS.SNS.SMS.SMSType"]["StringValue"], "Transactional",
                "{message}"
            );
            let text = |name: &str| message[name].as_str().unwrap().to_owned();
            Arrived { to: text("PhoneNumber"), text: text("Message") }
        };
        messages.into_iter().map(read).collect()
    }
}

#[tokio::test]
async fn user_without_the_permission_is_told_so() {
    let root = ministack().await;
    let policy = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" }],
    });
    let notifier = SnsNotifier::new(&user(&root, &policy).await);
    let outcome = notifier.notify(&message(&fresh_number(), "done")).await;
    let Err(NotifyError::Denied(reason)) = &outcome else { panic!("{outcome:?}") };
    assert!(reason.as_str().contains("sns:Publish"), "{reason}");
}
