//! The tables, and whose file it is.
//!
//! SQLite's header has two numbers for it: `application_id` says that the file is a catalog of ours, `user_version`
//! how many of the `STEPS` it has taken.

use sqlx::{AssertSqlSafe, SqliteConnection};

use super::error::classify;
use crate::catalog::CatalogError;

/// “Qrat” in ASCII.
const APPLICATION_ID: i64 = 0x5172_6174;

/// From version to version. A released step is never changed; a new one is added below.
const STEPS: &[&str] = &["
CREATE TABLE spaces (
    space TEXT PRIMARY KEY,
    last_id INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    floor INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- `entry` is the whole entry as JSON. `key` stands beside it because it is unique, byte for byte; the other columns
-- are read out of the JSON, and are not stored: for people who look, and for `purge`.
CREATE TABLE entries (
    space TEXT NOT NULL,
    id INTEGER NOT NULL,
    key TEXT NOT NULL,
    entry TEXT NOT NULL,
    state TEXT AS (entry ->> '$.state'),
    name TEXT AS (entry ->> '$.name'),
    value TEXT AS (entry ->> '$.value'),
    created_at TEXT AS (entry ->> '$.created_at'),
    UNIQUE (space, id),
    UNIQUE (space, key)
) STRICT;

-- `change` is the whole change as JSON. A row whose request id is remembered outlives the floor until it is forgotten.
CREATE TABLE log (
    space TEXT NOT NULL,
    seq INTEGER NOT NULL,
    change TEXT NOT NULL,
    request TEXT,
    request_at_ms INTEGER,
    UNIQUE (space, seq)
) STRICT;
CREATE UNIQUE INDEX log_by_request ON log (space, request) WHERE request IS NOT NULL;
CREATE INDEX log_by_request_at ON log (space, request_at_ms) WHERE request_at_ms IS NOT NULL;
", "
-- `settings` is JSON.
CREATE TABLE settings (
    space TEXT PRIMARY KEY,
    settings TEXT NOT NULL
) STRICT, WITHOUT ROWID;
", "
CREATE TABLE records (
    key TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL,
    version TEXT NOT NULL,
    expires_at_ms INTEGER
) STRICT;
CREATE INDEX records_by_expiry ON records (expires_at_ms) WHERE expires_at_ms IS NOT NULL;

-- At most one job for each entry. Until `due_at_ms` nobody receives it: because somebody has it (`is_leased`), or
-- because it was given back to wait. `leases` only rises, so that a receipt is never valid twice.
CREATE TABLE jobs (
    job INTEGER PRIMARY KEY AUTOINCREMENT,
    space TEXT NOT NULL,
    entry INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    sent_at_ms INTEGER NOT NULL,
    due_at_ms INTEGER NOT NULL,
    is_leased INTEGER NOT NULL DEFAULT 0,
    leases INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    died_at_ms INTEGER,
    UNIQUE (space, entry)
) STRICT;
CREATE INDEX jobs_by_due ON jobs (due_at_ms) WHERE died_at_ms IS NULL;
CREATE INDEX jobs_by_death ON jobs (died_at_ms) WHERE died_at_ms IS NOT NULL;
", "
-- The labels of live entries, for those who query the file: what `entry` says, and changed with it, so in its commit.
CREATE TABLE labels (
    space TEXT NOT NULL,
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    confidence INTEGER,
    model TEXT,
    UNIQUE (space, id, name)
) STRICT;
CREATE INDEX labels_by_name ON labels (space, name, id);
CREATE TRIGGER labels_of_new AFTER INSERT ON entries
WHEN new.entry ->> '$.state' = 'live' AND new.entry -> '$.labels' <> '[]' BEGIN
    INSERT OR IGNORE INTO labels
    SELECT new.space, new.id, value ->> '$.name', value ->> '$.source', value ->> '$.confidence', value ->> '$.model'
    FROM json_each(new.entry, '$.labels');
END;
CREATE TRIGGER labels_of_changed AFTER UPDATE OF entry ON entries
WHEN old.entry -> '$.labels' IS NOT new.entry -> '$.labels'
    OR old.entry -> '$.state' IS NOT new.entry -> '$.state' BEGIN
    DELETE FROM labels WHERE space = new.space AND id = new.id;
    INSERT OR IGNORE INTO labels
    SELECT new.space, new.id, value ->> '$.name', value ->> '$.source', value ->> '$.confidence', value ->> '$.model'
    FROM json_each(new.entry, '$.labels') WHERE new.entry ->> '$.state' = 'live';
END;
CREATE TRIGGER labels_of_purged AFTER DELETE ON entries BEGIN
    DELETE FROM labels WHERE space = old.space AND id = old.id;
END;
INSERT OR IGNORE INTO labels
SELECT space, entries.id, label.value ->> '$.name', label.value ->> '$.source', label.value ->> '$.confidence',
    label.value ->> '$.model'
FROM entries, json_each(entry, '$.labels') AS label WHERE entry ->> '$.state' = 'live';
", "
-- A value may be personal, and must be gone from the file once it is deleted. SQLite overwrites what it deletes, but when
-- it moves rows between pages, a copy may stay in the unused part of a page. `padding` is as large as a page: what
-- comes behind it always lies in overflow pages, which are never copied and are overwritten when they are freed.
ALTER TABLE records RENAME TO records_before;
CREATE TABLE records (
    key TEXT NOT NULL UNIQUE,
    version TEXT NOT NULL,
    expires_at_ms INTEGER,
    padding BLOB NOT NULL DEFAULT (zeroblob(4096)),
    value TEXT NOT NULL
) STRICT;
INSERT INTO records (key, version, expires_at_ms, value)
SELECT key, version, expires_at_ms, value FROM records_before;
DROP TABLE records_before;
CREATE INDEX records_by_expiry ON records (expires_at_ms) WHERE expires_at_ms IS NOT NULL;
", "
-- A job is about an entry, or about a table of which codes are made: `kind` says which, `id` is the number of either.
ALTER TABLE jobs RENAME TO jobs_before;
CREATE TABLE jobs (
    job INTEGER PRIMARY KEY AUTOINCREMENT,
    space TEXT NOT NULL,
    kind TEXT NOT NULL,
    id INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    sent_at_ms INTEGER NOT NULL,
    due_at_ms INTEGER NOT NULL,
    is_leased INTEGER NOT NULL DEFAULT 0,
    leases INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    died_at_ms INTEGER,
    UNIQUE (space, kind, id)
) STRICT;
INSERT INTO jobs
SELECT job, space, 'entry', entry, revision, sent_at_ms, due_at_ms, is_leased, leases, attempts, died_at_ms FROM jobs_before;
DROP TABLE jobs_before;
CREATE INDEX jobs_by_due ON jobs (due_at_ms) WHERE died_at_ms IS NULL;
CREATE INDEX jobs_by_death ON jobs (died_at_ms) WHERE died_at_ms IS NOT NULL;
"];

/// How many steps the file has taken; 0 for a new one. `Corrupt` if it is not for this program.
pub(crate) async fn version(connection: &mut SqliteConnection) -> Result<usize, CatalogError> {
    let (application_id, version, tables): (i64, i64, i64) = sqlx::query_as(
        "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version),
            (SELECT count(*) FROM sqlite_schema)",
    )
    .fetch_one(connection)
    .await
    .map_err(classify)?;
    let new = (application_id, version, tables) == (0, 0, 0);
    if application_id != APPLICATION_ID && !new {
        return Err(CatalogError::Corrupt(
            "the file is a database of another program and was left unchanged: choose another place"
                .to_owned(),
        ));
    }
    usize::try_from(version).ok().filter(|version| *version <= STEPS.len()).ok_or_else(|| {
        CatalogError::Corrupt(format!(
            "the file was written by a newer program (version {version}, this one knows {}): start the newer one",
            STEPS.len()
        ))
    })
}

/// Takes the missing steps, in the caller's transaction.
pub(crate) async fn migrate(connection: &mut SqliteConnection, version: usize) -> Result<(), CatalogError> {
    let missing = STEPS.get(version..).unwrap_or_default();
    if missing.is_empty() {
        return Ok(());
    }
    let steps = missing.concat();
    sqlx::raw_sql(AssertSqlSafe(steps)).execute(&mut *connection).await.map_err(classify)?;
    stamp(connection).await
}

/// Marks the file as ours, with its version, in the caller's transaction.
pub(crate) async fn stamp(connection: &mut SqliteConnection) -> Result<(), CatalogError> {
    let stamps = format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {};", STEPS.len());
    sqlx::raw_sql(AssertSqlSafe(stamps)).execute(connection).await.map_err(classify)?;
    Ok(())
}
