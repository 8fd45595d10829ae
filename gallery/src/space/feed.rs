//! The newest changes of a space, encoded once for all listeners. Not here: adding changes (`view`), a listener's
//! position (`subscription`).

use std::collections::VecDeque;
use std::sync::Arc;

use domain::Seq;
use domain::limits::FEED_RING_CHANGES;
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::watch;

/// The newest changes of a space, and a notification of new ones.
pub(crate) struct Feed {
    ring: Mutex<Ring>,
    newest: watch::Sender<Seq>,
}

/// Encoded changes without a gap, the last of them at `end`.
struct Ring {
    end: Seq,
    changes: VecDeque<Arc<str>>,
}

/// A seq's state in the ring.
pub(crate) enum Found {
    Here(Arc<str>),
    NotYet,
    NoLonger,
}

impl Feed {
    pub(crate) fn new(end: Seq) -> Self {
        Self { ring: Mutex::new(Ring { end, changes: VecDeque::new() }), newest: watch::Sender::new(end) }
    }

    /// Adds the next change. Nobody is notified before `ring_the_bell`.
    pub(crate) fn push(&self, json: Arc<str>) {
        let mut ring = self.ring();
        ring.end += 1;
        ring.changes.push_back(json);
        if ring.changes.len() > FEED_RING_CHANGES {
            ring.changes.pop_front();
        }
    }

    /// Continues from another seq: the changes in between are unknown here.
    pub(crate) fn jump(&self, end: Seq) {
        *self.ring() = Ring { end, changes: VecDeque::new() };
    }

    /// Wakes all waiting listeners.
    pub(crate) fn ring_the_bell(&self) {
        let end = self.ring().end;
        self.newest.send_if_modified(|newest| std::mem::replace(newest, end) != end);
    }

    /// Returns when the feed has reached this seq.
    pub(crate) async fn reached(&self, seq: Seq) {
        // The sender lives in `self`: it cannot be gone.
        let _ = self.newest.subscribe().wait_for(|newest| *newest >= seq).await;
    }

    /// The state of a seq in the ring.
    pub(crate) fn find(&self, seq: Seq) -> Found {
        let ring = self.ring();
        let Some(from_end) = ring.end.checked_sub(seq) else { return Found::NotYet };
        let place = usize::try_from(from_end).ok().and_then(|back| ring.changes.len().checked_sub(back + 1));
        place.map_or(Found::NoLonger, |place| Found::Here(Arc::clone(&ring.changes[place])))
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock()
    }
}
