//! Text of others in a line of ours: a log, a terminal. Not here: pages, which escape in their own way.

use core::fmt;

/// Shows a text so that it stays in its line and each character can be seen: line breaks, escape sequences, signs that
/// turn the direction of writing, and a backslash, are written as in a Rust string, such as `\n` and `\u{202e}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visible<'a>(pub &'a str);

impl fmt::Display for Visible<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Quotes too would be escaped, which have no meaning here.
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
    fn what_would_not_be_seen_is_escaped() {
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
