//! Replays a change log and compares its result with the entries: what `check` examines and an import must reject.
//! Not here: whether the log has gaps.

use std::borrow::Borrow;
use std::collections::{HashMap, HashSet};

use domain::{Change, ChangeKind, Entry, EntryId};

use crate::catalog::Counters;

/// The state after the changes so far.
pub(crate) struct LogVerifier<F> {
    /// Finds the final state of an entry or tombstone.
    entry: F,
    /// Whether each entry seen so far was live after its last change.
    live: HashMap<EntryId, bool>,
    /// Entries whose last change has been seen.
    ended: HashSet<EntryId>,
    /// The first and the last assigned id.
    added: Option<(EntryId, EntryId)>,
}

impl<E: Borrow<Entry>, F: Fn(EntryId) -> Option<E>> LogVerifier<F> {
    pub(crate) fn new(entry: F) -> Self {
        Self { entry, live: HashMap::new(), ended: HashSet::new(), added: None }
    }

    /// Whether a change can come next, and equals the final entry if it is the entry's last.
    pub(crate) fn accepts(&mut self, change: &Change) -> bool {
        let Change { seq, kind, entry } = change;
        let is_live = entry.state.is_live();
        let was_live = self.live.insert(entry.id, is_live);
        let follows = match kind {
            ChangeKind::Added => was_live.is_none() && is_live && self.is_next(entry.id),
            ChangeKind::Updated => was_live != Some(false) && is_live,
            ChangeKind::Removed => was_live != Some(false) && !is_live,
            ChangeKind::Restored => was_live != Some(true) && is_live,
        };
        let agrees = (self.entry)(entry.id).is_none_or(|now| {
            let now = now.borrow();
            if *seq == now.revision {
                self.ended.insert(now.id);
            }
            *seq < now.revision || (*seq == now.revision && *entry == *now)
        });
        follows && agrees && entry.revision == *seq
    }

    /// Ids are assigned one after another.
    fn is_next(&mut self, id: EntryId) -> bool {
        let (first, is_next) = self.added.map_or((id, true), |(first, last)| (first, id == last + 1));
        self.added = Some((first, id));
        is_next
    }

    /// Whether a log that starts after the floor can end with these counters: the ids that it does not mention were
    /// assigned before it.
    pub(crate) fn matches_counters(&self, counters: Counters) -> bool {
        let Counters { last_id, floor, .. } = counters;
        self.added.map_or(last_id <= floor, |(first, last)| last == last_id && first <= floor + 1)
    }

    /// Whether the entry's last change has been seen.
    pub(crate) fn is_at_its_last_change(&self, id: EntryId) -> bool {
        self.ended.contains(&id)
    }

    /// Entries that the log leaves live but that do not exist: only tombstones are purged.
    pub(crate) fn missing_live_entries(&self) -> impl Iterator<Item = EntryId> {
        self.live.iter().filter(|(id, live)| **live && (self.entry)(**id).is_none()).map(|(id, _)| *id)
    }
}
