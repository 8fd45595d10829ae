//! A whole space as one value, for import, and its consistency rules.

use std::collections::HashSet;

use domain::{Change, Entry, Space};

use super::counters::Counters;
use super::error::CatalogError;

/// A whole space, to load.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SpaceDump {
    /// Its counters.
    pub counters: Counters,
    /// Entries and tombstones in ascending order of id.
    pub entries: Vec<Entry>,
    /// The changes from `counters.floor + 1` to `counters.last_seq`.
    pub log: Vec<Change>,
}

impl SpaceDump {
    /// Whether a catalog could have produced this. The error is for users.
    pub(super) fn check(&self) -> Result<(), CatalogError> {
        let Counters { last_id, last_seq, floor } = self.counters;
        let mut keys = HashSet::with_capacity(self.entries.len());
        let complaint = if !self.counters.are_possible() {
            Some("its counters are impossible".to_owned())
        } else if let Some(pair) = self.entries.windows(2).find(|pair| pair[0].id >= pair[1].id) {
            Some(format!("entry {} comes after entry {}", pair[1].id, pair[0].id))
        } else if let Some(entry) = self
            .entries
            .iter()
            .find(|entry| !(1..=last_id).contains(&entry.id) || !(1..=last_seq).contains(&entry.revision))
        {
            Some(format!("entry {} exceeds the counters", entry.id))
        } else if let Some(entry) = self.entries.iter().find(|entry| !keys.insert(&entry.content.key)) {
            Some(format!("entry {} has another entry's key", entry.id))
        } else if !self.log.iter().map(|change| change.seq).eq(floor + 1..=last_seq) {
            Some(format!("its log does not run from {} to {last_seq} without a gap", floor + 1))
        } else {
            None
        };
        complaint
            .map_or(Ok(()), |why| Err(CatalogError::Corrupt(format!("the space cannot be loaded: {why}"))))
    }
}

/// The error for loading into a space that is not empty.
pub(super) fn in_use(space: &Space) -> CatalogError {
    CatalogError::Corrupt(format!("the space {space} is not empty: load into a new one"))
}
