//! The newest entries of a space as a pure reducer: from changes to the window of the newest rows.

use crate::{ChangeKind, Entry, EntryId, Seq};

/// What the window shows of an entry: the entry itself, or a page's view of it.
pub trait Row {
    /// The number of the entry.
    fn id(&self) -> EntryId;

    /// Takes over the content of a newer row of the same entry.
    fn replace_with(&mut self, newer: Self);
}

impl Row for Entry {
    fn id(&self) -> EntryId {
        self.id
    }

    fn replace_with(&mut self, newer: Self) {
        *self = newer;
    }
}

/// The first page of a space, newest first, at one seq of its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing<R> {
    seq: Seq,
    total: u64,
    limit: usize,
    rows: Vec<R>,
}

/// The effect of a change on a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// Known already: no effect.
    Ignored,
    /// Changes before this one are missing: no effect; reload the listing.
    Gap,
    /// The next change: folded in.
    Taken,
}

impl<R: Row> Listing<R> {
    /// The listing as loaded: at `seq`, the space had `total` live entries, of which `rows` are the newest, newest
    /// first, at most `limit`.
    pub fn new(seq: Seq, total: u64, limit: usize, rows: Vec<R>) -> Self {
        debug_assert!(rows.len() <= limit && rows.is_sorted_by(|a, b| a.id() > b.id()));
        Self { seq, total, limit, rows }
    }

    /// The seq of the last change folded in.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// Live entries in the space.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The newest entries, newest first.
    pub fn rows(&self) -> &[R] {
        &self.rows
    }

    /// Whether removals have left the window with fewer rows than the space could fill it with: reload it when
    /// convenient. What it shows is correct, but incomplete.
    pub fn is_short(&self) -> bool {
        self.rows.len() < self.limit && (self.rows.len() as u64) < self.total
    }

    /// Folds one change in. Any order and any repetition is safe: a known change is ignored, one that would leave a
    /// gap is refused.
    pub fn apply(&mut self, seq: Seq, kind: ChangeKind, row: R) -> Applied {
        if seq <= self.seq {
            return Applied::Ignored;
        }
        if seq != self.seq + 1 {
            return Applied::Gap;
        }
        self.seq = seq;
        // Rows are sorted by descending id: reversed comparison.
        let place = self.rows.binary_search_by(|other| row.id().cmp(&other.id()));
        match (kind, place) {
            (ChangeKind::Removed, place) => {
                self.total = self.total.saturating_sub(1);
                if let Ok(at) = place {
                    self.rows.remove(at);
                }
            }
            (ChangeKind::Updated, Ok(at)) => self.rows[at].replace_with(row),
            (ChangeKind::Updated, Err(_)) => {}
            (ChangeKind::Added | ChangeKind::Restored, Ok(at)) => self.rows[at].replace_with(row),
            (ChangeKind::Added | ChangeKind::Restored, Err(at)) => {
                let complete = self.rows.len() as u64 == self.total;
                self.total += 1;
                // After the last row of a short window, other entries may come first.
                if at < self.rows.len() || complete {
                    self.rows.insert(at, row);
                    self.rows.truncate(self.limit);
                }
            }
        }
        Applied::Taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[derive(Debug, Clone, PartialEq, Eq)]
    struct Seen(EntryId, Seq);

    impl Row for Seen {
        fn id(&self) -> EntryId {
            self.0
        }
        fn replace_with(&mut self, newer: Self) {
            *self = newer;
        }
    }

    /// A valid history: each step adds, or flips or touches an entry that exists.
    fn history(steps: &[(u8, u16)]) -> Vec<(Seq, ChangeKind, EntryId)> {
        let (mut live, mut dead, mut next) = (BTreeSet::new(), BTreeSet::new(), 1);
        let mut log = Vec::new();
        for (what, which) in steps {
            let pick = |set: &BTreeSet<EntryId>| {
                (!set.is_empty()).then(|| *set.iter().nth(usize::from(*which) % set.len()).unwrap())
            };
            let (kind, id) = match what % 4 {
                1 if !live.is_empty() => (ChangeKind::Removed, pick(&live).unwrap()),
                2 if !dead.is_empty() => (ChangeKind::Restored, pick(&dead).unwrap()),
                3 if !live.is_empty() => (ChangeKind::Updated, pick(&live).unwrap()),
                _ => {
                    next += 1;
                    (ChangeKind::Added, next - 1)
                }
            };
            match kind {
                ChangeKind::Removed => {
                    live.remove(&id);
                    dead.insert(id);
                }
                ChangeKind::Updated => {}
                ChangeKind::Added | ChangeKind::Restored => {
                    dead.remove(&id);
                    live.insert(id);
                }
            }
            log.push((log.len() as Seq + 1, kind, id));
        }
        log
    }

    /// The catalog's answer at a seq: total, and the newest `limit`.
    fn load(log: &[(Seq, ChangeKind, EntryId)], seq: Seq, limit: usize) -> Listing<Seen> {
        let mut live = std::collections::BTreeMap::new();
        for (at, kind, id) in log.iter().filter(|(at, ..)| *at <= seq) {
            match kind {
                ChangeKind::Removed => drop(live.remove(id)),
                _ => drop(live.insert(*id, *at)),
            }
        }
        let rows = live.iter().rev().take(limit).map(|(id, at)| Seen(*id, *at)).collect();
        Listing::new(seq, live.len() as u64, limit, rows)
    }

    #[test]
    fn gaps_are_refused_and_repetitions_ignored() {
        let mut listing = Listing::new(4, 0, 3, Vec::new());
        assert_eq!(listing.apply(6, ChangeKind::Added, Seen(2, 6)), Applied::Gap);
        assert_eq!(listing.apply(4, ChangeKind::Added, Seen(1, 4)), Applied::Ignored);
        assert_eq!(listing.apply(5, ChangeKind::Added, Seen(2, 5)), Applied::Taken);
        assert_eq!((listing.seq(), listing.total(), listing.rows()), (5, 1, &[Seen(2, 5)][..]));
    }

    proptest! {
        /// Whatever is delivered, in any order and any number of times, with a reload at every gap or short window:
        /// the end is the catalog's state, and the window is correct (if short) throughout.
        #[test]
        fn any_delivery_order_ends_in_the_catalogs_state(
            steps in prop::collection::vec(any::<(u8, u16)>(), 1..120),
            deliveries in prop::collection::vec(any::<prop::sample::Index>(), 0..200),
            start in any::<prop::sample::Index>(),
            limit in 1usize..12,
        ) {
            let log = history(&steps);
            let end = log.len() as Seq;
            let mut listing = load(&log, start.index(log.len() + 1) as Seq, limit);
            let deliver = |listing: &mut Listing<Seen>, (seq, kind, id): (Seq, ChangeKind, EntryId)| {
                let before = listing.seq();
                match listing.apply(seq, kind, Seen(id, seq)) {
                    Applied::Ignored => assert!(seq <= before),
                    Applied::Gap => *listing = load(&log, seq, limit),
                    Applied::Taken => {}
                }
                let truth = load(&log, listing.seq(), limit);
                assert_eq!(listing.total(), truth.total());
                assert_eq!(listing.rows(), &truth.rows()[..listing.rows().len()]);
                assert_eq!(listing.is_short(), listing.rows().len() < truth.rows().len());
            };
            for index in &deliveries {
                deliver(&mut listing, log[index.index(log.len())]);
            }
            for change in &log {
                deliver(&mut listing, *change);
            }
            if listing.is_short() {
                listing = load(&log, listing.seq(), limit);
            }
            prop_assert_eq!(listing, load(&log, end, limit));
        }
    }
}
