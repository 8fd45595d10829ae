//! Metadata as S3 keeps it: in HTTP headers, `x-amz-meta-{name}: {value}`, 2 KB in all.
//!
//! Values are percent-encoded (RFC 3986, UTF-8), except ASCII letters, digits and `-._~:`, so that any text survives:
//! headers are ASCII, and a proxy may trim or merge spaces and commas. Unencoded values of other programs are read as
//! they are, unless they contain a `%` and two hexadecimal digits.

use std::collections::HashMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::bucket::Metadata;

/// The maximum size of all names and values of an object, encoded:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html>.
const METADATA_MAX_BYTES: usize = 2048;
/// The id of one `put`, by which it recognises its own object. Hidden from the caller.
const MARK: &str = "qrate-put";
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');

/// The headers of an object that this `put` creates. What does not fit is omitted, the longest first, and so are
/// names that cannot be headers.
pub(super) fn to_headers(metadata: &Metadata, mark: &str) -> HashMap<String, String> {
    let mut encoded: Vec<(&str, String)> = metadata
        .iter()
        .filter(|(name, _)| is_header_name(name) && *name != MARK)
        .map(|(name, value)| (name.as_str(), utf8_percent_encode(value, ENCODED).to_string()))
        .collect();
    encoded.push((MARK, mark.to_owned()));
    encoded.sort_by_key(|(name, value)| name.len() + value.len());
    let mut room_bytes = METADATA_MAX_BYTES;
    encoded
        .into_iter()
        .map_while(|(name, value)| {
            room_bytes = room_bytes.checked_sub(name.len() + value.len())?;
            Some((name.to_owned(), value))
        })
        .collect()
}

/// The metadata of an object.
pub(super) fn from_headers(headers: Option<&HashMap<String, String>>) -> Metadata {
    let kept = headers.into_iter().flatten().filter(|(name, _)| *name != MARK);
    kept.map(|(name, value)| (name.clone(), percent_decode_str(value).decode_utf8_lossy().into_owned()))
        .collect()
}

/// Whether an object was created by the `put` with this id.
pub(super) fn has_mark(headers: Option<&HashMap<String, String>>, mark: &str) -> bool {
    headers.and_then(|headers| headers.get(MARK)).is_some_and(|found| found == mark)
}

/// S3 lowercases names; other token characters are avoided for the sake of proxies.
fn is_header_name(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_metadata_text_round_trips(name in "[a-z][a-z0-9-]{0,9}", value in any::<String>()) {
            let metadata = Metadata::from([(name, value)]);
            let headers = to_headers(&metadata, "m");
            prop_assert!(headers.values().all(|value| value.bytes().all(|byte| byte.is_ascii_graphic())));
            let weight: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
            prop_assert!(weight <= METADATA_MAX_BYTES);
            let back = from_headers(Some(&headers));
            prop_assert!(back == metadata || back.is_empty());
        }
    }

    #[test]
    fn the_longest_metadata_is_dropped_first() {
        let text = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let metadata = Metadata::from([
            text("a-long-one", &"☕".repeat(230)),
            text("name", &"ü".repeat(128)),
            text("request", "r-1"),
        ]);
        let headers = to_headers(&metadata, "mark");
        let mut names: Vec<&str> = headers.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["name", "qrate-put", "request"]);
        assert!(
            has_mark(Some(&headers), "mark") && !has_mark(Some(&headers), "other") && !has_mark(None, "")
        );
        assert_eq!(from_headers(Some(&headers)).len(), 2);
    }

    #[test]
    fn metadata_names_that_cannot_be_headers_are_dropped() {
        let names = ["", "Name", "a b", "é", "a\nb", "qrate-put"];
        let metadata = names.map(|name| (name.to_owned(), "x".to_owned())).into_iter().collect();
        assert_eq!(to_headers(&metadata, "mark"), HashMap::from([("qrate-put".into(), "mark".into())]));
    }

    #[test]
    fn foreign_metadata_is_read_verbatim() {
        let headers = HashMap::from([("author".to_owned(), "50 % of Ada, Bob".to_owned())]);
        assert_eq!(from_headers(Some(&headers))["author"], "50 % of Ada, Bob");
    }
}
