//! What the islands of a page share: one root for all of them, provided as context before the first one is drawn.

use domain::wire::PageData;
use domain::{Applied, ChangeKind, EntryId, EntryRow, Notice, Seq, State};
use leptos::prelude::*;

use crate::addresses::Addresses;
use crate::composer_state::{ComposerState, Fields};
use crate::live_listing::LiveListing;

/// What is said when the server does not answer: no longer true once it does.
pub(crate) const UNREACHABLE: &str = "The server cannot be reached. Nothing is lost: try again in a moment.";

/// What the islands of a page share.
#[derive(Clone, Copy)]
pub(crate) struct PageState {
    /// What is being made.
    pub(crate) composer: ComposerState,
    /// The listing, kept current.
    pub(crate) listing: RwSignal<LiveListing>,
    /// The entry that the page is about, kept current.
    pub(crate) entry: RwSignal<Option<EntryRow>>,
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
    /// Files of the bucket that are left out because of their names.
    pub(crate) unnamed_files: u64,
}

/// What the page needs to know, but nobody to be told of.
pub(crate) struct Notes {
    /// Where everything is.
    addresses: Addresses,
    /// The build that made the page.
    pub(crate) build: String,
    /// The seq of the last change that the page of an entry has seen.
    entry_seq: Seq,
    /// Whether the page is awake: from then on times are local.
    pub(crate) is_awake: bool,
    /// Whether a save is on its way.
    pub(crate) is_saving: bool,
    /// How many entries came and went through others since the last announcement.
    pub(crate) unannounced: (u64, u64),
    /// The last change made from here whose event is still to come: it is not announced.
    pub(crate) own_seq: Seq,
    /// When rows last moved without the person's doing, or by a removal, in milliseconds since 1970.
    pub(crate) rows_moved_at_ms: f64,
    /// Whether the server has just answered, so that the form may go to it.
    pub(crate) may_leave: bool,
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
    /// The server's storage has not answered for so many seconds: changes may be missing.
    Behind(u64),
    /// It lost the server and tries again.
    Reconnecting,
}

