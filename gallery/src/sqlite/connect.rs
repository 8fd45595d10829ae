//! Opening a connection to the file, with the checks that belong to it. Not here: what happens on it (`file`).

use std::io;
use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteLockingMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use super::damage::{companion, refuse_damaged};
use super::error::{classify, damaged};
use super::schema;
use crate::catalog::CatalogError;

/// A file up to this size is checked page by page at every opening, which takes some tenths of a second.
const CHECKED_AT_OPEN_MAX_BYTES: u64 = 64 * 1024 * 1024;
/// Pages of 4 KiB in the write-ahead log before they are moved into the main file: a higher number saves fsyncs, a
/// lower one recovery time and disk. 16 MiB.
const CHECKPOINT_PAGES: u32 = 4096;
/// The size to which the write-ahead log is cut after one transaction (an import) has made it longer.
const WAL_KEPT_BYTES: u32 = 64 * 1024 * 1024;
/// Prepared statements kept: each batch size has its own.
const STATEMENTS_KEPT: usize = 256;
/// Rows buffered between SQLite's thread and us.
const ROWS_UNDER_WAY: usize = 1024;

/// A connection that holds the file alone.
pub(super) async fn connect(path: &Path) -> Result<SqliteConnection, CatalogError> {
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .locking_mode(SqliteLockingMode::Exclusive)
        .synchronous(SqliteSynchronous::Full)
        .pragma("temp_store", "MEMORY")
        // What was deleted, such as a phone number, is not to be found in the file.
        .pragma("secure_delete", "ON")
        .busy_timeout(Duration::ZERO)
        .statement_cache_capacity(STATEMENTS_KEPT)
        .row_buffer_size(ROWS_UNDER_WAY)
        // Statements contain what people typed, which does not belong in a log.
        .disable_statement_logging()
        .connect()
        .await
        .map_err(classify)?;
    match prepare(&mut connection, is_checked_at_open(path)).await {
        Ok(()) => Ok(connection),
        Err(error) => {
            // Waits for the lock to be released: the next opening must not meet ours.
            let _ = connection.close().await;
            Err(error)
        }
    }
}

/// Makes sure that the file is ours, intact, writable and not held by anyone else.
async fn prepare(connection: &mut SqliteConnection, checked: bool) -> Result<(), CatalogError> {
    // Before anything is written: a file of another program stays unchanged.
    let version = schema::version(connection).await?;
    run(connection, "PRAGMA journal_mode = WAL").await?;
    let pragmas = format!(
        "PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}; PRAGMA journal_size_limit = {WAL_KEPT_BYTES}"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(pragmas)).execute(&mut *connection).await.map_err(classify)?;
    if checked {
        check_pages(connection).await?;
    }
    run(connection, "BEGIN IMMEDIATE").await?;
    schema::migrate(connection, version).await?;
    run(connection, "COMMIT").await
}

/// Checks a file that nobody has open, without a lock: entries that are only in its log are not checked.
pub(super) async fn inspect(path: &Path) -> Result<(), CatalogError> {
    refuse_damaged(path)?;
    if companion(path, "-wal").metadata().is_ok_and(|log| log.len() > 0) {
        // The main file alone proves little.
        return Ok(());
    }
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(true);
    let mut connection = options.disable_statement_logging().connect().await.map_err(classify)?;
    let outcome = match schema::version(&mut connection).await {
        Ok(_) if is_checked_at_open(path) => check_pages(&mut connection).await,
        outcome => outcome.map(drop),
    };
    connection.close().await.map_err(classify)?;
    outcome
}

fn is_checked_at_open(path: &Path) -> bool {
    path.metadata().is_ok_and(|file| file.len() <= CHECKED_AT_OPEN_MAX_BYTES)
}

/// Whether every page is as SQLite wrote it.
pub(super) async fn check_pages(connection: &mut SqliteConnection) -> Result<(), CatalogError> {
    let verdict: String =
        sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(connection).await.map_err(classify)?;
    if verdict == "ok" { Ok(()) } else { Err(damaged(&verdict)) }
}

/// SQLite opens a write-protected file for reading, then cannot lock it, and calls that an I/O error. Only for a file
/// that nothing in this program holds: closing any handle to it releases all locks of the process
/// (<https://www.sqlite.org/howtocorrupt.html>, 2.2).
pub(super) fn or_read_only(error: CatalogError, path: &Path) -> CatalogError {
    use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    match std::fs::OpenOptions::new().append(true).open(path) {
        Err(why) if matches!(why.kind(), PermissionDenied | ReadOnlyFilesystem) => {
            CatalogError::Denied(why.into())
        }
        _ => error,
    }
}

/// Runs a statement without arguments or rows.
pub(super) async fn run(connection: &mut SqliteConnection, sql: &'static str) -> Result<(), CatalogError> {
    sqlx::query(sql).execute(connection).await.map_err(classify)?;
    Ok(())
}
