//! Shortens client input for a sentence or a log line, with every character visible. A request head may have 64 KiB,
//! which must not be echoed or logged in full.

use domain::{StyleTextError, Visible};

/// Characters of an invalid value that are shown.
const TOLD_CHARS: usize = 40;

/// The beginning of a text, for a sentence.
pub(crate) fn excerpt(text: &str) -> String {
    excerpt_of(text, TOLD_CHARS)
}

/// The first `most_chars` of a text.
pub(crate) fn excerpt_of(text: &str, most_chars: usize) -> String {
    match text.char_indices().nth(most_chars) {
        Some((end, _)) => format!("{}…", Visible(&text[..end])),
        None => Visible(text).to_string(),
    }
}

/// The beginning of an invalid value.
pub(crate) fn shortened(error: StyleTextError) -> StyleTextError {
    match error {
        StyleTextError::Value { key, value, allowed } => {
            StyleTextError::Value { key, value: excerpt(&value), allowed }
        }
        StyleTextError::Key { key } => StyleTextError::Key { key: excerpt(&key) },
        error @ StyleTextError::Style(_) => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpt_is_the_beginning() {
        assert_eq!(excerpt("BREW"), "BREW");
        assert_eq!(excerpt("a\nb"), "a\\nb");
        assert_eq!(excerpt_of("äöü", 3), "äöü");
        assert_eq!(excerpt_of("äöüß", 3), "äöü…");
        assert_eq!(excerpt(&"X".repeat(50_000)).chars().count(), TOLD_CHARS + 1);
    }
}
