//! Shared syntax of the formats: escaping by backslash and by percent, and the `KEY:value;` of WIFI and MECARD.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything except the unreserved characters of RFC 3986, 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The text after a prefix, ignoring case.
pub(super) fn after_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// Percent-encodes a text for a URI.
pub(super) fn percent_encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The inverse; invalid UTF-8 is shown as such.
pub(super) fn percent_decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A query parameter, decoded; its name is case-insensitive.
pub(super) fn query_parameter(query: &str, name: &str) -> Option<String> {
    let parameters = query.split('&').filter_map(|parameter| parameter.split_once('='));
    parameters
        .filter(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| percent_decoded(value))
        .next()
}

/// Puts a backslash before each special character; the backslash must be one of them.
pub(super) fn escaped(text: &str, special: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if special.contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// The inverse: the character after a backslash stands for itself, unless `stands_for` says otherwise.
pub(super) fn unescaped(text: &str, stands_for: impl Fn(char) -> char) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, characters.clone().next()) {
            ('\\', Some(next)) => {
                plain.push(stands_for(next));
                characters.next();
            }
            _ => plain.push(character),
        }
    }
    plain
}

/// Splits at separators without a backslash before them; the pieces are still escaped.
pub(super) fn pieces(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut is_escaped = false;
    text.split(move |character| {
        let is_separator = character == separator && !is_escaped;
        is_escaped = character == '\\' && !is_escaped;
        is_separator
    })
}

/// The special characters in the `KEY:value;` of WIFI and MECARD, both modelled on NTT docomo's bar code functions;
/// each is escaped by a backslash.
pub(super) const CARD_SPECIAL: &str = "\\;,\":";

/// `KEY:value;`, or nothing when the value is empty.
pub(super) fn card_field(key: &str, value: &str) -> String {
    if value.is_empty() { String::new() } else { format!("{key}:{};", escaped(value, CARD_SPECIAL)) }
}

/// The values of a key, still escaped, in order.
pub(super) fn card_values<'a>(card: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> {
    pieces(card, ';')
        .filter_map(|field| field.split_once(':'))
        .filter(move |(name, _)| name.trim().eq_ignore_ascii_case(key))
        .map(|(_, value)| value)
}

/// The first value of a key; empty when there is none.
pub(super) fn card_value(card: &str, key: &str) -> String {
    card_values(card, key).next().map(card_text).unwrap_or_default()
}

/// The unescaped value. Some programs put quotes around one that could be taken for hexadecimal digits.
pub(super) fn card_text(value: &str) -> String {
    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    // An escaped quote at the end belongs to the value.
    let inner = inner.filter(|inner| pieces(&format!("{inner}\""), '"').count() == 2);
    unescaped(inner.unwrap_or(value), |character| character)
}
