//! Untrusted text in a single line of a log or a terminal. Not here: pages, which escape in their own way.

use core::fmt;

/// Displays a text on one line with every character visible: line breaks, escape sequences, bidirectional overrides
/// and backslashes are escaped as in a Rust string, such as `\n` and `\u{202e}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visible<'a>(pub &'a str);

impl fmt::Display for Visible<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Quotes need no escaping here.
        let is_quote = |c| c == '"' || c == '\'';
        self.0.split_inclusive(is_quote).try_for_each(|piece| {
            let plain = piece.trim_end_matches(is_quote);
            write!(f, "{}{}", plain.escape_debug(), &piece[plain.len()..])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_are_escaped() {
        for (text, shown) in [
            ("it's a \"menu\", 日本 é 🎉.png", "it's a \"menu\", 日本 é 🎉.png"),
            ("a\u{1b}[2J\nb", r"a\u{1b}[2J\nb"),
            ("a\u{85}b\u{2028}c", r"a\u{85}b\u{2028}c"),
            ("a\u{202e}gnp.exe", r"a\u{202e}gnp.exe"),
            ("\u{2067}\u{feff}\u{200b}", r"\u{2067}\u{feff}\u{200b}"),
            (r"a\nb", r"a\\nb"),
            ("''\"", "''\""),
            ("", ""),
        ] {
            assert_eq!(Visible(text).to_string(), shown);
        }
    }
}
