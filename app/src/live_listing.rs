//! The listing of a page, kept current by changes. On the first page it is `domain::Listing`; a later page, and one that
//! somebody has scrolled into, keeps its rows in place and counts new entries; what was searched for, or is in another
//! order, only knows that it is outdated: which entries a search finds is the server's matter. Pure: no browser.

use core::sync::atomic::{AtomicU64, Ordering};

use domain::limits::PAGE_DEFAULT_ENTRIES;
use domain::{Applied, ChangeKind, EntryId, EntryRow, Listing, ListingPage, Parameters, Row, Seq};
use leptos::prelude::*;

/// A row of the listing: its content is a signal, so that an update never rebuilds it.
#[derive(Clone)]
pub(crate) struct LiveRow {
    id: EntryId,
    /// A row that disappeared and came back is a new row, so the page inserts it again.
    pub(crate) serial: u64,
    /// Whether it appeared while the page was open.
    pub(crate) has_arrived: bool,
    /// Its content.
    pub(crate) entry: ArcRwSignal<EntryRow>,
}

impl LiveRow {
    fn new(entry: EntryRow, has_arrived: bool) -> Self {
        static NEXT_SERIAL: AtomicU64 = AtomicU64::new(0);
        let serial = NEXT_SERIAL.fetch_add(1, Ordering::Relaxed);
        Self { id: entry.id, serial, has_arrived, entry: ArcRwSignal::new(entry) }
    }
}

impl Row for LiveRow {
    fn id(&self) -> EntryId {
        self.id
    }

    fn replace_with(&mut self, newer: Self) {
        self.entry.set(newer.entry.get_untracked());
    }
}

/// The listing of a page.
#[derive(Clone)]
pub(crate) struct LiveListing {
    /// What the address asks for, without the page.
    query: Parameters,
    page: u32,
    per_page: u32,
    window: Window,
}

#[derive(Clone)]
enum Window {
    /// It could not be read.
    Unread,
    /// The newest entries.
    First(Listing<LiveRow>),
    /// Older entries, or those that somebody reads: they stay in place. `span` is the oldest and the newest id that it was loaded with.
    Later { seq: Seq, total: u64, span: (EntryId, EntryId), rows: Vec<LiveRow>, newer: Vec<EntryId> },
    /// What a query asks for. Once something has changed, other entries may be what it finds; `newer` of them are not
    /// shown, because somebody reads.
    Found { seq: Seq, total: u64, rows: Vec<LiveRow>, is_outdated: bool, newer: u64 },
}

impl LiveListing {
    /// The listing as loaded.
    pub(crate) fn new(loaded: Option<ListingPage>, query: Parameters) -> Self {
        let (page, per_page) =
            loaded.as_ref().map_or((1, PAGE_DEFAULT_ENTRIES), |loaded| (loaded.page, loaded.per_page));
        let is_all = query.is_empty();
        let window = loaded.map_or(Window::Unread, |loaded| Window::of(loaded, &[], is_all));
        Self { query, page, per_page, window }
    }

    /// Applies what another query has found.
    pub(crate) fn find(&mut self, query: Parameters, found: ListingPage) {
        self.query = query;
        self.start_from(found);
    }

    /// Applies a listing that was loaded while changes arrived, unless the changes are newer.
    pub(crate) fn load(&mut self, loaded: ListingPage) {
        if loaded.seq >= self.seq() {
            self.start_from(loaded);
        }
    }

    /// The same while somebody reads: if it would move rows, those that it has already are brought up to date, and the
    /// others are counted.
    pub(crate) fn load_in_place(&mut self, loaded: ListingPage) {
        let ids = |rows: &[LiveRow]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
        let (shown, now) =
            (ids(self.rows()), loaded.entries.iter().map(|entry| entry.id).collect::<Vec<_>>());
        match &mut self.window {
            Window::Found { seq, total, rows, is_outdated, newer }
                if loaded.seq >= *seq && !now.starts_with(&shown) =>
            {
                (*seq, *total, *is_outdated) = (loaded.seq, loaded.total, false);
                *newer = now.iter().filter(|id| !shown.contains(id)).count() as u64;
                for entry in loaded.entries {
                    if let Some(row) = rows.iter().find(|row| row.id == entry.id) {
                        row.entry.set(entry);
                    }
                }
            }
            _ => self.load(loaded),
        }
    }

