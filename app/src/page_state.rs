//! The state shared by the islands of a page: one root, provided as context before the first of them is drawn.

use domain::wire::{OpenJobs, PageData};
use domain::{Applied, ChangeKind, EntryId, EntryRow, Notice, Parameters, Seq, State};
use leptos::prelude::*;

use crate::addresses::Addresses;
use crate::composer_state::{ComposerState, Fields};
use crate::live_listing::LiveListing;
use crate::open_jobs;
use crate::words::UNREACHABLE;

/// The state shared by the islands of a page.
#[derive(Clone, Copy)]
pub(crate) struct PageState {
    /// The composer.
    pub(crate) composer: ComposerState,
    /// The listing, kept current.
    pub(crate) listing: RwSignal<LiveListing>,
    /// The entry of an entry's page, kept current.
    pub(crate) entry: RwSignal<Option<EntryRow>>,
    /// What runs and what failed, for the link to that page.
    pub(crate) open_jobs: RwSignal<OpenJobs>,
    /// Messages.
    pub(crate) messages: RwSignal<Messages>,
    /// The connection to the event stream.
    pub(crate) connection: RwSignal<ConnectionState>,
    /// The entry that was last saved from this page.
    pub(crate) highlighted: RwSignal<Option<EntryId>>,
    /// State without subscribers.
    pub(crate) untracked: StoredValue<Untracked>,
}

/// Messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Messages {
    /// The outcome of the last write.
    pub(crate) notice: Option<Notice>,
    /// The same and more, for screen readers.
    pub(crate) status: String,
    /// What gives an entry its former name and labels.
    pub(crate) undo: Option<Undo>,
}

/// A form that undoes something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Undo {
    /// Where it is posted.
    pub(crate) address: String,
    /// Its fields.
    pub(crate) form: Parameters,
}

/// The connection to the event stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConnectionState {
    /// Its state.
    pub(crate) connection: Connection,
    /// Whether the server runs another build than the one that rendered the page.
    pub(crate) is_outdated: bool,
    /// Files of the bucket that are left out because of their names.
    pub(crate) unnamed_files: u64,
    /// Why nothing can be saved until somebody repairs the storage.
    pub(crate) fault: Option<String>,
}

/// State that no view subscribes to.
pub(crate) struct Untracked {
    /// Where everything is.
    addresses: Addresses,
    /// The build that rendered the page.
    pub(crate) build: String,
    /// The seq of the last change that an entry's page has seen.
    entry_seq: Seq,
    /// The seq of the last change that the page of jobs has seen; `None` on other pages.
    jobs_seq: Option<Seq>,
    /// Whether a newer state of the page is being fetched.
    pub(crate) refresh: Refresh,
    /// Whether the page is hydrated: from then on times are local.
    pub(crate) is_awake: bool,
    /// Whether a save is in progress.
    pub(crate) is_saving: bool,
    /// How many entries others added and removed since the last announcement.
    pub(crate) unannounced: (u64, u64),
    /// The last change made from this page whose event has not arrived: it is not announced again.
    pub(crate) own_seq: Seq,
    /// When rows last moved without the person's doing, or by a removal, in milliseconds since 1970.
    pub(crate) rows_moved_at_ms: f64,
    /// How often something was searched for.
    pub(crate) searches: u32,
    /// Whether the server has just answered, so that the form may be submitted to it.
    pub(crate) may_leave: bool,
    /// What was sent with the request id that is in the form.
    pub(crate) attempted: Option<Fields>,
}

/// Whether a newer state of the page is being fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refresh {
    /// It is not.
    None,
    /// It is.
    Running,
    /// It is, and must be again: the page has changed since.
    Again,
}

/// The state of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Connection {
    /// Not connected: not hydrated, or hidden.
    Off,
    /// For the first time, or again after being hidden.
    Connecting,
    /// Receives changes as they happen.
    Live,
    /// The server's storage has not answered for this many seconds: changes may be missing.
    Behind(u64),
    /// The server is unreachable; the page tries again.
    Reconnecting,
}

impl PageState {
    /// The state with which the page came.
    pub(crate) fn new(data: PageData) -> Self {
        let saved = match data.notice {
            Some(Notice::Saved { id, .. }) => Some(id),
            _ => None,
        };
        Self {
            composer: ComposerState::new(data.draft, data.failure, data.known),
            listing: RwSignal::new(LiveListing::new(data.listing, asked(&data.query))),
            entry: RwSignal::new(data.entry),
            open_jobs: RwSignal::new(data.open_jobs),
            messages: RwSignal::new(Messages { notice: data.notice, ..Messages::default() }),
            connection: RwSignal::new(ConnectionState {
                connection: data.behind_seconds.map_or(Connection::Off, Connection::Behind),
                is_outdated: false,
                unnamed_files: data.unnamed_files,
                fault: data.fault,
            }),
            highlighted: RwSignal::new(saved),
            untracked: StoredValue::new(Untracked {
                addresses: Addresses { base: data.base, space: data.space },
                build: data.build,
                entry_seq: data.entry_seq.unwrap_or(0),
                jobs_seq: data.jobs_seq,
                refresh: Refresh::None,
                is_awake: false,
                is_saving: false,
                unannounced: (0, 0),
                own_seq: 0,
                rows_moved_at_ms: 0.0,
                searches: 0,
                may_leave: false,
                attempted: None,
            }),
        }
    }

