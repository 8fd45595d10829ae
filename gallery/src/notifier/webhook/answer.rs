//! What the answers of receivers mean. The status decides; of the body only the words are shown, and Twilio's code is
//! read, where the status does not tell whose fault it is.
//!
//! HTTP: RFC 9110, 15. ntfy: `server/errors.go` in its repository. Twilio: <https://www.twilio.com/docs/api/errors>.

use hyper::StatusCode;
use serde_json::Value;

use super::form::WebhookForm;
use crate::notifier::http::Answer;
use crate::notifier::{NotifyError, Reason, Receipt};

/// Twilio's errors with status 400 that are about the sender or the account: the recipient is not at fault, and an
/// operator can help. All others with that status are about the recipient or the text.
const TWILIO_OF_SENDER: &[u32] = &[
    21212, // the sender is not a valid number
    21408, // no permission for the recipient's region
    21603, // no sender was given
    21606, // the sender cannot send to this number
    21608, // a trial account, and the number is not verified
    21659, // the sender is not a number of the account
    21660, // the sender belongs to another account
    21701, // there is no such messaging service
    21703, // the messaging service has no number
];
/// Twilio's error with status 400 or 429 when messages of the sender queue up.
const TWILIO_QUEUE_FULL: u32 = 21611;

/// What a service says in its answer.
struct Said {
    /// Twilio's and ntfy's number of the error.
    code: Option<u32>,
    words: Option<String>,
    /// Its name for the message.
    id: Option<String>,
}

impl Said {
    /// Under the names that Twilio (`message`, `sid`), ntfy (`error`, `id`) and RFC 9457 (`detail`, `title`) use. What
    /// is not JSON is words, unless it is a page.
    fn read(body: &str) -> Self {
        let json = serde_json::from_str::<Value>(body).unwrap_or_default();
        let text = |names: &[&str]| names.iter().find_map(|name| Some(json.get(name)?.as_str()?.to_owned()));
        let is_plain = json.is_null() && !body.trim().is_empty() && !body.trim_start().starts_with('<');
        let plain = is_plain.then(|| body.to_owned());
        Self {
            code: json.get("code").and_then(|code| u32::try_from(code.as_u64()?).ok()),
            words: text(&["message", "error", "detail", "title"]).or(plain),
            id: text(&["sid", "id"]),
        }
    }
}

