//! The read model of a space in memory: pages, entries, and look-ups by key or value, none of them a scan; and
//! searches, which scan the texts of all. Pure: built from a snapshot, kept current by changes. Not here: concurrent access
//! (`view`).

mod id_set;
mod ids_by_hash;
pub(crate) mod loading;
mod orders;
mod store;
mod texts;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use domain::{
    Applied, Change, Entry, EntryId, Key, Kind, LabelName, Name, Seq, Sha256, Sort, SortBy, State, Timestamp,
};

use self::id_set::IdSet;
use self::ids_by_hash::IdsByHash;
use self::orders::{Moves, Orders, Sorted, Value};
use self::store::{Store, Stored};
use self::texts::{TextAt, Texts};
use crate::space::labels::{Labels, most_frequent};
use crate::space::photos::Photos;
use crate::space::search_text::search_text;
use crate::space::window::{Cursor, CursorValue, Filter, Jobs, Page, Slice, WindowRequest};

/// A space's entries and tombstones at one seq.
#[derive(Default)]
pub(crate) struct Index {
    seq: Seq,
    /// In ascending order of id. A sorted vector, because new entries are appended, and other insertions are rare.
    entries: Vec<Held>,
    /// The entries themselves.
    store: Store,
    /// Ids of live entries, ascending: a page is a slice of its end.
    live: Vec<EntryId>,
    /// Every entry and tombstone by its key.
    keys: IdsByHash,
    /// Live entries by each of their values.
    values: IdsByHash,
    /// Live entries by each of their labels.
    labels: Labels,
    /// Ids of live entries by their kind, ascending.
    kinds: HashMap<Kind, Vec<EntryId>>,
    /// Live entries by their name, where names are those of files: in the space of a device.
    names: Option<IdsByHash>,
    /// Live entries by the digest of their bytes.
    digests: IdsByHash,
    /// Live photos.
    photos: Photos,
    /// Tombstones, the earliest removal first.
    dead: BTreeSet<(Timestamp, EntryId)>,
    /// What is searched for in live entries.
    texts: Texts,
    /// Live entries in other orders.
    orders: Orders,
}

/// An entry or tombstone.
struct Held {
    id: EntryId,
    stored: Stored,
    /// Where its text is, if it is live.
    text: Option<TextAt>,
}

impl Index {
    /// The seq of its last change.
    pub(crate) fn seq(&self) -> Seq {
        self.seq
    }

    /// Applies the next change; an already seen one is ignored, one too far ahead is refused.
    pub(crate) fn apply(&mut self, change: &Change) -> Applied {
        if change.seq <= self.seq {
            return Applied::Ignored;
        }
        if change.seq != self.seq + 1 {
            return Applied::Gap;
        }
        self.seq = change.seq;
        self.put(&change.entry);
        Applied::Taken
    }

    /// Removes purged tombstones.
    pub(crate) fn forget(&mut self, purged: &[EntryId]) {
        for id in purged {
            let Ok(at) = self.place(*id) else { continue };
            if self.entries[at].text.is_none() {
                let Held { id, stored, .. } = self.entries.remove(at);
                let entry = self.store.get(id, &stored);
                self.store.remove(&stored);
                self.keys.remove(entry.content.key.as_str(), entry.id);
                self.unlist_dead(&entry);
            }
        }
    }

    /// An entry or tombstone.
    pub(crate) fn get(&self, id: EntryId) -> Option<Arc<Entry>> {
        self.place(id).ok().map(|at| self.store.get(id, &self.entries[at].stored))
    }

    /// The entry or tombstone with this key.
    pub(crate) fn with_key(&self, key: &Key) -> Option<Arc<Entry>> {
        self.keys.newest_first(key.as_str()).filter_map(|id| self.get(id)).find(|e| e.content.key == *key)
    }

    /// The newest live entry that holds exactly this value, perhaps beside others.
    pub(crate) fn newest_with_value(&self, value: &str) -> Option<Arc<Entry>> {
        let mut candidates = self.values.newest_first(value).filter_map(|id| self.get(id));
        candidates.find(|entry| entry.content.values().iter().any(|known| known == value))
    }

