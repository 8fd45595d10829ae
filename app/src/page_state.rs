//! What the islands of a page share: one root for all of them, provided as context before the first one is drawn.

use domain::{Applied, ChangeKind, EntryId, Seq};
use leptos::prelude::*;

use crate::addresses::Addresses;
use crate::composer_state::ComposerState;
use crate::live_listing::LiveListing;
use crate::page_data::{Notice, PageData};
use crate::shown::Shown;

/// What the islands of a page share.
#[derive(Clone, Copy)]
pub(crate) struct PageState {
    start: StoredValue<Start>,
    /// What is being made.
    pub(crate) composer: ComposerState,
    /// The listing, kept current.
    pub(crate) listing: RwSignal<LiveListing>,
    /// The entry that the page is about, kept current.
    pub(crate) entry: RwSignal<Option<Shown>>,
    entry_seq: StoredValue<Seq>,
    /// What the last write did.
    pub(crate) notice: RwSignal<Option<Notice>>,
    /// What is said to those who cannot see it happen.
    pub(crate) status: RwSignal<String>,
    /// How the page hears of changes.
    pub(crate) connection: RwSignal<Connection>,
    /// Whether the server runs another build than the one that made the page.
    pub(crate) is_outdated: RwSignal<bool>,
    /// Whether the islands are awake: from then on times are local.
    pub(crate) is_awake: StoredValue<bool>,
    /// The entry that was saved last from here.
    pub(crate) highlighted: RwSignal<Option<EntryId>>,
}

/// What does not change.
struct Start {
    addresses: Addresses,
    build: String,
}

/// How the page hears of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Connection {
    /// Not at all: asleep, or hidden.
    Off,
    /// For the first time, or again after it was hidden.
    Connecting,
    /// As they happen.
    Live,
    /// It lost the server and tries again.
    Reconnecting,
}

impl PageState {
    /// As the page came.
    pub(crate) fn new(data: PageData) -> Self {
        let (entry, entry_seq) = data.entry.map_or((None, 0), |(entry, seq)| (Some(entry), seq));
        let saved = match data.notice {
            Some(Notice::Saved(id)) => Some(id),
            _ => None,
        };
        Self {
            start: StoredValue::new(Start { addresses: data.addresses, build: data.build }),
            composer: ComposerState::new(&data.draft, data.failure),
            listing: RwSignal::new(LiveListing::new(data.listing)),
            entry: RwSignal::new(entry),
            entry_seq: StoredValue::new(entry_seq),
            notice: RwSignal::new(data.notice),
            status: RwSignal::new(String::new()),
            connection: RwSignal::new(Connection::Off),
            is_outdated: RwSignal::new(false),
            is_awake: StoredValue::new(false),
            highlighted: RwSignal::new(saved),
        }
    }

    /// Where everything is.
    pub(crate) fn addresses(&self) -> Addresses {
        self.start.with_value(|start| start.addresses.clone())
    }

    /// The build that made the page.
    pub(crate) fn build(&self) -> String {
        self.start.with_value(|start| start.build.clone())
    }

    /// The text in the code of an entry that the page shows.
    pub(crate) fn value_of(&self, id: EntryId) -> Option<String> {
        if let Some(entry) = self.entry.get_untracked() {
            return entry.value;
        }
        self.listing.with_untracked(|listing| {
            let row = listing.rows().iter().find(|row| domain::Row::id(*row) == id)?;
            row.shown.with_untracked(|shown| shown.value.clone())
        })
    }

    /// Whether the page is about one entry.
    pub(crate) fn is_entry_page(&self) -> bool {
        self.entry.with_untracked(Option::is_some)
    }

    /// The seq of the last change that the page shows.
    pub(crate) fn seq(&self) -> Seq {
        if self.is_entry_page() {
            self.entry_seq.get_value()
        } else {
            self.listing.with_untracked(LiveListing::seq)
        }
    }

    /// Folds a change in.
    pub(crate) fn apply(&self, seq: Seq, kind: ChangeKind, shown: Shown) -> Applied {
        if self.is_entry_page() {
            return self.apply_to_entry(seq, shown);
        }
        // Nobody is told of a change that changes nothing.
        self.listing
            .try_maybe_update(|listing| {
                let applied = listing.apply(seq, kind, shown);
                (applied == Applied::Taken, applied)
            })
            .unwrap_or(Applied::Ignored)
    }

    fn apply_to_entry(&self, seq: Seq, shown: Shown) -> Applied {
        let seen = self.entry_seq.get_value();
        if seq <= seen {
            return Applied::Ignored;
        }
        if seq != seen + 1 {
            return Applied::Gap;
        }
        self.entry_seq.set_value(seq);
        if self.entry.with_untracked(|entry| entry.as_ref().is_some_and(|entry| entry.id == shown.id)) {
            self.entry.set(Some(shown));
        }
        Applied::Taken
    }
}

/// What the islands of this page share.
pub(crate) fn page_state() -> PageState {
    use_context().expect("`render` and `wake` provide it before any island is drawn")
}
