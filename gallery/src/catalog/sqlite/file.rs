//! The file, the one connection to it, and its transactions.
//!
//! There is one connection because there is one writer anyway, and because the exclusive lock, which spares SQLite the
//! shared memory and every later lock call, belongs to a connection.

use std::io;
use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteLockingMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

use super::super::CatalogError;
use super::damage::{companion, refuse_damaged};
use super::error::classify;
use super::place::Place;
use super::schema;

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

/// An open catalog file.
#[derive(Debug)]
pub(super) struct File {
    connection: Mutex<Option<SqliteConnection>>,
    place: Place,
}

impl File {
    pub(super) async fn open(path: &Path) -> Result<Self, CatalogError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            let why = format!("there is no folder {}", folder.display());
            return Err(CatalogError::Other(io::Error::new(io::ErrorKind::NotFound, why).into()));
        }
        refuse_damaged(path)?;
        match connect(path).await {
            Ok(connection) => {
                let place = Place::of(path).map_err(|error| CatalogError::Unavailable(error.into()))?;
                Ok(Self { connection: Mutex::new(Some(connection)), place })
            }
            Err(error @ CatalogError::Unavailable(_)) => Err(or_read_only(error, path)),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn close(&self) -> Result<(), CatalogError> {
        match self.connection.lock().await.take() {
            Some(connection) if self.place.is_log_whole() => {
                connection.close().await.map_err(classify)?;
                self.place.closed_whole();
                Ok(())
            }
            Some(connection) => {
                // Closing would move other programs' data from the log over intact pages. So the connection ends with
                // the program, as after a kill.
                std::mem::forget(connection);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// The connection, for one caller at a time.
    pub(super) async fn connection(&self) -> Result<MappedMutexGuard<'_, SqliteConnection>, CatalogError> {
        MutexGuard::try_map(self.connection.lock().await, Option::as_mut)
            .map_err(|_| CatalogError::Unavailable(io::Error::other("the catalog was closed").into()))
    }

    /// Whether there is a catalog to write to.
    pub(super) async fn ready(&self) -> Result<(), CatalogError> {
        let mut connection = self.connection().await?;
        run(&mut connection, "SELECT 1").await?;
        self.check(&mut connection).await
    }

    /// Whether it accepts a commit: rewrites existing data.
    pub(super) async fn probe(&self) -> Result<(), CatalogError> {
        let mut transaction = self.begin().await?;
        let outcome = schema::stamp(transaction.connection()).await;
        transaction.end(outcome).await
    }

    /// Whether the files are in place and intact, as far as can be checked: the whole main file is read if others
    /// have written to it.
    async fn check(&self, connection: &mut SqliteConnection) -> Result<(), CatalogError> {
        if self.place.is_untouched()? {
            return Ok(());
        }
        // The cache proves nothing about the file.
        run(connection, "PRAGMA shrink_memory").await?;
        if let Err(error) = check_pages(connection).await {
            self.note_damage(&error);
            return Err(error);
        }
        tracing::warn!(
            "another program wrote to or touched the catalog's file; all of its content is readable"
        );
        self.place.accept_main()
    }

    fn note_damage(&self, error: &CatalogError) {
        if let CatalogError::Damaged { details } = error {
            self.place.condemn(details);
        }
    }

    /// Begins a write. Must not be dropped before `end` has returned: callers use `to_the_end`.
    pub(super) async fn begin(&self) -> Result<Transaction<'_>, CatalogError> {
        let mut connection = self.connection().await?;
        self.check(&mut connection).await?;
        let begun = run(&mut connection, "BEGIN IMMEDIATE").await;
        if begun.is_err() {
            // A transaction whose rollback failed is still open: end it first.
            let _ = run(&mut connection, "ROLLBACK").await;
        }
        begun.map(|()| Transaction { file: self, connection })
    }
}

/// A transaction. `sqlx` has one too, but it miscounts when SQLite itself has rolled back, as it does on a full disk.
pub(super) struct Transaction<'f> {
    file: &'f File,
    connection: MappedMutexGuard<'f, SqliteConnection>,
}

impl Transaction<'_> {
    pub(super) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    /// Makes it durable and verifies that; undoes it after an error.
    pub(super) async fn end<T>(mut self, outcome: Result<T, CatalogError>) -> Result<T, CatalogError> {
        let outcome = match outcome {
            Ok(value) => run(&mut self.connection, "COMMIT").await.map(|()| value),
            Err(error) => Err(error),
        };
        match outcome {
            // SQLite has it, but will not have it after the next start: the outcome is unknown.
            Ok(value) => match self.file.place.check_committed() {
                Ok(()) => Ok(value),
                Err(error) => Err(CatalogError::Unavailable(error.into())),
            },
            Err(error) => {
                // Fails if SQLite has rolled back already, which is fine.
                let _ = run(&mut self.connection, "ROLLBACK").await;
                self.file.note_damage(&error);
                self.file.place.note_failed();
                Err(error)
            }
        }
    }
}

/// SQLite opens a write-protected file for reading, then cannot lock it, and calls that an I/O error. Only for a file
/// that nothing in this program holds: closing any handle to it releases all locks of the process
/// (<https://www.sqlite.org/howtocorrupt.html>, 2.2).
fn or_read_only(error: CatalogError, path: &Path) -> CatalogError {
    use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    match std::fs::OpenOptions::new().append(true).open(path) {
        Err(why) if matches!(why.kind(), PermissionDenied | ReadOnlyFilesystem) => {
            CatalogError::Denied(why.into())
        }
        _ => error,
    }
}

async fn connect(path: &Path) -> Result<SqliteConnection, CatalogError> {
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .locking_mode(SqliteLockingMode::Exclusive)
        .synchronous(SqliteSynchronous::Full)
        .pragma("temp_store", "MEMORY")
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
    if verdict == "ok" { Ok(()) } else { Err(super::error::damaged(&verdict)) }
}

/// Runs a statement without arguments or rows.
pub(super) async fn run(connection: &mut SqliteConnection, sql: &'static str) -> Result<(), CatalogError> {
    sqlx::query(sql).execute(connection).await.map_err(classify)?;
    Ok(())
}