    /// The live entries with exactly these bytes, newest first.
    pub(crate) fn live_with_digest(&self, digest: &Sha256) -> impl Iterator<Item = Arc<Entry>> {
        let candidates = self.digests.newest_first(digest).filter_map(|id| self.get(id));
        candidates.filter(|entry| entry.content.sha256 == Some(*digest))
    }

    /// The live entries with this name, newest first; none but in the space of a device.
    pub(crate) fn live_with_name(&self, name: &Name) -> impl Iterator<Item = Arc<Entry>> {
        let names = self.names.iter().flat_map(|names| names.newest_first(name.as_str()));
        names.filter_map(|id| self.get(id)).filter(move |entry| entry.content.name == *name)
    }

    /// The live entries that pass a filter, in its order, after a cursor: at most `limit`. Without a search and in the
    /// order of numbers it takes as long as the rarest of its labels has entries, or as the slice is long.
    pub(crate) fn browse(&self, filter: &Filter, after: Option<&Cursor>, limit: usize) -> Slice {
        let passing = self.passing(filter);
        let ordered = self.ordered(&passing, filter.sort, after);
        let mut ids: Vec<EntryId> = ordered.take(limit.saturating_add(1)).collect();
        let goes_on = ids.len() > limit;
        ids.truncate(limit);
        let last = ids.last().filter(|_| goes_on).and_then(|id| self.get(*id));
        Slice {
            seq: self.seq,
            total: passing.len() as u64,
            entries: ids.iter().filter_map(|id| self.get(*id)).collect(),
            next: last.map(|last| self.cursor(&last, filter.sort.by)),
        }
    }

    /// A window of the live entries that pass a filter, in its order.
    pub(crate) fn find(&self, filter: &Filter, window: WindowRequest) -> Page {
        let passing = self.passing(filter);
        self.window(&passing, filter.sort, window)
    }

    /// A window of the live entries, newest first.
    pub(crate) fn page(&self, window: WindowRequest) -> Page {
        self.window(&self.live, Sort::default(), window)
    }

