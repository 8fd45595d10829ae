//! Text of others as it may be shown: no character in it steers the terminal, hides, or turns what follows. Not here:
//! cutting it to a width (`table`).

use domain::Visible;
use serde_json::Value;

/// On one line, unambiguous: backslashes are doubled.
pub(crate) fn visible(text: &str) -> String {
    Visible(text).to_string()
}

/// On one line, with backslashes as they are: Wi-Fi codes are full of them, and the texts of codes are copied.
pub(crate) fn one_line(text: &str) -> String {
    text.split('\\').map(visible).collect::<Vec<_>>().join("\\")
}

/// Whether a terminal shows the text as it is.
pub(crate) fn is_plain(text: &str) -> bool {
    text.split(['\n', '\t', '\\']).all(|piece| visible(piece) == piece)
}

/// A value as one line of JSON, equal to it, with every invisible character escaped.
pub(crate) fn json_line(value: &Value) -> String {
    let json = value.to_string();
    if json.is_ascii() && !json.contains('\u{7f}') {
        return json;
    }
    // Outside strings JSON is ASCII, and inside them every character may be escaped (RFC 8259, 7).
    let mut line = String::with_capacity(json.len());
    for c in json.chars() {
        let is_shown = c.is_ascii() && c != '\u{7f}' || c.escape_debug().len() == 1;
        if is_shown {
            line.push(c);
        } else {
            let mut units = [0; 2];
            line.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hostile_text_is_escaped() {
        assert_eq!(visible("a\u{1b}[2J\r\nb\u{202e}c"), r"a\u{1b}[2J\r\nb\u{202e}c");
        assert_eq!(one_line("WIFI:S:a\\;b;;\n\u{9b}1m"), r"WIFI:S:a\;b;;\n\u{9b}1m");
        let line = json_line(&serde_json::json!({ "a": "\u{9b}31m\u{202e}\u{7f}日本\u{e0001}\n" }));
        assert_eq!(line, r#"{"a":"\u009b31m\u202e\u007f日本\udb40\udc01\n"}"#);
        assert!(
            is_plain("a\n\tb \\ 日本") && !is_plain("a\u{1b}b") && !is_plain("a\rb") && !is_plain("\u{202e}")
        );
    }

    proptest! {
        #[test]
        fn json_lines_are_equal_and_visible(text in any::<String>()) {
            let value = Value::from(text.clone());
            let line = json_line(&value);
            prop_assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), value);
            prop_assert!(line.chars().all(|c| c.is_ascii_graphic() || c == ' ' || c.escape_debug().len() == 1));
            let shown = [visible(&text), one_line(&text)];
            prop_assert!(shown.iter().all(|line| !line.chars().any(char::is_control)));
        }
    }
}
