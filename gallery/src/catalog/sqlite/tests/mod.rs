//! What only the catalog in a SQLite file promises: whose file it is, damage, a full disk, callers that go away.
//! What every catalog promises is in `conformance`; that nothing is lost when the program is killed, in the server's
//! tests.

mod numbers;
mod place;

use std::fs;
use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::task::{Context, Waker};

use domain::{Body, Content, Space, State, Timestamp};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};
use tempfile::TempDir;

use super::super::{Catalog, CatalogError, Counters, Mutation, Settings, Since};
use super::SqliteCatalog;

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("catalog.db")
    }

    async fn open(&self) -> Result<SqliteCatalog, CatalogError> {
        SqliteCatalog::open(&self.path()).await
    }

    /// What `open` complains about.
    async fn complaint(&self) -> String {
        match self.open().await {
            Err(error @ (CatalogError::Corrupt(_) | CatalogError::Damaged { .. })) => error.to_string(),
            other => panic!("{other:?}"),
        }
    }

    /// The file as any program sees it.
    async fn bare(&self) -> SqliteConnection {
        SqliteConnectOptions::new().filename(self.path()).create_if_missing(true).connect().await.unwrap()
    }
}

fn add(key: &str) -> Mutation {
    let content = Content {
        key: key.parse().unwrap(),
        name: "n".parse().unwrap(),
        body: Body::File { values: vec!["v".repeat(600)] },
        size_bytes: 1,
        sha256: None,
        etag: "e".to_owned(),
        created_at: Timestamp::from_unix_ms(1),
        labels: Vec::new(),
    };
    Mutation::Add { request: Some(key.parse().unwrap()), content }
}

async fn commit(catalog: &SqliteCatalog, keys: impl Iterator<Item = u64>) -> Result<(), CatalogError> {
    let batch = keys.map(|key| add(&key.to_string())).collect();
    let results = catalog.commit(&Space::main(), batch).await?;
    assert!(results.iter().all(Result::is_ok));
    Ok(())
}

/// A statement through the catalog's own connection.
async fn run(catalog: &SqliteCatalog, sql: &str) {
    let mut connection = catalog.store.file.connection().await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut *connection).await.unwrap();
}

async fn text(catalog: &SqliteCatalog, sql: &'static str) -> String {
    let mut connection = catalog.store.file.connection().await.unwrap();
    sqlx::query_scalar(sql).fetch_one(&mut *connection).await.unwrap()
}

async fn number(catalog: &SqliteCatalog, sql: &'static str) -> i64 {
    let mut connection = catalog.store.file.connection().await.unwrap();
    sqlx::query_scalar(sql).fetch_one(&mut *connection).await.unwrap()
}

#[tokio::test]
async fn a_second_opening_is_refused_until_the_first_is_closed() {
    let place = Place::new();
    let first = place.open().await.unwrap();
    assert!(matches!(place.open().await, Err(CatalogError::Locked)), "a new file");
    commit(&first, 1..3).await.unwrap();
    assert!(matches!(place.open().await, Err(CatalogError::Locked)));
    first.close().await.unwrap();
    let second = place.open().await.unwrap();
    assert!(matches!(first.spaces().await, Err(CatalogError::Unavailable(_))), "closed is closed");
    assert!(matches!(commit(&first, 3..4).await, Err(CatalogError::Unavailable(_))));
    commit(&second, 3..4).await.unwrap();
    assert_eq!(second.counters(&Space::main()).await.unwrap().last_id, 3);
}

#[tokio::test]
async fn commits_are_durable_and_the_lock_is_exclusive() {
    let place = Place::new();
    for _ in 0..2 {
        let catalog = place.open().await.unwrap();
        assert_eq!(text(&catalog, "PRAGMA journal_mode").await, "wal");
        assert_eq!(text(&catalog, "PRAGMA locking_mode").await, "exclusive");
        assert_eq!(number(&catalog, "PRAGMA synchronous").await, 2, "FULL: an fsync with each commit");
        assert_eq!(number(&catalog, "PRAGMA busy_timeout").await, 0);
        commit(&catalog, [fs::metadata(place.path()).unwrap().len()].into_iter()).await.unwrap();
        catalog.close().await.unwrap();
    }
}

#[tokio::test]
async fn file_of_another_program_is_unchanged() {
    let place = Place::new();
    let mut other = place.bare().await;
    sqlx::query("CREATE TABLE recipes (name TEXT)").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    let before = fs::read(place.path()).unwrap();
    assert!(place.complaint().await.contains("another program"));
    assert_eq!(fs::read(place.path()).unwrap(), before);
    assert_eq!(fs::read_dir(place.folder.path()).unwrap().count(), 1);

    fs::write(place.path(), "this was never a database ".repeat(100)).unwrap();
    assert!(place.complaint().await.contains("import an export"), "says what to do");
    fs::write(place.path(), "").unwrap();
    place.open().await.unwrap();
}

