//! The number of an entry on the command line.

use core::str::FromStr;

/// The number of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EntryId(pub(super) u64);

impl FromStr for EntryId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.strip_prefix('#').unwrap_or(text).parse().ok().filter(|number| *number > 0);
        number.map(Self).ok_or("write the number of an entry, such as 12")
    }
}
