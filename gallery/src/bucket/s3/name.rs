//! The name of a bucket, by the rules of S3 for general purpose buckets, so that a wrong one is told before anything
//! is called: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

/// The name of a bucket of S3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketName(String);

/// Why a text is not the name of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BucketNameError {
    /// Too short or too long.
    #[error("a bucket's name has {} to {} characters", NAME_BYTES.start(), NAME_BYTES.end())]
    Length,
    /// Another character.
    #[error("a bucket's name has only small letters a to z, digits, dots and hyphens")]
    Character,
    /// A dot or hyphen at an end.
    #[error("a bucket's name begins and ends with a letter or digit")]
    End,
    /// Dots side by side.
    #[error("a bucket's name has no two dots side by side")]
    Dots,
    /// Like `192.168.0.1`.
    #[error("a bucket's name is no IP address")]
    Address,
    /// A beginning or an end that has a meaning of its own.
    #[error("a bucket's name neither begins nor ends with \"{0}\": S3 keeps that for something else")]
    Reserved(&'static str),
}

const NAME_BYTES: std::ops::RangeInclusive<usize> = 3..=63;
const RESERVED_BEGINNINGS: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_ENDS: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

impl BucketName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BucketName {
    type Err = BucketNameError;

    fn from_str(text: &str) -> Result<Self, BucketNameError> {
        let is_letter_or_digit = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        if !NAME_BYTES.contains(&text.len()) {
            return Err(BucketNameError::Length);
        }
        if !text.bytes().all(|byte| is_letter_or_digit(byte) || matches!(byte, b'.' | b'-')) {
            return Err(BucketNameError::Character);
        }
        if ![text.bytes().next(), text.bytes().last()].into_iter().flatten().all(is_letter_or_digit) {
            return Err(BucketNameError::End);
        }
        if text.contains("..") {
            return Err(BucketNameError::Dots);
        }
        if text.parse::<Ipv4Addr>().is_ok() {
            return Err(BucketNameError::Address);
        }
        let beginning = RESERVED_BEGINNINGS.into_iter().find(|beginning| text.starts_with(beginning));
        let end = RESERVED_ENDS.into_iter().find(|end| text.ends_with(end));
        match beginning.or(end) {
            Some(reserved) => Err(BucketNameError::Reserved(reserved)),
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl fmt::Display for BucketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_s3_takes() {
        for name in ["abc", "my-bucket", "codes.example.com", "2026", "a--b", "1.2.3", &"x".repeat(63)] {
            assert_eq!(name.parse::<BucketName>().map(|name| name.to_string()).as_deref(), Ok(name));
        }
    }

    #[test]
    fn names_that_s3_refuses() {
        use BucketNameError::{Address, Character, Dots, End, Length, Reserved};
        for (name, error) in [
            ("", Length),
            ("ab", Length),
            (&"x".repeat(64), Length),
            ("My-bucket", Character),
            ("my_bucket", Character),
            ("bücket", Character),
            ("a/b", Character),
            ("arn:aws:s3:::codes", Character),
            ("-abc", End),
            ("abc.", End),
            ("a..b", Dots),
            ("192.168.5.4", Address),
            ("xn--bucket", Reserved("xn--")),
            ("bucket--x-s3", Reserved("--x-s3")),
        ] {
            assert_eq!(name.parse::<BucketName>(), Err(error), "{name}");
        }
        assert_eq!(Length.to_string(), "a bucket's name has 3 to 63 characters");
    }
}
