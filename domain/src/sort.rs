//! In which order a listing shows its entries.

use core::fmt;
use core::str::FromStr;

/// An order of entries. Its text is what it goes by, after a minus sign if it is descending: `-size` has the largest
/// first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sort {
    /// What it goes by; entries that are equal there follow each other by their number.
    pub by: SortBy,
    /// Whether the largest comes first.
    pub is_descending: bool,
}

/// What an order goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SortBy {
    /// The number.
    Number,
    /// The name; without one, what is shown in its place.
    Name,
    /// When it was saved; for a foreign object, when it was last written.
    Time,
    /// The size of the object.
    Size,
}

/// A text that is no order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("An order is number, name, time or size; with a minus sign before it, the largest comes first.")]
pub struct SortError;

impl Sort {
    /// Each order, as people are offered them.
    pub const ALL: [Self; 8] = [
        Self { by: SortBy::Number, is_descending: true },
        Self { by: SortBy::Number, is_descending: false },
        Self { by: SortBy::Name, is_descending: false },
        Self { by: SortBy::Name, is_descending: true },
        Self { by: SortBy::Time, is_descending: true },
        Self { by: SortBy::Time, is_descending: false },
        Self { by: SortBy::Size, is_descending: true },
        Self { by: SortBy::Size, is_descending: false },
    ];
}

impl Default for Sort {
    /// The highest number first: what was saved last.
    fn default() -> Self {
        Self { by: SortBy::Number, is_descending: true }
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = match self.by {
            SortBy::Number => "number",
            SortBy::Name => "name",
            SortBy::Time => "time",
            SortBy::Size => "size",
        };
        write!(f, "{}{by}", if self.is_descending { "-" } else { "" })
    }
}

impl FromStr for Sort {
    type Err = SortError;

    fn from_str(text: &str) -> Result<Self, SortError> {
        Self::ALL.into_iter().find(|sort| sort.to_string() == text).ok_or(SortError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_order_is_read_as_it_is_written() {
        for sort in Sort::ALL {
            assert_eq!(sort.to_string().parse(), Ok(sort));
        }
        assert_eq!(Sort::default().to_string(), "-number");
        for bad in ["", "-", "Name", "--size", "size ", "label"] {
            assert_eq!(bad.parse::<Sort>(), Err(SortError), "{bad}");
        }
    }
}
