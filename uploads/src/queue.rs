//! Which upload is in which state, and which comes next. Pure: no browser.

use std::collections::BTreeMap;

use domain::EntryId;

/// Uploads in flight at once: more would only share the same connection.
pub(crate) const IN_FLIGHT_MAX: usize = 3;

/// Attempts at an upload while the server does not answer: with their pauses, about two minutes.
const ATTEMPTS_MAX: u32 = 9;

/// The longest pause before another attempt, in milliseconds.
const PAUSE_MAX_MS: u32 = 20_000;

/// Identifies an upload on this page.
pub(crate) type UploadId = u32;

/// The state of an upload.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum State {
    /// Others come first.
    Waiting,
    /// Its digest is being computed and asked about.
    Checking,
    /// The space has the same file: the person decides.
    Known { same: EntryId },
    /// Its bytes are on the way: how many, of how many.
    Sending { sent: f64, total: f64 },
    /// All of them have been sent.
    Saving,
    /// The server does not answer, or is busy: another attempt follows.
    Retrying,
    /// Saved; `same` is an earlier entry with the same bytes.
    Done { id: EntryId, same: Option<EntryId> },
    /// Given up.
    Failed { sentence: String, is_final: bool },
}

/// An upload.
#[derive(Debug)]
struct Upload {
    state: State,
    attempts: u32,
    /// Whether the person wants it even if the space has it.
    is_wanted_anyway: bool,
}

/// All uploads of the page, in their order.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    next_id: UploadId,
    uploads: BTreeMap<UploadId, Upload>,
    /// Uploads of this batch that were saved; done ones may have been forgotten.
    pub(crate) done: u64,
    /// Whether nothing may begin.
    pub(crate) is_held: bool,
}

/// How far everything is.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// Waiting for their turn.
    pub(crate) waiting: usize,
    /// In flight.
    pub(crate) active: usize,
    /// Waiting for the person's decision.
    pub(crate) known: usize,
    /// Given up.
    pub(crate) failed: usize,
    /// Saved.
    pub(crate) done: u64,
}

impl Queue {
    /// Appends an upload.
    pub(crate) fn add(&mut self) -> UploadId {
        if self.ids(State::is_unfinished).is_empty() {
            self.done = 0;
        }
        let id = self.next_id;
        self.next_id += 1;
        self.uploads.insert(id, Upload { state: State::Waiting, attempts: 0, is_wanted_anyway: false });
        id
    }

    /// The upload to begin now, if one may.
    pub(crate) fn next(&mut self) -> Option<UploadId> {
        if self.is_held || self.summary().active >= IN_FLIGHT_MAX {
            return None;
        }
        let (id, upload) = self.uploads.iter_mut().find(|(_, upload)| upload.state == State::Waiting)?;
        upload.state = State::Checking;
        Some(*id)
    }

    /// The state of an upload; `None` if it is cancelled or forgotten.
    pub(crate) fn state(&self, id: UploadId) -> Option<&State> {
        self.uploads.get(&id).map(|upload| &upload.state)
    }

    /// Changes its state; `false` if it was cancelled meanwhile.
    pub(crate) fn set(&mut self, id: UploadId, state: State) -> bool {
        let Some(upload) = self.uploads.get_mut(&id) else { return false };
        if matches!(state, State::Done { .. }) {
            self.done += 1;
        }
        upload.state = state;
        true
    }

    /// Counts an attempt; the pause before the next one in milliseconds, unless it was the last.
    pub(crate) fn pause_ms(&mut self, id: UploadId) -> Option<u32> {
        let upload = self.uploads.get_mut(&id)?;
        upload.attempts += 1;
        let pause = 500_u32.saturating_mul(1 << upload.attempts.min(10)).min(PAUSE_MAX_MS);
        (upload.attempts < ATTEMPTS_MAX).then_some(pause)
    }

    /// Whether the person wants it even if the space has it.
    pub(crate) fn is_wanted_anyway(&self, id: UploadId) -> bool {
        self.uploads.get(&id).is_some_and(|upload| upload.is_wanted_anyway)
    }

