//! Searches and orders against a plain scan.

use std::collections::BTreeMap;

use domain::{Label, Sort};

use super::*;

/// An entry with something of everything that is searched for.
#[derive(Debug, Clone)]
struct Facts {
    name: &'static str,
    value: &'static str,
    label: &'static str,
    is_file: bool,
    created_ms: u64,
    size_bytes: u64,
}

fn facts() -> impl Strategy<Value = Facts> {
    let names = prop::sample::select(vec!["", "Menu", "menu two", "Ärger", "arger", "#7", "Straße"]);
    let values = prop::sample::select(vec![
        "https://example.com/menu",
        "WIFI:S:Guests;T:WPA;P:secret;;",
        "plain\ntext of lines",
        "ＦＵＬＬ width",
        "a",
    ]);
    let labels = prop::sample::select(vec!["", "lunch", "Café"]);
    (names, values, labels, any::<bool>(), 0..4u64, 0..4u64).prop_map(
        |(name, value, label, is_file, created_ms, size_bytes)| Facts {
            name,
            value,
            label,
            is_file,
            created_ms,
            size_bytes,
        },
    )
}

fn with(id: EntryId, seq: Seq, facts: &Facts, state: State) -> Entry {
    let mut entry = entry(id, seq, &format!("main/file-{id}"), facts.value);
    entry.state = state;
    entry.content.name = facts.name.parse().unwrap();
    entry.content.labels = Label::parse_list(facts.label).unwrap();
    entry.content.created_at = Timestamp::from_unix_ms(facts.created_ms);
    entry.content.size_bytes = facts.size_bytes;
    if facts.is_file {
        entry.content.body = Body::file_with([facts.value.to_owned()]);
    }
    entry
}

fn filter() -> impl Strategy<Value = Filter> {
    let words = prop::sample::select(vec![
        "",
        "menu",
        "MENU two",
        "arger",
        "guests wi-fi",
        "full",
        "strasse",
        "file-3",
        "#2",
        "cafe",
        "text lines",
        "none",
    ]);
    let kinds = prop::sample::select(vec![None, Some(Kind::Code), Some(Kind::File)]);
    let labels = prop::sample::select(vec![vec![], vec!["lunch"]]);
    (words, kinds, labels, prop::sample::select(Sort::ALL.to_vec())).prop_map(
        |(words, kind, labels, sort)| Filter {
            kind,
            labels: labels.iter().map(|label| label.parse().unwrap()).collect(),
            words: words.parse().unwrap(),
            sort,
        },
    )
}

/// What a filter finds among these, by a scan.
fn scan(truth: &BTreeMap<EntryId, Entry>, filter: &Filter) -> Vec<EntryId> {
    let mut found: Vec<&Entry> = truth
        .values()
        .filter(|entry| entry.state.is_live())
        .filter(|entry| filter.kind.is_none_or(|kind| entry.content.kind() == kind))
        .filter(|entry| {
            filter.labels.iter().all(|name| entry.content.all_labels().any(|label| label.name == *name))
        })
        .filter(|entry| filter.words.longest_first().iter().all(|word| search_text(entry).contains(&**word)))
        .collect();
    let title = |entry: &Entry| search_text(entry).lines().next().unwrap().to_owned();
    match filter.sort.by {
        SortBy::Number => found.sort_by_key(|entry| entry.id),
        SortBy::Name => found.sort_by_key(|entry| (title(entry), entry.id)),
        SortBy::Time => found.sort_by_key(|entry| (entry.content.created_at, entry.id)),
        SortBy::Size => found.sort_by_key(|entry| (entry.content.size_bytes, entry.id)),
    }
    if filter.sort.is_descending {
        found.reverse();
    }
    found.iter().map(|entry| entry.id).collect()
}

fn ids(entries: &[Arc<Entry>]) -> Vec<EntryId> {
    entries.iter().map(|entry| entry.id).collect()
}

