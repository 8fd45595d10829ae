//! Makes codes of the rows of a table, a part after the other. Whatever ends it in between, the part is begun again: its
//! rows have request ids that follow from the table, so none is saved twice, and what became of them is written once.
//! Not here: jobs and leases (`mod`), reading rows (`tables`), saving (`verbs::publish`).

use std::sync::Arc;
use std::time::Duration;

use domain::Space;
use domain::limits::COMMIT_MAX_MUTATIONS;
use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _};
use tokio::time::Instant;

use super::attempt::Outcome;
use super::state::Worker;
use crate::bucket::BucketError;
use crate::clock::back_off;
use crate::error::GalleryError;
use crate::queue::Job;
use crate::tables::{
    Row, RowOutcome, Table, TableState, change, draft, key_of_open, load, request_of_row, shortened,
    write_part,
};
use crate::verbs::publish::{Draft, OnReuse, publish};
use crate::verbs::tables::rows;

/// How long a table is worked on before others have their turn: its next job waits behind theirs.
const TURN: Duration = Duration::from_secs(5);
/// Rows that are saved at once: they share commits.
const ROWS_AT_ONCE: usize = COMMIT_MAX_MUTATIONS;
/// Attempts at a row while too many others save.
const BUSY_ATTEMPTS: u32 = 6;
const BUSY_FIRST: Duration = Duration::from_millis(50);
const BUSY_MOST: Duration = Duration::from_secs(2);
const RETRY_FIRST: Duration = Duration::from_secs(1);
const RETRY_MOST: Duration = Duration::from_secs(5 * 60);

/// Works on the table of a job, which has been delivered `deliveries` times.
pub(super) async fn make_codes(worker: &Worker, job: &Job, deliveries: u32) -> Outcome {
    let _turn = worker.table_turn.acquire().await.expect("nobody closes it");
    match work(worker, job).await {
        Ok(()) => Outcome::Done,
        Err(error) => {
            tracing::warn!(space = %job.space, table = job.id, error = &error as &dyn std::error::Error,
                "a table could not be worked on; will retry");
            let note = |table: &mut Table| {
                table.trouble = Some(error.to_string());
                table.state == TableState::Running
            };
            // If this fails as well, the page only shows that nothing happens.
            let _ = change(&worker.shared, &job.space, job.id, note).await;
            Outcome::Again(back_off(RETRY_FIRST, deliveries, RETRY_MOST))
        }
    }
}

/// Does the next parts, for a while.
async fn work(worker: &Worker, job: &Job) -> Result<(), GalleryError> {
    let shared = &worker.shared;
    let begun_at = Instant::now();
    let mut table = match load(&*shared.records, &job.space, job.id).await {
        Err(GalleryError::NoTable) => return Ok(()),
        loaded => loaded?.0,
    };
    while table.state == TableState::Running {
        table = do_part(worker, &job.space, table).await?;
        if table.state == TableState::Running && begun_at.elapsed() >= TURN {
            // Behind what waits. It is received once this one is done.
            let next = Job::of_table(job.space.clone(), job.id, table.parts_done as u64);
            return Ok(shared.queue.send(&[next]).await?);
        }
    }
    Ok(shared.records.delete(&key_of_open(&job.space, job.id)).await?)
}

/// Does the next part. Returns the table as it is then.
async fn do_part(worker: &Worker, space: &Space, table: Table) -> Result<Table, GalleryError> {
    let (shared, part) = (&*worker.shared, table.parts_done);
    let rows = rows(shared, space, &table, part).await?;
    let saves: Vec<_> = rows.iter().map(|row| save(worker, space, &table, row).boxed()).collect();
    let outcomes: Vec<RowOutcome> = futures::stream::iter(saves).buffered(ROWS_AT_ONCE).try_collect().await?;
    let outcomes = write_part(&*shared.bucket, space, table.id, part, outcomes).await?;
    let count = |is_meant: fn(&RowOutcome) -> bool| {
        u32::try_from(outcomes.iter().filter(|outcome| is_meant(outcome)).count())
            .expect("a part has few rows")
    };
    let (made, wrong) = (count(|outcome| outcome.id.is_some()), count(|outcome| outcome.id.is_none()));
    change(shared, space, table.id, |table| {
        // Somebody else may have done the same, at the same time.
        let is_next = table.parts_done == part;
        if is_next {
            table.parts_done += 1;
            table.made += made;
            table.wrong += wrong;
            table.trouble = None;
            if table.state == TableState::Running && table.parts_done == table.layout.parts() {
                table.state = TableState::Done;
            }
        }
        is_next
    })
    .await
}

/// Makes a code of a row. An error says nothing about the row: it is tried again.
async fn save(worker: &Worker, space: &Space, table: &Table, row: &Row) -> Result<RowOutcome, GalleryError> {
    let made = |id| RowOutcome { row: row.number, id: Some(id), mistake: None };
    let wrong = |mistake| RowOutcome { row: row.number, id: None, mistake: Some(mistake) };
    let request = request_of_row(space, table.id, row.number);
    let draft = match draft(row, &table.layout, &table.look, request.clone()) {
        Ok(draft) => draft,
        Err(mistake) => return Ok(wrong(mistake)),
    };
    match publish_when_there_is_room(worker, space, draft).await {
        Ok(id) => Ok(made(id)),
        // It was saved, and has been changed since.
        Err(GalleryError::RequestReused) => {
            let saved = worker.shared.catalog.request(space, &request).await?;
            saved.map(|change| made(change.entry.id)).ok_or(GalleryError::Busy)
        }
        Err(error) if is_about_row(&error) => Ok(wrong(shortened(&error.to_string()))),
        Err(error) => Err(error),
    }
}

async fn publish_when_there_is_room(
    worker: &Worker,
    space: &Space,
    draft: Draft,
) -> Result<domain::EntryId, GalleryError> {
    let shared = &worker.shared;
    let mut attempt = 0;
    loop {
        let save = publish(
            Arc::clone(shared),
            Arc::clone(&worker.drawing),
            space.clone(),
            draft.clone(),
            OnReuse::Conflict,
        );
        // In a task of its own, so that it ends even if the lease is lost.
        match shared.write(save).await {
            Err(GalleryError::Busy) if attempt + 1 < BUSY_ATTEMPTS => {
                tokio::time::sleep(back_off(BUSY_FIRST, attempt, BUSY_MOST)).await;
                attempt += 1;
            }
            published => return Ok(published?.change.entry.id),
        }
    }
}

/// Whether an error would come again, and only for this row.
fn is_about_row(error: &GalleryError) -> bool {
    match error {
        GalleryError::Drawing(_)
        | GalleryError::Logo(_)
        | GalleryError::TooManyLabels
        | GalleryError::Unreadable => true,
        GalleryError::Bucket(error) => matches!(**error, BucketError::UnsupportedKey(_)),
        _ => false,
    }
}