    /// Where everything is.
    pub(crate) fn addresses(&self) -> Addresses {
        self.untracked.with_value(|untracked| untracked.addresses.clone())
    }

    /// Announces something to screen readers.
    pub(crate) fn say(&self, words: String) {
        self.messages.update(|messages| messages.status = made_different(&messages.status, words));
    }

    /// Shows the outcome of a write.
    pub(crate) fn show(&self, notice: Notice, words: String) {
        self.messages.update(|messages| {
            let status = made_different(&messages.status, words);
            *messages = Messages { notice: Some(notice), status, undo: None };
        });
    }

    /// The server answers again: withdraws the message that it does not.
    pub(crate) fn withdraw_unreachable(&self) {
        let is_it = |words: &str| words == UNREACHABLE;
        let verdict = self.composer.feedback;
        if verdict.with_untracked(|now| now.failure.as_ref().is_some_and(|why| is_it(&why.error))) {
            verdict.update(|now| now.failure = None);
        }
        if self
            .messages
            .with_untracked(|now| matches!(&now.notice, Some(Notice::Failed { error }) if is_it(error)))
        {
            self.messages.set(Messages::default());
        }
    }

    /// Shows the state of the connection. When the server is lost or found again, older notices disappear,
    /// because they may contradict that; those that offer to undo something stay.
    pub(crate) fn set_connection(&self, connection: Connection) {
        let before = self.connection.with_untracked(|link| link.connection);
        if before == connection {
            return;
        }
        self.connection.update(|link| link.connection = connection);
        let is_lost = connection == Connection::Reconnecting;
        if is_lost || before == Connection::Reconnecting {
            let stays = |notice: &Notice| match notice {
                Notice::Removed { .. } | Notice::RemovedSince { .. } | Notice::GoneSince { .. } => true,
                Notice::Failed { error } => is_lost && error == UNREACHABLE,
                Notice::Saved { .. }
                | Notice::Uploaded { .. }
                | Notice::Restored { .. }
                | Notice::Described
                | Notice::Undone => false,
            };
            if self.messages.with_untracked(|now| now.notice.as_ref().is_some_and(|notice| !stays(notice))) {
                self.messages.update(|messages| messages.notice = None);
            }
        }
    }

    /// Shows how many files are left out.
    pub(crate) fn set_unnamed_files(&self, count: u64) {
        if self.connection.with_untracked(|link| link.unnamed_files != count) {
            self.connection.update(|link| link.unnamed_files = count);
        }
    }

    /// Shows why nothing can be saved, and announces it.
    pub(crate) fn set_fault(&self, fault: Option<&str>) {
        if self.connection.with_untracked(|link| link.fault.as_deref() != fault) {
            self.connection.update(|link| link.fault = fault.map(str::to_owned));
            fault.into_iter().for_each(|fault| self.say(fault.to_owned()));
        }
    }

    /// An entry that the page shows.
    pub(crate) fn entry_of(&self, id: EntryId) -> Option<EntryRow> {
        if let Some(entry) = self.entry.get_untracked() {
            return Some(entry);
        }
        self.listing.with_untracked(|listing| {
            let row = listing.rows().iter().find(|row| domain::Row::id(*row) == id)?;
            Some(row.entry.get_untracked())
        })
    }

    /// Whether this is the page of one entry.
    pub(crate) fn is_entry_page(&self) -> bool {
        self.entry.with_untracked(Option::is_some)
    }

    /// Whether this is the page of jobs.
    pub(crate) fn is_jobs_page(&self) -> bool {
        self.untracked.with_value(|untracked| untracked.jobs_seq.is_some())
    }

    /// How often something was searched for: an answer to an older search is outdated.
    pub(crate) fn searches(&self) -> u32 {
        self.untracked.with_value(|untracked| untracked.searches)
    }

    /// The seq of the last change that the page shows.
    pub(crate) fn seq(&self) -> Seq {
        if let Some(seq) = self.untracked.with_value(|untracked| untracked.jobs_seq) {
            seq
        } else if self.is_entry_page() {
            self.untracked.with_value(|untracked| untracked.entry_seq)
        } else {
            self.listing.with_untracked(LiveListing::seq)
        }
    }

    /// Folds a change in.
    pub(crate) fn apply(&self, seq: Seq, kind: ChangeKind, entry: EntryRow) -> Applied {
        if self.is_entry_page() {
            return self.apply_to_entry(seq, entry);
        }
        if self.is_jobs_page() {
            return self.apply_to_jobs(seq);
        }
        let verdict = self.composer.feedback;
        if kind == ChangeKind::Removed && verdict.with_untracked(|now| now.known == Some(entry.id)) {
            verdict.update(|now| now.known = None);
        }
        let job = entry.photo.is_some().then(|| entry.clone());
        // A change that changes nothing is not announced.
        let applied = self
            .listing
            .try_maybe_update(|listing| {
                let applied = listing.apply(seq, kind, entry);
                (applied == Applied::Taken, applied)
            })
            .unwrap_or(Applied::Ignored);
        if let Some(photo) = job.filter(|_| applied == Applied::Taken) {
            self.open_jobs.update(|jobs| open_jobs::count(jobs, &photo));
        }
        applied
    }

