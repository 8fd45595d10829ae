//! How far long work has come, told in the log now and then. Not here: the work.

use std::time::Duration;

use tokio::time::Instant;

/// Between two lines of the log: work that is over sooner says nothing.
const EVERY: Duration = Duration::from_secs(10);

/// Counts what was done.
pub(crate) struct Progress {
    what: &'static str,
    done: u64,
    started: Instant,
    told: Instant,
}

impl Progress {
    /// Work that begins now.
    pub(crate) fn of(what: &'static str) -> Self {
        let now = Instant::now();
        Self { what, done: 0, started: now, told: now }
    }

    /// One more object is done.
    pub(crate) fn one(&mut self) {
        self.done += 1;
        if self.told.elapsed() >= EVERY {
            self.told = Instant::now();
            tracing::info!(
                objects = self.done,
                seconds = self.started.elapsed().as_secs(),
                "{} …",
                self.what
            );
        }
    }

    /// All is done.
    pub(crate) fn end(self) {
        if self.started.elapsed() >= EVERY {
            tracing::info!(
                objects = self.done,
                seconds = self.started.elapsed().as_secs(),
                "{}: done",
                self.what
            );
        }
    }
}
