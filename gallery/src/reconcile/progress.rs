//! Logs the progress of long work now and then. Not here: the work.

use std::time::Duration;

use tokio::time::Instant;

/// The interval between log lines: shorter work logs nothing.
pub(crate) const EVERY: Duration = Duration::from_secs(10);

/// Counts finished objects.
pub(crate) struct Progress {
    what: &'static str,
    done: u64,
    started: Instant,
    logged_at: Instant,
}

impl Progress {
    /// Work that begins now.
    pub(crate) fn of(what: &'static str) -> Self {
        let now = Instant::now();
        Self { what, done: 0, started: now, logged_at: now }
    }

    /// One more object is finished.
    pub(crate) fn one(&mut self) {
        self.done += 1;
        if self.logged_at.elapsed() >= EVERY {
            self.logged_at = Instant::now();
            tracing::info!(
                objects = self.done,
                seconds = self.started.elapsed().as_secs(),
                "{} …",
                self.what
            );
        }
    }

    /// The work is finished.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::log::Log;

    #[tokio::test(start_paused = true)]
    async fn long_work_reports_progress_and_its_end() {
        let log = Log::of("gallery::reconcile::progress");
        let mut progress = Progress::of("counting");
        for _ in 0..25 {
            tokio::time::advance(Duration::from_secs(1)).await;
            progress.one();
        }
        assert_eq!(log.lines(), ["counting … objects=10 seconds=10", "counting … objects=20 seconds=20"]);
        progress.end();
        assert_eq!(log.lines(), ["counting: done objects=25 seconds=25"]);
    }

    #[tokio::test(start_paused = true)]
    async fn short_work_reports_nothing() {
        let log = Log::of("gallery::reconcile::progress");
        let mut progress = Progress::of("counting");
        (0..1_000_000).for_each(|_| progress.one());
        tokio::time::advance(EVERY - Duration::from_millis(1)).await;
        progress.one();
        progress.end();
        assert!(log.lines().is_empty());
    }
}