proptest! {
    /// Whatever changes, pages and slices of what is found equal those of a scan; and a cursor that was written goes on
    /// where it was.
    #[test]
    fn what_is_found_equals_a_scan(
        first in prop::collection::vec(facts(), 0..6),
        steps in prop::collection::vec((0..4u8, 1..9u64, facts()), 0..40),
        filters in prop::collection::vec(filter(), 1..6),
        limit in 1..4usize,
    ) {
        let mut truth: BTreeMap<EntryId, Entry> =
            (1..).zip(&first).map(|(id, facts)| (id, with(id, id, facts, State::Live))).collect();
        let mut seq = first.len() as Seq;
        let mut index = Index::new(&Space::main(), &Snapshot { seq, entries: truth.values().cloned().collect() });
        for (step, id, facts) in steps {
            if step == 3 && truth.get(&id).is_some_and(|entry| !entry.state.is_live()) {
                truth.remove(&id);
                index.forget(&[id]);
                continue;
            }
            seq += 1;
            let state = if step == 0 { State::Removed { at: Timestamp::from_unix_ms(seq) } } else { State::Live };
            let kind = match (truth.get(&id), state) {
                (_, State::Removed { .. }) => ChangeKind::Removed,
                (None, _) => ChangeKind::Added,
                (Some(_), _) => ChangeKind::Updated,
            };
            let entry = with(id, seq, &facts, state);
            prop_assert_eq!(index.apply(&Change { seq, kind, entry: entry.clone() }), Applied::Taken);
            truth.insert(id, entry);
        }
        for filter in filters {
            let wanted = scan(&truth, &filter);
            let mut after: Option<Cursor> = None;
            let mut slices = Vec::new();
            loop {
                let slice = index.browse(&filter, after.as_ref(), limit);
                prop_assert_eq!(slice.total, wanted.len() as u64);
                slices.extend(ids(&slice.entries));
                let Some(next) = slice.next else { break };
                let read = Cursor::parse(&next.to_string(), filter.sort.by);
                prop_assert_eq!(read.as_ref(), Some(&next));
                after = read;
            }
            prop_assert_eq!(&slices, &wanted, "{:?}", filter);
            let pages = wanted.chunks(limit).map(<[_]>::to_vec);
            for (page, ids_of_page) in (1..).zip(pages) {
                let found = index.find(&filter, WindowRequest { page, per_page: u32::try_from(limit).unwrap() });
                prop_assert_eq!(ids(&found.entries), ids_of_page);
            }
        }
    }
}

/// As many changes as make the old texts worth moving together.
#[test]
fn texts_that_are_gone_do_not_stay() {
    let mut index = Index::default();
    let long = "x".repeat(2000);
    for seq in 1..=300 {
        let changed = entry(1, seq, "main/1", &format!("{long} {seq}"));
        index.apply(&Change { seq, kind: ChangeKind::Updated, entry: changed });
    }
    let find = |words: &str| {
        let filter = Filter { words: words.parse().unwrap(), ..Filter::default() };
        index.find(&filter, WindowRequest { page: 1, per_page: 9 }).total
    };
    assert_eq!((find("300"), find("299"), find(&long[..200])), (1, 0, 1));
    assert!(index.texts.bytes() < 200_000, "{}", index.texts.bytes());
}

/// Whoever reads on does not see an entry twice because others were renamed, nor miss one.
#[test]
fn cursor_stays_where_it_is() {
    let named = |id, seq, name: &str| {
        let mut entry = entry(id, seq, &format!("main/{id}"), "v");
        entry.content.name = name.parse().unwrap();
        entry
    };
    let entries = vec![named(1, 1, "b"), named(2, 2, "d"), named(3, 3, "a"), named(4, 4, "c")];
    let mut index = Index::new(&Space::main(), &Snapshot { seq: 4, entries });
    let filter = Filter { sort: "name".parse().unwrap(), ..Filter::default() };
    let first = index.browse(&filter, None, 2);
    assert_eq!(ids(&first.entries), [3, 1]);
    // The last one that was seen is at the end now.
    index.apply(&Change { seq: 5, kind: ChangeKind::Updated, entry: named(1, 5, "z") });
    assert_eq!(ids(&index.browse(&filter, first.next.as_ref(), 9).entries), [4, 2, 1]);
    for bad in ["", "x", "1", "Yg.0", "Yg.", "!.1", "Yg.1.2"] {
        assert_eq!(Cursor::parse(bad, SortBy::Name), None, "{bad}");
    }
}
