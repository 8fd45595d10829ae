//! What the pages of many codes at once show, as plain data. Not here: the other pages (`model`).

use domain::{Failure, LabelName, Level, Seq, Space, StyleText, TableId};

/// Many codes at once: the form, a table before codes are made of it, or how far it is.
#[derive(Debug, Clone)]
pub struct ManyPage {
    /// Which space.
    pub space: Space,
    /// The seq at which it was read.
    pub seq: Seq,
    /// What it shows.
    pub part: ManyPart,
    /// For how long the space could not be updated; `None` if it is current.
    pub behind_seconds: Option<u64>,
    /// Why nothing can be saved until somebody repairs the storage, in a sentence.
    pub fault: Option<String>,
    /// Why the last write was refused.
    pub failure: Option<Failure>,
}

/// What such a page shows.
#[derive(Debug, Clone)]
pub enum ManyPart {
    /// The form for a table, and the latest tables.
    Form {
        /// The lines as typed, when they were refused.
        typed: String,
        /// The latest tables, the newest first.
        tables: Vec<TableRow>,
    },
    /// A table before codes are made of it.
    Preview(Box<TablePreview>),
    /// How far a table is.
    Progress(TableRow),
}

/// A table in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// Its number.
    pub id: TableId,
    /// The name of its file; empty if it was pasted.
    pub file_name: String,
    /// When it arrived, in RFC 3339.
    pub created_at: String,
    /// When it is forgotten.
    pub kept_until: String,
    /// How many rows it has.
    pub rows: u32,
    /// Rows of which codes were made.
    pub made: u32,
    /// Rows with mistakes.
    pub wrong: u32,
    /// What happens to it.
    pub state: TableState,
    /// Why it does not go on at the moment, in a sentence.
    pub trouble: Option<String>,
}

impl TableRow {
    /// What it is called.
    #[cfg(feature = "ssr")]
    pub(crate) fn title(&self) -> String {
        if self.file_name.is_empty() { "Pasted lines".to_owned() } else { self.file_name.clone() }
    }
}

/// What happens to a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableState {
    /// Nothing was made of it yet.
    Ready,
    /// Codes are made.
    Running,
    /// Somebody stopped it.
    Stopped,
    /// All rows are done.
    Done,
}

/// A table before codes are made of it.
#[derive(Debug, Clone)]
pub struct TablePreview {
    /// The table.
    pub table: TableRow,
    /// What separates its cells: `comma`, `semicolon`, `tab` or `line`.
    pub separator: &'static str,
    /// Whether its first row is a heading.
    pub has_heading: bool,
    /// Its columns: what each is called, and what it holds.
    pub columns: Vec<(String, &'static str)>,
    /// Its first rows.
    pub rows: Vec<RowPreview>,
}

/// A row as it will be.
#[derive(Debug, Clone)]
pub struct RowPreview {
    /// Its number.
    pub number: u32,
    /// Its code, or its cells and what is wrong with them.
    pub code: Result<CodePreview, (Vec<String>, String)>,
}

/// The code of a row.
#[derive(Debug, Clone)]
pub struct CodePreview {
    /// The text.
    pub text: String,
    /// The name, possibly empty.
    pub name: String,
    /// The level of error correction.
    pub level: Level,
    /// The look.
    pub look: StyleText,
    /// The labels.
    pub labels: Vec<LabelName>,
}
