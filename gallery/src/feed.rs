//! The newest changes of a space, encoded once for all who listen, and the place of one listener in them. Not here: who
//! puts changes in (`view`), Server-Sent Events (the server).

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::Seq;
use domain::limits::FEED_RING_CHANGES;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::catalog::{Listening, Since};
use crate::clock::back_off;
use crate::spaces::SpaceInUse;
use crate::view::encode;

/// Changes that a listener who has fallen behind the ring reads from the catalog at once: ten thousand of them may be
/// behind at the same time.
const CATCH_UP_CHANGES: usize = 32;
const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_MOST: Duration = Duration::from_secs(5);

/// What a subscriber hears.
#[derive(Debug, Clone)]
pub enum Event {
    /// The next change.
    Change {
        /// Its seq.
        seq: Seq,
        /// `Change` as JSON, encoded once for all subscribers.
        json: Arc<str>,
    },
    /// The log no longer reaches back to where the subscriber was: load the listing again.
    Reset,
}

/// The newest changes of a space, and a bell.
pub(crate) struct Feed {
    ring: Mutex<Ring>,
    newest: watch::Sender<Seq>,
}

/// Encoded changes without a gap, the last of them at `end`.
struct Ring {
    end: Seq,
    changes: VecDeque<Arc<str>>,
}

/// What the ring knows of a seq.
enum Found {
    Here(Arc<str>),
    NotYet,
    NoLonger,
}

impl Feed {
    pub(crate) fn new(end: Seq) -> Self {
        Self { ring: Mutex::new(Ring { end, changes: VecDeque::new() }), newest: watch::Sender::new(end) }
    }

    /// Puts the next change in. Nobody hears of it before `ring_the_bell`.
    pub(crate) fn push(&self, json: Arc<str>) {
        let mut ring = self.ring();
        ring.end += 1;
        ring.changes.push_back(json);
        if ring.changes.len() > FEED_RING_CHANGES {
            ring.changes.pop_front();
        }
    }

    /// Goes on from another seq: what lies between is not known here.
    pub(crate) fn jump(&self, end: Seq) {
        *self.ring() = Ring { end, changes: VecDeque::new() };
    }

    /// Wakes all who wait.
    pub(crate) fn ring_the_bell(&self) {
        let end = self.ring().end;
        self.newest.send_if_modified(|newest| std::mem::replace(newest, end) != end);
    }

    /// Returns when the feed has reached this seq.
    pub(crate) async fn reached(&self, seq: Seq) {
        // The sender lives in `self`: it cannot be gone.
        let _ = self.newest.subscribe().wait_for(|newest| *newest >= seq).await;
    }

    fn find(&self, seq: Seq) -> Found {
        let ring = self.ring();
        let Some(from_end) = ring.end.checked_sub(seq) else { return Found::NotYet };
        let place = usize::try_from(from_end).ok().and_then(|back| ring.changes.len().checked_sub(back + 1));
        place.map_or(Found::NoLonger, |place| Found::Here(Arc::clone(&ring.changes[place])))
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in a space's feed. Holds only a cursor, and keeps the space open.
pub struct Subscription {
    space: SpaceInUse,
    stopping: CancellationToken,
    start: Seq,
    /// The seq of the last change that was given out.
    cursor: Seq,
    /// What was read from the catalog in one go, the next one first.
    backlog: VecDeque<(Seq, Arc<str>)>,
    /// `Reset` is due, or was given out: then there is nothing more.
    reset: Option<ResetState>,
    _listening: Listening,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ResetState {
    Due,
    Given,
}

impl Subscription {
    /// Right after `after`. A cursor in the future is of another history: `Reset`.
    pub(crate) fn new(space: SpaceInUse, after: Option<Seq>, stopping: CancellationToken) -> Self {
        let start = space.view().seq();
        let cursor = after.unwrap_or(start);
        let reset = (cursor > start).then_some(ResetState::Due);
        let listening = space.view().listen();
        Self { space, stopping, start, cursor, backlog: VecDeque::new(), reset, _listening: listening }
    }

    /// For how long the feed could not be brought up to date; none when it can be.
    pub fn behind_for(&self) -> Option<Duration> {
        self.space.view().behind_for()
    }

    /// The newest seq at the time of subscribing.
    pub fn newest(&self) -> Seq {
        self.start
    }

    /// The next event; never ends by itself, except after `Reset` or when the gallery stops (`None`). A future that is
    /// dropped before it is ready takes nothing with it.
    pub async fn next(&mut self) -> Option<Event> {
        if self.reset == Some(ResetState::Given) {
            return None;
        }
        let stopping = self.stopping.clone();
        let event = stopping.run_until_cancelled(self.next_in_feed()).await?;
        match &event {
            Event::Change { seq, .. } => self.cursor = *seq,
            Event::Reset => self.reset = Some(ResetState::Given),
        }
        Some(event)
    }

    /// The event after the cursor, which stays where it is.
    async fn next_in_feed(&mut self) -> Event {
        if self.reset.is_some() {
            return Event::Reset;
        }
        loop {
            let seq = self.cursor + 1;
            self.backlog.retain(|(at, _)| *at >= seq);
            if let Some((at, json)) = self.backlog.front()
                && *at == seq
            {
                return Event::Change { seq, json: Arc::clone(json) };
            }
            let feed = self.space.view().feed();
            match feed.find(seq) {
                Found::Here(json) => return Event::Change { seq, json },
                Found::NotYet => feed.reached(seq).await,
                Found::NoLonger => match self.catch_up().await {
                    Some(backlog) => self.backlog = backlog,
                    None => return Event::Reset,
                },
            }
        }
    }

    /// The next changes from the catalog, however long it takes to answer; none when its log no longer has them.
    async fn catch_up(&self) -> Option<VecDeque<(Seq, Arc<str>)>> {
        let mut attempt = 0;
        loop {
            match self.space.view().since(self.cursor, CATCH_UP_CHANGES).await {
                Ok(Since::Changes(changes)) if !changes.is_empty() => {
                    return Some(changes.iter().map(|change| (change.seq, encode(change))).collect());
                }
                // The ring is past what the catalog has: another history.
                Ok(Since::Changes(_) | Since::Truncated) => return None,
                // The tail of the space says so in the log.
                Err(_) => tokio::time::sleep(back_off(RETRY_FIRST, attempt, RETRY_MOST)).await,
            }
            attempt += 1;
        }
    }
}
