//! Keeps a table of which codes are made, starts and stops that, and reads its rows. Not here: making the codes
//! (`worker`), what a table is (`tables`).

use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use domain::limits::{TABLE_AGE, TABLE_NAME_MAX_CHARS, TABLE_ROWS_SHOWN};
use domain::{Key, RequestId, Space, TableId};
use futures::TryStreamExt as _;
use tokio::sync::Semaphore;
use tokio_util::io::StreamReader;

use super::publish::Draft;
use super::settings;
use crate::bucket::{Body, BucketError, Metadata, Spool};
use crate::clock::after;
use crate::error::GalleryError;
use crate::queue::Job;
use crate::records::{Expected, RecordKey, RecordValue, RecordsError};
use crate::shared::Shared;
use crate::space::job_sender;
use crate::tables::{
    Column, Layout, Row, RowOutcome, Table, TableState, Wishes, change, create, draft, heading, key_of_open,
    load, new_number, of_space, read_part, request_of_row, rows_of_part, survey,
};

/// Tables that are read at once: each takes a processor for a while.
static SURVEYS: Semaphore = Semaphore::const_new(2);
/// Attempts to find a number that no table has.
const ATTEMPTS: u32 = 10;

/// A table that somebody sent.
#[derive(Debug, Clone)]
pub struct TableUpload {
    /// Its bytes.
    pub spool: Arc<Spool>,
    /// The name of its file; empty if it was pasted.
    pub file_name: String,
    /// What is said of its layout.
    pub wishes: Wishes,
    /// Identifies repetitions.
    pub request: Option<RequestId>,
}

/// A row as it will be, or what is wrong with it.
#[derive(Debug, Clone)]
pub struct RowPreview {
    /// The row.
    pub row: Row,
    /// Its draft, or its mistakes in sentences.
    pub draft: Result<Draft, String>,
}

/// Keeps a table and reads how it is laid out. A repeated request gets the first one.
pub(crate) async fn keep(shared: &Shared, space: &Space, upload: TableUpload) -> Result<Table, GalleryError> {
    let TableUpload { spool, file_name, wishes, request } = upload;
    let layout = surveyed(Arc::clone(&spool), wishes).await?;
    let look = settings::settings(shared, space).await?.look;
    let reserved = match &request {
        Some(request) => {
            let id = reserve(shared, space, request).await?;
            match load(&*shared.records, space, id).await {
                Ok((table, _)) if table.sha256 == spool.sha256() => return Ok(table),
                Ok(_) => return Err(GalleryError::RequestReused),
                Err(GalleryError::NoTable) => Some(id),
                Err(error) => return Err(error),
            }
        }
        None => None,
    };
    of_space(&*shared.records, space, true).await?;
    let id = put(shared, space, reserved, Arc::clone(&spool).into()).await?;
    let now = shared.clock.now();
    let table = Table {
        id,
        created_at: now,
        file_name: file_name.chars().filter(|c| !c.is_control()).take(TABLE_NAME_MAX_CHARS).collect(),
        size_bytes: spool.size_bytes(),
        sha256: spool.sha256(),
        layout,
        look,
        state: TableState::Ready,
        made: 0,
        wrong: 0,
        parts_done: 0,
        touched_at: now,
        trouble: None,
    };
    match create(&*shared.records, space, &table).await {
        Ok(()) => Ok(table),
        // The same request, at the same moment.
        Err(GalleryError::Changed) => Ok(load(&*shared.records, space, id).await?.0),
        Err(error) => Err(error),
    }
}

