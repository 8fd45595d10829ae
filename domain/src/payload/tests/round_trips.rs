//! Arbitrary payloads, answers and texts: what is written reads back as the same value, and nothing panics.

use proptest::prelude::*;

use super::any::{any_payload, any_text};
use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn payloads_round_trip(payload in any_payload()) {
        let text = payload.to_string();
        prop_assert_eq!(Payload::parse(&text), Some(payload), "{:?}", text);
    }

    #[test]
    fn answers_are_refused_or_round_trip(
        kind in proptest::sample::select(PayloadKind::ALL.as_slice()),
        field in any::<proptest::sample::Index>(),
        answer in prop_oneof![any::<String>(), any_text(), "[-+0-9.,: A-Z]{0,20}"],
    ) {
        if kind.fields().is_empty() {
            return Ok(());
        }
        let field = field.get(kind.fields());
        match compose(kind, &answers_but(kind, field.name, &answer)) {
            Ok(payload) => {
                let payload = payload.unwrap();
                let text = payload.to_string();
                prop_assert_eq!(Payload::parse(&text), Some(payload.clone()), "{:?}", text);
                prop_assert_eq!(payload.kind(), kind);
                let is_odd = |c: char| c.is_control() && !"\r\n\t".contains(c);
                prop_assert!(!text.contains(is_odd), "{:?}", text);
            }
            Err(error) => {
                prop_assert!(kind.fields().iter().any(|field| field.name == error.field));
                prop_assert!(error.sentence.ends_with('.') && !error.sentence.contains(char::is_control));
            }
        }
    }

    #[test]
    fn descriptions_are_one_visible_line(payload in any_payload()) {
        if let Some(words) = payload.words() {
            prop_assert!(!words.contains(|c: char| c.is_control() || "\u{202e}\u{2066}\u{2028}".contains(c)), "{:?}", words);
            prop_assert!(words.chars().count() <= 10 * WORDS_MAX_CHARS);
        }
        prop_assert!(payload.facts().iter().all(|(_, fact)| !fact.is_empty()));
    }

    #[test]
    fn arbitrary_texts_never_panic(
        begin in proptest::sample::select(&[
            "", "http://", "mailto:", "MATMSG:", "tel:", "sms:", "SMSTO:", "WIFI:", "WIFI:S:", "MECARD:", "MECARD:N:", "geo:",
            "geo:1,2?q=", "BEGIN:VCARD\n", "BEGIN:VCARD\nN:", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:2026", "BCD\n002\n1\nSCT\n",
        ]),
        rest in prop_oneof![any::<String>(), any_text(), "[0-9T:;,\\\\\r\n \"=.()A-Z]{0,60}"],
    ) {
        if let Some(payload) = Payload::parse(&format!("{begin}{rest}")) {
            let _ = (payload.words(), payload.facts(), payload.to_string());
        }
    }
}