    /// Keeps the newest entries in place from now on, because somebody reads them.
    pub(crate) fn stay(&mut self) {
        if let Window::First(listing) = &self.window
            && let [newest, .., oldest] = listing.rows()
        {
            let span = (oldest.id, newest.id);
            let (seq, total, rows) = (listing.seq(), listing.total(), listing.rows().to_vec());
            self.window = Window::Later { seq, total, span, rows, newer: Vec::new() };
        }
    }

    /// Shows new entries again as they come, unless some were only counted.
    pub(crate) fn follow(&mut self) {
        if let Window::Later { seq, total, rows, newer, .. } = &mut self.window
            && self.page == 1
            && newer.is_empty()
        {
            let rows = core::mem::take(rows);
            self.window = Window::First(Listing::new(*seq, *total, self.per_page as usize, rows));
        }
    }

    /// Applies a loaded listing, whatever was shown before. Rows that are in both stay.
    pub(crate) fn start_from(&mut self, loaded: ListingPage) {
        (self.page, self.per_page) = (loaded.page, loaded.per_page);
        self.window = Window::of(loaded, self.rows(), self.query.is_empty());
    }

    /// Folds a change in.
    pub(crate) fn apply(&mut self, seq: Seq, kind: ChangeKind, entry: EntryRow) -> Applied {
        match &mut self.window {
            Window::Unread => Applied::Gap,
            Window::First(listing) => listing.apply(seq, kind, LiveRow::new(entry, true)),
            Window::Later { seq: seen, .. } | Window::Found { seq: seen, .. } if seq <= *seen => {
                Applied::Ignored
            }
            Window::Later { seq: seen, .. } | Window::Found { seq: seen, .. } if seq != *seen + 1 => {
                Applied::Gap
            }
            Window::Found { seq: seen, total, rows, is_outdated, .. } => {
                (*seen, *is_outdated) = (seq, true);
                match (kind, rows.iter().position(|row| row.id == entry.id)) {
                    (ChangeKind::Removed, Some(at)) => {
                        *total = total.saturating_sub(1);
                        rows.remove(at);
                    }
                    (_, Some(at)) => rows[at].entry.set(entry),
                    (_, None) => {}
                }
                Applied::Taken
            }
            Window::Later { seq: seen, total, span, rows, newer } => {
                *seen = seq;
                match kind {
                    ChangeKind::Added | ChangeKind::Restored => {
                        *total += 1;
                        if entry.id > span.1 {
                            newer.push(entry.id);
                        } else if entry.id >= span.0 {
                            let at = rows.partition_point(|row| row.id > entry.id);
                            rows.insert(at, LiveRow::new(entry, true));
                        }
                    }
                    ChangeKind::Removed => {
                        *total = total.saturating_sub(1);
                        rows.retain(|row| row.id != entry.id);
                        newer.retain(|id| *id != entry.id);
                    }
                    ChangeKind::Updated => {
                        if let Some(row) = rows.iter().find(|row| row.id == entry.id) {
                            row.entry.set(entry);
                        }
                    }
                }
                Applied::Taken
            }
        }
    }

    /// Whether there is a listing at all.
    pub(crate) fn is_read(&self) -> bool {
        !matches!(self.window, Window::Unread)
    }

    /// The rows, newest first.
    pub(crate) fn rows(&self) -> &[LiveRow] {
        match &self.window {
            Window::Unread => &[],
            Window::First(listing) => listing.rows(),
            Window::Later { rows, .. } | Window::Found { rows, .. } => rows,
        }
    }

    /// The seq of the last change folded in.
    pub(crate) fn seq(&self) -> Seq {
        match &self.window {
            Window::Unread => 0,
            Window::First(listing) => listing.seq(),
            Window::Later { seq, .. } | Window::Found { seq, .. } => *seq,
        }
    }

