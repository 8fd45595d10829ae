//! What the islands of a page share: one root for all of them, provided as context before the first one is drawn.

use domain::{Applied, ChangeKind, EntryId, Seq};
use leptos::prelude::*;

use crate::addresses::Addresses;
use crate::composer_state::{ComposerState, Fields};
use crate::live_listing::LiveListing;
use crate::page_data::{Notice, PageData};
use crate::shown::Shown;

/// What the islands of a page share.
#[derive(Clone, Copy)]
pub(crate) struct PageState {
    /// What is being made.
    pub(crate) composer: ComposerState,
    /// The listing, kept current.
    pub(crate) listing: RwSignal<LiveListing>,
    /// The entry that the page is about, kept current.
    pub(crate) entry: RwSignal<Option<Shown>>,
    /// What is said.
    pub(crate) board: RwSignal<Board>,
    /// How the page hears of changes.
    pub(crate) link: RwSignal<Link>,
    /// The entry that was saved last from here.
    pub(crate) highlighted: RwSignal<Option<EntryId>>,
    /// What nobody waits for.
    pub(crate) notes: StoredValue<Notes>,
}

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Board {
    /// What the last write did.
    pub(crate) notice: Option<Notice>,
    /// The same and more, for those who cannot see it happen.
    pub(crate) status: String,
}

/// How the page hears of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link {
    /// In which state it is.
    pub(crate) connection: Connection,
    /// Whether the server runs another build than the one that made the page.
    pub(crate) is_outdated: bool,
}

/// What the page needs to know, but nobody to be told of.
pub(crate) struct Notes {
    /// Where everything is.
    addresses: Addresses,
    /// The build that made the page.
    pub(crate) build: String,
    /// The seq of the last change that the page of an entry has seen.
    entry_seq: Seq,
    /// Whether the islands are awake: from then on times are local.
    pub(crate) is_awake: bool,
    /// Whether a save is on its way.
    pub(crate) is_saving: bool,
    /// How many entries came and went through others since the last announcement.
    pub(crate) unannounced: (u64, u64),
    /// What was sent with the request id that is in the form.
    pub(crate) attempted: Option<Fields>,
}

/// The state of the connection.
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
            composer: ComposerState::new(data.draft, data.failure),
            listing: RwSignal::new(LiveListing::new(data.listing)),
            entry: RwSignal::new(entry),
            board: RwSignal::new(Board { notice: data.notice, status: String::new() }),
            link: RwSignal::new(Link { connection: Connection::Off, is_outdated: false }),
            highlighted: RwSignal::new(saved),
            notes: StoredValue::new(Notes {
                addresses: data.addresses,
                build: data.build,
                entry_seq,
                is_awake: false,
                is_saving: false,
                unannounced: (0, 0),
                attempted: None,
            }),
        }
    }

    /// Where everything is.
    pub(crate) fn addresses(&self) -> Addresses {
        self.notes.with_value(|notes| notes.addresses.clone())
    }

    /// Says something to those who cannot see it happen.
    pub(crate) fn say(&self, words: String) {
        self.board.update(|board| board.status = words);
    }

    /// Shows what a write did.
    pub(crate) fn show(&self, notice: Notice, words: String) {
        self.board.set(Board { notice: Some(notice), status: words });
    }

    /// Shows how the page hears of changes.
    pub(crate) fn set_connection(&self, connection: Connection) {
        if self.link.with_untracked(|link| link.connection != connection) {
            self.link.update(|link| link.connection = connection);
        }
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
            self.notes.with_value(|notes| notes.entry_seq)
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
        let seen = self.notes.with_value(|notes| notes.entry_seq);
        if seq <= seen {
            return Applied::Ignored;
        }
        if seq != seen + 1 {
            return Applied::Gap;
        }
        self.notes.update_value(|notes| notes.entry_seq = seq);
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
