//! The newest seq of each space, for callers that wait for the next one: `changed` of every catalog that has its file
//! or memory to itself.

use std::collections::HashMap;

use domain::{Seq, Space};
use parking_lot::Mutex;
use tokio::sync::watch;

#[derive(Debug, Default)]
pub(super) struct Heads {
    spaces: Mutex<HashMap<Space, watch::Sender<Seq>>>,
    is_used: watch::Sender<bool>,
}

impl Heads {
    /// Announces that the space has reached this seq. Heads only rise.
    pub(super) fn advance(&self, space: &Space, seq: Seq) {
        if seq > 0 {
            self.is_used.send_if_modified(|is_used| !std::mem::replace(is_used, true));
        }
        self.with(space, |head| {
            head.send_if_modified(|newest| {
                let rises = seq > *newest;
                *newest = seq.max(*newest);
                rises
            })
        });
    }

    /// Returns when the space is past this seq.
    pub(super) async fn past(&self, space: &Space, after: Seq) {
        let mut head = self.with(space, watch::Sender::subscribe);
        // The sender stays while somebody listens, so that waiting cannot end in an error.
        let _ = head.wait_for(|newest| *newest > after).await;
    }

    /// Returns when any space has had a change.
    pub(super) async fn used(&self) {
        let _ = self.is_used.subscribe().wait_for(|is_used| *is_used).await;
    }

    fn with<T>(&self, space: &Space, act: impl FnOnce(&watch::Sender<Seq>) -> T) -> T {
        let mut spaces = self.spaces.lock();
        if !spaces.contains_key(space) {
            // Anyone can wait for a space that is never used: do not keep those.
            spaces.retain(|_, head| *head.borrow() > 0 || head.receiver_count() > 0);
            spaces.insert(space.clone(), watch::Sender::new(0));
        }
        act(&spaces[space])
    }
}
