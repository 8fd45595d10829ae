//! A space: a namespace with its own entries, numbers and feed.

use core::fmt;
use core::str::FromStr;

use crate::limits::SPACE_MAX_BYTES;

/// The id of a space: `[a-z0-9-]`, 1 to 40 bytes. It never changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Space(Box<str>);

/// What the spaces of devices begin with.
pub const DEVICE_PREFIX: &str = "device-";

/// The text is not a valid space id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A space's name consists of 1 to {SPACE_MAX_BYTES} lowercase letters, digits and hyphens.")]
pub struct SpaceError;

impl Space {
    /// The space that `/` shows.
    pub fn main() -> Self {
        Self("main".into())
    }

    /// Whether this is the space that `/` shows.
    pub fn is_main(&self) -> bool {
        &*self.0 == "main"
    }

    /// Whether it belongs to a device: no list of spaces has it.
    pub fn is_of_device(&self) -> bool {
        self.0.starts_with(DEVICE_PREFIX)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Space {
    type Err = SpaceError;

    fn from_str(text: &str) -> Result<Self, SpaceError> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if (1..=SPACE_MAX_BYTES).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.into()))
        } else {
            Err(SpaceError)
        }
    }
}

impl fmt::Display for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(feature = "serde")]
serde_as_text!(Space);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lowercase_letters_digits_and_hyphens_name_a_space() {
        for good in ["main", "a", "0", "-", "team-7", &"x".repeat(40)] {
            assert_eq!(good.parse::<Space>().map(|s| s.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", "Main", "a b", "a_b", "ä", "a/b", "..", &"x".repeat(41)] {
            assert_eq!(bad.parse::<Space>(), Err(SpaceError), "{bad}");
        }
    }
}