impl PageState {
    /// As the page came.
    pub(crate) fn new(data: PageData) -> Self {
        let saved = match data.notice {
            Some(Notice::Saved { id }) => Some(id),
            _ => None,
        };
        Self {
            composer: ComposerState::new(data.draft, data.failure),
            listing: RwSignal::new(LiveListing::new(data.listing)),
            entry: RwSignal::new(data.entry),
            board: RwSignal::new(Board { notice: data.notice, status: String::new() }),
            link: RwSignal::new(Link {
                connection: data.behind_seconds.map_or(Connection::Off, Connection::Behind),
                is_outdated: false,
                unnamed_files: data.unnamed_files,
            }),
            highlighted: RwSignal::new(saved),
            notes: StoredValue::new(Notes {
                addresses: Addresses { base: data.base, space: data.space },
                build: data.build,
                entry_seq: data.entry_seq.unwrap_or(0),
                is_awake: false,
                is_saving: false,
                unannounced: (0, 0),
                own_seq: 0,
                rows_moved_at_ms: 0.0,
                may_leave: false,
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
        self.board.update(|board| board.status = said_anew(&board.status, words));
    }

    /// Shows what a write did.
    pub(crate) fn show(&self, notice: Notice, words: String) {
        self.board.update(|board| {
            *board = Board { notice: Some(notice), status: said_anew(&board.status, words) };
        });
    }

    /// The server answers again: takes back what was said because it did not.
    pub(crate) fn forget_unreachable(&self) {
        let is_it = |words: &str| words == UNREACHABLE;
        let verdict = self.composer.verdict;
        if verdict.with_untracked(|now| now.failure.as_ref().is_some_and(|why| is_it(&why.error))) {
            verdict.update(|now| now.failure = None);
        }
        if self
            .board
            .with_untracked(|now| matches!(&now.notice, Some(Notice::Failed { error }) if is_it(error)))
        {
            self.board.set(Board { notice: None, status: String::new() });
        }
    }

    /// Shows how the page hears of changes.
    pub(crate) fn set_connection(&self, connection: Connection) {
        if self.link.with_untracked(|link| link.connection != connection) {
            self.link.update(|link| link.connection = connection);
        }
    }

    /// Shows how many files are left out.
    pub(crate) fn set_unnamed_files(&self, count: u64) {
        if self.link.with_untracked(|link| link.unnamed_files != count) {
            self.link.update(|link| link.unnamed_files = count);
        }
    }

    /// The text in the code of an entry that the page shows.
    pub(crate) fn value_of(&self, id: EntryId) -> Option<String> {
        if let Some(entry) = self.entry.get_untracked() {
            return entry.value;
        }
        self.listing.with_untracked(|listing| {
            let row = listing.rows().iter().find(|row| domain::Row::id(*row) == id)?;
            row.entry.with_untracked(|entry| entry.value.clone())
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
    pub(crate) fn apply(&self, seq: Seq, kind: ChangeKind, entry: EntryRow) -> Applied {
        if self.is_entry_page() {
            return self.apply_to_entry(seq, entry);
        }
        let verdict = self.composer.verdict;
        if kind == ChangeKind::Removed && verdict.with_untracked(|now| now.known == Some(entry.id)) {
            verdict.update(|now| now.known = None);
        }
        // Nobody is told of a change that changes nothing.
        self.listing
            .try_maybe_update(|listing| {
                let applied = listing.apply(seq, kind, entry);
                (applied == Applied::Taken, applied)
            })
            .unwrap_or(Applied::Ignored)
    }

    fn apply_to_entry(&self, seq: Seq, newer: EntryRow) -> Applied {
        let seen = self.notes.with_value(|notes| notes.entry_seq);
        if seq <= seen {
            return Applied::Ignored;
        }
        if seq != seen + 1 {
            return Applied::Gap;
        }
        self.notes.update_value(|notes| notes.entry_seq = seq);
        let before = self.entry.with_untracked(|entry| entry.as_ref().map(|entry| (entry.id, entry.state)));
        if let Some((id, state)) = before.filter(|(id, _)| *id == newer.id) {
            // What one did oneself is shown and said already.
            if state != newer.state {
                let what = match newer.state {
                    State::Live => "was restored",
                    State::Removed { .. } => "was removed",
                    State::Gone { .. } => "is gone",
                };
                self.say(format!("#{id} {what}"));
            }
            self.entry.set(Some(newer));
        }
        Applied::Taken
    }
}

/// Words that differ from the last ones: the same again would be no change in the document, and nobody would hear it.
fn said_anew(last: &str, mut words: String) -> String {
    if last == words {
        words.push('\u{a0}');
    }
    words
}

/// What the islands of this page share.
pub(crate) fn page_state() -> PageState {
    use_context().expect("`render` and `wake` provide it before any island is drawn")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_entries::entry;
    use domain::wire::Draft;
    use domain::{Failure, Timestamp};

    const REMOVED: State = State::Removed { at: Timestamp::from_unix_ms(0) };

    fn on_entry_page(test: impl FnOnce(PageState)) {
        Owner::new().with(|| {
            test(PageState::new(PageData {
                base: "/".to_owned(),
                space: domain::Space::main(),
                build: String::new(),
                listing: None,
                entry: Some(entry(30, State::Live)),
                entry_seq: Some(4),
                behind_seconds: None,
                unnamed_files: 0,
                draft: Draft::default(),
                notice: None,
                failure: Some(Failure::new("No.")),
            }));
        });
    }

    fn said(page: &PageState) -> String {
        page.board.get_untracked().status
    }

    #[test]
    fn the_page_of_an_entry_speaks_of_that_one_only() {
        on_entry_page(|page| {
            page.apply(5, ChangeKind::Removed, entry(29, REMOVED));
            assert_eq!(said(&page), "");
            page.apply(6, ChangeKind::Removed, entry(30, REMOVED));
            assert_eq!(said(&page), "#30 was removed");
            page.apply(7, ChangeKind::Restored, entry(30, State::Live));
            assert_eq!(said(&page), "#30 was restored");
            // From here: shown before its event comes.
            page.entry.set(Some(entry(30, REMOVED)));
            page.show(Notice::Removed { id: 30 }, "Removed #30".to_owned());
            page.apply(8, ChangeKind::Removed, entry(30, REMOVED));
            assert_eq!(said(&page), "Removed #30");
        });
    }

    #[test]
    fn the_same_words_again_are_a_change() {
        on_entry_page(|page| {
            let times: Vec<String> = (0..3)
                .map(|_| {
                    page.say("Copied".to_owned());
                    said(&page)
                })
                .collect();
            assert!(times[0] != times[1] && times[1] != times[2], "{times:?}");
            assert!(times.iter().all(|words| words.trim() == "Copied"));
        });
    }

    #[test]
    fn only_that_the_server_was_away_is_forgotten() {
        on_entry_page(|page| {
            page.show(Notice::Failed { error: "Full.".to_owned() }, String::new());
            page.forget_unreachable();
            assert!(page.board.get_untracked().notice.is_some());
            assert!(page.composer.refused(None).is_some());
            page.show(Notice::Failed { error: UNREACHABLE.to_owned() }, UNREACHABLE.to_owned());
            page.composer.verdict.update(|verdict| {
                verdict.failure = Some(Failure::new(UNREACHABLE));
            });
            page.forget_unreachable();
            assert_eq!(page.board.get_untracked(), Board { notice: None, status: String::new() });
            assert_eq!(page.composer.refused(None), None);
        });
    }
}
