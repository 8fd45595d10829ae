//! What the columns of a table hold, and how that is recognised. Pure.

use std::fmt;
use std::str::FromStr;

use crate::error::TableError;
use serde::{Deserialize, Serialize};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Column {
    /// The text of the code.
    Text,
    /// Its name.
    Name,
    /// Its level of error correction.
    Level,
    /// Its look.
    Look,
    /// Its labels, separated by commas.
    Labels,
    /// Nothing that is used.
    Unused,
}

/// The text is no column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A column is text, name, level, look, labels or unused.")]
pub struct ColumnError;

impl Column {
    /// All of them: first those that hold something, in the order of a table without a heading.
    pub const ALL: [Self; 6] = [Self::Text, Self::Name, Self::Level, Self::Look, Self::Labels, Self::Unused];

    /// Its name, as in a heading.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Name => "name",
            Self::Level => "level",
            Self::Look => "look",
            Self::Labels => "labels",
            Self::Unused => "unused",
        }
    }

    /// The columns of a table without a heading.
    pub(super) fn in_order(count: usize) -> Vec<Self> {
        (0..count).map(|place| Self::ALL.get(place).copied().unwrap_or(Self::Unused)).collect()
    }

    /// The columns that a heading names, each once; others are unused. `None` if it names no text.
    pub(super) fn of_heading<'a>(cells: impl Iterator<Item = &'a str>) -> Option<Vec<Self>> {
        let mut columns: Vec<Self> = Vec::new();
        for cell in cells {
            let named = cell.parse().unwrap_or(Self::Unused);
            columns.push(if columns.contains(&named) { Self::Unused } else { named });
        }
        columns.contains(&Self::Text).then_some(columns)
    }

    /// Checks that one column, and only one, is the text, and that no other occurs twice.
    pub(super) fn check(columns: &[Self]) -> Result<(), TableError> {
        for column in Self::ALL.into_iter().filter(|column| *column != Self::Unused) {
            if columns.iter().filter(|other| **other == column).count() > 1 {
                return Err(TableError::Twice(column.as_str()));
            }
        }
        if columns.contains(&Self::Text) { Ok(()) } else { Err(TableError::NoText) }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Column {
    type Err = ColumnError;

    /// In any case, with spaces around it.
    fn from_str(text: &str) -> Result<Self, ColumnError> {
        let text = text.trim();
        Self::ALL.into_iter().find(|column| column.as_str().eq_ignore_ascii_case(text)).ok_or(ColumnError)
    }
}
