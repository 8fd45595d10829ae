//! An entry: one object in a space, and what is known of it. Not here: what is known by its kind (`body`), the JSON
//! of its content (`content_json`).

use crate::limits::LABELS_MAX;
use crate::wire::wire;
use crate::{
    Appearance, Body, EntryId, Key, Kind, Label, LabelName, Name, Photo, Seq, Sha256, SymbolFacts, Timestamp,
};

/// One object in a space.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Entry {
    /// Its number in the space.
    pub id: EntryId,
    /// The seq of its last change.
    pub revision: Seq,
    /// Whether it is live.
    pub state: State,
    /// What it holds.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub content: Content,
}

/// Everything about an entry except its numbers and state: what a save passes to the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The key of its object. At most one entry of a space has a key.
    pub key: Key,
    /// Its name; may be empty.
    pub name: Name,
    /// What is known by its kind.
    pub body: Body,
    /// Size of the object in bytes.
    pub size_bytes: u64,
    /// SHA-256 of the object; `None` if the object was never read whole.
    pub sha256: Option<Sha256>,
    /// The version of the object, as the bucket identifies it: unchanged while its bytes are.
    pub etag: String,
    /// When it was saved; for a foreign object, when it was last written.
    pub created_at: Timestamp,
    /// The labels that a person gave it, in the order shown. `all_labels` also has those that a labeller found.
    pub labels: Vec<Label>,
}

/// What a person may change about an entry; `None` leaves it as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Description {
    /// Its name; may be empty.
    pub name: Option<Name>,
    /// All of its labels.
    pub labels: Option<Vec<Label>>,
}

impl Content {
    /// All of its labels in the order shown: a person's, then what a labeller found.
    pub fn all_labels(&self) -> impl Iterator<Item = &Label> {
        self.labels.iter().chain(self.photo().map(|photo| &*photo.labels).unwrap_or_default())
    }

    /// The same object with another name or other labels. Of a labeller's labels those stay that are named; those that
    /// are not do not come back, until a person names them.
    #[must_use]
    pub fn described(mut self, description: Description) -> Self {
        if let Some(mut labels) = description.labels {
            if let Body::Photo { photo, .. } = &mut self.body {
                keep_named(photo, &mut labels, &self.labels);
            }
            self.labels = labels;
        }
        self.name = description.name.unwrap_or(self.name);
        self
    }

    /// The object is somewhere without what was made of it: all steps of a photo wait, as right after its save.
    pub fn forget_derived(&mut self) {
        if let Body::Photo { photo, .. } = &mut self.body {
            photo.restart(self.created_at);
        }
    }

    /// The kind of its body.
    pub fn kind(&self) -> Kind {
        self.body.kind()
    }

    /// The first of its texts, if there is one.
    pub fn value(&self) -> Option<&str> {
        self.values().first().map(String::as_str)
    }

    /// The texts in its codes.
    pub fn values(&self) -> &[String] {
        self.body.values()
    }

    /// How it is drawn, if it is a code.
    pub fn style(&self) -> Option<&Appearance> {
        self.body.style()
    }

    /// Which symbol was drawn, if it is a code.
    pub fn symbol(&self) -> Option<SymbolFacts> {
        self.body.symbol()
    }

    /// What is known of it as a photo, if it is one.
    pub fn photo(&self) -> Option<&Photo> {
        self.body.photo()
    }
}

/// Takes from `labels` what is the labeller's already, and from the photo what is not named. Whatever a person takes away,
/// also one of their own (`before`), is remembered.
fn keep_named(photo: &mut Photo, labels: &mut Vec<Label>, before: &[Label]) {
    let has = |labels: &[Label], name: &LabelName| labels.iter().any(|label| label.name.is_same_word(name));
    photo.removed_labels.retain(|name| !has(labels, name));
    let (kept, removed): (Vec<_>, Vec<_>) =
        core::mem::take(&mut photo.labels).into_iter().partition(|label| has(labels, &label.name));
    let own_removed = before.iter().filter(|label| !has(labels, &label.name)).cloned();
    let removed: Vec<LabelName> = removed.into_iter().chain(own_removed).map(|label| label.name).collect();
    labels.retain(|label| !has(&kept, &label.name));
    photo.labels = kept;
    photo.removed_labels.extend(removed);
    // The oldest are forgotten.
    let too_many = photo.removed_labels.len().saturating_sub(LABELS_MAX);
    photo.removed_labels.drain(..too_many);
}

impl Entry {
    /// Whether a job must be queued together with the commit that stored it. See `Photo::needs_job`.
    pub fn has_work(&self) -> bool {
        self.state.is_live() && self.content.photo().is_some_and(Photo::needs_job)
    }
}

wire! {
    /// Whether an entry is live.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum State {
        /// In the listing.
        "live" = Live,
        /// Removed by a person: the object is still in the bucket, and the entry can be restored.
        "removed" = Removed {
            /// Since when.
            at: Timestamp,
        },
        /// Removed because something else deleted the object.
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
