//! The header Content-Disposition: whether a file is shown or saved, and under which name. Not here: safe names
//! (`domain::Key::download_name`).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What a browser does with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Disposition {
    /// Shows it.
    Inline,
    /// Saves it.
    Attachment,
}

/// The characters outside `attr-char` of RFC 8187, 3.2.1.
const OUTSIDE_ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// The ASCII fallback for a name without ASCII characters.
const NAMELESS: &str = "file";

/// The header's value (RFC 6266): the name in ASCII for old programs, and in full (RFC 8187).
pub(crate) fn disposition(kind: Disposition, file_name: &str) -> String {
    let kind = match kind {
        Disposition::Inline => "inline",
        Disposition::Attachment => "attachment",
    };
    let encoded = utf8_percent_encode(file_name, OUTSIDE_ATTR_CHAR);
    format!("{kind}; filename=\"{}\"; filename*=UTF-8''{encoded}", in_ascii(file_name))
}

/// A name for old programs: without quotes and backslashes, which would need escaping, and without percent signs,
/// which some decode (RFC 6266, appendix D).
fn in_ascii(file_name: &str) -> String {
    let is_fit = |c: char| c == ' ' || c.is_ascii_graphic() && !"\"\\%/".contains(c);
    let name: String = file_name.chars().map(|c| if is_fit(c) { c } else { '_' }).collect();
    let (stem, extension) = name.split_at(name.rfind('.').unwrap_or(name.len()));
    if stem.contains(|c: char| c.is_ascii_alphanumeric()) { name } else { format!("{NAMELESS}{extension}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_in_any_script_are_encoded() {
        for (name, ascii, encoded) in [
            ("a b.png", "a b.png", "a%20b.png"),
            ("日本語.png", "file.png", "%E6%97%A5%E6%9C%AC%E8%AA%9E.png"),
            ("wi-fi-カフェ.svg", "wi-fi-___.svg", "wi-fi-%E3%82%AB%E3%83%95%E3%82%A7.svg"),
            ("x\"ä\r\n%.png", "x_____.png", "x%22%C3%A4%0D%0A%25.png"),
            ("日本", "file", "%E6%97%A5%E6%9C%AC"),
            ("it's (1)*.png", "it's (1)*.png", "it%27s%20%281%29%2A.png"),
        ] {
            let expected = format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}");
            assert_eq!(disposition(Disposition::Attachment, name), expected);
        }
        assert_eq!(disposition(Disposition::Inline, "a"), "inline; filename=\"a\"; filename*=UTF-8''a");
    }
}
