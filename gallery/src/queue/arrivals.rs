//! Waiting for jobs: `receive` of every queue that this program has to itself. Not here: claiming them.

use std::time::Duration;

use domain::Timestamp;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::{Delivery, QueueError, WAIT_MAX};
use crate::clock::Clock;

/// Wakes those who wait for a job.
#[derive(Debug, Default)]
pub(super) struct Arrivals(Notify);

impl Arrivals {
    /// So many jobs have arrived, or will be due at another time: wakes as many of those who wait.
    pub(super) fn announce(&self, jobs: usize) {
        for _ in 0..jobs {
            self.0.notify_one();
        }
    }

    /// Claims jobs, again and again until there are some or the time is over. `claim` also says when the next one is due.
    pub(super) async fn wait<F>(
        &self,
        wait: Duration,
        clock: &Clock,
        claim: impl Fn() -> F,
    ) -> Result<Vec<Delivery>, QueueError>
    where
        F: Future<Output = Result<(Vec<Delivery>, Option<Timestamp>), QueueError>>,
    {
        let end = Instant::now() + wait.min(WAIT_MAX);
        loop {
            // Listens before it looks: what arrives in between wakes it.
            let mut arrival = std::pin::pin!(self.0.notified());
            arrival.as_mut().enable();
            let (claimed, next) = claim().await?;
            if !claimed.is_empty() || Instant::now() >= end {
                return Ok(claimed);
            }
            let due_in =
                next.map(|next| Duration::from_millis(next.unix_ms().saturating_sub(clock.now().unix_ms())));
            let due = due_in.map_or(end, |due_in| end.min(Instant::now() + due_in));
            tokio::select! {
                () = arrival => {}
                () = tokio::time::sleep_until(due) => {}
            }
        }
    }
}
