//! A set of the keys that have an entry, in little memory.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

use domain::Key;

/// The keys of all entries and tombstones, eight bytes each: among 10⁹ keys, a given one is mistaken for another with
/// a probability of 10⁻¹⁰.
#[derive(Default)]
pub(super) struct KnownKeys {
    hasher: RandomState,
    hashes: HashSet<u64>,
}

impl KnownKeys {
    pub(super) fn insert(&mut self, key: &Key) -> bool {
        self.hashes.insert(self.hasher.hash_one(key))
    }

    pub(super) fn contains(&self, key: &Key) -> bool {
        self.hashes.contains(&self.hasher.hash_one(key))
    }
}
