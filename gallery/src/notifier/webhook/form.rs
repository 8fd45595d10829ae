//! What a receiver gets: the address, the content type and the body of a request. Not here: signing it (`signature`).

use bytes::Bytes;
use serde_json::json;
use url::Url;
use url::form_urlencoded::Serializer;

use super::template::JsonTemplate;
use crate::notifier::Message;

/// What a receiver understands.
#[derive(Debug, Clone)]
pub enum WebhookForm {
    /// JSON by a template.
    Json(JsonTemplate),
    /// ntfy: the address ends with the topic. Whoever subscribes to it is told; the number is only named, masked, in
    /// the title. <https://docs.ntfy.sh/publish/#publish-as-json>
    Ntfy,
    /// Twilio, and services that took over its requests; the address is that of the account's messages.
    /// <https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource>
    Twilio {
        /// The number or name that messages come from, or the id of a messaging service (`MG…`).
        from: String,
    },
}

/// A request, but for the headers that say who sends it.
pub(super) struct Filled {
    pub(super) url: Url,
    pub(super) content_type: &'static str,
    pub(super) body: Bytes,
}

impl WebhookForm {
    /// The request for a message.
    pub(super) fn fill(&self, url: &Url, message: &Message) -> Filled {
        const JSON: &str = "application/json";
        match self {
            Self::Json(template) => {
                Filled { url: url.clone(), content_type: JSON, body: template.fill(message).into() }
            }
            Self::Ntfy => {
                let (root, topic) = topic(url).expect("whoever made the receiver has checked that");
                let mut body = json!({
                    "topic": topic,
                    "title": format!("Photo for {}", message.to.masked()),
                    "message": message.text,
                    "tags": ["camera"],
                });
                if let Some(link) = &message.link {
                    body["click"] = link.as_str().into();
                }
                Filled { url: root, content_type: JSON, body: body.to_string().into() }
            }
            Self::Twilio { from } => {
                let sender = if from.starts_with("MG") { "MessagingServiceSid" } else { "From" };
                let body = Serializer::new(String::new())
                    .append_pair("To", message.to.reveal())
                    .append_pair(sender, from)
                    .append_pair("Body", &message.text)
                    .finish();
                let content_type = "application/x-www-form-urlencoded";
                Filled { url: url.clone(), content_type, body: body.into() }
            }
        }
    }
}

/// The root of an ntfy server, which takes JSON, and the topic at the end of the address.
pub(super) fn topic(url: &Url) -> Option<(Url, String)> {
    let topic = url.path_segments()?.next_back()?.to_owned();
    // As ntfy itself allows them.
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let is_topic = (1..=64).contains(&topic.len()) && topic.bytes().all(is_allowed);
    let mut root = url.clone();
    root.path_segments_mut().ok()?.pop().push("");
    root.set_query(None);
    is_topic.then_some((root, topic))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::clock::Clock;
    use crate::notifier::MessageId;

    fn message(link: Option<&str>) -> Message {
        Message {
            space: domain::Space::main(),
            id: MessageId::new(&Clock::system()),
            to: "+491701234567".parse().unwrap(),
            text: "Done & \"flipped\": +1 = 100%".to_owned(),
            link: link.map(str::to_owned),
        }
    }

    fn filled(form: &WebhookForm, url: &str, link: Option<&str>) -> (String, &'static str, String) {
        let Filled { url, content_type, body } = form.fill(&url.parse().unwrap(), &message(link));
        (url.to_string(), content_type, String::from_utf8(body.to_vec()).unwrap())
    }

    #[test]
    fn ntfy_gets_its_topic_and_no_number() {
        let (url, content_type, body) =
            filled(&WebhookForm::Ntfy, "https://ntfy.example.org/below/my_topic-1?x", Some("https://a/b"));
        assert_eq!((&*url, content_type), ("https://ntfy.example.org/below/", "application/json"));
        assert!(!body.contains("1701234567"), "{body}");
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["topic"], "my_topic-1");
        assert_eq!(body["title"], "Photo for +49 … 67");
        assert_eq!(body["message"], "Done & \"flipped\": +1 = 100%");
        assert_eq!(body["click"], "https://a/b");
        let (_, _, body) = filled(&WebhookForm::Ntfy, "https://ntfy.sh/t", None);
        assert!(!body.contains("click"), "{body}");
        for wrong in ["https://ntfy.sh/", "https://ntfy.sh/a%20b", "https://ntfy.sh/a/"] {
            assert!(topic(&wrong.parse().unwrap()).is_none(), "{wrong}");
        }
    }

    #[test]
    fn twilio_gets_a_form() {
        let url = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json";
        let (to, content_type, body) =
            filled(&WebhookForm::Twilio { from: "+14155550100".to_owned() }, url, None);
        assert_eq!((&*to, content_type), (url, "application/x-www-form-urlencoded"));
        assert_eq!(
            body,
            "To=%2B491701234567&From=%2B14155550100&Body=Done+%26+%22flipped%22%3A+%2B1+%3D+100%25"
        );
        let (_, _, body) = filled(&WebhookForm::Twilio { from: "MG1".to_owned() }, url, None);
        assert!(body.contains("&MessagingServiceSid=MG1&"), "{body}");
    }
}
