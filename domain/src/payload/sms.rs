//! A text message to send: `sms:` (RFC 5724).

use core::fmt;

use super::phone::{dialled, typed_number};
use super::syntax::{after_prefix, percent_encoded, query_parameter};
use super::{Answers, Field, FieldError, Input};

pub(super) const FIELDS: &[Field] = &[NUMBER, BODY];
const NUMBER: Field = Field::new("number", "Phone number", Input::Phone).required().hint("+49 170 123456");
const BODY: Field = Field::new("body", "Message", Input::Lines);

/// A text message to send to one number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sms {
    /// As in `Phone`.
    pub number: String,
    /// May be empty; its lines end in line feeds.
    pub body: String,
}

impl Sms {
    /// Reads `sms:`, and `SMSTO:number:text`, which many programs write instead.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (number, body) = if let Some(rest) = after_prefix(text, "smsto:") {
            let (number, body) = rest.split_once(':').unwrap_or((rest, ""));
            (number, body.to_owned())
        } else {
            let uri = after_prefix(text, "sms:")?;
            // iOS once required an ampersand instead of the question mark.
            let (number, query) = uri.split_once(['?', '&']).unwrap_or((uri, ""));
            (number, query_parameter(query, "body").unwrap_or_default())
        };
        Some(Self { number: dialled(number)?, body: body.replace("\r\n", "\n") })
    }

    pub(super) fn compose(answers: &Answers) -> Result<Self, FieldError> {
        let number = typed_number(&answers.line(&NUMBER)?, &NUMBER)?;
        Ok(Self { number, body: answers.lines(&BODY)? })
    }

    pub(super) fn words(&self) -> String {
        if self.body.is_empty() {
            format!("SMS to {}", self.number)
        } else {
            format!("SMS to {}: {}", self.number, self.body)
        }
    }

    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        Vec::from([(NUMBER.label, self.number.clone()), (BODY.label, self.body.clone())])
    }
}

impl fmt::Display for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sms:{}", self.number.replace('#', "%23"))?;
        if self.body.is_empty() { Ok(()) } else { write!(f, "?body={}", percent_encoded(&self.body)) }
    }
}