/// Puts the bytes of a table into the bucket, under the number that was reserved for it, or under a new one.
async fn put(
    shared: &Shared,
    space: &Space,
    reserved: Option<TableId>,
    body: Body,
) -> Result<TableId, GalleryError> {
    for _ in 0..ATTEMPTS {
        let id = reserved.unwrap_or_else(|| new_number(&shared.clock));
        match shared.bucket.put(&Key::of_table(space, id), body.clone(), &Metadata::new()).await {
            Ok(_) => return Ok(id),
            // By the same request, which was interrupted.
            Err(BucketError::AlreadyExists) if reserved.is_some() => return Ok(id),
            Err(BucketError::AlreadyExists) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(GalleryError::Busy)
}

/// The number that a request has, or gets now.
async fn reserve(shared: &Shared, space: &Space, request: &RequestId) -> Result<TableId, GalleryError> {
    let key: RecordKey = format!("table-of-request/{space}/{request}").parse().expect("short words");
    let id = new_number(&shared.clock);
    let value = RecordValue::new(id.to_string()).expect("a number is short");
    let expires_at = Some(after(shared.clock.now(), TABLE_AGE));
    match shared.records.put(&key, value, expires_at, Expected::Absent).await {
        Ok(_) => Ok(id),
        Err(RecordsError::OtherVersion) => {
            let known = shared.records.get(&key).await?;
            known.and_then(|record| record.value.as_str().parse().ok()).ok_or(GalleryError::Busy)
        }
        Err(error) => Err(error.into()),
    }
}

/// The layout of a table, found on a thread that may block.
async fn surveyed(spool: Arc<Spool>, wishes: Wishes) -> Result<Layout, GalleryError> {
    let turn = SURVEYS.acquire().await.expect("nobody closes it");
    let found = tokio::task::spawn_blocking(move || {
        // Moved in here, so that it is held to the end even if the caller goes away.
        let _turn = turn;
        survey(&mut spool.reopen()?, &wishes)
    });
    match found.await {
        Ok(layout) => Ok(layout?),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(GalleryError::Stopping),
        },
    }
}

/// Reads a table of which nothing was made yet in another way; one that was started stays as it is.
pub(crate) async fn describe(
    shared: &Shared,
    space: &Space,
    id: TableId,
    wishes: Wishes,
) -> Result<Table, GalleryError> {
    let (table, _) = load(&*shared.records, space, id).await?;
    if table.state != TableState::Ready {
        return Ok(table);
    }
    let object = shared.bucket.get(&Key::of_table(space, id), None).await?;
    let bytes = StreamReader::new(object.bytes.map_err(std::io::Error::other));
    let spool = Spool::fill(bytes).await.map_err(|error| BucketError::Other(error.into()))?;
    let layout = surveyed(Arc::new(spool), wishes).await?;
    let describe = |table: &mut Table| {
        let is_ready = table.state == TableState::Ready;
        if is_ready {
            table.layout = layout.clone();
        }
        is_ready
    };
    change(shared, space, id, describe).await
}

/// Begins to make codes; again, nothing happens.
pub(crate) async fn start(shared: &Shared, space: &Space, id: TableId) -> Result<Table, GalleryError> {
    let (table, _) = load(&*shared.records, space, id).await?;
    // First, so that it is found even if this ends here.
    let mark = RecordValue::new("").expect("nothing is short");
    match shared.records.put(&key_of_open(space, id), mark, Some(table.kept_until()), Expected::Absent).await
    {
        Ok(_) | Err(RecordsError::OtherVersion) => {}
        Err(error) => return Err(error.into()),
    }
    let begin = |table: &mut Table| {
        let is_ready = table.state == TableState::Ready;
        if is_ready {
            table.state = TableState::Running;
        }
        is_ready
    };
    let table = change(shared, space, id, begin).await?;
    if table.state == TableState::Running {
        let job = Job::of_table(space.clone(), id, table.parts_done as u64);
        shared.writes.spawn(job_sender::send(Arc::clone(&shared.queue), vec![job]));
    }
    Ok(table)
}

/// Ends it at the next part; what was made stays.
pub(crate) async fn stop(shared: &Shared, space: &Space, id: TableId) -> Result<Table, GalleryError> {
    let stop = |table: &mut Table| {
        let goes_on = matches!(table.state, TableState::Ready | TableState::Running);
        if goes_on {
            table.state = TableState::Stopped;
            table.trouble = None;
        }
        goes_on
    };
    change(shared, space, id, stop).await
}

/// The first rows, as they will be.
pub(crate) async fn preview(
    shared: &Shared,
    space: &Space,
    table: &Table,
) -> Result<Vec<RowPreview>, GalleryError> {
    let bytes = bytes(shared, space, table.id, table.layout.bytes_of(0)).await?;
    let mut previews = Vec::new();
    rows_of_part(&table.layout, 0, &bytes, |row| {
        let request = request_of_row(space, table.id, row.number);
        let draft = draft(&row, &table.layout, &table.look, request);
        previews.push(RowPreview { row, draft });
        if previews.len() < TABLE_ROWS_SHOWN { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    Ok(previews)
}

/// The names of the columns: those in the heading, or what they hold.
pub(crate) async fn column_names(
    shared: &Shared,
    space: &Space,
    table: &Table,
) -> Result<Vec<String>, GalleryError> {
    let layout = &table.layout;
    if layout.has_heading {
        let bytes = bytes(shared, space, table.id, layout.bytes_of_heading()).await?;
        return Ok(heading(layout, &bytes)?);
    }
    let name = |(place, column): (usize, &Column)| match column {
        Column::Unused => format!("column {}", place + 1),
        column => column.to_string(),
    };
    Ok(layout.columns.iter().enumerate().map(name).collect())
}

/// The rows of a part.
pub(crate) async fn rows(
    shared: &Shared,
    space: &Space,
    table: &Table,
    part: usize,
) -> Result<Vec<Row>, GalleryError> {
    let bytes = bytes(shared, space, table.id, table.layout.bytes_of(part)).await?;
    let mut rows = Vec::new();
    rows_of_part(&table.layout, part, &bytes, |row| {
        rows.push(row);
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}

/// The rows with mistakes in a part that is done, each with what is wrong.
pub(crate) async fn mistakes(
    shared: &Shared,
    space: &Space,
    table: &Table,
    part: usize,
) -> Result<Vec<(Row, String)>, GalleryError> {
    let outcomes = read_part(&*shared.bucket, space, table.id, part).await?;
    let wrong = outcomes.into_iter().filter_map(|RowOutcome { row, mistake, .. }| Some((row, mistake?)));
    let mut wrong: BTreeMap<u32, String> = wrong.collect();
    if wrong.is_empty() {
        return Ok(Vec::new());
    }
    let rows = rows(shared, space, table, part).await?;
    Ok(rows.into_iter().filter_map(|row| wrong.remove(&row.number).map(|mistake| (row, mistake))).collect())
}

/// Some bytes of a table.
async fn bytes(
    shared: &Shared,
    space: &Space,
    id: TableId,
    range: Range<u64>,
) -> Result<Bytes, GalleryError> {
    let object = shared.bucket.get(&Key::of_table(space, id), Some(range)).await?;
    let bytes = object.bytes.try_fold(BytesMut::new(), |mut all, piece| async move {
        all.extend_from_slice(&piece);
        Ok(all)
    });
    Ok(bytes.await?.freeze())
}
