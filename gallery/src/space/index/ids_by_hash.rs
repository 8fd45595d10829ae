//! Entries by the hash of something that they have.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hash, RandomState};

use domain::EntryId;

/// Ids by the hash of a value: 16 bytes each, whatever the value. The hasher has a random key, so that nobody can
/// prepare colliding values.
#[derive(Default)]
pub(super) struct IdsByHash {
    hasher: RandomState,
    ids: BTreeSet<(u64, EntryId)>,
}

impl IdsByHash {
    pub(super) fn insert(&mut self, value: impl Hash, id: EntryId) {
        self.ids.insert((self.hasher.hash_one(value), id));
    }

    pub(super) fn remove(&mut self, value: impl Hash, id: EntryId) {
        self.ids.remove(&(self.hasher.hash_one(value), id));
    }

    /// Ids whose value may be this one, highest first.
    pub(super) fn newest_first(&self, value: impl Hash) -> impl Iterator<Item = EntryId> {
        let hash = self.hasher.hash_one(value);
        self.ids.range((hash, 0)..=(hash, EntryId::MAX)).rev().map(|(_, id)| *id)
    }
}
