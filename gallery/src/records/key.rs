//! The names of records. A name has segments, such as `phone/main/17`: the first one is the kind of the record, and a
//! prefix consists of whole segments. Not here: what each kind holds.

use std::fmt;
use std::str::FromStr;

/// The maximum length of a key: DynamoDB's limit for a sort key is 1,024 bytes.
pub const RECORD_KEY_MAX_BYTES: usize = 512;
/// The maximum length of a kind.
const KIND_MAX_BYTES: usize = 40;

/// The name of a record: a kind of `a` to `z`, `0` to `9` and `-`, a slash, and any text without control characters and
/// without a slash at its end; at most `RECORD_KEY_MAX_BYTES` together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey(String);

/// What the keys of several records begin with: the beginning of a key, up to and including a slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPrefix(String);

/// The text is not a key of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the key of a record is its kind, a slash, and a text without control characters or a slash at its end, at most \
     {RECORD_KEY_MAX_BYTES} bytes in all"
)]
pub struct RecordKeyError;

impl RecordKey {
    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first segment, without its slash.
    pub(super) fn kind(&self) -> &str {
        kind(&self.0)
    }
}

impl RecordPrefix {
    /// The prefix as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first segment, without its slash.
    pub(super) fn kind(&self) -> &str {
        kind(&self.0)
    }

    /// The first text, by its bytes, that is above everything with this prefix.
    pub(super) fn end(&self) -> String {
        let beginning = self.0.strip_suffix('/').expect("a prefix ends with a slash");
        // The character after the slash.
        format!("{beginning}0")
    }
}

fn kind(text: &str) -> &str {
    text.split_once('/').map_or(text, |(kind, _)| kind)
}

/// The text after the kind, if it begins like a key.
fn after_kind(text: &str) -> Result<&str, RecordKeyError> {
    let (kind, rest) = text.split_once('/').ok_or(RecordKeyError)?;
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_kind = (1..=KIND_MAX_BYTES).contains(&kind.len()) && kind.bytes().all(is_allowed);
    let is_good = is_kind && text.len() <= RECORD_KEY_MAX_BYTES && !rest.chars().any(char::is_control);
    if is_good { Ok(rest) } else { Err(RecordKeyError) }
}

impl FromStr for RecordKey {
    type Err = RecordKeyError;

    fn from_str(text: &str) -> Result<Self, RecordKeyError> {
        let rest = after_kind(text)?;
        // Otherwise it would be a prefix.
        let is_key = !rest.is_empty() && !rest.ends_with('/');
        if is_key { Ok(Self(text.to_owned())) } else { Err(RecordKeyError) }
    }
}

impl FromStr for RecordPrefix {
    type Err = RecordKeyError;

    fn from_str(text: &str) -> Result<Self, RecordKeyError> {
        after_kind(text)?;
        if text.ends_with('/') { Ok(Self(text.to_owned())) } else { Err(RecordKeyError) }
    }
}

impl fmt::Display for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_prefixes_are_parsed() {
        let longest = format!("phone/{}", "x".repeat(RECORD_KEY_MAX_BYTES - "phone/".len()));
        for good in ["phone/main/17", "a/#", "a//b", "a-1/ü%_*'\"; --", &longest] {
            assert_eq!(good.parse::<RecordKey>().map(|key| key.to_string()), Ok(good.to_owned()));
        }
        let too_long = format!("{longest}x");
        for bad in [
            "",
            "phone",
            "phone/",
            "phone/17/",
            "a//",
            "/17",
            "Phone/17",
            "a b/17",
            "phone/a\n",
            "phone/\0",
            &too_long,
        ] {
            assert_eq!(bad.parse::<RecordKey>(), Err(RecordKeyError), "{bad:?}");
        }
        for (prefix, end) in [("phone/", "phone0"), ("phone/main/", "phone/main0"), ("a//", "a/0")] {
            let prefix = prefix.parse::<RecordPrefix>().unwrap();
            assert_eq!(prefix.end(), end);
        }
        for bad in ["", "/", "phone", "phone/main", "phone/\r/"] {
            assert_eq!(bad.parse::<RecordPrefix>(), Err(RecordKeyError), "{bad:?}");
        }
    }
}
