//! A phone number to call: `tel:` (RFC 3966).

use core::fmt;

use super::syntax::{after_prefix, percent_decoded, percent_encoded};
use super::{Answers, Field, FieldError, Input};

pub(super) const FIELDS: &[Field] = &[NUMBER];
const NUMBER: Field =
    Field::new("number", "Phone number", Input::Phone).required().hint("+49 30 123456, or … ext. 12");

/// Digits of the shortest numbers that people call, such as 112.
const DIGITS_MIN: usize = 3;
/// Digits of the longest ones (ITU-T E.164).
const DIGITS_MAX: usize = 15;

/// A phone number to call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// Digits, preceded by a plus if they include the country code. A number written by other programs may have `*`
    /// and `#`.
    pub number: String,
    /// The extension to dial once somebody answers: digits; may be empty.
    pub extension: String,
}

impl Phone {
    /// Reads `tel:` and its extension parameter.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let uri = after_prefix(text, "tel:")?;
        dialled(uri).map(|number| Self { number, extension: extension(uri) })
    }

    pub(super) fn compose(answers: &Answers) -> Result<Self, FieldError> {
        Self::typed(&answers.line(&NUMBER)?, &NUMBER)
    }

    /// Parses a typed number, with its extension if it has one: `+49 30 123456 ext. 12`.
    pub(super) fn typed(line: &str, field: &Field) -> Result<Self, FieldError> {
        let lower_case = line.to_ascii_lowercase();
        let marks = [";ext=", "extension", "ext.", "ext", "x"];
        let found = marks.iter().find_map(|mark| Some((lower_case.find(mark)?, mark.len())));
        let Some((at, length)) = found else {
            return Ok(Self { number: typed_digits(line, field)?, extension: String::new() });
        };
        let number = typed_digits(line[..at].trim_end_matches([' ', ',', ';']), field)?;
        let extension: String = line[at + length..].chars().filter(|c| !is_for_the_eye(*c)).collect();
        let is_extension = (1..=DIGITS_MAX).contains(&extension.len()) && is_digits(&extension);
        let sentence = "Write the extension in digits, like +49 30 123456 ext. 12.";
        if is_extension { Ok(Self { number, extension }) } else { Err(field.error(sentence)) }
    }

    /// `+4930123456 ext. 12`
    pub(super) fn in_words(&self) -> String {
        let mark = if self.extension.is_empty() { "" } else { " ext. " };
        format!("{}{mark}{}", self.number, self.extension)
    }

    pub(super) fn words(&self) -> String {
        format!("Phone {}", self.in_words())
    }

    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        Vec::from([(NUMBER.label, self.number.clone()), ("Extension", self.extension.clone())])
    }
}

/// The number in a URI, without visual separators (RFC 3966, 5.1.1) and parameters.
pub(super) fn dialled(uri: &str) -> Option<String> {
    let number = percent_decoded(uri.split([';', '?', '&']).next().unwrap_or_default());
    let number: String = number.chars().filter(|c| !is_for_the_eye(*c)).collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit() || b"*#".contains(&byte));
    (is_number && !digits.is_empty()).then_some(number)
}

/// The extension in a URI (RFC 3966, 5.3).
pub(super) fn extension(uri: &str) -> String {
    let parameters = uri.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut extensions = parameters.filter(|(name, _)| name.eq_ignore_ascii_case("ext"));
    let extension = extensions.next().map(|(_, value)| percent_decoded(value)).unwrap_or_default();
    extension.chars().filter(|c| !is_for_the_eye(*c)).collect()
}

/// Parses a typed number where extensions cannot be dialled.
pub(super) fn typed_number(line: &str, field: &Field) -> Result<String, FieldError> {
    let Phone { number, extension } = Phone::typed(line, field)?;
    if extension.is_empty() {
        return Ok(number);
    }
    Err(field.error("A message cannot be sent to an extension: omit it."))
}

/// The digits of a typed number, as dialled from anywhere if it has the country code.
fn typed_digits(line: &str, field: &Field) -> Result<String, FieldError> {
    // “+49 (0)30 …”: with the country code the zero in parentheses is not dialled.
    let line = if line.starts_with('+') { &line.replacen("(0)", "", 1) } else { line };
    let number: String = line.chars().filter(|c| !is_for_the_eye(*c)).collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    if !is_digits(digits) {
        return Err(field.error("Write the phone number in digits, like +49 30 123456."));
    }
    match digits.len() {
        ..DIGITS_MIN => Err(field.error(format!("A phone number has at least {DIGITS_MIN} digits."))),
        DIGITS_MIN..=DIGITS_MAX => Ok(number),
        _ => Err(field.error(format!("A phone number has at most {DIGITS_MAX} digits."))),
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// RFC 3966: visual separators; and others that people write between digits.
fn is_for_the_eye(character: char) -> bool {
    "-.()/".contains(character) || character.is_whitespace()
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.extension.is_empty() { "" } else { ";ext=" };
        write!(f, "tel:{}{mark}{}", self.number.replace('#', "%23"), percent_encoded(&self.extension))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_numbers_are_normalised() {
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
    fn typed_extensions_are_recognised() {
        let typed = |line| Phone::typed(line, &NUMBER).map_err(|error| error.sentence);
        for line in [
            "+49 30 123456 ext. 12",
            "+49 30 123456 Ext 12",
            "+49 30 123456x12",
            "+49 30 123456, extension 1-2",
            "tel:+4930123456;ext=12".trim_start_matches("tel:"),
        ] {
            let phone = typed(line).unwrap();
            assert_eq!((&*phone.number, &*phone.extension), ("+4930123456", "12"), "{line}");
            assert_eq!(phone.to_string(), "tel:+4930123456;ext=12");
            assert_eq!(Phone::parse(&phone.to_string()), Some(phone));
        }
        for line in ["+49 30 123456 ext.", "+49 30 123456 ext. a", "+49 30 123456 x1x2"] {
            assert!(typed(line).is_err_and(|sentence| sentence.starts_with("Write the extension")), "{line}");
        }
        assert!(
            typed_number("+49 30 123456 x12", &NUMBER).is_err_and(|error| error.sentence.contains("omit it"))
        );
    }

    #[test]
    fn foreign_tel_uris_are_read() {
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