    /// Ids of the live entries that pass a filter, in ascending order.
    fn passing(&self, filter: &Filter) -> Cow<'_, [EntryId]> {
        let labelled = self.labels.with_all(&filter.labels);
        let mut ids = match (filter.words.is_empty(), labelled) {
            (true, None) => {
                return Cow::Borrowed(match filter.kind {
                    Some(kind) => self.kinds.get(&kind).map(Vec::as_slice).unwrap_or_default(),
                    None => &self.live,
                });
            }
            (true, Some(labelled)) => labelled,
            (false, None) => self.texts.find(&filter.words),
            (false, Some(labelled)) => {
                let mut found = self.texts.find(&filter.words);
                retain_those_in(&mut found, &labelled);
                found
            }
        };
        if let Some(kind) = filter.kind {
            retain_those_in(&mut ids, self.kinds.get(&kind).map(Vec::as_slice).unwrap_or_default());
        }
        Cow::Owned(ids)
    }

    /// These ids, which rise, in an order, after a cursor.
    fn ordered<'a>(
        &'a self,
        ids: &'a [EntryId],
        sort: Sort,
        after: Option<&Cursor>,
    ) -> Box<dyn Iterator<Item = EntryId> + 'a> {
        let title = |id| title(&self.entries, &self.texts, id);
        match (sort.by, sort.is_descending) {
            (SortBy::Number, true) => {
                let end = after.map_or(ids.len(), |after| ids.partition_point(|id| *id < after.id));
                Box::new(ids[..end].iter().rev().copied())
            }
            (SortBy::Number, false) => {
                let begin = after.map_or(0, |after| ids.partition_point(|id| *id <= after.id));
                Box::new(ids[begin..].iter().copied())
            }
            (by, is_descending) => {
                let before = |after: &Cursor, including| {
                    let value = match &after.value {
                        CursorValue::Title(title) => Value::Title(title.as_bytes()),
                        CursorValue::Number(number) => Value::Number(*number),
                        CursorValue::Id => Value::Number(after.id),
                    };
                    self.orders.places_before(by, value, after.id, including, title)
                };
                let places = if is_descending {
                    0..after.map_or(self.orders.len(), |after| before(after, false))
                } else {
                    after.map_or(0, |after| before(after, true))..self.orders.len()
                };
                // Everything is in it.
                let wanted = (ids.len() < self.orders.len()).then(|| IdSet::of(ids));
                let at = move |place| self.orders.at(by, place);
                let is_wanted = move |id: &EntryId| wanted.as_ref().is_none_or(|wanted| wanted.has(*id));
                if is_descending {
                    Box::new(places.rev().filter_map(at).filter(is_wanted))
                } else {
                    Box::new(places.filter_map(at).filter(is_wanted))
                }
            }
        }
    }

    /// Where an entry is in an order.
    fn cursor(&self, entry: &Entry, by: SortBy) -> Cursor {
        let value = match by {
            SortBy::Number => CursorValue::Id,
            SortBy::Name => {
                let title = title(&self.entries, &self.texts, entry.id);
                CursorValue::Title(String::from_utf8_lossy(title).into_owned())
            }
            SortBy::Time => CursorValue::Number(entry.content.created_at.unix_ms()),
            SortBy::Size => CursorValue::Number(entry.content.size_bytes),
        };
        Cursor { value, id: entry.id }
    }

    /// The live photos that are not done: at most `most_working` of those that run or wait, and `most_failed`.
    pub(crate) fn jobs(&self, most_working: usize, most_failed: usize) -> Jobs {
        self.photos.jobs(most_working, most_failed, |id| self.get(id))
    }

    /// Ids of the live photos that are neither done nor failed, in ascending order.
    pub(crate) fn unfinished(&self) -> impl Iterator<Item = Arc<Entry>> {
        self.photos.unfinished().filter_map(|id| self.get(id))
    }

    /// The live photos that look like this one, the most alike first, then the newest; at most `most`.
    pub(crate) fn similar(&self, id: EntryId, most: usize) -> Vec<Arc<Entry>> {
        self.photos.similar(id).take(most).filter_map(|id| self.get(id)).collect()
    }

    /// Entries and tombstones.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The labels of live entries, each with how many have it: the most frequent first, then by name; at most `most`.
    pub(crate) fn labels(&self, most: usize) -> Vec<(LabelName, u64)> {
        self.labels.most_frequent(most)
    }

    /// The labels of the live entries that have all of these, each with how many of them have it; without these. Takes as
    /// long as there are such entries.
    pub(crate) fn labels_beside(&self, labels: &[LabelName], most: usize) -> Vec<(LabelName, u64)> {
        let ids = self.labels.with_all(labels).unwrap_or_default();
        let entries: Vec<_> = ids.iter().filter_map(|id| self.get(*id)).collect();
        let names = entries.iter().flat_map(|entry| entry.content.all_labels()).map(|label| &label.name);
        most_frequent(names.filter(|name| !labels.contains(name)), most)
    }

    /// Whether some live entry is a photo.
    pub(crate) fn has_photos(&self) -> bool {
        !self.photos.is_empty()
    }

    /// The live photos, in ascending order of id.
    pub(crate) fn photos(&self) -> impl Iterator<Item = Arc<Entry>> {
        self.kinds.get(&Kind::Photo).into_iter().flatten().filter_map(|id| self.get(*id))
    }

    /// A window of these, whose ids rise, in an order.
    fn window(&self, ids: &[EntryId], sort: Sort, window: WindowRequest) -> Page {
        self.window_of(ids.len(), self.ordered(ids, sort, None), window)
    }

    /// A window of so many ids.
    fn window_of(&self, total: usize, ids: impl Iterator<Item = EntryId>, window: WindowRequest) -> Page {
        let per_page = window.per_page.clamp(1, domain::limits::PAGE_MAX_ENTRIES) as usize;
        let pages = total.div_ceil(per_page).max(1);
        let page = usize::try_from(window.page).unwrap_or(usize::MAX).clamp(1, pages);
        let rows = ids.skip((page - 1) * per_page).take(per_page);
        Page {
            seq: self.seq,
            total: total as u64,
            page: u32::try_from(page).unwrap_or(u32::MAX),
            pages: u32::try_from(pages).unwrap_or(u32::MAX),
            entries: rows.filter_map(|id| self.get(id)).collect(),
        }
    }

    /// At most `limit` live entries with an id above `after`, in ascending order.
    pub(crate) fn live_after(&self, after: EntryId, limit: usize) -> Vec<Arc<Entry>> {
        let from = self.live.partition_point(|id| *id <= after);
        self.live[from..].iter().take(limit).filter_map(|id| self.get(*id)).collect()
    }

    /// Tombstones older than a moment, the oldest first.
    pub(crate) fn dead_before(&self, moment: Timestamp) -> Vec<Arc<Entry>> {
        self.dead.range(..(moment, 0)).filter_map(|(_, id)| self.get(*id)).collect()
    }

    /// A window of the tombstones that are not older than a moment, those that were removed last first.
    pub(crate) fn dead_since(&self, moment: Timestamp, window: WindowRequest) -> Page {
        let dead: Vec<EntryId> = self.dead.range((moment, 0)..).rev().map(|(_, id)| *id).collect();
        self.window_of(dead.len(), dead.into_iter(), window)
    }

    /// What a person has removed since a moment, the oldest first.
    pub(crate) fn removed_since(&self, moment: Timestamp) -> Vec<EntryId> {
        let is_removed =
            |id: &EntryId| self.get(*id).is_some_and(|entry| matches!(entry.state, State::Removed { .. }));
        self.dead.range((moment, 0)..).map(|(_, id)| *id).filter(is_removed).collect()
    }

    /// Ids and revisions of entries and tombstones, in ascending order of id.
    pub(crate) fn revisions(&self) -> impl Iterator<Item = (EntryId, Seq)> {
        self.entries.iter().map(|held| (held.id, self.store.revision(&held.stored)))
    }

    fn place(&self, id: EntryId) -> Result<usize, usize> {
        place(&self.entries, id)
    }

    fn put(&mut self, entry: &Entry) {
        let text = text_of(entry);
        let old = self.get(entry.id);
        let old_text = self.place(entry.id).ok().and_then(|at| self.entries[at].text);
        let has_same_text = match (old_text, &text) {
            (Some(at), Some(text)) => self.texts.is(at, text),
            (None, None) => true,
            _ => false,
        };
        let moves = match (&old, old_text, &text) {
            (Some(old), Some(at), Some(text)) => {
                let (before, now) = (&old.content, &entry.content);
                Moves {
                    title: Some(self.texts.first_line(at)) != text.lines().next().map(str::as_bytes),
                    time: before.created_at != now.created_at,
                    size: before.size_bytes != now.size_bytes,
                }
            }
            _ => Moves::ALL,
        };
        let (entries, texts) = (&self.entries, &self.texts);
        if let Some(old) = old.filter(|_| old_text.is_some()) {
            self.orders.remove(old.id, Sorted::of(&old), moves, |id| title(entries, texts, id));
        }
        let at = self.replace(entry);
        if !has_same_text {
            self.set_text(at, text);
        }
        let (entries, texts) = (&self.entries, &self.texts);
        if entries[at].text.is_some() {
            self.orders.insert(entry.id, Sorted::of(entry), moves, |id| title(entries, texts, id));
        }
        if self.store.is_sparse() {
            self.store.compact(self.entries.iter_mut().map(|held| &mut held.stored));
        }
        if self.texts.is_sparse() {
            let entries = &mut self.entries;
            self.texts.compact(|id, text| {
                if let Ok(at) = place(entries, id) {
                    entries[at].text = Some(text);
                }
            });
        }
    }

    /// Puts an entry in the place of its older state, whose text it still has. Returns the place.
    fn replace(&mut self, entry: &Entry) -> usize {
        let stored = self.store.push(entry);
        let at = match self.place(entry.id) {
            Ok(at) => {
                let old = std::mem::replace(&mut self.entries[at].stored, stored);
                self.unlist(&self.store.get(entry.id, &old));
                self.store.remove(&old);
                at
            }
            Err(at) => {
                self.entries.insert(at, Held { id: entry.id, stored, text: None });
                at
            }
        };
        self.list(entry);
        at
    }

    /// Gives the entry at a place this text.
    fn set_text(&mut self, at: usize, text: Option<String>) {
        let held = &mut self.entries[at];
        if let Some(old) = held.text.take() {
            self.texts.remove(old);
        }
        held.text = text.map(|text| self.texts.push(held.id, &text));
    }

    fn list(&mut self, entry: &Entry) {
        self.keys.insert(entry.content.key.as_str(), entry.id);
        if let Some(since) = entry.state.dead_since() {
            self.dead.insert((since, entry.id));
            return;
        }
        insert(&mut self.live, entry.id);
        insert(self.kinds.entry(entry.content.body.kind()).or_default(), entry.id);
        if let Some(names) = &mut self.names {
            names.insert(entry.content.name.as_str(), entry.id);
        }
        for value in entry.content.values() {
            self.values.insert(value, entry.id);
        }
        for label in entry.content.all_labels() {
            self.labels.insert(&label.name, entry.id);
        }
        if let Some(digest) = &entry.content.sha256 {
            self.digests.insert(digest, entry.id);
        }
        if let Some(photo) = entry.content.photo() {
            self.photos.insert(entry.id, photo);
        }
    }

    fn unlist_dead(&mut self, old: &Entry) {
        if let Some(since) = old.state.dead_since() {
            self.dead.remove(&(since, old.id));
        }
    }

    fn unlist(&mut self, old: &Entry) {
        self.keys.remove(old.content.key.as_str(), old.id);
        self.unlist_dead(old);
        remove(&mut self.live, old.id);
        if let Some(ids) = self.kinds.get_mut(&old.content.body.kind()) {
            remove(ids, old.id);
        }
        if let Some(names) = &mut self.names {
            names.remove(old.content.name.as_str(), old.id);
        }
        for value in old.content.values() {
            self.values.remove(value, old.id);
        }
        for label in old.content.all_labels() {
            self.labels.remove(&label.name, old.id);
        }
        if let Some(digest) = &old.content.sha256 {
            self.digests.remove(digest, old.id);
        }
        // As `list` has inserted it.
        if old.state.is_live() && old.content.photo().is_some() {
            self.photos.remove(old.id);
        }
    }
}

