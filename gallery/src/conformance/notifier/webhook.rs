//! Webhooks of each form, sent to a stand-in that answers as Twilio and ntfy do by their documentation.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::PhoneNumber;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{Arrived, Failing, Fault, Subject, fresh_number, message, said};
use crate::Clock;
use crate::notifier::{JsonTemplate, Notifier, NotifyError, Webhook, WebhookForm, WebhookOptions};
use crate::testing::http_stand_in::{Asked, HttpStandIn, Reply};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// What the forms differ in.
trait Receiver: Default + 'static {
    const PATH: &str;
    const SENDS_NUMBER: bool = true;
    fn form() -> WebhookForm;
    /// The answer to a message that is taken.
    fn taken() -> (u16, Value);
    /// What is in a request.
    fn read(asked: &Asked) -> Arrived;
    /// The answer with this status, in the receiver's manner.
    fn refusal(fault: Fault, number: &str) -> (u16, Value);
}

#[derive(Default)]
pub(super) struct OfJson;
#[derive(Default)]
pub(super) struct OfTwilio;
#[derive(Default)]
pub(super) struct OfNtfy;

pub(super) type Json = OnStandIn<OfJson>;
pub(super) type Twilio = OnStandIn<OfTwilio>;
pub(super) type Ntfy = OnStandIn<OfNtfy>;

impl Receiver for OfJson {
    const PATH: &str = "/notices?from=qrate";

    fn form() -> WebhookForm {
        WebhookForm::Json(JsonTemplate::default())
    }

    fn taken() -> (u16, Value) {
        (202, json!({ "id": "n-1" }))
    }

    fn read(asked: &Asked) -> Arrived {
        assert_eq!(asked.target, Self::PATH);
        let body: Value = serde_json::from_str(&asked.body).unwrap();
        Arrived { to: text(&body["to"]), text: text(&body["text"]) }
    }

    fn refusal(fault: Fault, number: &str) -> (u16, Value) {
        match fault {
            Fault::Refuses => (422, json!({ "title": "unknown", "detail": format!("nobody has {number}") })),
            Fault::IsBusy => (429, json!({ "message": "slowly" })),
            _ => (401, json!({ "message": "who are you?" })),
        }
    }
}

impl Receiver for OfTwilio {
    const PATH: &str = "/2010-04-01/Accounts/AC1/Messages.json";

    fn form() -> WebhookForm {
        WebhookForm::Twilio { from: "+14155550100".to_owned() }
    }

    fn taken() -> (u16, Value) {
        (201, json!({ "sid": "SM1", "status": "queued", "error_code": null }))
    }

    fn read(asked: &Asked) -> Arrived {
        assert_eq!(asked.target, Self::PATH);
        let form: Vec<_> = url::form_urlencoded::parse(asked.body.as_bytes()).into_owned().collect();
        let of = |name: &str| {
            let mut values = form.iter().filter(|(there, _)| there == name).map(|(_, value)| value.clone());
            let value = values.next().unwrap();
            assert_eq!(values.next(), None, "{name} comes once");
            value
        };
        assert_eq!(of("From"), "+14155550100");
        Arrived { to: of("To"), text: of("Body") }
    }

    fn refusal(fault: Fault, number: &str) -> (u16, Value) {
        let error = |status: u16, code: u32, message: String| {
            let more_info = format!("https://www.twilio.com/docs/errors/{code}");
            (status, json!({ "code": code, "message": message, "more_info": more_info, "status": status }))
        };
        match fault {
            Fault::Refuses => error(400, 21211, format!("Invalid 'To' Phone Number: {number}")),
            Fault::IsBusy => error(429, 20429, "Too Many Requests".to_owned()),
            _ => error(401, 20003, "Authenticate".to_owned()),
        }
    }
}

impl Receiver for OfNtfy {
    const PATH: &str = "/my-topic";
    const SENDS_NUMBER: bool = false;

    fn form() -> WebhookForm {
        WebhookForm::Ntfy
    }

    fn taken() -> (u16, Value) {
        (200, json!({ "id": "sPs71M8A2T", "event": "message", "topic": "my-topic" }))
    }

    fn read(asked: &Asked) -> Arrived {
        assert_eq!(asked.target, "/");
        let body: Value = serde_json::from_str(&asked.body).unwrap();
        assert_eq!(body["topic"], "my-topic");
        assert_eq!(body["click"], "https://qrate.example.org/s/main/e/17");
        let title = text(&body["title"]);
        Arrived { to: title.strip_prefix("Photo for ").unwrap().to_owned(), text: text(&body["message"]) }
    }

