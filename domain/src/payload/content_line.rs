//! Content lines, the syntax of vCard (RFC 6350, 3) and iCalendar (RFC 5545, 3.1): `NAME;PARAM=x:value`, folded.

use super::quoted_printable::{as_plain_value, is_quoted_printable};
use super::syntax::{after_prefix, escaped, pieces, unescaped};

/// A longer line is folded; its line break does not count.
const LINE_MAX_BYTES: usize = 75;

/// A content line, unfolded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ContentLine {
    /// In capitals, without its group.
    pub(super) name: String,
    /// What stands between name and value, in capitals.
    pub(super) parameters: String,
    /// The same, as written.
    written_parameters: String,
    /// Still escaped, but quoted-printable is decoded.
    pub(super) value: String,
}

impl ContentLine {
    /// The value of a parameter, without quotes.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let mut is_quoted = false;
        let mut parameters = self.written_parameters.split(move |character| {
            is_quoted ^= character == '"';
            character == ';' && !is_quoted
        });
        parameters.find_map(|parameter| {
            let (key, value) = parameter.split_once('=')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"'))
        })
    }
}

/// The lines of a text, with any kind of line break; lines of another syntax are skipped.
pub(super) fn content_lines(text: &str) -> Vec<ContentLine> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        // A quoted-printable value continues in the next line, whatever that begins with.
        if let Some(last) = lines.last_mut()
            && last.ends_with('=')
            && is_quoted_printable(&head_of(last).unwrap_or_default().to_ascii_uppercase())
        {
            last.pop();
            last.push_str(line);
            continue;
        }
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    lines.iter().filter_map(|line| content_line(line)).collect()
}

/// What stands before the value, which begins at the first colon outside a quoted parameter.
fn head_of(line: &str) -> Option<&str> {
    let mut is_quoted = false;
    let colon = line.char_indices().find_map(|(place, character)| {
        is_quoted ^= character == '"';
        (character == ':' && !is_quoted).then_some(place)
    })?;
    Some(&line[..colon])
}

fn content_line(line: &str) -> Option<ContentLine> {
    let head = head_of(line)?;
    let value = &line[head.len() + 1..];
    let (name, written_parameters) = head.split_once(';').unwrap_or((head, ""));
    let name = name.rsplit('.').next().unwrap_or_default().trim();
    let mut line = ContentLine {
        name: name.to_ascii_uppercase(),
        parameters: written_parameters.to_ascii_uppercase(),
        written_parameters: written_parameters.to_owned(),
        value: value.to_owned(),
    };
    if is_quoted_printable(&line.parameters) {
        line.value = as_plain_value(value, line.parameter("CHARSET"));
    }
    Some(line)
}

/// The lines of the first component with this name, without those of nested components; `None` if the text does not
/// begin with a component, or has none of this name.
pub(super) fn component(text: &str, name: &str) -> Option<Vec<ContentLine>> {
    after_prefix(text.trim_start(), "BEGIN:V")?;
    let mut lines = content_lines(text.trim_start()).into_iter();
    let is = |line: &ContentLine, mark: &str| line.name == mark;
    lines.find(|line| is(line, "BEGIN") && line.value.trim().eq_ignore_ascii_case(name))?;
    let mut depth = 0;
    let mut inside = Vec::new();
    for line in lines {
        if is(&line, "BEGIN") {
            depth += 1;
        } else if !is(&line, "END") {
            if depth == 0 {
                inside.push(line);
            }
        } else if depth == 0 {
            break;
        } else {
            depth -= 1;
        }
    }
    Some(inside)
}

/// The value of the first line with this name; empty if there is none.
pub(super) fn first<'a>(lines: &'a [ContentLine], name: &str) -> &'a str {
    lines.iter().find(|line| line.name == name).map(|line| line.value.as_str()).unwrap_or_default()
}

/// Escapes a value of type TEXT (RFC 5545, 3.3.11; RFC 6350, 4.1).
pub(super) fn as_text(value: &str) -> String {
    escaped(value, "\\;,").replace('\n', "\\n")
}

/// The inverse of `as_text`.
pub(super) fn text(value: &str) -> String {
    unescaped(value, |character| if "nN".contains(character) { '\n' } else { character })
}

/// The parts of a structured value such as `N` and `ADR`.
pub(super) fn texts(value: &str) -> impl Iterator<Item = String> {
    pieces(value, ';').map(text)
}

/// Appends a line to the output: folded, ended by CRLF; nothing if the value is empty.
pub(super) fn push_line(written: &mut String, name: &str, value: &str) {
    if value.is_empty() {
        return;
    }
    let mut room = LINE_MAX_BYTES;
    for character in name.chars().chain([':']).chain(value.chars()) {
        if character.len_utf8() > room {
            // The space that marks a continuation counts, too.
            written.push_str("\r\n ");
            room = LINE_MAX_BYTES - 1;
        }
        room -= character.len_utf8();
        written.push(character);
    }
    written.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_fold_between_characters() {
        let mut written = String::new();
        push_line(&mut written, "NOTE", &"ä".repeat(100));
        assert!(written.split("\r\n").all(|line| line.len() <= LINE_MAX_BYTES));
        assert_eq!(written.split("\r\n").next().map(str::len), Some(75));
        assert_eq!(written.matches("\r\n ").count(), 2);
        assert_eq!(content_lines(&written)[0].value, "ä".repeat(100));
        let mut written = String::new();
        push_line(&mut written, "NOTE", &"a".repeat(145));
        assert_eq!(written.split("\r\n").map(str::len).collect::<Vec<_>>(), [75, 75, 2, 0]);
    }

    #[test]
    fn line_heads_are_parsed() {
        let line =
            |text: &str| content_lines(text).into_iter().next().map(|l| (l.name, l.parameters, l.value));
        let some = |name: &str, parameters: &str, value: &str| {
            Some((name.to_owned(), parameters.to_owned(), value.to_owned()))
        };
        assert_eq!(line("item1.tel;type=\"a:b\":+49:1"), some("TEL", "TYPE=\"A:B\"", "+49:1"));
        assert_eq!(line("NOTE:a\n b\r\n\tc"), some("NOTE", "", "abc"));
        assert_eq!(line("no colon"), None);
        assert_eq!(line("X;A=\"open:b"), None);
    }

    #[test]
    fn components_exclude_nested_ones() {
        let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\nBEGIN:VALARM\nSUMMARY:b\nEND:VALARM\nURL:c\nEND:VEVENT\nX:d";
        let names = |name| {
            component(text, name).map(|lines| lines.iter().map(|l| l.value.clone()).collect::<String>())
        };
        assert_eq!(names("vevent").as_deref(), Some("ac"));
        assert_eq!(names("VTODO"), None);
        assert_eq!(component("say BEGIN:VEVENT", "VEVENT"), None);
    }
}
