//! Entries for tests.

use domain::{EntryId, EntryRow, Kind, Name, State, Timestamp};

/// An ordinary code.
pub(crate) fn entry(id: EntryId, state: State) -> EntryRow {
    EntryRow {
        id,
        revision: id,
        state,
        key: "a.png".parse().unwrap(),
        kind: Kind::Code,
        name: Name::default(),
        value: Some("a".to_owned()),
        values: vec!["a".to_owned()],
        style: None,
        symbol: None,
        size_bytes: 1,
        sha256: None,
        etag: String::new(),
        created_at: Timestamp::from_unix_ms(0),
        labels: Vec::new(),
        words: None,
        photo: None,
    }
}
