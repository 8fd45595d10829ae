//! The statements that forget, and those that fill a space at once, each in the caller's transaction.

use domain::{EntryId, Seq, Space, Timestamp};
use sqlx::SqliteConnection;

use super::super::dump::in_use;
use super::super::{CatalogError, Counters, SpaceDump};
use super::commit::{among, put_counters, put_entries, put_log};
use super::read::counters;
use crate::catalog::decide::jobs_of;
use crate::queue::SqliteQueue;
use crate::sqlite::{classify, number};

/// Rows, or values in a list, per statement.
const CHUNK: usize = 200;

pub(super) async fn truncate(
    connection: &mut SqliteConnection,
    space: &Space,
    floor: Seq,
) -> Result<(), CatalogError> {
    let Some(before) = counters(connection, space).await? else {
        return Ok(());
    };
    let floor = floor.min(before.last_seq);
    if floor <= before.floor {
        return Ok(());
    }
    put_counters(connection, space, Counters { floor, ..before }).await?;
    sqlx::query("DELETE FROM log WHERE space = ? AND seq > ? AND seq <= ? AND request IS NULL")
        .bind(space.as_str())
        .bind(number(before.floor))
        .bind(number(floor))
        .execute(connection)
        .await
        .map_err(classify)?;
    Ok(())
}

/// Continues a space after these numbers: the log begins there, and earlier changes count as forgotten.
pub(super) async fn skip_to(
    connection: &mut SqliteConnection,
    space: &Space,
    counters: Counters,
) -> Result<(), CatalogError> {
    put_counters(connection, space, counters).await?;
    truncate(connection, space, counters.last_seq).await
}

pub(super) async fn purge(
    connection: &mut SqliteConnection,
    space: &Space,
    ids: &[EntryId],
) -> Result<(), CatalogError> {
    for ids in ids.chunks(CHUNK) {
        let ids = ids.iter().copied().map(number);
        among("DELETE FROM entries WHERE state <> 'live' AND space = ", space, "id", ids)
            .build()
            .execute(&mut *connection)
            .await
            .map_err(classify)?;
    }
    Ok(())
}

pub(super) async fn forget_requests(
    connection: &mut SqliteConnection,
    space: &Space,
    before: Timestamp,
) -> Result<(), CatalogError> {
    let floor = counters(connection, space).await?.unwrap_or_default().floor;
    for forget in [
        "DELETE FROM log WHERE space = ? AND request_at_ms < ? AND seq <= ?",
        "UPDATE log SET request = NULL, request_at_ms = NULL WHERE space = ? AND request_at_ms < ? AND seq > ?",
    ] {
        sqlx::query(forget)
            .bind(space.as_str())
            .bind(number(before.unix_ms()))
            .bind(number(floor))
            .execute(&mut *connection)
            .await
            .map_err(classify)?;
    }
    Ok(())
}

/// The dump was checked before. Returns how many jobs it has brought.
pub(super) async fn load(
    connection: &mut SqliteConnection,
    queue: &SqliteQueue,
    space: &Space,
    dump: &SpaceDump,
) -> Result<usize, CatalogError> {
    if counters(connection, space).await?.is_some() {
        return Err(in_use(space));
    }
    if dump.counters == Counters::default() {
        return Ok(0);
    }
    put_counters(connection, space, dump.counters).await?;
    for entries in dump.entries.chunks(CHUNK) {
        put_entries(connection, space, entries.iter()).await?;
    }
    for log in dump.log.chunks(CHUNK) {
        put_log(connection, space, log.iter().map(|change| (change, None))).await?;
    }
    let jobs = jobs_of(space, &dump.entries);
    queue.put(connection, &jobs).await?;
    Ok(jobs.len())
}
