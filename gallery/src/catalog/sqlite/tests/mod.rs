//! What only the catalog in a SQLite file promises: here, whose file it is and that its commits are durable; the rest
//! by subject. What every catalog promises is in `conformance`; that nothing is lost when the program is killed, in
//! the server's tests.

mod failures;
mod numbers;
mod place;
mod schema;

use std::fs;
use std::path::PathBuf;

use domain::{Body, Content, Space, State, Timestamp};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};
use tempfile::TempDir;

use super::super::{Catalog, CatalogError, Counters, Mutation, Settings, Since};
use super::SqliteCatalog;
use crate::sqlite::SqliteFile;

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

    /// The error of `open`.
    async fn complaint(&self) -> String {
        match self.open().await {
            Err(error @ (CatalogError::Corrupt(_) | CatalogError::Damaged { .. })) => error.to_string(),
            other => panic!("{other:?}"),
        }
    }

    /// A plain connection to the file, as another program opens it.
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
