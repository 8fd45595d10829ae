//! Tests of payloads by subject; `zxing` and `stalwart` let independent parsers read our texts. Here: the completed
//! forms that they start from.

mod any;
mod composing;
mod contacts;
mod descriptions;
mod errors;
mod round_trips;
mod stalwart;
mod time_zones;
mod zxing;

use super::*;

/// A valid, completed form.
fn good_answers(kind: PayloadKind) -> &'static [(&'static str, &'static str)] {
    match kind {
        PayloadKind::Text => &[],
        PayloadKind::Link => &[("link", "example.com/menu")],
        PayloadKind::Email => {
            &[("to", "a@b.example, c@d.example"), ("subject", "Hello & more"), ("body", "One\r\ntwo")]
        }
        PayloadKind::Phone => &[("number", "+49 (0)30 123456")],
        PayloadKind::Sms => &[("number", "+49 170 123456"), ("body", "On my way; 5 min?")],
        PayloadKind::Wifi => &[
            ("network", "Café; \"bar\""),
            ("security", "wpa"),
            ("password", "se,cr\\et:1"),
            ("hidden", "on"),
        ],
        PayloadKind::Contact => &[
            ("given", "Ada"),
            ("family", "King; Lovelace"),
            ("organization", "Analytical, Engines"),
            ("phone", "+44 20 7946 0000"),
            ("phone_type", "any"),
            ("mobile", "+44 7700 900000"),
            ("mobile_type", "any"),
            ("email", "ada@example.com"),
            ("website", "https://example.com/ada"),
            ("street", "12 St James's Square"),
            ("postcode", "SW1Y 4JH"),
            ("city", "London"),
            ("region", "Greater London"),
            ("country", "England"),
            ("note", "First line\nsecond; line"),
            ("format", "vcard"),
        ],
        PayloadKind::Event => &[
            ("title", "Summer, party"),
            ("start_day", "2026-11-21"),
            ("start_time", "18:30"),
            ("end_day", "2026-11-22"),
            ("end_time", "01:00"),
            ("zone", "utc"),
            ("location", "Room 1; upstairs"),
            ("website", "https://example.com/party"),
            ("description", "Bring\ncake"),
        ],
        PayloadKind::Place => {
            &[("latitude", "52.516275"), ("longitude", "13,377704"), ("place", "Gate (east)")]
        }
        PayloadKind::Payment => &[
            ("payee", "Red Cross"),
            ("iban", "de02 1203 0000 0000 2020 51"),
            ("bic", "BYLADEM1001"),
            ("amount", "12,3"),
            ("message", "Thank you"),
            ("purpose", "char"),
        ],
    }
}

/// The same with one answer changed.
fn answers_but(kind: PayloadKind, name: &str, answer: &str) -> Answers {
    let rest = good_answers(kind).iter().filter(|(key, _)| *key != name);
    rest.map(|(key, value)| (*key, *value)).chain([(name, answer)]).collect()
}

fn compose(kind: PayloadKind, answers: &Answers) -> Result<Option<Payload>, FieldError> {
    kind.compose(answers, &UtcOnly)
}

fn composed(kind: PayloadKind) -> Payload {
    compose(kind, &good_answers(kind).iter().copied().collect()).unwrap().unwrap()
}
