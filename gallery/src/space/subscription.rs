//! A listener's position in a space's feed, and catching up from the catalog's log. Not here: the newest changes
//! (`feed`), Server-Sent Events (the server).

use std::sync::Arc;
use std::time::Duration;

use domain::Seq;
use tokio_util::sync::CancellationToken;

use crate::catalog::Listening;
use crate::clock::back_off;
use crate::space::feed::Found;
use crate::space::log_pages::{EndingTurn, LogPage};
use crate::space::spaces::SpaceInUse;

const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_MOST: Duration = Duration::from_secs(5);

/// What a subscriber receives.
#[derive(Debug, Clone)]
pub enum Event {
    /// The next change.
    Change {
        /// Its seq.
        seq: Seq,
        /// `Change` as JSON, encoded once for all subscribers.
        json: Arc<str>,
    },
    /// The log no longer reaches back to the subscriber's position: reload the listing.
    Reset,
}

/// A position in a space's feed. Holds only a cursor, and keeps the space open.
pub struct Subscription {
    space: SpaceInUse,
    stopping: CancellationToken,
    start: Seq,
    /// The seq of the last change that was returned.
    cursor: Seq,
    /// A page that was read from the catalog, while something on it is still to be returned.
    page: Option<Arc<LogPage>>,
    /// Held while a page is sent: others that catch up wait for it.
    turn: Option<EndingTurn>,
    /// `Reset` is due, or was returned: then there is nothing more.
    reset: Option<ResetState>,
    _listening: Listening,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ResetState {
    Due,
    Given,
}

impl Subscription {
    /// Right after `after`. A cursor in the future belongs to another history: `Reset`.
    pub(crate) fn new(space: SpaceInUse, after: Option<Seq>, stopping: CancellationToken) -> Self {
        let start = space.view().seq();
        let cursor = after.unwrap_or(start);
        let reset = (cursor > start).then_some(ResetState::Due);
        let listening = space.view().listen();
        Self { space, stopping, start, cursor, page: None, turn: None, reset, _listening: listening }
    }

    /// For how long the feed could not be updated; `None` if it is current.
    pub fn behind_for(&self) -> Option<Duration> {
        self.space.view().behind_for()
    }

    /// The newest seq at the time of subscribing.
    pub fn newest(&self) -> Seq {
        self.start
    }

    /// The next event; never ends by itself, except after `Reset` or when the gallery stops (`None`). Cancel-safe.
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

    /// A change on the page that was read. The page is dropped when it holds no more; its changes have then been sent, or
    /// nearly, since the network asks for more, so the turn ends.
    fn on_page(&mut self, seq: Seq) -> Option<Arc<str>> {
        let json = self.page.as_ref()?.get(seq).cloned();
        if json.is_none() {
            (self.page, self.turn) = (None, None);
        }
        json
    }

    /// The event after the cursor, which does not move.
    async fn next_in_feed(&mut self) -> Event {
        if self.reset.is_some() {
            return Event::Reset;
        }
        loop {
            let seq = self.cursor + 1;
            if let Some(json) = self.on_page(seq) {
                return Event::Change { seq, json };
            }
            let feed = self.space.view().feed();
            match feed.find(seq) {
                Found::Here(json) => return Event::Change { seq, json },
                Found::NotYet => feed.reached(seq).await,
                Found::NoLonger => match self.catch_up(seq).await {
                    Some((page, turn)) => (self.page, self.turn) = (Some(page), Some(turn)),
                    None => return Event::Reset,
                },
            }
        }
    }

    /// A page of the catalog's log with this change, however long it takes, and the turn to send it; `None` if the
    /// log no longer has it, or the ring is ahead of the catalog: another history.
    async fn catch_up(&self, seq: Seq) -> Option<(Arc<LogPage>, EndingTurn)> {
        let (view, pages) = (self.space.view(), self.space.log_pages());
        let mut attempt = 0;
        loop {
            let turn = pages.turn().await;
            match pages.page_with(view.catalog(), view.space(), seq).await {
                Ok(page) => return Some((page?, turn.ends_soon())),
                // The space's tail logs this.
                Err(_) => {
                    drop(turn);
                    tokio::time::sleep(back_off(RETRY_FIRST, attempt, RETRY_MOST)).await;
                }
            }
            attempt += 1;
        }
    }
}