/// Whether the message was sent.
pub(super) fn read(form: &WebhookForm, answer: &Answer) -> Result<Receipt, NotifyError> {
    let said = Said::read(&answer.body);
    let status = answer.status;
    if status.is_success() {
        let id = said.id.filter(|id| id.len() <= 100 && id.chars().all(|c| c.is_ascii_graphic()));
        return Ok(Receipt { provider_id: id });
    }
    let reason = Reason::new(&match (said.code, said.words) {
        (Some(code), Some(words)) => format!("{words} (HTTP {}, {code})", status.as_u16()),
        (None, Some(words)) => format!("{words} (HTTP {})", status.as_u16()),
        (_, None) => format!("HTTP {}", status.as_u16()),
    });
    let busy = |reason| NotifyError::Busy { reason, retry_after: answer.retry_after };
    Err(match status {
        StatusCode::BAD_REQUEST => match (form, said.code) {
            (WebhookForm::Twilio { .. }, Some(TWILIO_QUEUE_FULL)) => busy(reason),
            (WebhookForm::Twilio { .. }, Some(code)) if TWILIO_OF_SENDER.contains(&code) => {
                NotifyError::Denied(reason)
            }
            // Only the topic and the text vary, and both are ours.
            (WebhookForm::Ntfy, _) => NotifyError::Denied(reason),
            _ => NotifyError::Refused(reason),
        },
        StatusCode::CONFLICT | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNPROCESSABLE_ENTITY => {
            NotifyError::Refused(reason)
        }
        StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => busy(reason),
        // The request did not arrive whole.
        StatusCode::REQUEST_TIMEOUT => NotifyError::Unavailable(reason),
        StatusCode::SERVICE_UNAVAILABLE if answer.retry_after.is_some() => busy(reason),
        StatusCode::SERVICE_UNAVAILABLE => NotifyError::Unavailable(reason),
        // It broke down somewhere, or a proxy gave up waiting: maybe after the message was sent.
        status if status.is_server_error() => NotifyError::Unknown(reason),
        // What was asked for may be done, and its result lie elsewhere.
        StatusCode::FOUND | StatusCode::SEE_OTHER => NotifyError::Unknown(reason),
        // 401, 403, 404, 405, 410 …, and other redirects: another address, another password.
        _ => NotifyError::Denied(reason),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::template::JsonTemplate;
    use super::*;

    fn answer(form: &WebhookForm, status: u16, body: &str) -> Result<Receipt, NotifyError> {
        let status = StatusCode::from_u16(status).unwrap();
        read(form, &Answer { status, retry_after: None, body: body.to_owned() })
    }

    fn twilio(status: u16, code: u32, words: &str) -> Result<Receipt, NotifyError> {
        let body = serde_json::json!({
            "code": code, "message": words, "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
            "status": status,
        });
        answer(&WebhookForm::Twilio { from: "+14155550100".to_owned() }, status, &body.to_string())
    }

    #[test]
    fn statuses_say_whether_to_try_again() {
        let json = WebhookForm::Json(JsonTemplate::default());
        for status in [200, 201, 202, 204, 299] {
            assert_eq!(answer(&json, status, "no JSON"), Ok(Receipt::default()));
        }
        for status in [400, 409, 413, 422] {
            assert!(matches!(answer(&json, status, ""), Err(NotifyError::Refused(_))), "{status}");
        }
        for status in [301, 307, 308, 401, 403, 404, 405, 410] {
            assert!(matches!(answer(&json, status, ""), Err(NotifyError::Denied(_))), "{status}");
        }
        for status in [425, 429] {
            assert!(matches!(answer(&json, status, ""), Err(NotifyError::Busy { .. })), "{status}");
        }
        for status in [408, 503] {
            assert!(matches!(answer(&json, status, ""), Err(NotifyError::Unavailable(_))), "{status}");
        }
        for status in [302, 303, 500, 501, 502, 504, 507] {
            assert!(matches!(answer(&json, status, ""), Err(NotifyError::Unknown(_))), "{status}");
        }
        let retry_after = Some(Duration::from_secs(7));
        let busy = Answer { status: StatusCode::SERVICE_UNAVAILABLE, retry_after, body: String::new() };
        let busy = read(&json, &busy);
        assert!(matches!(busy, Err(NotifyError::Busy { retry_after: Some(_), .. })), "{busy:?}");
    }

    #[test]
    fn twilio_is_understood() {
        let sent = answer(
            &WebhookForm::Twilio { from: "x".to_owned() },
            201,
            r#"{"sid": "SMabc", "status": "queued", "error_code": null, "to": "+491701234567"}"#,
        );
        assert_eq!(sent, Ok(Receipt { provider_id: Some("SMabc".to_owned()) }));
        for (code, words) in [
            (21211, "Invalid 'To' Phone Number: +491701234567"),
            (21610, "Attempt to send to unsubscribed recipient"),
            (21612, "The message cannot be sent with this combination"),
            (21614, "'To' number is not a valid mobile number"),
            (21617, "The concatenated message body exceeds the 1600 character limit"),
        ] {
            let Err(NotifyError::Refused(reason)) = twilio(400, code, words) else { panic!("{code}") };
            assert!(!reason.as_str().contains("1701234567") && reason.as_str().contains(&code.to_string()));
        }
        for code in TWILIO_OF_SENDER {
            assert!(matches!(twilio(400, *code, "x"), Err(NotifyError::Denied(_))), "{code}");
        }
        assert!(matches!(twilio(401, 20003, "Authenticate"), Err(NotifyError::Denied(_))));
        assert!(matches!(twilio(404, 20404, "not found"), Err(NotifyError::Denied(_))));
        for (status, code) in [(429, 20429), (429, 14107), (400, TWILIO_QUEUE_FULL)] {
            assert!(matches!(twilio(status, code, "x"), Err(NotifyError::Busy { .. })), "{code}");
        }
        assert!(matches!(twilio(503, 20503, "x"), Err(NotifyError::Unavailable(_))));
        assert!(matches!(twilio(500, 20500, "x"), Err(NotifyError::Unknown(_))));
    }

    #[test]
    fn ntfy_is_understood() {
        let ntfy = |status, code, error| {
            let body = serde_json::json!({ "code": code, "http": status, "error": error }).to_string();
            answer(&WebhookForm::Ntfy, status, &body)
        };
        let sent =
            answer(&WebhookForm::Ntfy, 200, r#"{"id": "sPs71M8A2T", "event": "message", "topic": "t"}"#);
        assert_eq!(sent.unwrap().provider_id.as_deref(), Some("sPs71M8A2T"));
        let topic = ntfy(400, 40009, "invalid request: topic invalid").unwrap_err();
        assert_eq!(topic.reason().as_str(), "invalid request: topic invalid (HTTP 400, 40009)");
        assert!(matches!(topic, NotifyError::Denied(_)));
        assert!(matches!(ntfy(403, 40301, "forbidden"), Err(NotifyError::Denied(_))));
        assert!(matches!(ntfy(413, 41303, "JSON body too large"), Err(NotifyError::Refused(_))));
        assert!(matches!(
            ntfy(429, 42908, "limit reached: too many messages"),
            Err(NotifyError::Busy { .. })
        ));
        assert!(matches!(ntfy(500, 50001, "internal server error"), Err(NotifyError::Unknown(_))));
    }
}