    /// Lets it take its turn again, whatever the space has.
    pub(crate) fn again(&mut self, id: UploadId) {
        if let Some(upload) = self.uploads.get_mut(&id) {
            let is_wanted_anyway = upload.is_wanted_anyway || matches!(upload.state, State::Known { .. });
            *upload = Upload { state: State::Waiting, attempts: 0, is_wanted_anyway };
        }
    }

    /// Forgets an upload.
    pub(crate) fn remove(&mut self, id: UploadId) {
        self.uploads.remove(&id);
    }

    /// Those in such a state, in their order.
    pub(crate) fn ids(&self, is_meant: impl Fn(&State) -> bool) -> Vec<UploadId> {
        self.uploads.iter().filter(|(_, upload)| is_meant(&upload.state)).map(|(id, _)| *id).collect()
    }

    /// How far everything is.
    pub(crate) fn summary(&self) -> Summary {
        let mut summary = Summary { done: self.done, ..Summary::default() };
        for upload in self.uploads.values() {
            match &upload.state {
                State::Waiting => summary.waiting += 1,
                State::Checking | State::Sending { .. } | State::Saving | State::Retrying => {
                    summary.active += 1;
                }
                State::Known { .. } => summary.known += 1,
                State::Failed { .. } => summary.failed += 1,
                State::Done { .. } => {}
            }
        }
        summary
    }
}

impl State {
    /// Whether leaving the page would lose it.
    pub(crate) fn is_unfinished(&self) -> bool {
        matches!(self, Self::Waiting | Self::Checking | Self::Sending { .. } | Self::Saving | Self::Retrying)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed() -> State {
        State::Failed { sentence: "No.".to_owned(), is_final: false }
    }

    #[test]
    fn at_most_three_are_in_flight_and_the_rest_follows_after_errors() {
        let mut queue = Queue::default();
        let ids: Vec<_> = (0..6).map(|_| queue.add()).collect();
        assert_eq!(
            [queue.next(), queue.next(), queue.next(), queue.next()],
            [Some(0), Some(1), Some(2), None]
        );
        queue.set(ids[0], State::Retrying);
        assert_eq!(queue.next(), None, "one that is about to be repeated keeps its turn");
        queue.set(ids[0], failed());
        assert_eq!(queue.next(), Some(3));
        queue.set(ids[1], State::Known { same: 12 });
        assert_eq!(queue.next(), Some(4));
        queue.set(ids[2], State::Done { id: 13, same: None });
        assert_eq!(queue.next(), Some(5));
        assert_eq!(queue.summary(), Summary { waiting: 0, active: 3, known: 1, failed: 1, done: 1 });
    }

    #[test]
    fn known_one_is_uploaded_anyway_when_wanted() {
        let mut queue = Queue::default();
        let id = queue.add();
        queue.next();
        queue.set(id, State::Known { same: 12 });
        assert!(!queue.is_wanted_anyway(id));
        queue.again(id);
        assert!(queue.is_wanted_anyway(id) && queue.next() == Some(id));
        queue.set(id, failed());
        queue.again(id);
        assert!(queue.is_wanted_anyway(id), "and when it is repeated");
    }

    #[test]
    fn cancelled_one_stays_cancelled() {
        let mut queue = Queue::default();
        let id = queue.add();
        queue.next();
        queue.remove(id);
        assert!(!queue.set(id, State::Done { id: 1, same: None }));
        assert_eq!(queue.pause_ms(id), None);
        assert_eq!((queue.state(id), queue.summary()), (None, Summary::default()));
    }

    #[test]
    fn pauses_grow_and_end() {
        let mut queue = Queue::default();
        let id = queue.add();
        let pauses: Vec<_> = std::iter::from_fn(|| queue.pause_ms(id)).collect();
        assert_eq!(pauses, [1000, 2000, 4000, 8000, 16_000, 20_000, 20_000, 20_000]);
        queue.again(id);
        assert_eq!(queue.pause_ms(id), Some(1000));
    }

    #[test]
    fn held_queue_begins_nothing() {
        let mut queue = Queue::default();
        queue.add();
        queue.is_held = true;
        assert_eq!(queue.next(), None);
        queue.is_held = false;
        assert_eq!(queue.next(), Some(0));
    }
}