    /// Live entries in the space, or how many of them were found.
    pub(crate) fn total(&self) -> u64 {
        match &self.window {
            Window::Unread => 0,
            Window::First(listing) => listing.total(),
            Window::Later { total, .. } | Window::Found { total, .. } => *total,
        }
    }

    /// How many new entries it does not show.
    pub(crate) fn newer(&self) -> u64 {
        match &self.window {
            Window::Later { newer, .. } => newer.len() as u64,
            Window::Found { newer, .. } => *newer,
            Window::Unread | Window::First(_) => 0,
        }
    }

    /// Whether it is to be loaded again when convenient: removals have left the first page with fewer rows than there are
    /// entries, or a query may find others. What was only counted is loaded once nobody reads any more.
    pub(crate) fn is_outdated(&self, is_read: bool) -> bool {
        match &self.window {
            Window::First(listing) => listing.is_short(),
            Window::Found { is_outdated, newer, .. } => *is_outdated || *newer > 0 && !is_read,
            Window::Later { newer, .. } => self.page == 1 && !newer.is_empty() && !is_read,
            Window::Unread => false,
        }
    }

    /// What the address asks for, without the page.
    pub(crate) fn query(&self) -> &Parameters {
        &self.query
    }

    /// What to ask the server for to load it again, at least as new as `at`.
    pub(crate) fn request(&self, at: Seq) -> Parameters {
        let mut request = self.query.clone();
        for (name, number) in [("page", self.page.into()), ("per_page", self.per_page.into()), ("at", at)] {
            request.push(name, u64::to_string(&number));
        }
        request
    }

    /// Which page it is, from 1.
    pub(crate) fn page(&self) -> u32 {
        self.page
    }

    /// How many pages there are, at least 1.
    pub(crate) fn pages(&self) -> u32 {
        let pages = self.total().div_ceil(u64::from(self.per_page.max(1)));
        u32::try_from(pages).unwrap_or(u32::MAX).max(1)
    }
}

