//! JSON of an operator's own, with places for what a message holds. Filled as JSON, not as text: nothing in a message
//! can change its structure.

use std::str::FromStr;

use serde_json::{Value, json};

use crate::notifier::Message;

/// The longest template: a receiver's request, not a document.
const TEMPLATE_MAX_BYTES: usize = 8 * 1024;

/// JSON in whose texts `{id}`, `{to}`, `{text}` and `{link}` stand for the parts of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonTemplate(Value);

/// Why this is no template.
#[derive(Debug, thiserror::Error)]
pub enum JsonTemplateError {
    /// No JSON.
    #[error("the template is JSON, in whose texts {{id}}, {{to}}, {{text}} and {{link}} are filled in: {0}")]
    NotJson(#[source] serde_json::Error),
    /// Too long.
    #[error("a template has at most {TEMPLATE_MAX_BYTES} bytes")]
    TooLong,
    /// It says nothing of the message.
    #[error("the template names none of {{text}} and {{link}}: a receiver would learn nothing")]
    Empty,
}

impl Default for JsonTemplate {
    fn default() -> Self {
        Self(json!({ "id": "{id}", "to": "{to}", "text": "{text}", "link": "{link}" }))
    }
}

impl FromStr for JsonTemplate {
    type Err = JsonTemplateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > TEMPLATE_MAX_BYTES {
            return Err(JsonTemplateError::TooLong);
        }
        let template = serde_json::from_str(text).map_err(JsonTemplateError::NotJson)?;
        if names_something(&template) { Ok(Self(template)) } else { Err(JsonTemplateError::Empty) }
    }
}

impl JsonTemplate {
    /// The JSON for a message. A link that there is not is an empty text.
    pub(super) fn fill(&self, message: &Message) -> String {
        let parts = [
            ("{id}", message.id.as_str()),
            ("{to}", message.to.reveal()),
            ("{text}", message.text.as_str()),
            ("{link}", message.link.as_deref().unwrap_or_default()),
        ];
        filled(&self.0, &parts).to_string()
    }
}

/// Whether some text of it says what a message does.
fn names_something(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("{text}") || text.contains("{link}"),
        Value::Array(values) => values.iter().any(names_something),
        Value::Object(members) => members.values().any(names_something),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn filled(value: &Value, parts: &[(&str, &str)]) -> Value {
    match value {
        Value::String(text) => Value::String(with_parts(text, parts)),
        Value::Array(values) => values.iter().map(|value| filled(value, parts)).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), filled(value, parts))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// In one pass: what was filled in is not searched for places again.
fn with_parts(text: &str, parts: &[(&str, &str)]) -> String {
    let (mut filled, mut rest) = (String::new(), text);
    while let Some(start) = rest.find('{') {
        filled.push_str(&rest[..start]);
        rest = &rest[start..];
        let part = parts.iter().find_map(|(place, part)| Some((rest.strip_prefix(place)?, part)));
        if let Some((after, part)) = part {
            filled.push_str(part);
            rest = after;
        } else {
            filled.push('{');
            rest = &rest[1..];
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::notifier::MessageId;

    fn filled_with(template: &JsonTemplate, text: &str) -> Value {
        let id = MessageId::new(&Clock::system());
        let (space, to) = (domain::Space::main(), "+491701234567".parse().unwrap());
        let message = Message { id, space, to, text: text.to_owned(), link: None };
        serde_json::from_str(&template.fill(&message)).unwrap()
    }

    #[test]
    fn places_are_filled_in_once() {
        let template: JsonTemplate =
            r#"{"a": ["{to}: {text}", 1, null, true], "{text}": {"b": "{{text}} {x} {link}"}}"#.parse().unwrap();
        let filled = filled_with(&template, "{to}\"}, \"c\": \"");
        assert_eq!(filled["a"][0], "+491701234567: {to}\"}, \"c\": \"");
        assert_eq!(filled["{text}"]["b"], "{{to}\"}, \"c\": \"} {x} ");
        assert_eq!(filled["a"].as_array().unwrap().len(), 4);
        assert_eq!(filled.as_object().unwrap().len(), 2);
        assert_eq!(filled_with(&JsonTemplate::default(), "x")["text"], "x");
        let escaped: JsonTemplate = r#"{"a": "\u007btext}"}"#.parse().unwrap();
        assert_eq!(filled_with(&escaped, "x")["a"], "x");
    }

    #[test]
    fn unusable_templates_are_refused() {
        for wrong in ["", "{text}", "{\"a\": {text}}", "{\"a\": 1}", "{\"{text}\": \"x\"}"] {
            assert!(wrong.parse::<JsonTemplate>().is_err(), "{wrong}");
        }
        let long = format!("[\"{{text}}{}\"]", "x".repeat(TEMPLATE_MAX_BYTES));
        assert!(matches!(long.parse::<JsonTemplate>(), Err(JsonTemplateError::TooLong)));
    }
}
