//! Passes events from `notify`'s thread to the listener's.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;

use notify::Event;

/// What the listener receives.
pub(super) enum Raw {
    Event(notify::Result<Event>),
    Missed,
    Stop,
}

/// Passes events on without ever waiting.
#[derive(Clone)]
pub(super) struct Handler {
    pub(super) raw: SyncSender<Raw>,
    pub(super) missed: Arc<AtomicBool>,
}

impl Handler {
    pub(super) fn handle(&self, raw: Raw) {
        if self.raw.try_send(raw).is_err() {
            self.missed.store(true, Ordering::Release);
            // Wakes a listener that has just emptied the channel; one that has not will see the flag.
            let _ = self.raw.try_send(Raw::Missed);
        }
    }

    /// Whether events were lost since the last call.
    pub(super) fn has_missed(&self) -> bool {
        self.missed.swap(false, Ordering::Acquire)
    }
}
