//! Its tables: older and newer schemas, statements and their indexes, columns to read.

use domain::{Description, Label};

use super::*;

#[tokio::test]
async fn older_schema_is_migrated() {
    let place = Place::new();
    let catalog = place.open().await.unwrap();
    commit(&catalog, 0..10).await.unwrap();
    catalog.close().await.unwrap();
    let mut older = place.bare().await;
    let older_tables = "DROP TABLE settings; DROP TABLE records; DROP TABLE jobs; DROP TABLE labels;
        DROP TRIGGER labels_of_new; DROP TRIGGER labels_of_changed; DROP TRIGGER labels_of_purged;
        UPDATE entries SET entry = json_set(entry, '$.labels', json('[{\"name\":\"a\",\"source\":\"person\"}]')) WHERE id = 7;
        PRAGMA user_version = 1";
    sqlx::raw_sql(older_tables).execute(&mut older).await.unwrap();
    older.close().await.unwrap();
    let catalog = place.open().await.unwrap();
    assert_eq!(number(&catalog, "SELECT id FROM labels WHERE space = 'main' AND name = 'a'").await, 7);
    assert_eq!(catalog.snapshot(&Space::main()).await.unwrap().entries.len(), 10);
    let settings = Settings { look: "shape=dots".parse().unwrap(), ..Settings::default() };
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
async fn table_of_labels_follows_the_entries() {
    let place = Place::new();
    let catalog = place.open().await.unwrap();
    let main = Space::main();
    let labelled = |labels: &str| Description { name: None, labels: Label::parse_list(labels).ok() };
    let commit = async |mutation| {
        catalog.commit(&main, vec![mutation]).await.unwrap().remove(0).unwrap();
    };
    let all = "SELECT coalesce(group_concat(id || name || source, ' '), '') FROM (SELECT * FROM labels ORDER BY id, name)";
    commit(add("1")).await;
    commit(add("2")).await;
    assert_eq!(text(&catalog, all).await, "");
    commit(Mutation::Describe { id: 1, expected: None, description: labelled("b, a") }).await;
    commit(Mutation::Describe { id: 2, expected: None, description: labelled("a") }).await;
    assert_eq!(text(&catalog, all).await, "1aperson 1bperson 2aperson");
    commit(Mutation::remove(1, State::Removed { at: Timestamp::from_unix_ms(2) })).await;
    assert_eq!(text(&catalog, all).await, "2aperson");
    commit(Mutation::restore(1)).await;
    commit(Mutation::Describe { id: 2, expected: None, description: labelled("") }).await;
    assert_eq!(text(&catalog, all).await, "1aperson 1bperson");
    commit(Mutation::remove(1, State::Removed { at: Timestamp::from_unix_ms(3) })).await;
    catalog.purge(&main, &[1]).await.unwrap();
    assert_eq!(text(&catalog, all).await, "");
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
        (
            "SELECT job FROM jobs WHERE died_at_ms IS NULL AND due_at_ms <= ? ORDER BY due_at_ms, job LIMIT ?",
            "jobs_by_due (due_at_ms<?",
        ),
        ("SELECT min(due_at_ms) FROM jobs WHERE died_at_ms IS NULL", "jobs_by_due"),
        ("DELETE FROM jobs WHERE job = ? AND leases = ? AND is_leased = 1", "PRIMARY KEY (rowid=?"),
        ("SELECT value FROM records WHERE key = ? AND expires_at_ms > ?", "records_1 (key=?"),
        (
            "SELECT value FROM records WHERE key > ? AND key < ? ORDER BY key LIMIT ?",
            "records_1 (key>? AND key<?",
        ),
        ("DELETE FROM records WHERE expires_at_ms <= ?", "records_by_expiry (expires_at_ms<?"),
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

/// Someone who opens the file finds readable columns, not only JSON.
#[tokio::test]
async fn generated_columns_are_readable() {
    let place = Place::new();
    let catalog = place.open().await.unwrap();
    commit(&catalog, 7..8).await.unwrap();
    let tombstone = State::Removed { at: Timestamp::from_unix_ms(0) };
    let remove = Mutation::remove(1, tombstone);
    catalog.commit(&Space::main(), vec![remove]).await.unwrap()[0].as_ref().unwrap();
    let row = "SELECT concat_ws(' ', space, id, key, name, length(value), created_at, state) FROM entries";
    assert_eq!(
        text(&catalog, row).await,
        r#"main 1 7 n 600 1970-01-01T00:00:00.001Z {"removed":{"at":"1970-01-01T00:00:00.000Z"}}"#
    );
}
