//! Messages as HTTP requests: to a program of the operator's, to ntfy, to Twilio and what speaks its language. Each is
//! one POST; redirects are not followed.
//!
//! Here: the adapter. `form`: what each kind of receiver gets; `template`: JSON of the operator's own; `signature`: how
//! a receiver knows who sent it; `answer`: what answers mean. Not here: HTTP itself (`http`).

mod answer;
mod form;
mod signature;
mod template;

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use url::Url;

pub use self::form::WebhookForm;
pub use self::signature::SigningSecret;
pub use self::template::{JsonTemplate, JsonTemplateError};
use super::http::{HttpClient, NoAnswer};
use super::{Message, Notifier, NotifyError, Receipt};
use crate::clock::Clock;

/// How to reach a receiver.
#[derive(Debug, Clone)]
pub struct WebhookOptions {
    /// Its address.
    pub url: WebhookUrl,
    /// What it understands.
    pub form: WebhookForm,
    /// Signs each request.
    pub secret: Option<SigningSecret>,
    /// Says who we are.
    pub authorization: Option<Authorization>,
}

/// An address, `http` or `https`, without a name or a password in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookUrl(Url);

impl FromStr for WebhookUrl {
    type Err = WebhookError;

    fn from_str(text: &str) -> Result<Self, WebhookError> {
        let url: Url = text.trim().parse().map_err(|_| WebhookError::Address)?;
        // The client takes fewer addresses than a browser does.
        let is_sendable = url.as_str().parse::<hyper::Uri>().is_ok_and(|uri| uri.host().is_some());
        if !matches!(url.scheme(), "http" | "https") || !is_sendable {
            return Err(WebhookError::Address);
        }
        let has_password = !url.username().is_empty() || url.password().is_some();
        if has_password { Err(WebhookError::PasswordInAddress) } else { Ok(Self(url)) }
    }
}

/// Why a receiver cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// Neither `http` nor `https`.
    #[error("a webhook has an address such as https://example.org/notices")]
    Address,
    /// An address with a name and a password in it.
    #[error(
        "the address of a webhook holds no password: it would stand in logs. Give it as QRATE_WEBHOOK_AUTHORIZATION"
    )]
    PasswordInAddress,
    /// ntfy, but there is no topic.
    #[error("the address for ntfy ends with the topic, such as https://ntfy.sh/my-secret-topic")]
    NoTopic,
    /// Our own form without a signature: anybody could send the same.
    #[error("requests in JSON are signed: set a secret")]
    NoSecret,
    /// No root certificates.
    #[error("this machine has no root certificates, which https needs (Debian: apt install ca-certificates)")]
    NoCertificates(#[source] std::io::Error),
}

/// The value of the header `Authorization`. `Debug` does not show it.
#[derive(Clone)]
pub struct Authorization(HeaderValue);

impl FromStr for Authorization {
    type Err = &'static str;

    /// Reads `NAME:PASSWORD` (sent as Basic), or a whole value such as `Bearer tk_…`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WHAT: &str = "this takes NAME:PASSWORD, or a whole value such as \"Bearer TOKEN\"";
        let text = text.trim();
        let value = match text.split_once(' ') {
            Some((scheme, _)) if ["basic", "bearer"].contains(&&*scheme.to_ascii_lowercase()) => {
                text.to_owned()
            }
            Some(_) => return Err(WHAT),
            None if text.contains(':') => format!("Basic {}", STANDARD.encode(text)),
            None => return Err(WHAT),
        };
        let mut value = HeaderValue::try_from(value).map_err(|_| WHAT)?;
        value.set_sensitive(true);
        Ok(Self(value))
    }
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authorization(…)")
    }
}

/// Sends messages as HTTP requests.
pub struct Webhook {
    client: HttpClient,
    options: WebhookOptions,
    clock: Clock,
}

impl Webhook {
    /// For this receiver. Sends nothing yet.
    pub fn new(options: WebhookOptions, clock: Clock) -> Result<Self, WebhookError> {
        let WebhookUrl(url) = &options.url;
        match options.form {
            WebhookForm::Ntfy if form::topic(url).is_none() => return Err(WebhookError::NoTopic),
            WebhookForm::Json(_) if options.secret.is_none() => return Err(WebhookError::NoSecret),
            _ => {}
        }
        let client = HttpClient::new(url.scheme() == "https").map_err(WebhookError::NoCertificates)?;
        Ok(Self { client, options, clock })
    }

    /// With less time for an answer.
    #[cfg(test)]
    pub(crate) fn impatient(self) -> Self {
        Self { client: self.client.impatient(), ..self }
    }

