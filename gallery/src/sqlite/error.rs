//! What an error of SQLite means to the port.

use std::error::Error;

use sqlx::error::DatabaseError;

use crate::catalog::CatalogError;

/// The port's error for one of SQLite's. The numbers are SQLite's primary result codes:
/// <https://www.sqlite.org/rescode.html>.
pub(crate) fn classify(error: sqlx::Error) -> CatalogError {
    match &error {
        sqlx::Error::Database(database) => match primary_code(database.as_ref()) {
            Some(BUSY | LOCKED) => CatalogError::Locked,
            Some(CORRUPT | NOTADB) => damaged(database.message()),
            Some(FULL) => CatalogError::Full(error.into()),
            Some(PERM | READONLY | CANTOPEN | AUTH) => CatalogError::Denied(error.into()),
            Some(NOMEM | IOERR) => CatalogError::Unavailable(error.into()),
            _ => CatalogError::Other(error.into()),
        },
        sqlx::Error::ColumnDecode { source, .. } | sqlx::Error::Decode(source) => unreadable(source.as_ref()),
        sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => CatalogError::Unavailable(error.into()),
        _ => CatalogError::Other(error.into()),
    }
}

const PERM: u32 = 3;
const BUSY: u32 = 5;
const LOCKED: u32 = 6;
const NOMEM: u32 = 7;
const READONLY: u32 = 8;
const IOERR: u32 = 10;
const CORRUPT: u32 = 11;
const FULL: u32 = 13;
const CANTOPEN: u32 = 14;
const AUTH: u32 = 23;
const NOTADB: u32 = 26;

/// The low byte of the extended code.
fn primary_code(error: &dyn DatabaseError) -> Option<u32> {
    error.code()?.parse().ok().map(|code: u32| code & 0xff)
}

/// The file is not as SQLite wrote it.
pub(crate) fn damaged(details: &str) -> CatalogError {
    // SQLite reports one line for the database, and one for each finding.
    let found = details.lines().filter(|line| !line.starts_with("***"));
    CatalogError::Damaged { details: found.collect::<Vec<_>>().join("; ") }
}

/// A row does not contain what this program writes.
pub(crate) fn unreadable(error: &dyn Error) -> CatalogError {
    CatalogError::Corrupt(format!(
        "a row cannot be read ({error}). Stop the program, move the file and its -wal companion aside, and put a copy in \
         their place or import an export; with neither, rebuild the catalog from the bucket: qrate import --from-bucket"
    ))
}
