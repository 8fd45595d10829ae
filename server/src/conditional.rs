//! Conditional and range requests (RFC 9110, sections 13 and 14), as far as files need them. Pure.

use std::ops::Range;

use axum::http::{HeaderMap, StatusCode, header};
use percent_encoding::{AsciiSet, utf8_percent_encode};

use crate::problem::Problem;

/// A text as an entity tag: invalid characters are percent-encoded, and so is the comma, so that lists of tags can be
/// split at commas.
pub(crate) fn quoted(text: &str) -> String {
    const OUTSIDE_ETAGC: &AsciiSet = &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b'%').add(b',');
    format!("\"{}\"", utf8_percent_encode(text, OUTSIDE_ETAGC))
}

/// Refuses a request whose `If-Match` names other representations than the one with this tag (compared strongly: a
/// weak tag never matches), or is no list of tags.
pub(crate) fn check_if_match(headers: &HeaderMap, etag: &str) -> Result<(), Problem> {
    if !headers.contains_key(header::IF_MATCH) {
        return Ok(());
    }
    let values = headers.get_all(header::IF_MATCH).iter().map(|value| value.to_str().unwrap_or_default());
    let tags: Vec<_> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    if !tags.iter().all(|tag| *tag == "*" || is_tag(tag)) {
        let sentence = "If-Match takes an ETag with its quotation marks, such as If-Match: \"7\".";
        return Err(Problem::bad_request(sentence));
    }
    if tags.iter().any(|tag| *tag == "*" || (*tag == etag && !etag.starts_with("W/"))) {
        return Ok(());
    }
    let sentence = "It has changed since the version in If-Match. Load it again before you change it.";
    Err(Problem::new(StatusCode::PRECONDITION_FAILED, sentence))
}

fn is_tag(text: &str) -> bool {
    let inner = opaque(text).strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.is_some_and(|inner| !inner.contains('"'))
}

/// Whether the client already has the representation with this tag (`If-None-Match`, compared weakly).
pub(crate) fn matches_if_none_match(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|tag| tag.trim() == "*" || opaque(tag.trim()) == opaque(etag))
}

fn opaque(etag: &str) -> &str {
    etag.strip_prefix("W/").unwrap_or(etag)
}

/// The part of a representation to send.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum RequestedRange {
    /// All of it.
    Whole,
    /// These bytes.
    Bytes(Range<u64>),
    /// The requested range is outside.
    Unsatisfiable,
}

impl RequestedRange {
    /// The part that the headers request of a representation with this size and tag. Several ranges, other units, and
    /// invalid headers select all of it, as the standard allows.
    pub(crate) fn of(headers: &HeaderMap, etag: &str, size_bytes: u64) -> Self {
        let text = |name| headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
        // A weak tag never matches here (section 13.1.5).
        if headers.contains_key(header::IF_RANGE)
            && (etag.starts_with("W/") || text(header::IF_RANGE) != Some(etag))
        {
            return Self::Whole;
        }
        let Some((first, last)) = text(header::RANGE)
            .and_then(|range| range.strip_prefix("bytes="))
            .and_then(|range| range.trim().split_once('-'))
        else {
            return Self::Whole;
        };
        let range = match (position(first), position(last)) {
            (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size_bytes),
            (Some(first), None) if last.is_empty() => first..size_bytes,
            (None, Some(suffix)) if first.is_empty() => size_bytes.saturating_sub(suffix)..size_bytes,
            _ => return Self::Whole,
        };
        if range.is_empty() { Self::Unsatisfiable } else { Self::Bytes(range) }
    }
}

/// Digits as a position; an overflow is past any end.
fn position(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap())).collect()
    }

    #[test]
    fn range_headers_are_parsed() {
        let requested_range = |range| RequestedRange::of(&headers(&[(header::RANGE, range)]), "\"a\"", 100);
        assert_eq!(requested_range("bytes=0-9"), RequestedRange::Bytes(0..10));
        assert_eq!(requested_range("bytes=90-"), RequestedRange::Bytes(90..100));
        assert_eq!(requested_range("bytes=-7"), RequestedRange::Bytes(93..100));
        assert_eq!(requested_range("bytes=-700"), RequestedRange::Bytes(0..100));
        assert_eq!(requested_range("bytes=0-99999999999999999999999"), RequestedRange::Bytes(0..100));
        for outside in ["bytes=100-", "bytes=200-300", "bytes=-0", "bytes=99999999999999999999999-"] {
            assert_eq!(requested_range(outside), RequestedRange::Unsatisfiable, "{outside}");
        }
        for odd in ["bytes=5-2", "bytes=a-b", "bytes=-", "bytes=0-1,5-6", "rows=0-1", "bytes", "bytes=+1-2"] {
            assert_eq!(requested_range(odd), RequestedRange::Whole, "{odd}");
        }
    }

    #[test]
    fn range_applies_only_if_if_range_matches() {
        let requested_range = |tag, etag| {
            RequestedRange::of(&headers(&[(header::RANGE, "bytes=0-9"), (header::IF_RANGE, tag)]), etag, 100)
        };
        assert_eq!(requested_range("\"a\"", "\"a\""), RequestedRange::Bytes(0..10));
        assert_eq!(requested_range("\"b\"", "\"a\""), RequestedRange::Whole);
        assert_eq!(requested_range("W/\"a\"", "W/\"a\""), RequestedRange::Whole);
    }

    #[test]
    fn if_match_refuses_another_version() {
        let refuses = |tags, etag| {
            check_if_match(&headers(&[(header::IF_MATCH, tags)]), etag).map_err(|p| p.status.as_u16())
        };
        for ours in ["\"a\"", "\"x\", \"a\"", "*"] {
            assert_eq!(refuses(ours, "\"a\""), Ok(()), "{ours}");
        }
        for other in ["\"x\"", "W/\"a\""] {
            assert_eq!(refuses(other, "\"a\""), Err(412), "{other}");
        }
        for no_tag in ["a", "", "\"", "\"a\"b\"", "\"a\" \"b\"", "\"a\","] {
            assert_eq!(refuses(no_tag, "\"a\""), Err(400), "{no_tag}");
        }
        assert_eq!(refuses("W/\"a\"", "W/\"a\""), Err(412));
        assert_eq!(refuses("*", "W/\"a\""), Ok(()));
        assert!(check_if_match(&HeaderMap::new(), "\"a\"").is_ok());
        assert_eq!(quoted("a\"b %ä,"), "\"a%22b%20%25%C3%A4%2C\"");
    }

    #[test]
    fn entity_tags_are_compared() {
        let has = |tags| matches_if_none_match(&headers(&[(header::IF_NONE_MATCH, tags)]), "\"a\"");
        assert!(has("\"a\"") && has("\"x\", \"a\"") && has("W/\"a\"") && has("*"));
        assert!(!has("\"x\"") && !has("a") && !has(""));
        assert!(!matches_if_none_match(&HeaderMap::new(), "\"a\""));
    }
}
