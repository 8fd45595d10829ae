//! Bucket names, by S3's rules for general purpose buckets, so that a wrong one is reported before any request:
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

/// The name of an S3 bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketName(String);

/// The text is not a valid bucket name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BucketNameError {
    /// Too short or too long.
    #[error("a bucket name has {} to {} characters", NAME_BYTES.start(), NAME_BYTES.end())]
    Length,
    /// Another character.
    #[error("a bucket name may only contain lowercase letters a to z, digits, dots and hyphens")]
    Character,
    /// A dot or hyphen at either end.
    #[error("a bucket name starts and ends with a letter or digit")]
    End,
    /// Adjacent dots.
    #[error("a bucket name has no adjacent dots")]
    Dots,
    /// Like `192.168.0.1`.
    #[error("a bucket name is not an IP address")]
    Address,
    /// A reserved prefix or suffix.
    #[error("a bucket name must not start or end with \"{0}\", which S3 reserves")]
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
    fn valid_bucket_names_are_accepted() {
        for name in ["abc", "my-bucket", "codes.example.com", "2026", "a--b", "1.2.3", &"x".repeat(63)] {
            assert_eq!(name.parse::<BucketName>().map(|name| name.to_string()).as_deref(), Ok(name));
        }
    }

    #[test]
    fn invalid_bucket_names_are_refused() {
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
        assert_eq!(Length.to_string(), "a bucket name has 3 to 63 characters");
    }
}
