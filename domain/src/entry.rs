//! An entry: one object kept in a space, and what is known of it. Not here: what is known only of its kind (`body`), the
//! JSON of its content (`content_json`).

use crate::wire::wire;
use crate::{Body, EntryId, Key, Kind, Label, Name, Seq, Sha256, Style, SymbolFacts, Timestamp};

/// One object kept in a space.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Entry {
    /// Its number in the space.
    pub id: EntryId,
    /// The seq of its last change.
    pub revision: Seq,
    /// Whether it is there.
    pub state: State,
    /// What it holds.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub content: Content,
}

/// All of an entry but its numbers and its state: what a save hands to the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Where its object lies. At most one entry of a space has a key.
    pub key: Key,
    /// What a person calls it; may be empty.
    pub name: Name,
    /// What is known of its kind.
    pub body: Body,
    /// Size of the object in bytes.
    pub size_bytes: u64,
    /// SHA-256 of the object; none when it was not read whole.
    pub sha256: Option<Sha256>,
    /// The version of the object, in the bucket's own terms: the same as long as its bytes are.
    pub etag: String,
    /// When it was saved, or last written when somebody else put it there.
    pub created_at: Timestamp,
    /// What it is filed under, in the order in which it is shown.
    pub labels: Vec<Label>,
}

/// What a person says of an entry; what is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Description {
    /// What to call it; may be empty.
    pub name: Option<Name>,
    /// All that it is filed under.
    pub labels: Option<Vec<Label>>,
}

impl Content {
    /// The same object under another name, or filed under other labels.
    #[must_use]
    pub fn described(self, description: Description) -> Self {
        Self {
            name: description.name.unwrap_or(self.name),
            labels: description.labels.unwrap_or(self.labels),
            ..self
        }
    }

    /// The kind of its body.
    pub fn kind(&self) -> Kind {
        self.body.kind()
    }

    /// The first text in its codes, if it holds any.
    pub fn value(&self) -> Option<&str> {
        self.values().first().map(String::as_str)
    }

    /// The texts in its codes.
    pub fn values(&self) -> &[String] {
        self.body.values()
    }

    /// How it is drawn, if it is a code.
    pub fn style(&self) -> Option<&Style> {
        self.body.style()
    }

    /// Which symbol was drawn, if it is a code.
    pub fn symbol(&self) -> Option<SymbolFacts> {
        self.body.symbol()
    }
}

wire! {
    /// Whether an entry is there.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum State {
        /// In the listing.
        "live" = Live,
        /// A tombstone of a person's making: the object still lies in the bucket, and the entry can be restored.
        "removed" = Removed {
            /// Since when.
            at: Timestamp,
        },
        /// A tombstone because somebody else deleted the object.
        "gone" = Gone {
            /// Since when.
            at: Timestamp,
        },
    }
}

impl State {
    /// Whether it is in the listing.
    pub fn is_live(self) -> bool {
        self == Self::Live
    }

    /// Since when it is a tombstone, if it is one.
    pub fn dead_since(self) -> Option<Timestamp> {
        match self {
            Self::Live => None,
            Self::Removed { at } | Self::Gone { at } => Some(at),
        }
    }
}
