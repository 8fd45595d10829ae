//! How a table is laid out: what separates its cells, what its columns hold, and where its parts begin. Pure. Not here:
//! recognising it (`survey`).

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::columns::Column;

/// What stands between the cells of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Separator {
    /// A comma.
    Comma,
    /// A semicolon.
    Semicolon,
    /// A tab.
    Tab,
    /// Nothing: each line is one text, quotation marks and all.
    Line,
}

/// The text is no separator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A separator is comma, semicolon, tab or line.")]
pub struct SeparatorError;

/// How a table is laid out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// What separates its cells.
    pub separator: Separator,
    /// Whether its first row is a heading.
    pub has_heading: bool,
    /// What each column holds.
    pub columns: Vec<Column>,
    /// How many rows there are, without the heading.
    pub rows: u32,
    /// Its parts, in order: never none.
    pub(crate) parts: Vec<Part>,
    /// Where the last one ends.
    pub(super) end: u64,
}

/// Where a part of a table begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u64, u32)", into = "(u64, u32)")]
pub(crate) struct Part {
    /// Its first byte.
    pub(crate) offset: u64,
    /// The number of its first row.
    pub(crate) first_row: u32,
}

impl From<(u64, u32)> for Part {
    fn from((offset, first_row): (u64, u32)) -> Self {
        Self { offset, first_row }
    }
}

impl From<Part> for (u64, u32) {
    fn from(part: Part) -> Self {
        (part.offset, part.first_row)
    }
}

/// What somebody says about a layout; the rest is recognised.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// What separates the cells.
    pub separator: Option<Separator>,
    /// Whether the first row is a heading.
    pub has_heading: Option<bool>,
    /// What each column holds.
    pub columns: Option<Vec<Column>>,
}

impl Layout {
    /// How many parts there are.
    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// The bytes of a part.
    pub(crate) fn bytes_of(&self, part: usize) -> Range<u64> {
        let end = self.parts.get(part + 1).map_or(self.end, |next| next.offset);
        self.parts[part].offset..end
    }

    /// The bytes before the first part: the heading, if there is one.
    pub(crate) fn bytes_of_heading(&self) -> Range<u64> {
        0..self.parts[0].offset
    }
}

impl Separator {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Line];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
            Self::Line => "line",
        }
    }
}

impl fmt::Display for Separator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Separator {
    type Err = SeparatorError;

    fn from_str(text: &str) -> Result<Self, SeparatorError> {
        Self::ALL.into_iter().find(|separator| separator.as_str() == text).ok_or(SeparatorError)
    }
}