#[tokio::test]
async fn older_schema_is_migrated() {
    let place = Place::new();
    let catalog = place.open().await.unwrap();
    commit(&catalog, 0..10).await.unwrap();
    catalog.close().await.unwrap();
    let mut older = place.bare().await;
    sqlx::raw_sql("DROP TABLE settings; PRAGMA user_version = 1").execute(&mut older).await.unwrap();
    older.close().await.unwrap();
    let catalog = place.open().await.unwrap();
    assert_eq!(catalog.snapshot(&Space::main()).await.unwrap().entries.len(), 10);
    let settings = Settings { look: "shape=dots".parse().unwrap() };
    assert_eq!(catalog.settings(&Space::main()).await.unwrap(), Settings::default());
    catalog.set_settings(&Space::main(), settings.clone()).await.unwrap();
    catalog.close().await.unwrap();
    let catalog = place.open().await.unwrap();
    assert_eq!(catalog.settings(&Space::main()).await.unwrap(), settings);
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let place = Place::new();
    place.open().await.unwrap().close().await.unwrap();
    let mut newer = place.bare().await;
    sqlx::query("PRAGMA user_version = 99").execute(&mut newer).await.unwrap();
    newer.close().await.unwrap();
    assert!(place.complaint().await.contains("newer program"));
}

#[tokio::test]
async fn damage_is_found_at_opening_and_a_copy_repairs_it() {
    let place = Place::new();
    let catalog = place.open().await.unwrap();
    for batch in 0..20 {
        commit(&catalog, batch * 33..batch * 33 + 33).await.unwrap();
    }
    catalog.close().await.unwrap();
    let whole = fs::read(place.path()).unwrap();
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2 / 4096 * 4096;
    damaged[middle..middle + 4096].fill(0x5a);
    fs::write(place.path(), &damaged).unwrap();
    assert!(place.complaint().await.contains("damaged"));
    fs::write(place.path(), &whole[..whole.len() / 2]).unwrap();
    assert!(place.complaint().await.contains("damaged"));
    fs::write(place.path(), &whole).unwrap();
    let catalog = place.open().await.unwrap();
    assert_eq!(catalog.snapshot(&Space::main()).await.unwrap().entries.len(), 660);
}