    fn refusal(fault: Fault, number: &str) -> (u16, Value) {
        let error = |status: u16, code: u32, error: String| {
            (status, json!({ "code": code, "http": status, "error": error }))
        };
        match fault {
            Fault::Refuses => error(413, 41303, format!("JSON body too large, for {number}")),
            Fault::IsBusy => error(429, 42908, "limit reached: too many messages".to_owned()),
            _ => error(403, 40301, "forbidden".to_owned()),
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// A receiver in the test program.
#[derive(Default)]
pub(super) struct OnStandIn<R> {
    server: Option<HttpStandIn>,
    receiver: std::marker::PhantomData<R>,
}

impl<R: Receiver> Subject for OnStandIn<R> {
    const SENDS_NUMBER: bool = R::SENDS_NUMBER;

    async fn open(&mut self) -> Arc<dyn Notifier> {
        if self.server.is_none() {
            let server = HttpStandIn::start().await;
            server.decide(|_| taken::<R>());
            self.server = Some(server);
        }
        let url = self.server.as_ref().unwrap().url(R::PATH).parse().unwrap();
        let authorization = Some("AC1:token".parse().unwrap());
        let options =
            WebhookOptions { url, form: R::form(), secret: Some(SECRET.parse().unwrap()), authorization };
        Arc::new(Webhook::new(options, Clock::system()).unwrap().impatient())
    }

    async fn arrived(&mut self, phone: &PhoneNumber) -> Vec<Arrived> {
        let to = if R::SENDS_NUMBER { phone.reveal().to_owned() } else { phone.masked() };
        let server = self.server.as_ref().unwrap();
        let taken = server.taken().into_iter().inspect(is_signed).map(|asked| R::read(&asked));
        taken.filter(|arrived| arrived.to == to).collect()
    }
}

impl<R: Receiver> Failing for OnStandIn<R> {
    fn fail_next(&mut self, fault: Fault) {
        let mut fault = Some(fault);
        self.server.as_ref().unwrap().decide(move |asked| match fault.take() {
            None => taken::<R>(),
            Some(Fault::LosesAnswer) => Reply::Cut,
            Some(Fault::IsSilent) => Reply::Silence,
            Some(fault) => {
                let (status, body) = R::refusal(fault, &R::read(asked).to);
                Reply::Answer(status, Vec::new(), body.to_string())
            }
        });
    }

    async fn go_away(&mut self) {
        self.server.take().unwrap().stop().await;
    }
}

fn taken<R: Receiver>() -> Reply {
    let (status, body) = R::taken();
    Reply::Answer(status, Vec::new(), body.to_string())
}

/// As a receiver checks it, by the specification of Standard Webhooks.
fn is_signed(asked: &Asked) {
    let header = |name: &str| asked.headers[name].to_str().unwrap().to_owned();
    let key = STANDARD.decode(SECRET.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{}.{}.{}", header("webhook-id"), header("webhook-timestamp"), asked.body).as_bytes());
    let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    assert_eq!(header("webhook-signature"), signature);
    let sent_at: u64 = header("webhook-timestamp").parse().unwrap();
    assert!(sent_at.abs_diff(Clock::system().now().unix_ms() / 1000) < 300);
    assert_eq!(header("authorization"), "Basic QUMxOnRva2Vu");
}

#[tokio::test]
async fn redirect_is_not_followed() {
    let elsewhere = HttpStandIn::start().await;
    let mut subject = Json::default();
    let notifier = subject.open().await;
    for status in [301, 302, 303, 307, 308] {
        let to = elsewhere.url("/");
        let server = subject.server.as_ref().unwrap();
        server.decide(move |_| Reply::Answer(status, vec![("location", to.clone())], String::new()));
        let outcome = notifier.notify(&message(&fresh_number(), "x")).await;
        assert!(
            matches!(outcome, Err(NotifyError::Denied(_) | NotifyError::Unknown(_))),
            "{status} {outcome:?}"
        );
    }
    assert_eq!(elsewhere.asked_count(), 0);
}

#[tokio::test]
async fn endless_answer_is_not_read_to_its_end() {
    let mut subject = Json::default();
    let notifier = subject.open().await;
    subject.server.as_ref().unwrap().decide(|_| Reply::Endless);
    notifier.notify(&message(&fresh_number(), &said().text)).await.unwrap();
}

#[tokio::test]
async fn asked_pause_is_passed_on() {
    let mut subject = Json::default();
    let notifier = subject.open().await;
    let server = subject.server.as_ref().unwrap();
    server.decide(|_| Reply::Answer(429, vec![("retry-after", "77".to_owned())], String::new()));
    let outcome = notifier.notify(&message(&fresh_number(), "x")).await;
    let Err(NotifyError::Busy { retry_after, .. }) = outcome else { panic!("{outcome:?}") };
    assert_eq!(retry_after, Some(std::time::Duration::from_secs(77)));
}

#[tokio::test]
async fn receipt_does_not_repeat_the_number() {
    let mut subject = Json::default();
    let (notifier, phone) = (subject.open().await, fresh_number());
    let id = format!("n-{}", phone.reveal());
    let server = subject.server.as_ref().unwrap();
    server.decide(move |_| Reply::Answer(200, Vec::new(), json!({ "id": id }).to_string()));
    let receipt = notifier.notify(&message(&phone, "x")).await.unwrap();
    assert_eq!(receipt.provider_id, None);
}
