//! The file, the one connection to it, and its transactions. Not here: opening it (`connect`), the statements.
//!
//! There is one connection because there is one writer anyway, and because the exclusive lock, which spares SQLite the
//! shared memory and every later lock call, belongs to a connection.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::future::BoxFuture;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

use super::connect::{check_pages, connect, inspect, or_read_only, run};
use super::damage::refuse_damaged;
use super::error::classify;
use super::place::Place;
use super::schema;
use crate::catalog::CatalogError;

/// An open file. It is locked, with its companion `-wal`, against every other opening, in this program or another, from
/// `open` until `close` has returned or the program has ended, however it ended. While one of them is deleted, moved or
/// replaced, every write says `Corrupt`, and reading goes on; once one was found damaged, or written into by others,
/// every write says `Damaged`.
#[derive(Debug)]
pub struct SqliteFile {
    connection: Mutex<Option<SqliteConnection>>,
    place: Place,
    path: PathBuf,
    was_new: bool,
}

impl SqliteFile {
    /// Opens the file, made when it is not there (its folder must be), and brings an older one up to date.
    ///
    /// Errors: `Locked` at once when it is open elsewhere; `Damaged`; `Corrupt` when it is another program's, or written
    /// by a newer version of this one; `Full`, `Denied`, `Unavailable`, `Other`.
    pub async fn open(path: &Path) -> Result<Self, CatalogError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            let why = format!("there is no folder {}", folder.display());
            return Err(CatalogError::Other(io::Error::new(io::ErrorKind::NotFound, why).into()));
        }
        refuse_damaged(path)?;
        let was_new = path.metadata().is_ok_and(|file| file.len() == 0) || !path.exists();
        match connect(path).await {
            Ok(connection) => {
                let place = Place::of(path).map_err(|error| CatalogError::Unavailable(error.into()))?;
                Ok(Self { connection: Mutex::new(Some(connection)), place, path: path.to_owned(), was_new })
            }
            Err(error @ CatalogError::Unavailable(_)) => Err(or_read_only(error, path)),
            Err(error) => Err(error),
        }
    }

    /// The path it was opened by.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether there was no file, or an empty one, before it was opened.
    pub(crate) fn was_new(&self) -> bool {
        self.was_new
    }

    /// Finishes pending writes and closes it. Afterwards every call returns `Unavailable`.
    pub async fn close(&self) -> Result<(), CatalogError> {
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
    pub(crate) async fn connection(&self) -> Result<MappedMutexGuard<'_, SqliteConnection>, CatalogError> {
        MutexGuard::try_map(self.connection.lock().await, Option::as_mut)
            .map_err(|_| CatalogError::Unavailable(io::Error::other("the catalog was closed").into()))
    }

    /// Whether a file that nobody has open is intact, as far as can be told without a lock and its log. Errors as for
    /// `open`.
    pub async fn inspect(path: &Path) -> Result<(), CatalogError> {
        inspect(path).await
    }

    /// Whether there is a file to write to.
    pub(crate) async fn ready(&self) -> Result<(), CatalogError> {
        let mut connection = self.connection().await?;
        run(&mut connection, "SELECT 1").await?;
        self.check(&mut connection).await
    }

    /// Whether it accepts a commit: rewrites existing data.
    pub(crate) async fn probe(&self) -> Result<(), CatalogError> {
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
    pub(crate) async fn begin(&self) -> Result<Transaction<'_>, CatalogError> {
        let mut connection = self.connection().await?;
        self.check(&mut connection).await?;
        let begun = run(&mut connection, "BEGIN IMMEDIATE").await;
        if begun.is_err() {
            // A transaction whose rollback failed is still open: end it first.
            let _ = run(&mut connection, "ROLLBACK").await;
        }
        begun.map(|()| Transaction { file: self, connection })
    }

    /// Runs statements in a transaction of their own, to the end even if the caller goes away.
    pub(crate) async fn write<T: Send + 'static>(
        self: &Arc<Self>,
        statements: impl for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, CatalogError>>
        + Send
        + 'static,
    ) -> Result<T, CatalogError> {
        let file = Arc::clone(self);
        to_the_end(async move {
            let mut transaction = file.begin().await?;
            let outcome = statements(transaction.connection()).await;
            transaction.end(outcome).await
        })
        .await
    }
}

/// A transaction. `sqlx` has one too, but it miscounts when SQLite itself has rolled back, as it does on a full disk.
pub(crate) struct Transaction<'f> {
    file: &'f SqliteFile,
    connection: MappedMutexGuard<'f, SqliteConnection>,
}

impl Transaction<'_> {
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    /// Makes it durable and verifies that; undoes it after an error.
    pub(crate) async fn end<T>(mut self, outcome: Result<T, CatalogError>) -> Result<T, CatalogError> {
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

/// Runs a write to its end even if the caller goes away: a transaction is never left half open, and what was written is
/// always announced to those who wait for it.
pub(crate) async fn to_the_end<T: Send + 'static>(
    write: impl Future<Output = Result<T, CatalogError>> + Send + 'static,
) -> Result<T, CatalogError> {
    match tokio::spawn(write).await {
        Ok(result) => result,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(stopped) => Err(CatalogError::Unavailable(stopped.into())),
    }
}

/// A number for SQLite, which has 63 bits; ours have 53, except invented ones.
pub(crate) fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
