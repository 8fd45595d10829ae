//! Metadata as S3 keeps it: in HTTP headers, `x-amz-meta-{name}: {value}`, 2 KB in all.
//!
//! A value is percent-encoded (RFC 3986, UTF-8), all but ASCII letters, digits and `-._~:`, so that any text comes back
//! as it was: headers hold ASCII only, and a proxy may trim or join what looks like blanks or commas. What others wrote
//! without encoding it reads as it is, unless it has a `%` and two hexadecimal digits in it.

use std::collections::HashMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::bucket::Metadata;

/// What all names and values of an object may weigh, encoded:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html>.
const METADATA_MAX_BYTES: usize = 2048;
/// The mark of one `put`, by which it knows its own object again. Not part of what the caller sees.
const MARK: &str = "qrate-put";
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');

/// The headers of an object that this `put` makes. What has no room is left out, the longest first, and so is a name
/// that no header can have.
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

/// What goes with an object.
pub(super) fn from_headers(headers: Option<&HashMap<String, String>>) -> Metadata {
    let kept = headers.into_iter().flatten().filter(|(name, _)| *name != MARK);
    kept.map(|(name, value)| (name.clone(), percent_decode_str(value).decode_utf8_lossy().into_owned()))
        .collect()
}

/// Whether an object was made by the `put` with this mark.
pub(super) fn has_mark(headers: Option<&HashMap<String, String>>, mark: &str) -> bool {
    headers.and_then(|headers| headers.get(MARK)).is_some_and(|found| found == mark)
}

/// S3 makes all letters of a name small; other characters of a token are left out of names for the sake of proxies.
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
        fn any_text_comes_back(name in "[a-z][a-z0-9-]{0,9}", value in any::<String>()) {
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
    fn the_longest_is_left_out_when_all_do_not_fit() {
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
    fn a_name_that_no_header_can_have_is_left_out() {
        let names = ["", "Name", "a b", "é", "a\nb", "qrate-put"];
        let metadata = names.map(|name| (name.to_owned(), "x".to_owned())).into_iter().collect();
        assert_eq!(to_headers(&metadata, "mark"), HashMap::from([("qrate-put".into(), "mark".into())]));
    }

    #[test]
    fn what_others_wrote_is_read_as_it_is() {
        let headers = HashMap::from([("author".to_owned(), "50 % of Ada, Bob".to_owned())]);
        assert_eq!(from_headers(Some(&headers))["author"], "50 % of Ada, Bob");
    }
}