fn place(entries: &[Held], id: EntryId) -> Result<usize, usize> {
    if entries.last().is_none_or(|last| last.id < id) {
        return Err(entries.len());
    }
    entries.binary_search_by_key(&id, |held| held.id)
}

/// What an entry is searched for, while it is live.
fn text_of(entry: &Entry) -> Option<String> {
    entry.state.is_live().then(|| search_text(entry))
}

/// What an entry is sorted by as its name; empty for tombstones.
fn title<'a>(entries: &'a [Held], texts: &'a Texts, id: EntryId) -> &'a [u8] {
    let text = place(entries, id).ok().and_then(|at| entries[at].text);
    text.map(|text| texts.first_line(text)).unwrap_or_default()
}

/// Adds an id to those in ascending order.
fn insert(ids: &mut Vec<EntryId>, id: EntryId) {
    if let Err(at) = ids.binary_search(&id) {
        ids.insert(at, id);
    }
}

/// Removes an id from those in ascending order.
fn remove(ids: &mut Vec<EntryId>, id: EntryId) {
    if let Ok(at) = ids.binary_search(&id) {
        ids.remove(at);
    }
}

/// Keeps of these ids those that are in others; both rise.
fn retain_those_in(ids: &mut Vec<EntryId>, others: &[EntryId]) {
    let mut others = others.iter().copied().peekable();
    ids.retain(|id| {
        while others.next_if(|other| other < id).is_some() {}
        others.peek() == Some(id)
    });
}

#[cfg(test)]
mod tests;
