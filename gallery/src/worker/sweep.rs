//! Sends jobs again that were lost: for photos of an older build's data folder, of an import, or whose message never
//! left; and for tables. Only while the queue has nothing to give: then whatever has waited for a while has no job in it. Not here: the
//! jobs of new work (the catalog, or `space`).

use std::time::Duration;

use domain::limits::JOB_LEASE;
use domain::{Photo, Space, Timestamp};
use tokio::time::Instant;

use super::state::Worker;
use crate::clock::after;
use crate::error::GalleryError;
use crate::queue::Job;
use crate::tables::{TableState, key_of_open, load, open_tables};

/// Time between two sweeps through the open spaces.
const OPEN_EVERY: Duration = Duration::from_secs(30);
/// Time between two sweeps through all of them, which loads those that nobody uses.
const ALL_EVERY: Duration = Duration::from_secs(10 * 60);
/// A photo that waits for its first attempt this long, while the queue is empty, has no job.
const WAITING_AGE: Duration = Duration::from_secs(10);
/// One that waits for another attempt has a job that is hidden, at most for this long.
const POSTPONED_AGE: Duration = Duration::from_secs(10 * 60);
/// The same for a notice: a service may ask for an hour.
const POSTPONED_NOTICE_AGE: Duration = Duration::from_secs(70 * 60);
/// A table of which nothing was heard for this long, while the queue is empty, has no job.
const TABLE_AGE: Duration = Duration::from_secs(60);
/// Jobs sent at once.
const BATCH: usize = 100;

/// When the last sweeps were.
#[derive(Default)]
pub(super) struct Sweeps {
    open: Option<Instant>,
    all: Option<Instant>,
}

impl Sweeps {
    /// The queue had nothing for a while.
    pub(super) async fn after_silence(&mut self, worker: &Worker) {
        let is_due = |last: Option<Instant>, every| last.is_none_or(|last| last.elapsed() >= every);
        let now = Instant::now();
        let (all, open) = (is_due(self.all, ALL_EVERY), is_due(self.open, OPEN_EVERY));
        if !all && !open {
            return;
        }
        match sweep(worker, all).await {
            Ok(sent) => {
                if sent > 0 {
                    tracing::info!(sent, "photos or tables waited without a job, and have one again");
                }
                self.open = Some(now);
                self.all = if all { Some(now) } else { self.all };
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "looking for photos and tables without a job failed; will retry"
                );
            }
        }
    }
}

/// Sends the missing jobs of the open spaces, or of all; returns how many.
pub(super) async fn sweep(worker: &Worker, all: bool) -> Result<usize, GalleryError> {
    let shared = &*worker.shared;
    let spaces: Vec<Space> = if all { shared.catalog.spaces().await? } else { shared.spaces.open_now() };
    let mut sent = 0;
    for space in spaces {
        let view = shared.spaces.glance(&space).await?;
        let now = shared.clock.now();
        let missing: Vec<Job> = {
            let index = view.index();
            let lost = index.unfinished().filter(|entry| {
                entry.content.photo().is_some_and(|photo| is_lost(photo, shared.catalog.is_exclusive(), now))
            });
            lost.map(|entry| Job::of_entry(space.clone(), entry.id, entry.revision)).collect()
        };
        let missing: Vec<Job> = missing.into_iter().filter(|job| !worker.is_busy(job)).collect();
        for jobs in missing.chunks(BATCH) {
            shared.queue.send(jobs).await?;
        }
        sent += missing.len();
    }
    Ok(sent + sweep_tables(worker).await?)
}

/// Sends the missing jobs of tables; returns how many.
async fn sweep_tables(worker: &Worker) -> Result<usize, GalleryError> {
    let shared = &*worker.shared;
    let mut sent = 0;
    for (space, id) in open_tables(&*shared.records).await? {
        let table = match load(&*shared.records, &space, id).await {
            Ok((table, _)) if table.state == TableState::Running => table,
            // Not started yet, in this very moment.
            Ok((table, _)) if table.state == TableState::Ready => continue,
            Ok(_) | Err(GalleryError::NoTable) => {
                shared.records.delete(&key_of_open(&space, id)).await?;
                continue;
            }
            Err(error) => return Err(error),
        };
        let age = if table.trouble.is_some() { POSTPONED_AGE } else { TABLE_AGE };
        let job = Job::of_table(space, id, table.parts_done as u64);
        if after(table.touched_at, age) <= shared.clock.now() && !worker.is_busy(&job) {
            shared.queue.send(&[job]).await?;
            sent += 1;
        }
    }
    Ok(sent)
}

/// Whether a photo cannot have a job, as the queue gives none.
fn is_lost(photo: &Photo, is_alone: bool, now: Timestamp) -> bool {
    let age = if photo.needs_job() {
        WAITING_AGE
    } else if photo.is_being_worked_on() && is_alone {
        // Whatever is in work here is busy; whatever an earlier run began is due at once.
        JOB_LEASE
    } else if photo.due_notice().is_some() {
        POSTPONED_NOTICE_AGE
    } else {
        POSTPONED_AGE
    };
    photo.since().is_none_or(|since| after(since, age) <= now)
}
