//! Messages as text messages by Amazon SNS, sent to the number itself (no topic), as transactional ones: those are
//! delivered first, and to people who want no advertising.
//! <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>
//!
//! SNS takes a message over before it knows whether it may send it: a spent monthly limit, a number that is not
//! verified while the account is in the sandbox, and a carrier's refusal show only in the account's delivery logs
//! (`docs/notices.md`). Not here: those, and the permission (`aws::policy`).

use std::error::Error;

use async_trait::async_trait;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sns::Client;
use aws_sdk_sns::config::http::HttpResponse;
use aws_sdk_sns::config::retry::RetryConfig;
use aws_sdk_sns::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_sns::operation::publish::PublishError;
use aws_sdk_sns::types::MessageAttributeValue;

use super::{Message, Notifier, NotifyError, Reason, Receipt};
use crate::aws::{Aws, lacks_credentials};

/// The attribute that says what kind of message it is.
/// <https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html>
const SMS_TYPE: &str = "AWS.SNS.SMS.SMSType";

/// Refusals by their codes on the wire. The SDK's model of `Publish` knows only some of them as variants; `OptedOut`,
/// `Throttled` and the errors that all services share arrive as unhandled ones, so codes are compared, not variants.
/// <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors>,
/// <https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html>
const REFUSED: &[&str] = &[
    // `PhoneNumber` among others: "Invalid parameter: PhoneNumber Reason: … is not valid to publish to".
    "InvalidParameter",
    "InvalidParameterValue",
    "ParameterValueInvalid",
    "ValidationError",
    "ValidationException",
    // The same word for a number by other operations of SNS.
    "OptedOut",
    "OptedOutException",
];
/// All of these come before anything is sent: SNS counts requests first.
const BUSY: &[&str] = &[
    "KMSThrottling",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "Throttled",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];
const UNAVAILABLE: &[&str] = &["ServiceUnavailable", "ServiceUnavailableException"];
/// They may come after the message was taken over.
const UNKNOWN: &[&str] = &["InternalError", "InternalErrorException", "InternalFailure", "RequestTimeout"];

/// Sends text messages by SNS.
pub struct SnsNotifier {
    client: Client,
}

impl SnsNotifier {
    /// Over this connection. Sends nothing yet.
    pub fn new(aws: &Aws) -> Self {
        // A repetition would be a second message: SNS has no token that tells them apart.
        let config = aws_sdk_sns::config::Builder::from(&aws.config).retry_config(RetryConfig::disabled());
        Self { client: Client::from_conf(config.build()) }
    }
}

#[async_trait]
impl Notifier for SnsNotifier {
    async fn notify(&self, message: &Message) -> Result<Receipt, NotifyError> {
        let transactional =
            MessageAttributeValue::builder().data_type("String").string_value("Transactional");
        let publish = self
            .client
            .publish()
            .phone_number(message.to.reveal())
            .message(&message.text)
            .message_attributes(SMS_TYPE, transactional.build().expect("the type is set"));
        match publish.send().await {
            Ok(published) => Ok(Receipt { provider_id: published.message_id }),
            Err(error) => Err(classify(&error)),
        }
    }
}

/// What a failed call means. The error itself goes nowhere: it shows the answer, which may repeat the number.
fn classify(error: &SdkError<PublishError, HttpResponse>) -> NotifyError {
    match error {
        SdkError::ServiceError(_) => {
            let status = error.raw_response().map_or(0, |response| response.status().as_u16());
            of_refusal(status, error.code().unwrap_or_default(), error.message().unwrap_or_default())
        }
        _ if lacks_credentials(error) => {
            NotifyError::Denied(Reason::new("there are no credentials for AWS, or they are invalid"))
        }
        _ if is_before_sending(error) => NotifyError::Unavailable(Reason::new(&innermost(error))),
        // The request could not even be made, or signed: for example without a region.
        SdkError::ConstructionFailure(_) => NotifyError::Denied(Reason::new(&innermost(error))),
        SdkError::DispatchFailure(failure) if !failure.is_timeout() && !reached_client(error) => {
            NotifyError::Denied(Reason::new(&innermost(error)))
        }
        _ => NotifyError::Unknown(Reason::new(&innermost(error))),
    }
}

fn of_refusal(status: u16, code: &str, message: &str) -> NotifyError {
    let reason = Reason::new(&match (code, message) {
        ("", "") => format!("HTTP {status}"),
        (code, "") => code.to_owned(),
        ("OptedOut" | "OptedOutException", message) => {
            format!("the person has opted out of text messages ({message})")
        }
        (code, message) => format!("{message} ({code})"),
    });
    let is = |codes: &[&str]| codes.contains(&code);
    if is(REFUSED) {
        NotifyError::Refused(reason)
    } else if is(BUSY) || status == 429 {
        NotifyError::Busy { reason, retry_after: None }
    } else if is(UNAVAILABLE) {
        NotifyError::Unavailable(reason)
    } else if is(UNKNOWN) || status >= 500 || status == 0 {
        NotifyError::Unknown(reason)
    } else {
        // `AuthorizationError`, `InvalidClientTokenId`, `OptInRequired`, `EndpointDisabled`, keys of KMS and the rest:
        // nothing that the recipient could change.
        NotifyError::Denied(reason)
    }
}

/// Whether there never was a connection, or the source of the credentials did not answer.
fn is_before_sending(error: &SdkError<PublishError, HttpResponse>) -> bool {
    causes(error).any(|cause| {
        let connecting = cause.downcast_ref::<hyper_util::client::legacy::Error>();
        connecting.is_some_and(hyper_util::client::legacy::Error::is_connect)
            || cause.is::<CredentialsError>()
    })
}

/// Whether the HTTP client had the request. It has its own error for everything from then on, except for time limits.
fn reached_client(error: &SdkError<PublishError, HttpResponse>) -> bool {
    causes(error).any(|cause| cause.is::<hyper_util::client::legacy::Error>())
}

/// The outer causes only say that there is one.
fn innermost(error: &SdkError<PublishError, HttpResponse>) -> String {
    causes(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

fn causes(error: &SdkError<PublishError, HttpResponse>) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |cause| (**cause).source())
}
