//! The index against a scan.

mod search;

use std::time::{Duration, Instant};

use domain::{Body, ChangeKind, Space, State};
use proptest::prelude::*;

use super::*;
use crate::catalog::Snapshot;
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
        let fresh = Index::new(&Space::main(), &Snapshot { seq: index.seq(), entries: truth.clone() });
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
    let mut index = Index::new(&Space::main(), &Snapshot { seq: 6, entries });
    let browse = |index: &Index, kind, labels: &[&str], after: Option<EntryId>, limit| {
        let labels = labels.iter().map(|label| label.parse().unwrap()).collect();
        let filter = Filter { kind, labels, ..Filter::default() };
        let after = after.map(|id| Cursor { value: CursorValue::Id, id });
        let Slice { total, entries, next, .. } = index.browse(&filter, after.as_ref(), limit);
        (total, entries.iter().map(|entry| entry.id).collect::<Vec<_>>(), next.map(|next| next.id))
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
        let index = Index::new(&space.parse().unwrap(), &snapshot());
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
    let index = Index::new(&Space::main(), &Snapshot { seq: 5, entries });
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
        &Snapshot {
            seq: 4,
            entries: vec![labelled(1, "a, b"), labelled(2, "b"), labelled(3, "b, c"), labelled(4, "")],
        },
    );
    let found = |index: &Index, label: &str, page| {
        let filter = Filter { labels: vec![label.parse().unwrap()], ..Filter::default() };
        let page = index.find(&filter, WindowRequest { page, per_page: 2 });
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
    let index = Index::new(&Space::main(), &Snapshot { seq: 3, entries });
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
        Index::new(&Space::main(), &Snapshot { seq: 3, entries: vec![dead, entry(2, 2, "main/2", "a")] });
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
    let mut index = Index::new(&Space::main(), &Snapshot { seq: ENTRIES, entries: entries.collect() });
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
