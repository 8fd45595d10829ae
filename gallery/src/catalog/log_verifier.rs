//! The story that a change log tells, held against the entries that it must end in: what `check` examines and what an
//! import must not let in. Not here: whether the log has gaps.

use std::collections::{HashMap, HashSet};

use domain::{Change, ChangeKind, Entry, EntryId};

use crate::catalog::Counters;

/// What a log has told so far.
pub(crate) struct LogVerifier<'a, F: Fn(EntryId) -> Option<&'a Entry>> {
    /// An entry or tombstone as it is at the end.
    entry: F,
    /// Whether each entry met so far was live after its last change.
    live: HashMap<EntryId, bool>,
    /// Entries whose last change has been met.
    ended: HashSet<EntryId>,
    /// The first and the last id that was given out.
    added: Option<(EntryId, EntryId)>,
}

impl<'a, F: Fn(EntryId) -> Option<&'a Entry>> LogVerifier<'a, F> {
    pub(crate) fn new(entry: F) -> Self {
        Self { entry, live: HashMap::new(), ended: HashSet::new(), added: None }
    }

    /// Whether a change can come next, and says what its entry says if it is the entry's last.
    pub(crate) fn goes_on_with(&mut self, change: &Change) -> bool {
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
            if *seq == now.revision {
                self.ended.insert(now.id);
            }
            *seq < now.revision || (*seq == now.revision && *entry == *now)
        });
        follows && agrees && entry.revision == *seq
    }

    /// Ids are given out one after the other.
    fn is_next(&mut self, id: EntryId) -> bool {
        let (first, is_next) = self.added.map_or((id, true), |(first, last)| (first, id == last + 1));
        self.added = Some((first, id));
        is_next
    }

    /// Whether a story that began after the floor can end with these counters: the ids that it did not tell of were given
    /// out before it.
    pub(crate) fn fits(&self, counters: Counters) -> bool {
        let Counters { last_id, floor, .. } = counters;
        self.added.map_or(last_id <= floor, |(first, last)| last == last_id && first <= floor + 1)
    }

    /// Whether the entry's last change has been told.
    pub(crate) fn has_ended(&self, id: EntryId) -> bool {
        self.ended.contains(&id)
    }

    /// Entries that the story leaves live and that are not there: only tombstones are purged.
    pub(crate) fn lost(&self) -> impl Iterator<Item = EntryId> {
        self.live.iter().filter(|(id, live)| **live && (self.entry)(**id).is_none()).map(|(id, _)| *id)
    }
}
