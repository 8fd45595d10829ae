//! A table of entries as CSV, for spreadsheets.

use domain::Entry;

/// What a spreadsheet takes for the begin of a formula (OWASP, CSV injection).
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Rows of entries, below a head.
pub(super) struct Table(csv::Writer<Vec<u8>>);

impl Table {
    pub(super) fn new() -> Self {
        // Excel takes a file without this mark for one in the local character set.
        let mut table =
            csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{FEFF}".into());
        // Into memory.
        let _ = table.write_record(["Number", "Name", "Value", "Labels", "Saved", "File"]);
        Self(table)
    }

    /// Adds an entry, whose file has this name.
    pub(super) fn add(&mut self, entry: &Entry, file: &str) -> csv::Result<()> {
        let content = &entry.content;
        let labels: Vec<&str> = content.all_labels().map(|label| label.name.as_str()).collect();
        self.0.write_record([
            entry.id.to_string(),
            safe(content.name.as_str()),
            safe(&content.values().join("\n")),
            safe(&labels.join(", ")),
            content.created_at.to_string(),
            safe(file),
        ])
    }

    pub(super) fn finish(self) -> std::io::Result<Vec<u8>> {
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
