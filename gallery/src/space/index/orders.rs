//! The live entries in each order but that of their numbers, kept as they change.

use std::cmp::Ordering;

use domain::{Entry, EntryId, SortBy};

/// Ids in the order of something that entries have.
#[derive(Default)]
pub(super) struct Orders {
    /// By their titles, which are too long to be here twice.
    titles: Vec<EntryId>,
    /// By when they were saved, in milliseconds.
    times: Vec<(u64, EntryId)>,
    /// By the size of their objects.
    sizes: Vec<(u64, EntryId)>,
}

/// What an entry is sorted by, besides its title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sorted {
    /// In milliseconds.
    time: u64,
    size: u64,
}

impl Sorted {
    pub(super) fn of(entry: &Entry) -> Self {
        Self { time: entry.content.created_at.unix_ms(), size: entry.content.size_bytes }
    }
}

/// Which orders an entry moves in. Each move shifts what lies behind, so where nothing changes nothing is moved.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moves {
    pub(super) title: bool,
    pub(super) time: bool,
    pub(super) size: bool,
}

impl Moves {
    /// It comes or goes.
    pub(super) const ALL: Self = Self { title: true, time: true, size: true };
}

/// What an entry is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Title(&'a [u8]),
    Number(u64),
}

impl Orders {
    /// Those of many entries at once.
    pub(super) fn new<'a>(entries: &[(EntryId, Sorted)], title: impl Fn(EntryId) -> &'a [u8]) -> Self {
        let mut orders = Self {
            titles: entries.iter().map(|(id, _)| *id).collect(),
            times: entries.iter().map(|(id, sorted)| (sorted.time, *id)).collect(),
            sizes: entries.iter().map(|(id, sorted)| (sorted.size, *id)).collect(),
        };
        orders.titles.sort_by_cached_key(|id| (title(*id), *id));
        orders.times.sort_unstable();
        orders.sizes.sort_unstable();
        orders
    }

    /// Adds an entry whose title is known already.
    pub(super) fn insert<'a>(
        &mut self,
        id: EntryId,
        sorted: Sorted,
        moves: Moves,
        title: impl Fn(EntryId) -> &'a [u8],
    ) {
        if moves.title {
            let at = self.title_place(id, &title).unwrap_or_else(|at| at);
            self.titles.insert(at, id);
        }
        if moves.time {
            insert(&mut self.times, (sorted.time, id));
        }
        if moves.size {
            insert(&mut self.sizes, (sorted.size, id));
        }
    }

    /// Removes an entry whose title is still known.
    pub(super) fn remove<'a>(
        &mut self,
        id: EntryId,
        sorted: Sorted,
        moves: Moves,
        title: impl Fn(EntryId) -> &'a [u8],
    ) {
        if let Some(at) = self.title_place(id, &title).ok().filter(|_| moves.title) {
            self.titles.remove(at);
        }
        if moves.time {
            remove(&mut self.times, (sorted.time, id));
        }
        if moves.size {
            remove(&mut self.sizes, (sorted.size, id));
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.titles.len()
    }

    /// The entry at a place, counted from 0 in ascending order; `None` beyond the last, and by number.
    pub(super) fn at(&self, by: SortBy, place: usize) -> Option<EntryId> {
        match by {
            SortBy::Number => None,
            SortBy::Name => self.titles.get(place).copied(),
            SortBy::Time => self.times.get(place).map(|(_, id)| *id),
            SortBy::Size => self.sizes.get(place).map(|(_, id)| *id),
        }
    }

    /// How many lie before this value and number; `including` it if it is there.
    pub(super) fn places_before<'a>(
        &self,
        by: SortBy,
        value: Value<'_>,
        id: EntryId,
        including: bool,
        title: impl Fn(EntryId) -> &'a [u8],
    ) -> usize {
        let lies_before = |order: Ordering| order == Ordering::Less || including && order == Ordering::Equal;
        match (by, value) {
            (SortBy::Name, Value::Title(wanted)) => {
                self.titles.partition_point(|other| lies_before((title(*other), *other).cmp(&(wanted, id))))
            }
            (SortBy::Time, Value::Number(wanted)) => {
                self.times.partition_point(|other| lies_before(other.cmp(&(wanted, id))))
            }
            (SortBy::Size, Value::Number(wanted)) => {
                self.sizes.partition_point(|other| lies_before(other.cmp(&(wanted, id))))
            }
            _ => 0,
        }
    }

    fn title_place<'a>(&self, id: EntryId, title: &impl Fn(EntryId) -> &'a [u8]) -> Result<usize, usize> {
        let wanted = (title(id), id);
        self.titles.binary_search_by(|other| (title(*other), *other).cmp(&wanted))
    }
}

fn insert(order: &mut Vec<(u64, EntryId)>, entry: (u64, EntryId)) {
    if let Err(at) = order.binary_search(&entry) {
        order.insert(at, entry);
    }
}

fn remove(order: &mut Vec<(u64, EntryId)>, entry: (u64, EntryId)) {
    if let Ok(at) = order.binary_search(&entry) {
        order.remove(at);
    }
}
