//! The name that a user gives an entry.

use core::fmt;
use core::str::FromStr;

use crate::limits::NAME_MAX_CHARS;
use crate::one_line::is_invisible;
use crate::words::counted;

/// One line of at most 128 characters without control characters, trimmed; may be empty, and is if nobody could see it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Box<str>);

/// The text is not a valid name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// More than 128 characters.
    #[error(
        "The name is {} too long: the maximum is {NAME_MAX_CHARS}.",
        counted(*over_by, "character", "characters")
    )]
    TooLong {
        /// Excess characters.
        over_by: u64,
    },
    /// A line break or another control character.
    #[error("A name must be one line without control characters.")]
    Control,
}

impl Name {
    /// The name as text, possibly empty.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the name is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The closest valid name to any text: control characters become spaces, and the excess is cut off. For names
    /// that nobody typed, such as the file name of a foreign object.
    pub fn from_lossy(text: &str) -> Self {
        let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let cut: String = clean.trim().chars().take(NAME_MAX_CHARS).collect();
        Self(cut.trim_end().into())
    }
}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        if text.chars().any(char::is_control) {
            return Err(NameError::Control);
        }
        if text.chars().all(is_invisible) {
            return Ok(Self::default());
        }
        match text.chars().count().checked_sub(NAME_MAX_CHARS) {
            None | Some(0) => Ok(Self(text.into())),
            Some(over_by) => Err(NameError::TooLong { over_by: over_by as u64 }),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(feature = "serde")]
serde_as_text!(Name);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_line_within_the_limit() {
        assert_eq!("  Café menu ".parse::<Name>().map(|n| n.to_string()), Ok("Café menu".to_owned()));
        assert!("".parse::<Name>().is_ok_and(|n| n.is_empty()));
        for unseen in ["\u{200B}", "\u{AD}", "\u{2060} \u{FE0F}", "\u{3164}", "\u{2800}", "\u{200D}"] {
            assert!(unseen.parse::<Name>().is_ok_and(|name| name.is_empty()), "{unseen:?}");
        }
        assert!(
            "\u{1F468}\u{200D}\u{1F469}".parse::<Name>().is_ok_and(|name| name.as_str().chars().count() == 3)
        );
        assert!("ä".repeat(128).parse::<Name>().is_ok());
        assert_eq!("ä".repeat(130).parse::<Name>(), Err(NameError::TooLong { over_by: 2 }));
        let sentence = |chars| "ä".repeat(chars).parse::<Name>().unwrap_err().to_string();
        assert_eq!(sentence(129), "The name is 1 character too long: the maximum is 128.");
        assert_eq!(sentence(2128), "The name is 2,000 characters too long: the maximum is 128.");
        assert_eq!("a\nb".parse::<Name>(), Err(NameError::Control));
        let lossy = Name::from_lossy(&format!("a\u{0}b{}", "x".repeat(200)));
        assert_eq!(lossy.as_str().parse::<Name>(), Ok(lossy.clone()));
        assert_eq!(lossy.as_str().chars().count(), 128);
    }
}