impl Window {
    /// A window as loaded, of all entries or of what was found; existing rows are reused.
    fn of(loaded: ListingPage, before: &[LiveRow], is_all: bool) -> Self {
        let rows: Vec<LiveRow> = loaded
            .entries
            .into_iter()
            .map(|entry| match before.iter().find(|row| row.id == entry.id) {
                Some(row) => {
                    if row.entry.with_untracked(|old| *old != entry) {
                        row.entry.set(entry);
                    }
                    row.clone()
                }
                None => LiveRow::new(entry, false),
            })
            .collect();
        if !is_all {
            Self::Found { seq: loaded.seq, total: loaded.total, rows, is_outdated: false, newer: 0 }
        } else if loaded.page <= 1 {
            Self::First(Listing::new(loaded.seq, loaded.total, loaded.per_page as usize, rows))
        } else {
            let id_of = |row: Option<&LiveRow>| row.map_or(0, |row| row.id);
            let span = (id_of(rows.last()), id_of(rows.first()));
            Self::Later { seq: loaded.seq, total: loaded.total, span, rows, newer: Vec::new() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_entries;
    use domain::State;

    fn entry(id: EntryId, name: &str) -> EntryRow {
        EntryRow { name: name.parse().unwrap(), ..test_entries::entry(id, State::Live) }
    }

    fn part(seq: Seq, page: u32, total: u64, ids: &[EntryId]) -> ListingPage {
        let entries = ids.iter().map(|id| entry(*id, "")).collect();
        ListingPage { seq, total, page, pages: 9, per_page: 3, behind_seconds: None, entries }
    }

    fn ids(listing: &LiveListing) -> Vec<EntryId> {
        listing.rows().iter().map(Row::id).collect()
    }

    fn serials(listing: &LiveListing) -> Vec<u64> {
        listing.rows().iter().map(|row| row.serial).collect()
    }

    #[test]
    fn first_page_follows_changes_and_reuses_rows() {
        let mut listing = LiveListing::new(Some(part(4, 1, 4, &[4, 3, 2])), Parameters::default());
        let before = serials(&listing);
        assert_eq!(listing.apply(5, ChangeKind::Added, entry(5, "")), Applied::Taken);
        assert_eq!((ids(&listing), listing.total(), listing.pages()), (vec![5, 4, 3], 5, 2));
        assert!(listing.rows()[0].has_arrived && !listing.rows()[1].has_arrived);
        assert_eq!(serials(&listing)[1..], before[..2]);
        assert_eq!(listing.apply(6, ChangeKind::Updated, entry(4, "new")), Applied::Taken);
        assert_eq!(listing.rows()[1].entry.get_untracked().name.as_str(), "new");
        assert_eq!(serials(&listing)[1..], before[..2]);
        assert_eq!(listing.apply(8, ChangeKind::Added, entry(7, "")), Applied::Gap);
        assert_eq!(listing.apply(7, ChangeKind::Removed, entry(5, "")), Applied::Taken);
        assert!(listing.is_outdated(false));
        listing.load(part(7, 1, 4, &[4, 3, 2]));
        assert!(!listing.is_outdated(false));
        assert_eq!(serials(&listing)[..2], before[..2], "rows that stay are the same rows");
    }

    #[test]
    fn older_listing_is_not_loaded_over_newer_changes() {
        let mut listing = LiveListing::new(Some(part(4, 1, 1, &[1])), Parameters::default());
        listing.load(part(3, 1, 0, &[]));
        assert_eq!(ids(&listing), [1]);
        // After a reset it is loaded: the server started again with an empty log.
        listing.start_from(part(3, 1, 0, &[]));
        assert_eq!((ids(&listing), listing.seq()), (vec![], 3));
    }

    #[test]
    fn returning_row_is_a_new_row() {
        let mut listing = LiveListing::new(Some(part(1, 1, 1, &[1])), Parameters::default());
        let before = serials(&listing);
        listing.apply(2, ChangeKind::Removed, entry(1, ""));
        listing.apply(3, ChangeKind::Restored, entry(1, ""));
        assert_eq!(ids(&listing), [1]);
        assert_ne!(serials(&listing), before);
    }

    #[test]
    fn later_page_stays_in_place_and_counts_new_entries() {
        let mut listing = LiveListing::new(Some(part(9, 2, 9, &[6, 5, 4])), Parameters::default());
        assert_eq!(listing.apply(10, ChangeKind::Added, entry(10, "")), Applied::Taken);
        assert_eq!(listing.apply(11, ChangeKind::Added, entry(11, "")), Applied::Taken);
        assert_eq!(listing.apply(11, ChangeKind::Added, entry(11, "")), Applied::Ignored);
        assert_eq!(listing.apply(13, ChangeKind::Added, entry(13, "")), Applied::Gap);
        assert_eq!(listing.apply(12, ChangeKind::Removed, entry(10, "")), Applied::Taken);
        assert_eq!(listing.apply(13, ChangeKind::Removed, entry(5, "")), Applied::Taken);
        assert_eq!((ids(&listing), listing.newer(), listing.total()), (vec![6, 4], 1, 9));
        assert_eq!((listing.page(), listing.pages(), listing.is_outdated(false)), (2, 3, false));
        listing.load(part(13, 2, 9, &[7, 6, 4]));
        assert_eq!((ids(&listing), listing.newer()), (vec![7, 6, 4], 0));
    }

    #[test]
    fn restored_entry_returns_to_its_place_on_a_later_page() {
        let mut listing = LiveListing::new(Some(part(9, 2, 9, &[6, 5, 4])), Parameters::default());
        for (seq, id) in [(10, 6), (12, 5), (14, 4)] {
            listing.apply(seq, ChangeKind::Removed, entry(id, ""));
            assert_eq!(listing.rows().len(), 2);
            listing.apply(seq + 1, ChangeKind::Restored, entry(id, ""));
            assert_eq!((ids(&listing), listing.newer(), listing.total()), (vec![6, 5, 4], 0, 9), "{id}");
        }
        listing.apply(16, ChangeKind::Restored, entry(2, ""));
        assert_eq!((ids(&listing), listing.newer(), listing.total()), (vec![6, 5, 4], 0, 10));
    }

    #[test]
    fn unread_listing_ignores_changes() {
        let mut listing = LiveListing::new(None, Parameters::default());
        assert!(!listing.is_read());
        assert_eq!(listing.apply(1, ChangeKind::Added, entry(1, "")), Applied::Gap);
        listing.load(part(1, 1, 1, &[1]));
        assert!(listing.is_read());
    }

    #[test]
    fn what_was_found_is_outdated_by_any_change() {
        let query = Parameters::from([("q", "menu")]);
        let mut listing = LiveListing::new(Some(part(9, 1, 3, &[2, 6, 4])), query);
        assert!(!listing.is_outdated(false));
        assert_eq!(listing.apply(10, ChangeKind::Updated, entry(6, "menu")), Applied::Taken);
        assert_eq!(listing.rows()[1].entry.get_untracked().name.as_str(), "menu");
        assert!(listing.is_outdated(false));
        assert_eq!(listing.apply(12, ChangeKind::Added, entry(12, "")), Applied::Gap);
        assert_eq!(listing.apply(11, ChangeKind::Removed, entry(2, "")), Applied::Taken);
        assert_eq!(listing.apply(11, ChangeKind::Removed, entry(2, "")), Applied::Ignored);
        assert_eq!((ids(&listing), listing.total()), (vec![6, 4], 2));
        let request = "q=menu&page=1&per_page=3&at=11";
        assert_eq!(listing.request(11).to_string(), request);
        listing.load(part(11, 1, 2, &[6, 4]));
        assert!(!listing.is_outdated(false));
        listing.find(Parameters::default(), part(11, 1, 9, &[9, 8, 7]));
        assert_eq!(listing.apply(12, ChangeKind::Added, entry(12, "")), Applied::Taken);
        assert_eq!(ids(&listing), [12, 9, 8], "as any first page");
    }

    #[test]
    fn rows_that_somebody_reads_stay_in_place() {
        let mut listing = LiveListing::new(Some(part(4, 1, 4, &[4, 3, 2])), Parameters::default());
        listing.stay();
        assert_eq!(listing.apply(5, ChangeKind::Added, entry(5, "")), Applied::Taken);
        assert_eq!((ids(&listing), listing.newer(), listing.total()), (vec![4, 3, 2], 1, 5));
        assert!(!listing.is_outdated(true) && listing.is_outdated(false));
        // Nobody reads any more, but the new one is not loaded yet.
        listing.follow();
        assert_eq!(listing.newer(), 1);
        listing.load(part(5, 1, 5, &[5, 4, 3]));
        assert_eq!((ids(&listing), listing.newer()), (vec![5, 4, 3], 0));
        assert_eq!(listing.apply(6, ChangeKind::Added, entry(6, "")), Applied::Taken);
        assert_eq!(ids(&listing), [6, 5, 4]);
        // Somebody read for a moment.
        listing.stay();
        listing.follow();
        assert_eq!(listing.apply(7, ChangeKind::Added, entry(7, "")), Applied::Taken);
        assert_eq!(ids(&listing), [7, 6, 5]);
    }

    #[test]
    fn what_is_found_while_somebody_reads_is_counted() {
        let query = Parameters::from([("q", "menu")]);
        let mut listing = LiveListing::new(Some(part(9, 1, 2, &[6, 4])), query);
        listing.apply(10, ChangeKind::Added, entry(10, "menu"));
        let found = ListingPage {
            entries: vec![entry(10, "menu"), entry(6, "new"), entry(4, "")],
            ..part(10, 1, 3, &[])
        };
        listing.load_in_place(found.clone());
        assert_eq!((ids(&listing), listing.newer(), listing.total()), (vec![6, 4], 1, 3));
        assert_eq!(listing.rows()[0].entry.get_untracked().name.as_str(), "new");
        assert!(!listing.is_outdated(true) && listing.is_outdated(false));
        listing.load(found);
        assert_eq!((ids(&listing), listing.newer()), (vec![10, 6, 4], 0));
        // What comes after the rows moves none.
        listing.apply(11, ChangeKind::Added, entry(2, "menu"));
        listing.load_in_place(part(11, 1, 4, &[10, 6, 4, 2]));
        assert_eq!((ids(&listing), listing.newer()), (vec![10, 6, 4, 2], 0));
    }
}