    fn request(&self, message: &Message) -> Request<Full<Bytes>> {
        let WebhookOptions { url, form, secret, authorization } = &self.options;
        let filled = form.fill(&url.0, message);
        let mut request = Request::post(filled.url.as_str())
            .header(CONTENT_TYPE, filled.content_type)
            .header(USER_AGENT, concat!("qrate/", env!("CARGO_PKG_VERSION")));
        if let Some(Authorization(value)) = authorization {
            request = request.header(AUTHORIZATION, value);
        }
        if let Some(secret) = secret {
            let unix_seconds = self.clock.now().unix_ms() / 1000;
            for (name, value) in secret.headers(&message.id, unix_seconds, &filled.body) {
                request = request.header(name, value);
            }
        }
        request.body(Full::from(filled.body)).expect("an address and headers of ours are well formed")
    }
}

#[async_trait]
impl Notifier for Webhook {
    async fn notify(&self, message: &Message) -> Result<Receipt, NotifyError> {
        match self.client.send(self.request(message)).await {
            Ok(answer) => {
                answer::read(&self.options.form, &answer).map(|receipt| without_number(receipt, message))
            }
            Err(NoAnswer::NotSent(reason)) => Err(NotifyError::Unavailable(reason)),
            Err(NoAnswer::Sent(reason)) => Err(NotifyError::Unknown(reason)),
        }
    }
}

/// The last digits of a number, which no name of a message may have.
const TELLING_DIGITS: usize = 7;

/// Some services name a message after its recipient, with or without the country code, and grouped as they like.
fn without_number(receipt: Receipt, message: &Message) -> Receipt {
    let number = message.to.reveal();
    let telling = &number[number.len().saturating_sub(TELLING_DIGITS)..];
    let digits = |id: &str| id.chars().filter(char::is_ascii_digit).collect::<String>();
    Receipt { provider_id: receipt.provider_id.filter(|id| !digits(id).contains(telling)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authorization_is_read_and_never_shown() {
        for (text, value) in [
            ("Bearer tk_secret", "Bearer tk_secret"),
            ("basic QTpi", "basic QTpi"),
            ("AC1:token", "Basic QUMxOnRva2Vu"),
        ] {
            let authorization: Authorization = text.parse().unwrap();
            assert_eq!(authorization.0.to_str().unwrap(), value);
            let shown = format!("{authorization:?} {:?}", authorization.0);
            assert!(!shown.contains("tk_secret") && !shown.contains("QTpi"), "{shown}");
        }
        for wrong in ["", "token", "Digest x", "Bearer a\nb"] {
            assert!(wrong.parse::<Authorization>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn name_of_a_message_does_not_tell_the_number() {
        let (id, to) = (crate::notifier::MessageId::new(&Clock::system()), "+491701234567".parse().unwrap());
        let message = Message { id, space: domain::Space::main(), to, text: String::new(), link: None };
        let kept =
            |id: &str| without_number(Receipt { provider_id: Some(id.to_owned()) }, &message).provider_id;
        for telling in
            ["01701234567", "+49-170-1234567", "sms-491_701_234_567", "1701234567", "491,701,234,567"]
        {
            assert_eq!(kept(telling), None, "{telling}");
        }
        assert_eq!(kept("SM7f3a1701").as_deref(), Some("SM7f3a1701"));
    }

    #[test]
    fn unusable_receivers_are_refused() {
        for (url, said) in [
            ("ftp://example.org/", "https://"),
            ("example.org", "https://"),
            ("https://{host}/x", "https://"),
            ("http://a\"b/", "https://"),
            ("http://ex`ample/", "https://"),
            (&*format!("https://example.org/?{}", "x".repeat(70_000)), "https://"),
            ("http://a:b@example.org/", "password"),
            ("https://a@example.org/", "password"),
        ] {
            assert!(url.parse::<WebhookUrl>().unwrap_err().to_string().contains(said), "{url}");
        }
        let secret = || Some("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap());
        let open = |url: &str, form, secret| {
            let options = WebhookOptions { url: url.parse().unwrap(), form, secret, authorization: None };
            Webhook::new(options, Clock::system()).err().map(|error| error.to_string()).unwrap_or_default()
        };
        let json = || WebhookForm::Json(JsonTemplate::default());
        assert_eq!(open("http://127.0.0.1:1/", json(), secret()), "");
        assert_eq!(open("http://127.0.0.1:1/topic", WebhookForm::Ntfy, None), "");
        assert!(open("http://ntfy.sh/", WebhookForm::Ntfy, None).contains("topic"));
        assert!(open("http://example.org/", json(), None).contains("secret"));
    }
}
