//! What is read of an answer: only what people see. Everything else of it, and whatever a later version adds, is in the
//! JSON that programs read. Not here: requests.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::failure::Failure;

/// An entry.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Entry {
    pub(crate) id: u64,
    pub(crate) revision: u64,
    pub(crate) key: String,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) value: Option<String>,
    pub(crate) words: Option<String>,
    pub(crate) size_bytes: u64,
    pub(crate) created_at: String,
    pub(crate) labels: Vec<Label>,
    pub(crate) links: Links,
}

/// A label.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Label {
    pub(crate) name: String,
}

/// Where an entry is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Links {
    pub(crate) page: Option<String>,
}

/// A change.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Change {
    pub(crate) seq: u64,
    pub(crate) kind: String,
    pub(crate) entry: Entry,
    /// The picture, if it was asked for.
    pub(crate) picture: Option<Picture>,
    /// An entry with the same file.
    pub(crate) same: Option<u64>,
}

/// A picture inside JSON.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Picture {
    pub(crate) base64: String,
}

/// A page of a listing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Listing {
    pub(crate) seq: u64,
    pub(crate) total: u64,
    /// The cursor of the next page.
    pub(crate) next: Option<String>,
    pub(crate) entries: Vec<Value>,
}

impl Entry {
    /// What it is called: its name, or that of its file.
    pub(crate) fn title(&self) -> &str {
        let has_name = !self.name.is_empty() || self.value.is_some();
        if has_name { &self.name } else { self.key.rsplit('/').next().unwrap_or_default() }
    }

    /// What is in it, in words if there are any.
    pub(crate) fn content(&self) -> &str {
        self.words.as_deref().or(self.value.as_deref()).unwrap_or_default()
    }

    /// Its labels, with commas.
    pub(crate) fn label_list(&self) -> String {
        self.labels.iter().map(|label| label.name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// Reads an answer.
pub(crate) fn read<T: DeserializeOwned>(value: &Value) -> Result<T, Failure> {
    T::deserialize(value).map_err(|error| {
        let error = crate::shown::visible(&error.to_string());
        Failure::other(format!("The server's answer cannot be read ({error}): it may be of another version."))
    })
}
