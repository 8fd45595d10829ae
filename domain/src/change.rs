//! A change: one step in the history of a space.

use core::fmt;
use core::str::FromStr;

use crate::wire::wire;
use crate::{Entry, Seq};

/// One step in the history of a space. Its log is gapless: seq 1, 2, 3 …
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Change {
    /// Its position in the log.
    pub seq: Seq,
    /// What happened.
    pub kind: ChangeKind,
    /// The entry as it was right after the change; its revision is `seq`.
    pub entry: Entry,
}

wire! {
    /// What happened to an entry.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum ChangeKind {
        /// A new, live entry.
        "added" = Added,
        /// A live entry with new content.
        "updated" = Updated,
        /// A live entry became a tombstone.
        "removed" = Removed,
        /// A tombstone became live again, possibly with new content.
        "restored" = Restored,
    }
}

impl ChangeKind {
    /// The word used in JSON and in storage.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Updated => "updated",
            Self::Removed => "removed",
            Self::Restored => "restored",
        }
    }
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ChangeKind {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Added, Self::Updated, Self::Removed, Self::Restored]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or("a change is added, updated, removed or restored")
    }
}
