//! Works on photos and on tables: receives jobs, and lets each photo go through its steps, or makes codes of the next
//! rows. A job is only a hint; the entry or the table says what is to be done, and how far it is.
//!
//! Several jobs run together, each in a task of its own with a lease that is extended, so that a bad photo stops no
//! other. Not here: what is done with one photo (`attempt`), decoding (`decode`), labels (`label`), telling people
//! (`notice`), the rows of a table (`table`), lost jobs (`sweep`), what jobs share (`state`).

mod attempt;
mod decode;
mod fault;
mod label;
mod notice;
mod original;
mod state;
mod sweep;
mod table;

use std::sync::Arc;
use std::time::Duration;

use domain::limits::JOB_LEASE;
use tokio::sync::OwnedSemaphorePermit;

use self::attempt::{Outcome, attempt, give_back};
pub(crate) use self::state::Worker;
use crate::clock::back_off;
use crate::log_throttle::LogThrottle;
use crate::queue::{Delivery, Job, JobKind, Queue, QueueError, RECEIVE_MAX, Receipt, WAIT_MAX};

/// A job about something that is already in work here comes back after this.
const BUSY_DELAY: Duration = Duration::from_secs(5);
const RETRY_FIRST: Duration = Duration::from_millis(200);
const RETRY_MOST: Duration = Duration::from_secs(30);

static QUEUE_LOST: LogThrottle = LogThrottle::new();

/// Works until the gallery stops.
pub(crate) async fn keep_working(worker: Arc<Worker>) {
    let mut failures: u32 = 0;
    let mut sweeps = sweep::Sweeps::default();
    // At first it does not wait: if there is nothing, whatever an import or an older build left is looked for at once.
    let mut wait = Duration::ZERO;
    loop {
        let place = Arc::clone(&worker.places).acquire_owned().await.expect("nobody closes it");
        let free = worker.places.available_permits() + 1;
        let deliveries = match worker.shared.queue.receive(free.min(RECEIVE_MAX), JOB_LEASE, wait).await {
            Ok(deliveries) => deliveries,
            Err(error) => {
                if let Some(untold) = QUEUE_LOST.record() {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        untold,
                        "no jobs can be received; will retry"
                    );
                }
                tokio::time::sleep(back_off(RETRY_FIRST, failures, RETRY_MOST)).await;
                failures = failures.saturating_add(1);
                continue;
            }
        };
        failures = 0;
        wait = WAIT_MAX;
        if deliveries.is_empty() {
            sweeps.after_silence(&worker).await;
        }
        let mut place = Some(place);
        for delivery in deliveries {
            // Others may have taken the places meanwhile: then a job waits for one, within its lease.
            let place = match place.take() {
                Some(place) => place,
                None => Arc::clone(&worker.places).acquire_owned().await.expect("nobody closes it"),
            };
            let worker = Arc::clone(&worker);
            let tasks = worker.shared.writes.clone();
            tasks.spawn(async move { work(&worker, delivery, place).await });
        }
    }
}

/// Does one job that somebody else received. Returns whether it is done.
pub(crate) async fn work_now(worker: &Arc<Worker>, delivery: Delivery) -> bool {
    let place = Arc::clone(&worker.places).acquire_owned().await.expect("nobody closes it");
    work(worker, delivery, place).await
}

/// Does one job. Whatever happens to it, it ends as done or given back; if the queue does not respond, it comes back
/// when its lease ends. Returns whether it is done.
async fn work(worker: &Arc<Worker>, delivery: Delivery, place: OwnedSemaphorePermit) -> bool {
    let Delivery { job, receipt, attempts, .. } = delivery;
    let (queue, stopping) = (&*worker.shared.queue, &worker.shared.stopping);
    let Some(_busy) = worker.claim(&job) else {
        settle(queue, &job, &receipt, Outcome::Again(BUSY_DELAY)).await;
        return false;
    };
    let outcome = tokio::select! {
        biased;
        () = stopping.cancelled() => None,
        // Somebody else has the job now.
        () = keep_lease(queue, &receipt) => return false,
        outcome = do_job(worker, &job, attempts) => Some(outcome),
    };
    drop(place);
    let outcome = match outcome {
        // Never interrupted: a message that is on its way cannot be taken back.
        Some(Outcome::NoticeIsDue) => {
            let telling = notice::tell(worker, &job, attempts);
            let keeping = async {
                keep_lease(queue, &receipt).await;
                std::future::pending().await
            };
            tokio::select! {
                outcome = telling => outcome,
                outcome = keeping => outcome,
            }
        }
        Some(outcome) => outcome,
        None => {
            if job.kind == JobKind::Entry {
                give_back(worker, &job).await;
            }
            Outcome::Again(Duration::ZERO)
        }
    };
    settle(queue, &job, &receipt, outcome).await;
    !matches!(outcome, Outcome::Again(_))
}

async fn do_job(worker: &Worker, job: &Job, attempts: u32) -> Outcome {
    match job.kind {
        JobKind::Entry => attempt(worker, job, attempts).await,
        JobKind::Table => table::make_codes(worker, job, attempts).await,
    }
}

/// Extends the lease of a job; returns when it is lost.
async fn keep_lease(queue: &dyn Queue, receipt: &Receipt) {
    loop {
        tokio::time::sleep(JOB_LEASE / 3).await;
        if let Err(QueueError::Stale) = queue.extend(receipt, JOB_LEASE).await {
            return;
        }
    }
}

async fn settle(queue: &dyn Queue, job: &Job, receipt: &Receipt, outcome: Outcome) {
    let settled = match outcome {
        Outcome::Done | Outcome::NoticeIsDue => queue.done(receipt).await,
        Outcome::Again(delay) => queue.give_back(receipt, delay).await,
    };
    match settled {
        Ok(()) | Err(QueueError::Stale) => {}
        Err(error) => {
            tracing::warn!(space = %job.space, id = job.id, error = &error as &dyn std::error::Error,
                "a job could not be ended; it will be delivered again");
        }
    }
}
