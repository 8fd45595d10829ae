//! Table names.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A table name: 3 to 255 of `[A-Za-z0-9_.-]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableName(Arc<str>);

/// The text is not a valid table name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A DynamoDB table name consists of 3 to 255 letters, digits, dots, hyphens and underscores.")]
pub struct TableNameError;

impl TableName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TableName {
    type Err = TableNameError;

    fn from_str(text: &str) -> Result<Self, TableNameError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"_.-".contains(&b);
        if (3..=255).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.into()))
        } else {
            Err(TableNameError)
        }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_names_are_validated() {
        for good in ["abc", "Qrate_1.x-2", &"x".repeat(255)] {
            assert_eq!(good.parse::<TableName>().map(|name| name.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", "ab", "a b c", "tablé", "a/b/c", &"x".repeat(256)] {
            assert_eq!(bad.parse::<TableName>(), Err(TableNameError), "{bad}");
        }
    }
}
