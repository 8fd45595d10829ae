//! What another service said, as it may be shown and logged: on one line, of bounded length, and without phone numbers,
//! which many of them repeat. Not here: what follows from it (`error`).

use std::fmt;

use serde::{Deserialize, Serialize};

/// Maximum length of a reason, in characters: a sentence or two.
const REASON_MAX_CHARS: usize = 240;
/// A sequence with this many digits may be a phone number: those that receive messages have at least eight, and seven
/// without the country code.
const NUMBER_MIN_DIGITS: usize = 7;
/// Stands in the place of a number.
const REDACTED: &str = "[number]";

/// What another service said, redacted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reason(String);

impl Reason {
    /// Anything that somebody else said.
    pub fn new(words: &str) -> Self {
        let mut line = String::new();
        for word in words.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty())
        {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
            // Enough to be cut: a number at the cut must not lose the digits that show that it is one.
            if line.len() > 8 * REASON_MAX_CHARS {
                break;
            }
        }
        let redacted = without_numbers(&line);
        let mut chars = redacted.chars();
        let mut short: String = chars.by_ref().take(REASON_MAX_CHARS).collect();
        if chars.next().is_some() {
            short.push('…');
        }
        Self(short)
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text with every sequence replaced that may be a phone number, as people and programs write them.
fn without_numbers(text: &str) -> String {
    // Whatever groups digits, but not what begins another thing.
    let is_between = |c: char| !c.is_alphabetic() && !matches!(c, ':' | ';' | '"' | '\'' | '=' | '&');
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c == '+' || c.is_numeric()) {
        kept.push_str(&rest[..start]);
        rest = &rest[start..];
        let plus = usize::from(rest.starts_with('+'));
        let (mut end, mut digits) = (plus, 0);
        for (at, c) in rest.char_indices().skip(plus) {
            if rest[at..].starts_with(", ") {
                break;
            }
            if c.is_numeric() {
                digits += 1;
                end = at + c.len_utf8();
            } else if !is_between(c) {
                break;
            }
        }
        kept.push_str(if digits >= NUMBER_MIN_DIGITS { REDACTED } else { &rest[..end] });
        rest = &rest[end..];
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_redacted_however_they_are_written() {
        for (said, shown) in [
            ("Invalid parameter: +491701234567 is not valid.", "Invalid parameter: [number] is not valid."),
            ("the number +49 (170) 123-45.67, again", "the number [number], again"),
            ("To=%2B491701234567&Body=x", "To=%2B[number]&Body=x"),
            ("491701234567", "[number]"),
            ("0170/1234567", "[number]"),
            ("recipient 491_701_234_567", "recipient [number]"),
            ("491\u{2013}701\u{2011}234,567", "[number]"),
            ("49\u{200b}170\u{2060}1234567", "[number]"),
            ("49%20170%201234567", "[number]"),
            ("+", "+"),
            ("a + b, 3 of 160 + 7", "a + b, 3 of 160 + 7"),
            ("HTTP 503, code 21211 (error 4)", "HTTP 503, code 21211 (error 4)"),
            ("two\r\n lines\t and\0 more", "two lines and more"),
        ] {
            assert_eq!(Reason::new(said).as_str(), shown, "{said}");
        }
    }

    #[test]
    fn reason_is_bounded() {
        let reason = Reason::new(&"ü ".repeat(1_000_000));
        assert_eq!(reason.as_str().chars().count(), REASON_MAX_CHARS + 1);
        let long_ago = format!("{}+491701234567", "x".repeat(REASON_MAX_CHARS - 5));
        assert!(!Reason::new(&long_ago).as_str().contains("+49"));
    }

    proptest! {
        #[test]
        fn no_number_survives(before in "[a-z :=]{0,9}", digits in "[1-9][0-9]{7,14}", after in "[^0-9]{0,9}") {
            let reason = Reason::new(&format!("{before}+{digits}{after}"));
            prop_assert!(!reason.as_str().contains(&digits[..7]), "{}", reason);
        }
    }
}
