//! Entries and changes as clients read them: what is kept, and with it what the value says in words, so that no page
//! has to take a text apart. Not here: how they are kept, which is as they are.

use serde::Serialize;

use crate::payload::Payload;
use crate::{Change, ChangeKind, Entry, Seq};

/// An entry for clients.
#[derive(Debug, Serialize)]
pub struct EntryWire<'a> {
    #[serde(flatten)]
    entry: &'a Entry,
    /// The texts in its codes. The entry itself says them when there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<&'a [String]>,
    /// What its value says in words («Wi-Fi network Café»); none when it is a plain text or a link.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
}

/// A change for clients.
#[derive(Debug, Serialize)]
pub struct ChangeWire<'a> {
    seq: Seq,
    kind: ChangeKind,
    entry: EntryWire<'a>,
}

impl<'a> From<&'a Entry> for EntryWire<'a> {
    fn from(entry: &'a Entry) -> Self {
        let values = Some(entry.content.values()).filter(|values| values.len() <= 1);
        let words = entry.content.value().and_then(Payload::parse).and_then(|payload| payload.words());
        Self { entry, values, words }
    }
}

impl<'a> From<&'a Change> for ChangeWire<'a> {
    fn from(change: &'a Change) -> Self {
        Self { seq: change.seq, kind: change.kind, entry: EntryWire::from(&change.entry) }
    }
}
