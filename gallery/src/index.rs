//! The read model of a space in memory: every page, entry and look-up by key or value, none of them a scan. Pure: built
//! from a snapshot, kept current by changes. Not here: who may read it when (`view`), search and sort.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use domain::{Applied, Change, Entry, EntryId, Key, Seq, Timestamp};

use crate::catalog::Snapshot;
use crate::gallery::{Page, WindowRequest};

/// A space's entries and tombstones at one seq.
#[derive(Default)]
pub(crate) struct Index {
    seq: Seq,
    /// By rising id. A sorted vector, because new entries come at its end, and what comes to other places is rare.
    entries: Vec<Arc<Entry>>,
    /// Ids of live entries, rising: a page is a slice of its end.
    live: Vec<EntryId>,
    /// Every entry and tombstone by its key.
    keys: IdsByHash,
    /// Live entries by their value.
    values: IdsByHash,
}

impl Index {
    pub(crate) fn new(snapshot: Snapshot) -> Self {
        let mut index = Self { seq: snapshot.seq, ..Self::default() };
        index.entries.reserve_exact(snapshot.entries.len());
        for entry in snapshot.entries {
            index.put(Arc::new(entry));
        }
        index
    }

    /// The seq of the last change in it.
    pub(crate) fn seq(&self) -> Seq {
        self.seq
    }

    /// Takes the next change in; one seen before is ignored, one too far is refused.
    pub(crate) fn apply(&mut self, change: &Change) -> Applied {
        if change.seq <= self.seq {
            return Applied::Ignored;
        }
        if change.seq != self.seq + 1 {
            return Applied::Gap;
        }
        self.seq = change.seq;
        self.put(Arc::new(change.entry.clone()));
        Applied::Taken
    }

    /// Forgets tombstones that were purged.
    pub(crate) fn forget(&mut self, purged: &[EntryId]) {
        for id in purged {
            let Ok(at) = self.place(*id) else { continue };
            if !self.entries[at].state.is_live() {
                let entry = self.entries.remove(at);
                self.keys.remove(entry.content.key.as_str(), entry.id);
            }
        }
    }

    /// An entry or tombstone.
    pub(crate) fn get(&self, id: EntryId) -> Option<&Arc<Entry>> {
        self.place(id).ok().map(|at| &self.entries[at])
    }

    /// The entry or tombstone that has a key.
    pub(crate) fn with_key(&self, key: &Key) -> Option<&Arc<Entry>> {
        self.keys.newest_first(key.as_str()).filter_map(|id| self.get(id)).find(|e| e.content.key == *key)
    }

    /// The newest live entry with exactly this value.
    pub(crate) fn newest_with_value(&self, value: &str) -> Option<&Arc<Entry>> {
        let candidates = self.values.newest_first(value).filter_map(|id| self.get(id));
        candidates.into_iter().find(|entry| entry.content.value.as_deref() == Some(value))
    }

    /// Entries and tombstones.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// A window of the live entries, newest first.
    pub(crate) fn page(&self, window: WindowRequest) -> Page {
        let per_page = window.per_page.clamp(1, domain::limits::PAGE_MAX_ENTRIES) as usize;
        let pages = self.live.len().div_ceil(per_page).max(1);
        let page = usize::try_from(window.page).unwrap_or(usize::MAX).clamp(1, pages);
        let rows = self.live.iter().rev().skip((page - 1) * per_page).take(per_page);
        Page {
            seq: self.seq,
            total: self.live.len() as u64,
            page: u32::try_from(page).unwrap_or(u32::MAX),
            pages: u32::try_from(pages).unwrap_or(u32::MAX),
            entries: rows.filter_map(|id| self.get(*id)).cloned().collect(),
        }
    }

    /// At most `limit` live entries with an id above `after`, by rising id.
    pub(crate) fn live_after(&self, after: EntryId, limit: usize) -> Vec<Arc<Entry>> {
        let from = self.live.partition_point(|id| *id <= after);
        self.live[from..].iter().take(limit).filter_map(|id| self.get(*id)).cloned().collect()
    }

    /// Tombstones since before a moment, by rising id.
    pub(crate) fn dead_before(&self, moment: Timestamp) -> Vec<Arc<Entry>> {
        let dead = |entry: &&Arc<Entry>| entry.state.dead_since().is_some_and(|since| since < moment);
        self.entries.iter().filter(dead).cloned().collect()
    }

    /// Ids and revisions of entries and tombstones, by rising id.
    pub(crate) fn revisions(&self) -> impl Iterator<Item = (EntryId, Seq)> {
        self.entries.iter().map(|entry| (entry.id, entry.revision))
    }

    fn place(&self, id: EntryId) -> Result<usize, usize> {
        self.entries.binary_search_by_key(&id, |entry| entry.id)
    }

    fn put(&mut self, entry: Arc<Entry>) {
        let id = entry.id;
        match self.place(id) {
            Ok(at) => {
                let old = std::mem::replace(&mut self.entries[at], Arc::clone(&entry));
                self.unlist(&old);
            }
            Err(at) => self.entries.insert(at, Arc::clone(&entry)),
        }
        self.keys.insert(entry.content.key.as_str(), id);
        if entry.state.is_live() {
            if let Err(at) = self.live.binary_search(&id) {
                self.live.insert(at, id);
            }
            if let Some(value) = &entry.content.value {
                self.values.insert(value, id);
            }
        }
    }

    fn unlist(&mut self, old: &Entry) {
        self.keys.remove(old.content.key.as_str(), old.id);
        if let Ok(at) = self.live.binary_search(&old.id) {
            self.live.remove(at);
        }
        if let Some(value) = &old.content.value {
            self.values.remove(value, old.id);
        }
    }
}

/// Ids under the hash of a text: 16 bytes each, whatever the text. The hasher has a random key, so that nobody can
/// prepare texts that collide.
#[derive(Default)]
struct IdsByHash {
    hasher: RandomState,
    ids: BTreeSet<(u64, EntryId)>,
}

impl IdsByHash {
    fn insert(&mut self, text: &str, id: EntryId) {
        self.ids.insert((self.hasher.hash_one(text), id));
    }

    fn remove(&mut self, text: &str, id: EntryId) {
        self.ids.remove(&(self.hasher.hash_one(text), id));
    }

    /// Ids whose text may be this one, highest first.
    fn newest_first(&self, text: &str) -> impl Iterator<Item = EntryId> {
        let hash = self.hasher.hash_one(text);
        self.ids.range((hash, 0)..=(hash, EntryId::MAX)).rev().map(|(_, id)| *id)
    }
}
