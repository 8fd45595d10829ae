//! A number to be called: `tel:` of RFC 3966.

use core::fmt;

use super::syntax::{after_prefix, percent_decoded};
use super::{Answers, Field, FieldError, Input};

pub(super) const FIELDS: &[Field] = &[NUMBER];
const NUMBER: Field = Field::new("number", "Phone number", Input::Phone).required().hint("+49 30 123456");

/// Digits of the shortest number that anybody calls, such as 112.
const DIGITS_MIN: usize = 3;
/// Digits of the longest one (ITU-T E.164).
const DIGITS_MAX: usize = 15;

/// A number to be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// Digits, with a plus before them when the country's code is among them. A number that others wrote may hold `*`
    /// and `#`.
    pub number: String,
}

impl Phone {
    /// Reads `tel:`, but for its parameters.
    pub(super) fn parse(text: &str) -> Option<Self> {
        dialled(after_prefix(text, "tel:")?).map(|number| Self { number })
    }

    pub(super) fn compose(answers: &Answers) -> Result<Self, FieldError> {
        typed_number(&answers.line(&NUMBER)?, &NUMBER).map(|number| Self { number })
    }

    pub(super) fn words(&self) -> String {
        format!("Phone {}", self.number)
    }

    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        Vec::from([(NUMBER.label, self.number.clone())])
    }
}

/// The number in a URI, without what is there for the eye (RFC 3966, 5.1.1) and without parameters.
pub(super) fn dialled(uri: &str) -> Option<String> {
    let number = percent_decoded(uri.split([';', '?', '&']).next().unwrap_or_default());
    let number: String = number.chars().filter(|c| !is_for_the_eye(*c)).collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit() || b"*#".contains(&byte));
    (is_number && !digits.is_empty()).then_some(number)
}

/// The number that somebody typed, as it is called from everywhere if the country's code is there.
pub(super) fn typed_number(line: &str, field: &Field) -> Result<String, FieldError> {
    // «+49 (0)30 …»: with the country's code the zero in parentheses is not dialled.
    let line = if line.starts_with('+') { &line.replacen("(0)", "", 1) } else { line };
    let number: String = line.chars().filter(|c| !is_for_the_eye(*c)).collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(field.error("Write the phone number in digits, like +49 30 123456."));
    }
    match digits.len() {
        ..DIGITS_MIN => Err(field.error(format!("A phone number has at least {DIGITS_MIN} digits."))),
        DIGITS_MIN..=DIGITS_MAX => Ok(number),
        _ => Err(field.error(format!("A phone number has at most {DIGITS_MAX} digits."))),
    }
}

/// RFC 3966: visual separators; besides them what else people write between digits.
fn is_for_the_eye(character: char) -> bool {
    "-.()/".contains(character) || character.is_whitespace()
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tel:{}", self.number.replace('#', "%23"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_people_write_numbers() {
        let typed = |line| typed_number(line, &NUMBER).map_err(|error| error.sentence);
        for (line, number) in [
            ("+49 30 123456", "+4930123456"),
            ("+49 (0)30 / 12-34.56", "+4930123456"),
            ("(030) 123\u{a0}456", "030123456"),
            ("112", "112"),
            ("+123456789012345", "+123456789012345"),
        ] {
            assert_eq!(typed(line).as_deref(), Ok(number));
        }
        for (line, begin) in [
            ("12", "A phone number has at least 3"),
            ("+", "A phone number has at least 3"),
            ("+1234567890123456", "A phone number has at most 15"),
            ("0800 FLOWERS", "Write the phone number in digits"),
            ("*#06#", "Write the phone number in digits"),
            ("12+34", "Write the phone number in digits"),
            ("١٢٣٤", "Write the phone number in digits"),
        ] {
            assert!(typed(line).is_err_and(|sentence| sentence.starts_with(begin)), "{line}");
        }
    }

    #[test]
    fn as_others_write_them() {
        for (uri, number) in [
            ("+49-30-(123)", Some("+4930123")),
            ("7042;phone-context=example.com", Some("7042")),
            ("%2B4930", Some("+4930")),
            ("*100%23", Some("*100#")),
            ("", None),
            ("+", None),
            ("abc", None),
        ] {
            assert_eq!(dialled(uri).as_deref(), number, "{uri}");
        }
    }
}
