//! A table of entries as CSV, for spreadsheets.

use std::io;

use domain::Entry;

use crate::spreadsheet::Sheet;

/// Rows of entries, below a head.
pub(super) struct Table(Sheet);

impl Table {
    pub(super) fn new() -> io::Result<Self> {
        let mut sheet = Sheet::with_mark();
        sheet.add(["Number", "Name", "Value", "Labels", "Saved", "File"])?;
        Ok(Self(sheet))
    }

    /// Adds an entry, whose file has this name.
    pub(super) fn add(&mut self, entry: &Entry, file: &str) -> io::Result<()> {
        let content = &entry.content;
        let labels: Vec<&str> = content.all_labels().map(|label| label.name.as_str()).collect();
        self.0.add([
            &*entry.id.to_string(),
            content.name.as_str(),
            &content.values().join("\n"),
            &labels.join(", "),
            &content.created_at.to_string(),
            file,
        ])
    }

    pub(super) fn finish(self) -> io::Result<Vec<u8>> {
        self.0.finish()
    }
}
