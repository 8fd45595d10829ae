//! Sends the jobs of what was committed, if the catalog does not write them in the commit itself. A commit does not wait
//! for it, and a job that cannot be sent is not lost: its entry has the work, and a sweep finds that. Not here: which
//! commits start work (`catalog`).

use std::sync::Arc;
use std::time::Duration;

use domain::Space;
use tokio_util::task::TaskTracker;

use crate::catalog::{Catalog, Committed};
use crate::clock::back_off;
use crate::log_throttle::LogThrottle;
use crate::queue::{Job, Queue};

const ATTEMPTS: u32 = 5;
const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_MOST: Duration = Duration::from_secs(2);

/// Every space has the same queue, and loses it at the same moment.
static LOST: LogThrottle = LogThrottle::new();

/// Sends the jobs of commits.
pub(crate) struct JobSender {
    /// `None` if the catalog writes jobs itself.
    queue: Option<Arc<dyn Queue>>,
    /// Shutdown waits for these.
    writes: TaskTracker,
}

impl JobSender {
    pub(crate) fn new(catalog: &dyn Catalog, queue: Arc<dyn Queue>, writes: TaskTracker) -> Self {
        Self { queue: Some(queue).filter(|_| !catalog.writes_jobs()), writes }
    }

    /// Sends a job for each commit that starts work, in the background.
    pub(crate) fn send<'c>(&self, space: &Space, committed: impl Iterator<Item = &'c Committed>) {
        let Some(queue) = &self.queue else { return };
        let jobs = committed.filter(|committed| committed.starts_work).map(|committed| {
            let entry = &committed.change.entry;
            Job::of_entry(space.clone(), entry.id, entry.revision)
        });
        let jobs: Vec<_> = jobs.collect();
        if !jobs.is_empty() {
            self.writes.spawn(send(Arc::clone(queue), jobs));
        }
    }
}

/// Sends jobs, with a few attempts; those that cannot be sent are found later.
pub(crate) async fn send(queue: Arc<dyn Queue>, jobs: Vec<Job>) {
    for attempt in 0.. {
        match queue.send(&jobs).await {
            Ok(()) => return,
            Err(_) if attempt + 1 < ATTEMPTS => {
                tokio::time::sleep(back_off(RETRY_FIRST, attempt, RETRY_MOST)).await;
            }
            Err(error) => {
                if let Some(untold) = LOST.record() {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        jobs = jobs.len(),
                        untold,
                        "cannot send jobs to the queue: their work is found later, and sent again"
                    );
                }
                return;
            }
        }
    }
}
