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
    /// What was inserted since many are.
    many: Option<Vec<(u64, EntryId)>>,
}

impl IdsByHash {
    /// Many are inserted from now on, and nothing is looked for before their end: made at once, the set takes a third
    /// less.
    pub(super) fn begin_many(&mut self) {
        self.many = Some(Vec::new());
    }

    /// All of them were inserted.
    pub(super) fn end_many(&mut self) {
        let many = self.many.take().unwrap_or_default();
        // Sorted first, and then filled from the left.
        self.ids = core::mem::take(&mut self.ids).into_iter().chain(many).collect();
    }

    pub(super) fn insert(&mut self, value: impl Hash, id: EntryId) {
        let hashed = (self.hasher.hash_one(value), id);
        match &mut self.many {
            Some(many) => many.push(hashed),
            None => {
                self.ids.insert(hashed);
            }
        }
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
