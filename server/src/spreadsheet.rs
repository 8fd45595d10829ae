//! Tables as CSV (RFC 4180) that any spreadsheet program opens, and in which no text becomes a formula.

use std::io;

/// What a spreadsheet takes for the begin of a formula (OWASP, CSV injection).
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
/// Excel takes a file without this mark for one in the local character set.
const MARK: &str = "\u{FEFF}";

/// Rows that are being written.
pub(crate) struct Sheet(csv::Writer<Vec<u8>>);

impl Sheet {
    /// The beginning of a file.
    pub(crate) fn with_mark() -> Self {
        Self::behind(MARK)
    }

    /// More of one.
    pub(crate) fn new() -> Self {
        Self::behind("")
    }

    fn behind(beginning: &str) -> Self {
        let mut writer = csv::WriterBuilder::new();
        // Rows may have more cells than others.
        writer.terminator(csv::Terminator::CRLF).flexible(true);
        Self(writer.from_writer(beginning.into()))
    }

    /// Adds a row.
    pub(crate) fn add<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        Ok(self.0.write_record(cells.into_iter().map(safe))?)
    }

    /// What was written.
    pub(crate) fn finish(self) -> io::Result<Vec<u8>> {
        self.0.into_inner().map_err(|error| error.into_error())
    }
}

/// A text that no spreadsheet takes for a formula.
fn safe(text: &str) -> String {
    if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+41 44", "'+41 44"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(safe(text), cell);
        }
    }
}