    /// What the page of jobs shows is drawn by the server.
    fn apply_to_jobs(&self, seq: Seq) -> Applied {
        let seen = self.seq();
        if seq <= seen {
            return Applied::Ignored;
        }
        self.untracked.update_value(|untracked| untracked.jobs_seq = Some(seq));
        Applied::Taken
    }

    fn apply_to_entry(&self, seq: Seq, newer: EntryRow) -> Applied {
        let seen = self.untracked.with_value(|untracked| untracked.entry_seq);
        if seq <= seen {
            return Applied::Ignored;
        }
        if seq != seen + 1 {
            return Applied::Gap;
        }
        self.untracked.update_value(|untracked| untracked.entry_seq = seq);
        let before = self.entry.with_untracked(|entry| entry.as_ref().map(|entry| (entry.id, entry.state)));
        if let Some((id, state)) = before.filter(|(id, _)| *id == newer.id) {
            // Changes made from this page are shown and announced already.
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

/// What the address asked for, from names and values by turns.
fn asked(flat: &[String]) -> Parameters {
    flat.chunks_exact(2).map(|pair| (&*pair[0], &*pair[1])).collect()
}

/// A message that differs from the last one: the same text again would not change the document, and no screen reader
/// would read it.
fn made_different(last: &str, mut words: String) -> String {
    if last == words {
        words.push('\u{a0}');
    }
    words
}

/// The state of this page.
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
                query: Vec::new(),
                entry: Some(entry(30, State::Live)),
                entry_seq: Some(4),
                open_jobs: OpenJobs::default(),
                jobs_seq: None,
                behind_seconds: None,
                unnamed_files: 0,
                fault: None,
                draft: Draft::default(),
                known: None,
                notice: None,
                failure: Some(Failure::new("No.")),
            }));
        });
    }

    fn said(page: &PageState) -> String {
        page.messages.get_untracked().status
    }

    #[test]
    fn entry_page_announces_only_its_entry() {
        on_entry_page(|page| {
            page.apply(5, ChangeKind::Removed, entry(29, REMOVED));
            assert_eq!(said(&page), "");
            page.apply(6, ChangeKind::Removed, entry(30, REMOVED));
            assert_eq!(said(&page), "#30 was removed");
            page.apply(7, ChangeKind::Restored, entry(30, State::Live));
            assert_eq!(said(&page), "#30 was restored");
            // From this page: shown before its event arrives.
            page.entry.set(Some(entry(30, REMOVED)));
            page.show(Notice::Removed { id: 30 }, "Removed #30".to_owned());
            page.apply(8, ChangeKind::Removed, entry(30, REMOVED));
            assert_eq!(said(&page), "Removed #30");
        });
    }

    #[test]
    fn repeated_message_differs_from_the_last() {
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
    fn lost_connection_ends_older_messages() {
        on_entry_page(|page| {
            let shown_after = |notice: &Notice, connection| {
                page.show(notice.clone(), String::new());
                page.set_connection(connection);
                page.messages.get_untracked().notice.as_ref() == Some(notice)
            };
            let failed = |error: &str| Notice::Failed { error: error.to_owned() };
            let lost_and_found = [Connection::Reconnecting, Connection::Live];
            assert!(
                shown_after(&Notice::Saved { id: 1, known: None }, Connection::Live),
                "the page has just come"
            );
            for (notice, stays) in [
                (Notice::Saved { id: 1, known: None }, [false, false]),
                (Notice::Described, [false, false]),
                (failed("Full."), [false, false]),
                (failed(UNREACHABLE), [true, false]),
                (Notice::Removed { id: 1 }, [true, true]),
            ] {
                assert_eq!(
                    lost_and_found.map(|connection| shown_after(&notice, connection)),
                    stays,
                    "{notice:?}"
                );
            }
        });
    }

    #[test]
    fn only_the_unreachable_message_is_withdrawn() {
        on_entry_page(|page| {
            page.show(Notice::Failed { error: "Full.".to_owned() }, String::new());
            page.withdraw_unreachable();
            assert!(page.messages.get_untracked().notice.is_some());
            assert!(page.composer.refused(None).is_some());
            page.show(Notice::Failed { error: UNREACHABLE.to_owned() }, UNREACHABLE.to_owned());
            page.composer.feedback.update(|verdict| {
                verdict.failure = Some(Failure::new(UNREACHABLE));
            });
            page.withdraw_unreachable();
            assert_eq!(page.messages.get_untracked(), Messages::default());
            assert_eq!(page.composer.refused(None), None);
        });
    }
}
