//! SNS as a stub of ours: it takes messages, and answers with every error that is documented for `Publish`, in the form
//! of the query protocol. The real service was not reached.

use std::sync::Arc;
use std::time::Duration;

use domain::PhoneNumber;

use super::{Arrived, Failing, Fault, Subject, fresh_number, message};
use crate::aws::{Aws, AwsOptions};
use crate::notifier::{Notifier, NotifyError, SnsNotifier};
use crate::testing::http_stand_in::{Asked, HttpStandIn, Reply};

#[derive(Default)]
pub(super) struct OnStub(Option<HttpStandIn>);

impl OnStub {
    fn server(&self) -> &HttpStandIn {
        self.0.as_ref().unwrap()
    }
}

/// A connection that waits at most a second.
async fn connection(url: String) -> Aws {
    let options = AwsOptions {
        region: Some("eu-central-1".to_owned()),
        endpoint_url: Some(url),
        credentials: Some(AwsOptions::key("id", "secret")),
        ..AwsOptions::default()
    };
    let config = Aws::configured(options).await.config;
    let second = Duration::from_secs(1);
    let timeouts = config.timeout_config().unwrap().to_builder();
    let timeouts = timeouts.operation_attempt_timeout(second).operation_timeout(4 * second);
    Aws { config: config.into_builder().timeout_config(timeouts.build()).build() }
}

impl Subject for OnStub {
    async fn open(&mut self) -> Arc<dyn Notifier> {
        if self.0.is_none() {
            let server = HttpStandIn::start().await;
            server.decide(|_| taken());
            self.0 = Some(server);
        }
        Arc::new(SnsNotifier::new(&connection(self.server().url("")).await))
    }

    async fn arrived(&mut self, phone: &PhoneNumber) -> Vec<Arrived> {
        let read = self.server().taken().into_iter().map(|asked| read(&asked));
        read.filter(|arrived| arrived.to == phone.reveal()).collect()
    }
}

impl Failing for OnStub {
    fn fail_next(&mut self, fault: Fault) {
        let mut fault = Some(fault);
        self.server().decide(move |asked| match fault.take() {
            None => taken(),
            Some(Fault::Refuses) => {
                let to = read(asked).to;
                error(
                    400,
                    "InvalidParameter",
                    &format!("Invalid parameter: PhoneNumber Reason: {to} is not valid"),
                )
            }
            Some(Fault::IsBusy) => error(429, "Throttled", "Rate exceeded"),
            Some(Fault::Denies) => error(403, "AuthorizationError", "not authorized to perform: SNS:Publish"),
            Some(Fault::LosesAnswer) => Reply::Cut,
            Some(Fault::IsSilent) => Reply::Silence,
        });
    }

    async fn go_away(&mut self) {
        self.0.take().unwrap().stop().await;
    }
}

fn taken() -> Reply {
    let body = "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult><MessageId>\
        567910cd-659e-55d4-8ccb-5aaf14679dc0</MessageId></PublishResult><ResponseMetadata><RequestId>r</RequestId>\
        </ResponseMetadata></PublishResponse>";
    Reply::Answer(200, vec![("content-type", "text/xml".to_owned())], body.to_owned())
}

fn error(status: u16, code: &str, message: &str) -> Reply {
    let body = format!(
        "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender</Type><Code>{code}</Code>\
         <Message>{message}</Message></Error><RequestId>r</RequestId></ErrorResponse>"
    );
    Reply::Answer(status, vec![("content-type", "text/xml".to_owned())], body)
}

fn read(asked: &Asked) -> Arrived {
    let form: Vec<_> = url::form_urlencoded::parse(asked.body.as_bytes()).into_owned().collect();
    let of =
        |name: &str| form.iter().find(|(there, _)| there == name).map(|(_, value)| value.clone()).unwrap();
    assert_eq!(of("Action"), "Publish");
    assert_eq!(of("MessageAttributes.entry.1.Name"), "AWS.SNS.SMS.SMSType");
    assert_eq!(of("MessageAttributes.entry.1.Value.DataType"), "String");
    assert_eq!(of("MessageAttributes.entry.1.Value.StringValue"), "Transactional");
    assert!(form.iter().all(|(name, _)| name != "TopicArn"));
    Arrived { to: of("PhoneNumber"), text: of("Message") }
}