#[tokio::test]
async fn damaged_row_is_reported_when_read() {
    let place = Place::new();
    let catalog = place.open().await.unwrap();
    commit(&catalog, 1..10).await.unwrap();
    run(&catalog, r#"UPDATE entries SET entry = '{"id":5}' WHERE id = 5"#).await;
    assert!(matches!(catalog.snapshot(&Space::main()).await, Err(CatalogError::Corrupt(_))));
    // A hole in the log is a floor: changes before it are returned, then `Truncated`.
    run(&catalog, "DELETE FROM log WHERE seq = 5").await;
    for (after, expected) in [(0, Some(4)), (3, Some(1)), (4, None), (5, Some(4))] {
        let told = match catalog.since(&Space::main(), after, 100).await.unwrap() {
            Since::Changes(changes) => Some(changes.len()),
            Since::Truncated => None,
        };
        assert_eq!(told, expected, "after {after}");
    }
}

/// Makes commits fail by `cause`, and shows that none of a failed one is there, that reading goes on, and that all is
/// well after `cure`.
async fn fails_and_recovers(cause: &str, cure: &str, expected: fn(&CatalogError) -> bool) {
    let place = Place::new();
    let catalog = place.open().await.unwrap();
    commit(&catalog, 0..33).await.unwrap();
    run(&catalog, cause).await;
    let mut done = 33;
    let error = loop {
        match commit(&catalog, done..done + 33).await {
            Ok(()) => done += 33,
            Err(error) => break error,
        }
        assert!(done < 33_000, "{cause} does not do what it should");
    };
    assert!(expected(&error), "{error:?}");
    for _ in 0..3 {
        assert!(expected(&commit(&catalog, done..done + 33).await.unwrap_err()));
        assert_eq!(catalog.snapshot(&Space::main()).await.unwrap().entries.len() as u64, done);
    }
    run(&catalog, cure).await;
    commit(&catalog, done..done + 33).await.unwrap();
    catalog.close().await.unwrap();
    let catalog = place.open().await.unwrap();
    let counters = catalog.counters(&Space::main()).await.unwrap();
    assert_eq!(counters, Counters { last_id: done + 33, last_seq: done + 33, floor: 0 });
    let Since::Changes(log) = catalog.since(&Space::main(), 0, usize::MAX).await.unwrap() else { panic!() };
    assert!(log.iter().map(|change| change.seq).eq(1..=done + 33));
}

#[tokio::test]
async fn full_disk_fails_the_whole_commit_and_recovers() {
    // SQLite's own bound on the file gives the same error as a disk without room, in the middle of a batch.
    fails_and_recovers("PRAGMA max_page_count = 60", "PRAGMA max_page_count = 100000", |error| {
        matches!(error, CatalogError::Full(_))
    })
    .await;
}

#[tokio::test]
async fn read_only_catalog_fails_the_whole_commit_and_recovers() {
    fails_and_recovers("PRAGMA query_only = ON", "PRAGMA query_only = OFF", |error| {
        matches!(error, CatalogError::Denied(_))
    })
    .await;
}

#[tokio::test]
async fn a_missing_folder_is_named() {
    let place = Place::new();
    let Err(CatalogError::Other(why)) = SqliteCatalog::open(&place.folder.path().join("no/catalog.db")).await
    else {
        panic!("opened")
    };
    assert!(why.to_string().contains("no folder"));
    let folder = SqliteCatalog::open(place.folder.path()).await;
    assert!(matches!(folder, Err(CatalogError::Denied(_))), "a folder is no file: {folder:?}");
}

/// A caller that goes away, at each step of the way, leaves a commit done or not done, and the catalog to the next.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelled_caller_leaves_no_open_transaction() {
    let place = Place::new();
    let catalog = place.open().await.unwrap();
    for round in 0..60u64 {
        let keys = round * 10..round * 10 + 3;
        {
            let mut going = pin!(commit(&catalog, keys.clone()));
            for _ in 0..round % 6 {
                if going.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        // The same request ids, so that what was done is not done again.
        commit(&catalog, keys).await.unwrap();
        let snapshot = catalog.snapshot(&Space::main()).await.unwrap();
        let done = 3 * (round + 1);
        assert!(snapshot.entries.iter().map(|entry| entry.id).eq(1..=done));
        assert_eq!(snapshot.seq, done);
    }
}

/// The write-ahead log is moved into the file again and again: neither it nor the recovery after a kill grows for ever.
#[tokio::test]
async fn the_write_ahead_log_is_bounded() {
    let place = Place::new();
    let catalog = place.open().await.unwrap();
    let wal = place.path().with_extension("db-wal");
    let mut longest_bytes = 0;
    for batch in 0..200 {
        commit(&catalog, batch * 33..batch * 33 + 33).await.unwrap();
        longest_bytes = longest_bytes.max(fs::metadata(&wal).unwrap().len());
    }
    assert!(fs::metadata(place.path()).unwrap().len() > 4 * 1024 * 1024, "nothing was moved into the file");
    assert!(longest_bytes < 20 * 1024 * 1024, "{longest_bytes} bytes");
    catalog.close().await.unwrap();
    assert!(!wal.exists(), "a closed catalog is one file");
}

/// Each statement finds its rows through an index.
#[tokio::test]
async fn no_statement_scans_a_table() {
    let place = Place::new();
    let catalog = place.open().await.unwrap();
    for (sql, index) in [
        ("SELECT change FROM log WHERE space = ? AND request IN (?, ?)", "log_by_request "),
        ("SELECT change FROM log WHERE space = ? AND request = ?", "log_by_request "),
        ("DELETE FROM log WHERE space = ? AND request_at_ms < ? AND seq <= ?", "log_by_request_at "),
        (
            "SELECT change FROM log WHERE space = ? AND seq > ? ORDER BY seq LIMIT ?",
            "log_1 (space=? AND seq>?",
        ),
        (
            "DELETE FROM log WHERE space = ? AND seq > ? AND seq <= ? AND request IS NULL",
            "log_1 (space=? AND seq>? AND seq<?",
        ),
        ("SELECT settings FROM settings WHERE space = ?", "settings USING PRIMARY KEY (space=?"),
        ("SELECT entry FROM entries WHERE space = ? AND id IN (?, ?)", "entries_1 (space=? AND id=?"),
        ("SELECT key FROM entries WHERE space = ? AND key IN (?, ?)", "entries_2 (space=? AND key=?"),
        ("SELECT entry FROM entries WHERE space = ? ORDER BY id", "entries_1 (space=?"),
        (
            "DELETE FROM entries WHERE state <> 'live' AND space = ? AND id IN (?)",
            "entries_1 (space=? AND id=?",
        ),
    ] {
        let mut connection = catalog.store.file.connection().await.unwrap();
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")))
                .fetch_all(&mut *connection)
                .await
                .unwrap();
        let plan: Vec<String> = plan.into_iter().map(|(.., step)| step).collect();
        let plan = plan.join("; ");
        assert!(plan.contains(index) && !plan.contains("SCAN") && !plan.contains("TEMP"), "{sql}: {plan}");
    }
}

/// A person who looks into the file finds words, not only JSON.
#[tokio::test]
async fn generated_columns_are_readable() {
    let place = Place::new();
    let catalog = place.open().await.unwrap();
    commit(&catalog, 7..8).await.unwrap();
    let tombstone = State::Removed { at: Timestamp::from_unix_ms(0) };
    let remove = Mutation::Remove { id: 1, tombstone };
    catalog.commit(&Space::main(), vec![remove]).await.unwrap()[0].as_ref().unwrap();
    let row = "SELECT concat_ws(' ', space, id, key, name, length(value), created_at, state) FROM entries";
    assert_eq!(
        text(&catalog, row).await,
        r#"main 1 7 n 600 1970-01-01T00:00:00.001Z {"removed":{"at":"1970-01-01T00:00:00.000Z"}}"#
    );
}
