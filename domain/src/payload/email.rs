//! An e-mail to write: `mailto:` (RFC 6068).

use core::fmt;

use super::syntax::{after_prefix, card_value, percent_decoded, percent_encoded, query_parameter};
use super::{Answers, Field, FieldError, Input};

pub(super) const FIELDS: &[Field] = &[TO, SUBJECT, BODY];
const TO: Field = Field::new("to", "To", Input::Email).required().hint("name@example.com");
const SUBJECT: Field = Field::new("subject", "Subject", Input::Line);
const BODY: Field = Field::new("body", "Message", Input::Lines);

/// An e-mail to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// Addresses, at least one.
    pub to: Vec<String>,
    /// May be empty.
    pub subject: String,
    /// May be empty; its lines end in line feeds.
    pub body: String,
}

impl Email {
    /// Reads `mailto:`, and NTT docomo's `MATMSG:`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let email = if let Some(card) = after_prefix(text, "MATMSG:") {
            Self {
                to: Vec::from([card_value(card, "TO")]),
                subject: card_value(card, "SUB"),
                body: card_value(card, "BODY"),
            }
        } else {
            let uri = after_prefix(text, "mailto:")?;
            let (to, query) = uri.split_once('?').unwrap_or((uri, ""));
            // In a URI a comma between addresses is bare, and one inside an address is encoded. The name `to` is
            // another place for addresses.
            let more = query_parameter(query, "to").unwrap_or_default();
            let to = to.split(',').map(percent_decoded).chain(more.split(',').map(str::to_owned));
            Self {
                to: to.map(|address| address.trim().to_owned()).collect(),
                subject: query_parameter(query, "subject").unwrap_or_default(),
                body: query_parameter(query, "body").unwrap_or_default().replace("\r\n", "\n"),
            }
        };
        let to: Vec<String> = email.to.into_iter().filter(|address| !address.is_empty()).collect();
        (!to.is_empty()).then_some(Self { to, ..email })
    }

    pub(super) fn compose(answers: &Answers) -> Result<Self, FieldError> {
        let to = answers.line(&TO)?;
        let to = to.split([',', ';']).map(str::trim).filter(|address| !address.is_empty());
        let to = to.map(|address| typed_address(address, &TO)).collect::<Result<Vec<_>, _>>()?;
        if to.is_empty() {
            return Err(TO.missing());
        }
        Ok(Self { to, subject: answers.line(&SUBJECT)?, body: answers.lines(&BODY)? })
    }

    pub(super) fn words(&self) -> String {
        let to = self.to.join(", ");
        if self.subject.is_empty() {
            format!("E-mail to {to}")
        } else {
            format!("E-mail to {to}: {}", self.subject)
        }
    }

    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        Vec::from([
            (TO.label, self.to.join(", ")),
            (SUBJECT.label, self.subject.clone()),
            (BODY.label, self.body.clone()),
        ])
    }
}

/// Parses a typed address: a name, one at-sign, a host (RFC 5321, 4.1.2, without quoted names). The host must be
/// reachable from everywhere, so it has a dot.
pub(super) fn typed_address(line: &str, field: &Field) -> Result<String, FieldError> {
    let is_word = |part: &str| {
        !part.is_empty()
            && !part.contains(|c: char| c.is_whitespace() || c.is_control() || "@<>\",;:".contains(c))
    };
    let is_name = |name: &str| name.split('.').all(is_word);
    let is_label = |label: &str| is_word(label) && !label.starts_with('-') && !label.ends_with('-');
    let is_host = |host: &str| host.contains('.') && host.split('.').all(is_label);
    match line.split_once('@') {
        Some((name, host)) if is_name(name) && is_host(host) => Ok(line.to_owned()),
        _ => Err(field.error("Write the e-mail address like name@example.com.")),
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The at-sign may stay bare, and is what people and programs look for.
        let addresses: Vec<String> =
            self.to.iter().map(|address| percent_encoded(address).replace("%40", "@")).collect();
        write!(f, "mailto:{}", addresses.join(","))?;
        // RFC 6068, 5: lines end in %0D%0A.
        let body = self.body.replace('\n', "\r\n");
        let mut mark = '?';
        for (name, value) in [("subject", &self.subject), ("body", &body)] {
            if !value.is_empty() {
                write!(f, "{mark}{name}={}", percent_encoded(value))?;
                mark = '&';
            }
        }
        Ok(())
    }
}