#[tokio::test]
async fn receipt_names_the_message_as_sns_does() {
    let mut subject = OnStub::default();
    let receipt = subject.open().await.notify(&message(&fresh_number(), "done")).await.unwrap();
    assert_eq!(receipt.provider_id.as_deref(), Some("567910cd-659e-55d4-8ccb-5aaf14679dc0"));
}

/// <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors> and the errors common to all
/// actions; `OptedOut` and `Throttled` as other actions of SNS answer.
#[tokio::test]
async fn every_documented_error_is_classified() {
    let mut subject = OnStub::default();
    let notifier = subject.open().await;
    let refused: fn(&NotifyError) -> bool = |error| matches!(error, NotifyError::Refused(_));
    let busy: fn(&NotifyError) -> bool = |error| matches!(error, NotifyError::Busy { .. });
    let denied: fn(&NotifyError) -> bool = |error| matches!(error, NotifyError::Denied(_));
    let unavailable: fn(&NotifyError) -> bool = |error| matches!(error, NotifyError::Unavailable(_));
    let unknown: fn(&NotifyError) -> bool = |error| matches!(error, NotifyError::Unknown(_));
    for (status, code, is_expected) in [
        (400, "InvalidParameter", refused),
        (400, "ParameterValueInvalid", refused),
        (400, "ValidationException", refused),
        (400, "ValidationError", refused),
        (400, "OptedOut", refused),
        (429, "Throttled", busy),
        (400, "Throttling", busy),
        (400, "ThrottlingException", busy),
        (400, "KMSThrottling", busy),
        (429, "NoSuchCodeYet", busy),
        (403, "AuthorizationError", denied),
        (403, "AccessDeniedException", denied),
        (403, "InvalidSecurity", denied),
        (403, "IncompleteSignature", denied),
        (403, "InvalidClientTokenId", denied),
        (403, "SignatureDoesNotMatch", denied),
        (403, "OptInRequired", denied),
        (403, "NotAuthorized", denied),
        (400, "RequestExpired", denied),
        (400, "EndpointDisabled", denied),
        (400, "PlatformApplicationDisabled", denied),
        (404, "NotFound", denied),
        (400, "KMSAccessDenied", denied),
        (400, "KMSDisabled", denied),
        (400, "KMSInvalidState", denied),
        (400, "KMSNotFound", denied),
        (403, "KMSOptInRequired", denied),
        (400, "InvalidAction", denied),
        (503, "ServiceUnavailable", unavailable),
        (500, "InternalError", unknown),
        (500, "InternalFailure", unknown),
        (400, "RequestTimeout", unknown),
        (504, "NoSuchCodeYet", unknown),
    ] {
        let phone = fresh_number();
        let words = format!("about {}", phone.reveal());
        subject.server().decide(move |_| error(status, code, &words));
        let outcome = notifier.notify(&message(&phone, "done")).await.unwrap_err();
        assert!(is_expected(&outcome), "{code}: {outcome:?}");
        assert!(!format!("{outcome} {outcome:?}").contains(&phone.reveal()[4..]), "{outcome:?}");
        assert!(outcome.reason().as_str().contains(code) || code == "OptedOut", "{outcome}");
    }
    let asked = subject.server().asked_count();
    assert_eq!(asked, 33, "each is tried once");
}

#[tokio::test]
async fn missing_credentials_and_regions_are_the_operators_matter() {
    let server = HttpStandIn::start().await;
    let options = AwsOptions {
        endpoint_url: Some(server.url("")),
        credentials: Some(AwsOptions::key("id", "secret")),
        ..AwsOptions::default()
    };
    let config = Aws::configured(options).await.config;
    let without_region = Aws { config: config.into_builder().region(None).build() };
    let outcome = SnsNotifier::new(&without_region).notify(&message(&fresh_number(), "done")).await;
    assert!(matches!(outcome, Err(NotifyError::Denied(_))), "{outcome:?}");
    assert_eq!(server.asked_count(), 0);
}
