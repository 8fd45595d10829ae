//! The query of an address, or a form: names and values, read and written alike in the browser and on the host. Not
//! here: what they mean.

use core::fmt;
use core::ops::RangeInclusive;

use percent_encoding::percent_decode;

use crate::limits::NUMBERS_BELOW;
use crate::words::grouped;

/// Names and values in their order, decoded. Of a name that comes twice the first counts, but for looks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

/// Parameters that are not UTF-8 once they are decoded. With replacement characters they would be another text than the
/// one that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not UTF-8")]
pub struct NotUtf8;

/// A parameter that is not the number that it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberError {
    name: String,
    range: RangeInclusive<u64>,
}

impl NumberError {
    /// The name of the parameter; `None` if it is part of the path, which is described in words.
    pub fn parameter(&self) -> Option<&str> {
        Some(&*self.name).filter(|name| !name.contains(' '))
    }
}

impl Parameters {
    /// Decodes `application/x-www-form-urlencoded`.
    pub fn parse(encoded: &[u8]) -> Result<Self, NotUtf8> {
        // The separators are ASCII: all of it is UTF-8 exactly when each part is.
        percent_decode(encoded).decode_utf8().map_err(|_| NotUtf8)?;
        Ok(Self(form_urlencoded::parse(encoded).into_owned().collect()))
    }

    /// The first value of a name.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The last value of a name, which is the one that counts in a look (`qr::Style::from_pairs`).
    pub fn last(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Adds one behind all others.
    pub fn push(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// Adds all of another.
    pub fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, in order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of a name as a number in a range.
    pub fn number(&self, name: &str, range: RangeInclusive<u64>) -> Result<Option<u64>, NumberError> {
        self.text(name).map(|text| number(name, text, range)).transpose()
    }

    /// The same in a range that `u32` holds.
    pub fn small_number(&self, name: &str, range: RangeInclusive<u32>) -> Result<Option<u32>, NumberError> {
        let range = u64::from(*range.start())..=u64::from(*range.end());
        let number = self.number(name, range)?;
        Ok(number.map(|number| u32::try_from(number).expect("the range fits")))
    }
}

impl fmt::Display for Parameters {
    /// As `application/x-www-form-urlencoded`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (name, value)) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str("&")?;
            }
            form_urlencoded::byte_serialize(name.as_bytes()).try_for_each(|part| f.write_str(part))?;
            f.write_str("=")?;
            form_urlencoded::byte_serialize(value.as_bytes()).try_for_each(|part| f.write_str(part))?;
        }
        Ok(())
    }
}

impl<N: Into<String>, V: Into<String>, const COUNT: usize> From<[(N, V); COUNT]> for Parameters {
    fn from(pairs: [(N, V); COUNT]) -> Self {
        Self::from_iter(pairs)
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// A number in decimal digits; `name` stands in the error.
pub fn number(name: &str, text: &str, range: RangeInclusive<u64>) -> Result<u64, NumberError> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = if digits { text.parse().ok() } else { None };
    number.filter(|number| range.contains(number)).ok_or_else(|| NumberError { name: name.to_owned(), range })
}

impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (least, most) = (self.range.start(), *self.range.end());
        let most =
            if most == NUMBERS_BELOW - 1 { "below 2^53".to_owned() } else { format!("to {}", grouped(most)) };
        write!(f, "{} must be a whole number from {least} {most}.", self.name)
    }
}

impl core::error::Error for NumberError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_outside_the_range_or_with_other_characters_are_refused() {
        let id = |text| number("The number of an entry", text, 1..=NUMBERS_BELOW - 1);
        assert_eq!(id("12"), Ok(12));
        assert_eq!(id("9007199254740991"), Ok(NUMBERS_BELOW - 1));
        for bad in ["", "0", "-1", "+1", " 1", "1.0", "1e3", "9007199254740992", "99999999999999999999", "१"]
        {
            let sentence = "The number of an entry must be a whole number from 1 below 2^53.";
            assert_eq!(id(bad).map_err(|error| error.to_string()), Err(sentence.to_owned()), "{bad}");
        }
    }

    #[test]
    fn of_a_name_that_comes_twice_the_first_counts() {
        let parameters = Parameters::parse(b"a=1&b=x%20y+z&a=2&c").unwrap();
        assert_eq!(parameters.text("a"), Some("1"));
        assert_eq!(parameters.last("a"), Some("2"));
        assert_eq!(parameters.text("b"), Some("x y z"));
        assert_eq!(parameters.text("c"), Some(""));
        assert_eq!(parameters.text("d"), None);
        assert!(parameters.small_number("b", 1..=200).is_err());
    }

    #[test]
    fn only_utf8_is_read() {
        assert!(Parameters::parse("a=ä&b=%C3%A4&c=%00".as_bytes()).is_ok());
        for bad in [&b"a=%FF"[..], b"a=\xff", b"a=%C3&%A4=b", b"%ED%A0%80", b"a=%F5%80%80%80"] {
            assert_eq!(Parameters::parse(bad), Err(NotUtf8), "{bad:?}");
        }
    }

    #[test]
    fn what_was_written_is_read_back() {
        let hostile = [("text", "a\r\nb&c=d +%2B;ä\u{0}"), ("", ""), ("text", "again"), ("ключ", "=&=")];
        let parameters = Parameters::from(hostile);
        assert_eq!(Parameters::parse(parameters.to_string().as_bytes()), Ok(parameters));
    }
}
