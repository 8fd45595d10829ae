//! The event stream, parsed (Server-Sent Events, HTML 9.2.6): bytes in, events out. Not here: keeping the stream open
//! (`commands::watch`).

/// An event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Event {
    /// Its type; `message` if it has none.
    pub(crate) name: String,
    /// The id of this or an earlier event.
    pub(crate) id: String,
    pub(crate) data: String,
}

/// A line longer than this is no line of an event: an entry's change has some tens of kilobytes.
const LINE_MAX_BYTES: usize = 4 * 1024 * 1024;

/// Reads a stream that comes in pieces.
#[derive(Debug, Default)]
pub(crate) struct Parser {
    line: Vec<u8>,
    /// The line ended in a carriage return, to which a line feed belongs.
    after_return: bool,
    is_begun: bool,
    name: String,
    id: String,
    data: Option<String>,
    /// What the server asks clients to wait before they come back.
    pub(crate) retry_ms: Option<u64>,
}

/// A line that is too long.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

impl Parser {
    /// The events that end in these bytes.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Result<Vec<Event>, TooLong> {
        let mut events = Vec::new();
        for byte in bytes {
            let follows_return = std::mem::take(&mut self.after_return);
            match byte {
                b'\n' if follows_return => {}
                b'\n' | b'\r' => {
                    self.after_return = *byte == b'\r';
                    let line = std::mem::take(&mut self.line);
                    events.extend(self.line(&String::from_utf8_lossy(&line)));
                }
                _ if self.line.len() == LINE_MAX_BYTES => return Err(TooLong),
                other => self.line.push(*other),
            }
        }
        Ok(events)
    }

    fn line(&mut self, line: &str) -> Option<Event> {
        let is_first = !std::mem::replace(&mut self.is_begun, true);
        let line = if is_first { line.strip_prefix('\u{feff}').unwrap_or(line) } else { line };
        if line.is_empty() {
            let name = std::mem::take(&mut self.name);
            let data = self.data.take()?;
            let name = if name.is_empty() { "message".to_owned() } else { name };
            return Some(Event { name, id: self.id.clone(), data });
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                none => *none = Some(value.to_owned()),
            },
            "id" if !value.contains('\0') => value.clone_into(&mut self.id),
            "retry" if value.bytes().all(|b| b.is_ascii_digit()) => self.retry_ms = value.parse().ok(),
            // A comment, or a field of a later version.
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event(name: &str, id: &str, data: &str) -> Event {
        Event { name: name.to_owned(), id: id.to_owned(), data: data.to_owned() }
    }

    #[test]
    fn fields_are_read_as_the_standard_says() {
        let mut parser = Parser::default();
        let stream = "\u{feff}event: hello\ndata: {\"seq\":3}\n\n: a comment\nid: 4\nevent:change\r\ndata:a\r\n\
                      data: b\r\r\nretry: 700\n\ndata\n\nid: 5\0\nunknown: x\ndata:  c\n\nevent: beat\n\n\
                      data: d\n\ndata: cut";
        let events = parser.feed(stream.as_bytes()).unwrap();
        let expected = [
            event("hello", "", "{\"seq\":3}"),
            event("change", "4", "a\nb"),
            event("message", "4", ""),
            event("message", "4", " c"),
            // Without data there is no event, and its name is forgotten.
            event("message", "4", "d"),
        ];
        assert_eq!(events, expected);
        assert_eq!(parser.retry_ms, Some(700));
    }

    #[test]
    fn an_endless_line_is_refused() {
        let mut parser = Parser::default();
        assert_eq!(parser.feed(&vec![b'a'; LINE_MAX_BYTES]), Ok(Vec::new()));
        assert_eq!(parser.feed(b"a"), Err(TooLong));
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference(
            pieces in proptest::collection::vec(
                prop::sample::select(
                    &["\n", "\r", "\r\n", "data: a", "data", "id: 7", "event: change", ":", "é", "\u{feff}"][..],
                ),
                0..40,
            ),
            cuts in proptest::collection::vec(1_usize..5, 1..20),
        ) {
            let stream = pieces.concat().into_bytes();
            let whole = Parser::default().feed(&stream).unwrap();
            let mut parser = Parser::default();
            let (mut rest, mut events) = (&stream[..], Vec::new());
            for cut in cuts.iter().cycle() {
                let (piece, others) = rest.split_at((*cut).min(rest.len()));
                events.extend(parser.feed(piece).unwrap());
                rest = others;
                if rest.is_empty() {
                    break;
                }
            }
            prop_assert_eq!(events, whole);
        }
    }
}
