//! The read model of a space in memory: pages, entries, and look-ups by key or value, none of them a scan. Pure:
//! built from a snapshot, kept current by changes. Not here: concurrent access (`view`), search and sort.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::Arc;

use domain::{Applied, Change, Entry, EntryId, Key, Kind, LabelName, Name, Seq, Sha256, Space, Timestamp};

use crate::catalog::Snapshot;
use crate::space::labels::{Labels, most_frequent};
use crate::space::photos::Photos;
use crate::space::window::{Filter, Jobs, Page, Slice, WindowRequest};

/// A space's entries and tombstones at one seq.
#[derive(Default)]
pub(crate) struct Index {
    seq: Seq,
    /// In ascending order of id. A sorted vector, because new entries are appended, and other insertions are rare.
    entries: Vec<Arc<Entry>>,
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
}

impl Index {
    pub(crate) fn new(space: &Space, snapshot: Snapshot) -> Self {
        let names = space.is_of_device().then(IdsByHash::default);
        let mut index = Self { seq: snapshot.seq, names, ..Self::default() };
        index.entries.reserve_exact(snapshot.entries.len());
        for entry in snapshot.entries {
            index.put(entry);
        }
        index
    }

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
        self.put(change.entry.clone());
        Applied::Taken
    }

    /// Removes purged tombstones.
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

    /// The entry or tombstone with this key.
    pub(crate) fn with_key(&self, key: &Key) -> Option<&Arc<Entry>> {
        self.keys.newest_first(key.as_str()).filter_map(|id| self.get(id)).find(|e| e.content.key == *key)
    }

    /// The newest live entry that holds exactly this value, perhaps beside others.
    pub(crate) fn newest_with_value(&self, value: &str) -> Option<&Arc<Entry>> {
        let candidates = self.values.newest_first(value).filter_map(|id| self.get(id));
        candidates.into_iter().find(|entry| entry.content.values().iter().any(|known| known == value))
    }

    /// The live entries with exactly these bytes, newest first.
    pub(crate) fn live_with_digest(&self, digest: &Sha256) -> impl Iterator<Item = &Arc<Entry>> {
        let candidates = self.digests.newest_first(digest).filter_map(|id| self.get(id));
        candidates.filter(|entry| entry.content.sha256 == Some(*digest))
    }

    /// The live entries with this name, newest first; none but in the space of a device.
    pub(crate) fn live_with_name(&self, name: &Name) -> impl Iterator<Item = &Arc<Entry>> {
        let names = self.names.iter().flat_map(|names| names.newest_first(name.as_str()));
        names.filter_map(|id| self.get(id)).filter(move |entry| entry.content.name == *name)
    }

    /// The newest live entries below `before` that pass a filter, at most `limit`. Takes as long as the rarest of its
    /// labels has entries; without labels, as the slice is long.
    pub(crate) fn browse(&self, filter: &Filter, before: Option<EntryId>, limit: usize) -> Slice {
        let mut labelled = self.labels.with_all(&filter.labels);
        let ids: &[EntryId] = match (&mut labelled, filter.kind) {
            (Some(ids), kind) => {
                let is_of_kind = |id: &EntryId| {
                    kind.is_none_or(|kind| {
                        self.get(*id).is_some_and(|entry| entry.content.body.kind() == kind)
                    })
                };
                ids.retain(is_of_kind);
                ids
            }
            (None, Some(kind)) => self.kinds.get(&kind).map(Vec::as_slice).unwrap_or_default(),
            (None, None) => &self.live,
        };
        let end = before.map_or(ids.len(), |before| ids.partition_point(|id| *id < before));
        let begin = end.saturating_sub(limit);
        Slice {
            seq: self.seq,
            total: ids.len() as u64,
            entries: ids[begin..end].iter().rev().filter_map(|id| self.get(*id)).cloned().collect(),
            next: if begin > 0 { ids.get(begin).copied() } else { None },
        }
    }

    /// The live photos that are not done: at most `most_working` of those that run or wait, and `most_failed`.
    pub(crate) fn jobs(&self, most_working: usize, most_failed: usize) -> Jobs {
        self.photos.jobs(most_working, most_failed, |id| self.get(id).cloned())
    }

    /// Ids of the live photos that are neither done nor failed, in ascending order.
    pub(crate) fn unfinished(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.photos.unfinished().filter_map(|id| self.get(id))
    }

    /// The live photos that look like this one, the most alike first, then the newest; at most `most`.
    pub(crate) fn similar(&self, id: EntryId, most: usize) -> Vec<Arc<Entry>> {
        self.photos.similar(id).take(most).filter_map(|id| self.get(id)).cloned().collect()
    }

    /// Entries and tombstones.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// A window of the live entries, newest first.
    pub(crate) fn page(&self, window: WindowRequest) -> Page {
        self.window(&self.live, window)
    }

    /// A window of the live entries that have all of these labels, newest first.
    pub(crate) fn labelled(&self, labels: &[LabelName], window: WindowRequest) -> Page {
        match self.labels.with_all(labels) {
            Some(ids) => self.window(&ids, window),
            None => self.page(window),
        }
    }

    /// The labels of live entries, each with how many have it: the most frequent first, then by name; at most `most`.
    pub(crate) fn labels(&self, most: usize) -> Vec<(LabelName, u64)> {
        self.labels.most_frequent(most)
    }

    /// The labels of the live entries that have all of these, each with how many of them have it; without these. Takes as
    /// long as there are such entries.
    pub(crate) fn labels_beside(&self, labels: &[LabelName], most: usize) -> Vec<(LabelName, u64)> {
        let ids = self.labels.with_all(labels).unwrap_or_default();
        let entries = ids.iter().filter_map(|id| self.get(*id));
        let names = entries.flat_map(|entry| entry.content.all_labels()).map(|label| &label.name);
        most_frequent(names.filter(|name| !labels.contains(name)), most)
    }

    /// Whether some live entry is a photo.
    pub(crate) fn has_photos(&self) -> bool {
        !self.photos.is_empty()
    }

    /// The live photos, in ascending order of id.
    pub(crate) fn photos(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.live.iter().filter_map(|id| self.get(*id)).filter(|entry| entry.content.photo().is_some())
    }

    /// A window of these, whose ids rise.
    fn window(&self, ids: &[EntryId], window: WindowRequest) -> Page {
        let per_page = window.per_page.clamp(1, domain::limits::PAGE_MAX_ENTRIES) as usize;
        let pages = ids.len().div_ceil(per_page).max(1);
        let page = usize::try_from(window.page).unwrap_or(usize::MAX).clamp(1, pages);
        let rows = ids.iter().rev().skip((page - 1) * per_page).take(per_page);
        Page {
            seq: self.seq,
            total: ids.len() as u64,
            page: u32::try_from(page).unwrap_or(u32::MAX),
            pages: u32::try_from(pages).unwrap_or(u32::MAX),
            entries: rows.filter_map(|id| self.get(*id)).cloned().collect(),
        }
    }

    /// At most `limit` live entries with an id above `after`, in ascending order.
    pub(crate) fn live_after(&self, after: EntryId, limit: usize) -> Vec<Arc<Entry>> {
        let from = self.live.partition_point(|id| *id <= after);
        self.live[from..].iter().take(limit).filter_map(|id| self.get(*id)).cloned().collect()
    }

    /// Tombstones older than a moment, in ascending order of id.
    pub(crate) fn dead_before(&self, moment: Timestamp) -> Vec<Arc<Entry>> {
        let dead = |entry: &&Arc<Entry>| entry.state.dead_since().is_some_and(|since| since < moment);
        self.entries.iter().filter(dead).cloned().collect()
    }

    /// Ids and revisions of entries and tombstones, in ascending order of id.
    pub(crate) fn revisions(&self) -> impl Iterator<Item = (EntryId, Seq)> {
        self.entries.iter().map(|entry| (entry.id, entry.revision))
    }

    fn place(&self, id: EntryId) -> Result<usize, usize> {
        self.entries.binary_search_by_key(&id, |entry| entry.id)
    }

    fn put(&mut self, entry: Entry) {
        let entry = Arc::new(entry);
        match self.place(entry.id) {
            Ok(at) => {
                let old = std::mem::replace(&mut self.entries[at], Arc::clone(&entry));
                self.unlist(&old);
            }
            Err(at) => self.entries.insert(at, Arc::clone(&entry)),
        }
        self.list(&entry);
    }

    fn list(&mut self, entry: &Entry) {
        self.keys.insert(entry.content.key.as_str(), entry.id);
        if !entry.state.is_live() {
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

    fn unlist(&mut self, old: &Entry) {
        self.keys.remove(old.content.key.as_str(), old.id);
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

/// Ids by the hash of a value: 16 bytes each, whatever the value. The hasher has a random key, so that nobody can
/// prepare colliding values.
#[derive(Default)]
struct IdsByHash {
    hasher: RandomState,
    ids: BTreeSet<(u64, EntryId)>,
}

impl IdsByHash {
    fn insert(&mut self, value: impl Hash, id: EntryId) {
        self.ids.insert((self.hasher.hash_one(value), id));
    }

    fn remove(&mut self, value: impl Hash, id: EntryId) {
        self.ids.remove(&(self.hasher.hash_one(value), id));
    }

    /// Ids whose value may be this one, highest first.
    fn newest_first(&self, value: impl Hash) -> impl Iterator<Item = EntryId> {
        let hash = self.hasher.hash_one(value);
        self.ids.range((hash, 0)..=(hash, EntryId::MAX)).rev().map(|(_, id)| *id)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use domain::{Body, ChangeKind, State};
    use proptest::prelude::*;

    use super::*;
    use crate::testing::content;

    fn entry(id: EntryId, revision: Seq, key: &str, value: &str) -> Entry {
        Entry { id, revision, state: State::Live, content: content(key, value) }
    }

    /// The answers of an index, in every way that it can be queried.
    fn described(index: &Index, entries: &[Entry]) -> String {
        let pages = (1..=9).map(|page| index.page(WindowRequest { page, per_page: 3 }).entries);
        let by_key = entries.iter().map(|e| index.with_key(&e.content.key));
        let by_value = ["", "a", "b", "c"].map(|value| index.newest_with_value(value));
        let (by_key, pages) = (by_key.collect::<Vec<_>>(), pages.collect::<Vec<_>>());
        format!("{} {pages:?} {by_key:?} {by_value:?} {:?}", index.seq(), index.live_after(2, 5))
    }

    proptest! {
        /// However it reached its state, change by change or from a snapshot, it answers the same, and pages and
        /// values equal those of a scan.
        #[test]
        fn updated_index_equals_a_fresh_one(steps in prop::collection::vec((0..4u8, any::<prop::sample::Index>(), 0..4usize), 1..80)) {
            let mut truth: Vec<Entry> = Vec::new();
            let mut index = Index::default();
            for (seq, (step, which, value)) in (1..).zip(steps) {
                let value = ["", "a", "b", "c"][value];
                let kind = if truth.is_empty() || step == 0 {
                    let id = truth.len() as EntryId + 1;
                    truth.push(entry(id, seq, &format!("main/{id}"), value));
                    ChangeKind::Added
                } else {
                    let at = which.index(truth.len());
                    let entry = &mut truth[at];
                    entry.revision = seq;
                    let was_live = entry.state.is_live();
                    let at = Timestamp::from_unix_ms(seq);
                    entry.state = if was_live && step == 1 { State::Removed { at } } else { State::Live };
                    if step == 2 {
                        let values = [value, "c"].map(str::to_owned);
                        entry.content.body = Body::file_with(values.into_iter().filter(|value| !value.is_empty()));
                    }
                    if entry.state.is_live() { ChangeKind::Restored } else { ChangeKind::Removed }
                };
                let changed = truth.iter().find(|e| e.revision == seq).unwrap().clone();
                let change = Change { seq, kind, entry: changed };
                prop_assert_eq!(index.apply(&change), Applied::Taken);
                prop_assert_eq!(index.apply(&change), Applied::Ignored);
                prop_assert_eq!(index.apply(&Change { seq: seq + 2, ..change }), Applied::Gap);
            }
            let fresh = Index::new(&Space::main(), Snapshot { seq: index.seq(), entries: truth.clone() });
            prop_assert_eq!(described(&index, &truth), described(&fresh, &truth));
            let live = || truth.iter().rev().filter(|e| e.state.is_live());
            let page: Vec<_> = live().skip(3).take(3).map(|e| e.id).collect();
            let window = index.page(WindowRequest { page: 2, per_page: 3 });
            if live().count() > 3 {
                prop_assert_eq!(window.entries.iter().map(|e| e.id).collect::<Vec<_>>(), page);
            }
            prop_assert_eq!(window.total, live().count() as u64);
            let newest = live().find(|e| e.content.values().iter().any(|value| value == "b"));
            prop_assert_eq!(index.newest_with_value("b").map(|e| e.id), newest.map(|e| e.id));
        }
    }

    #[test]
    fn filter_and_cursor_select_a_slice() {
        let mut entries: Vec<Entry> = (1..=6).map(|id| entry(id, id, &format!("main/{id}"), "a")).collect();
        for id in [2, 3, 5] {
            entries[id - 1].content.body = Body::plain_file();
        }
        entries[4].content.labels = domain::Label::parse_list("x").unwrap();
        entries[5].content.labels = domain::Label::parse_list("x").unwrap();
        let mut index = Index::new(&Space::main(), Snapshot { seq: 6, entries });
        let browse = |index: &Index, kind, labels: &[&str], before, limit| {
            let labels = labels.iter().map(|label| label.parse().unwrap()).collect();
            let Slice { total, entries, next, .. } = index.browse(&Filter { kind, labels }, before, limit);
            (total, entries.iter().map(|entry| entry.id).collect::<Vec<_>>(), next)
        };
        assert_eq!(browse(&index, None, &[], None, 4), (6, vec![6, 5, 4, 3], Some(3)));
        assert_eq!(browse(&index, None, &[], Some(3), 4), (6, vec![2, 1], None));
        assert_eq!(browse(&index, Some(Kind::File), &[], None, 2), (3, vec![5, 3], Some(3)));
        assert_eq!(browse(&index, Some(Kind::File), &[], Some(3), 2), (3, vec![2], None));
        assert_eq!(browse(&index, Some(Kind::Photo), &[], None, 2), (0, vec![], None));
        assert_eq!(browse(&index, None, &["x"], None, 1), (2, vec![6], Some(6)));
        assert_eq!(browse(&index, Some(Kind::File), &["x"], None, 9), (1, vec![5], None));
        assert_eq!(browse(&index, None, &["y"], None, 9), (0, vec![], None));
        let mut removed = entry(5, 7, "main/5", "a");
        removed.state = State::Removed { at: Timestamp::from_unix_ms(0) };
        index.apply(&Change { seq: 7, kind: ChangeKind::Removed, entry: removed });
        assert_eq!(
            browse(&index, Some(Kind::File), &[], None, 2),
            (2, vec![3, 2], None),
            "an entry of one page is gone"
        );
    }

    #[test]
    fn names_are_found_in_the_space_of_a_device() {
        let named = |id, name: &str| {
            let mut entry = entry(id, id, &format!("device-a/{id}"), "a");
            entry.content.name = name.parse().unwrap();
            entry
        };
        let snapshot =
            || Snapshot { seq: 3, entries: vec![named(1, "a.png"), named(2, "b.png"), named(3, "a.png")] };
        let ids = |space: &str| {
            let index = Index::new(&space.parse().unwrap(), snapshot());
            index.live_with_name(&"a.png".parse().unwrap()).map(|entry| entry.id).collect::<Vec<_>>()
        };
        assert_eq!(ids("device-a"), [3, 1]);
        assert_eq!(ids("main"), [] as [EntryId; 0]);
    }

    #[test]
    fn index_windows_at_the_edges() {
        let window = |page, per_page| WindowRequest { page, per_page };
        let empty = Index::default().page(window(7, 10));
        assert_eq!((empty.page, empty.pages, empty.total, empty.entries.len()), (1, 1, 0, 0));
        let entries = (1..=5).map(|id| entry(id, id, &format!("main/{id}"), "a")).collect();
        let index = Index::new(&Space::main(), Snapshot { seq: 5, entries });
        let ids = |page: Page| page.entries.iter().map(|e| e.id).collect::<Vec<_>>();
        assert_eq!(ids(index.page(window(1, 2))), [5, 4]);
        assert_eq!(ids(index.page(window(0, 2))), [5, 4]);
        assert_eq!(ids(index.page(window(u32::MAX, 2))), [1]);
        assert_eq!(ids(index.page(window(2, 0))), [4]);
        assert_eq!(ids(index.page(window(1, u32::MAX))).len(), 5);
    }

    #[test]
    fn label_finds_its_live_entries() {
        let labelled = |id, labels| {
            let mut entry = entry(id, id, &format!("main/{id}"), "a");
            entry.content.labels = domain::Label::parse_list(labels).unwrap();
            entry
        };
        let mut index = Index::new(
            &Space::main(),
            Snapshot {
                seq: 4,
                entries: vec![labelled(1, "a, b"), labelled(2, "b"), labelled(3, "b, c"), labelled(4, "")],
            },
        );
        let found = |index: &Index, label: &str, page| {
            let page = index.labelled(&[label.parse().unwrap()], WindowRequest { page, per_page: 2 });
            (page.total, page.pages, page.entries.iter().map(|entry| entry.id).collect::<Vec<_>>())
        };
        assert_eq!(found(&index, "b", 1), (3, 2, vec![3, 2]));
        assert_eq!(found(&index, "b", 2), (3, 2, vec![1]));
        assert_eq!(found(&index, "d", 1), (0, 1, vec![]));
        let mut dead = labelled(3, "b, c");
        (dead.revision, dead.state) = (5, State::Removed { at: Timestamp::from_unix_ms(1) });
        index.apply(&Change { seq: 5, kind: ChangeKind::Removed, entry: dead });
        let renamed = Entry { revision: 6, ..labelled(1, "a") };
        index.apply(&Change { seq: 6, kind: ChangeKind::Updated, entry: renamed });
        assert_eq!(found(&index, "b", 1), (1, 1, vec![2]));
    }

    #[test]
    fn labels_beside_others_are_counted_within_their_entries() {
        let labelled = |id, labels| {
            let mut entry = entry(id, id, &format!("main/{id}"), "a");
            entry.content.labels = domain::Label::parse_list(labels).unwrap();
            entry
        };
        let entries = vec![labelled(1, "cat, sofa, x"), labelled(2, "cat, sofa"), labelled(3, "sofa, y")];
        let index = Index::new(&Space::main(), Snapshot { seq: 3, entries });
        let beside = |labels: &[&str], most| {
            let labels: Vec<LabelName> = labels.iter().map(|label| label.parse().unwrap()).collect();
            let found = index.labels_beside(&labels, most).into_iter();
            found.map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>()
        };
        assert_eq!(beside(&["cat"], 9), ["sofa 2", "x 1"]);
        assert_eq!(beside(&["cat"], 1), ["sofa 2"]);
        assert_eq!(beside(&["cat", "x"], 9), ["sofa 1"]);
        assert_eq!(beside(&["zebra"], 9), [""; 0]);
        assert!(!index.has_photos());
    }

    #[test]
    fn forgetting_tombstones_frees_their_keys() {
        let mut dead = entry(1, 3, "main/1", "a");
        dead.state = State::Removed { at: Timestamp::from_unix_ms(5) };
        let mut index =
            Index::new(&Space::main(), Snapshot { seq: 3, entries: vec![dead, entry(2, 2, "main/2", "a")] });
        assert_eq!(index.dead_before(Timestamp::from_unix_ms(5)).len(), 0);
        assert_eq!(index.dead_before(Timestamp::from_unix_ms(6)).len(), 1);
        index.forget(&[1, 2, 3]);
        assert_eq!((index.get(1), index.get(2).map(|e| e.id), index.len()), (None, Some(2), 1));
        assert_eq!(index.with_key(&"main/1".parse().unwrap()), None);
    }

    /// A scan of a million entries takes milliseconds; thousands of queries of each kind would take minutes.
    #[test]
    fn a_million_entries_are_not_scanned() {
        const ENTRIES: u64 = 1_000_000;
        let entries =
            (1..=ENTRIES).map(|id| entry(id, id, &format!("main/{id}"), &format!("value {}", id % 500_000)));
        let mut index = Index::new(&Space::main(), Snapshot { seq: ENTRIES, entries: entries.collect() });
        let begun = Instant::now();
        for n in 0..2_000_u32 {
            let page = index.page(WindowRequest { page: 1 + n * 7 % 500_000, per_page: 2 });
            assert_eq!(page.entries.len(), 2);
            let id = EntryId::from(n) + 1;
            assert_eq!(index.newest_with_value(&format!("value {id}")).map(|e| e.id), Some(id + 500_000));
            assert!(index.newest_with_value(&format!("no value {id}")).is_none());
            assert_eq!(index.with_key(&format!("main/{id}").parse().unwrap()).map(|e| e.id), Some(id));
        }
        for seq in ENTRIES + 1..ENTRIES + 1000 {
            let changed = entry(seq % ENTRIES + 1, seq, &format!("main/{}", seq % ENTRIES + 1), "new");
            index.apply(&Change { seq, kind: ChangeKind::Updated, entry: changed });
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    }
}
