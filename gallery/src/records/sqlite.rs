//! Records in the catalog's SQLite file. What is deleted there is overwritten in the file (`secure_delete`, and padding
//! that keeps values where no copy is made of them), and in its write-ahead log as soon as SQLite restarts that.

use std::sync::Arc;

use async_trait::async_trait;
use domain::Timestamp;
use futures::FutureExt as _;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::{Expected, Record, RecordKey, RecordPrefix, RecordValue, Records, RecordsError, Version};
use crate::catalog::CatalogError;
use crate::clock::Clock;
use crate::sqlite::{SqliteFile, classify, number, unreadable};

/// Records in a SQLite file.
#[derive(Clone)]
pub struct SqliteRecords {
    file: Arc<SqliteFile>,
    clock: Clock,
}

impl SqliteRecords {
    /// The records in an open file.
    pub fn over(file: Arc<SqliteFile>, clock: Clock) -> Self {
        Self { file, clock }
    }

    fn now_ms(&self) -> i64 {
        number(self.clock.now().unix_ms())
    }
}

/// Writes a record if what is there is as expected; returns whether it was.
async fn put(
    connection: &mut SqliteConnection,
    record: Record,
    expected: Expected,
    now_ms: i64,
) -> Result<bool, CatalogError> {
    const ABSENT: &str = "INSERT INTO records (key, value, version, expires_at_ms) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (key) DO UPDATE SET value = ?2, version = ?3, expires_at_ms = ?4 WHERE expires_at_ms <= ?5";
    const VERSION: &str = "UPDATE records SET value = ?2, version = ?3, expires_at_ms = ?4
        WHERE key = ?1 AND version = ?6 AND (expires_at_ms IS NULL OR expires_at_ms > ?5)";
    let (sql, version) = match expected {
        Expected::Absent => (ABSENT, None),
        Expected::Version(version) => (VERSION, Some(version.to_string())),
    };
    let statement = sqlx::query(sql)
        .bind(record.key.as_str())
        .bind(record.value.as_str())
        .bind(record.version.to_string())
        .bind(record.expires_at.map(|at| number(at.unix_ms())))
        .bind(now_ms);
    let statement = version.into_iter().fold(statement, |statement, version| statement.bind(version));
    Ok(statement.execute(connection).await.map_err(classify)?.rows_affected() == 1)
}

fn read(row: &SqliteRow) -> Result<Record, CatalogError> {
    let text = |column| row.try_get::<&str, usize>(column).map_err(classify);
    let expires_at_ms: Option<u64> = row.try_get(3).map_err(classify)?;
    Ok(Record {
        key: text(0)?.parse().map_err(|error| unreadable(&error))?,
        value: RecordValue::new(text(1)?).map_err(|error| unreadable(&error))?,
        version: Version::parse(text(2)?).map_err(|error| unreadable(&error))?,
        expires_at: expires_at_ms.map(Timestamp::from_unix_ms),
    })
}

#[async_trait]
impl Records for SqliteRecords {
    async fn get(&self, key: &RecordKey) -> Result<Option<Record>, RecordsError> {
        let row = sqlx::query(
            "SELECT key, value, version, expires_at_ms FROM records
            WHERE key = ? AND (expires_at_ms IS NULL OR expires_at_ms > ?)",
        )
        .bind(key.as_str())
        .bind(self.now_ms())
        .fetch_optional(&mut *self.file.connection().await?)
        .await
        .map_err(classify)?;
        Ok(row.as_ref().map(read).transpose()?)
    }

    async fn put(
        &self,
        key: &RecordKey,
        value: RecordValue,
        expires_at: Option<Timestamp>,
        expected: Expected,
    ) -> Result<Version, RecordsError> {
        let version = Version::new(&self.clock);
        let (record, now_ms) = (Record { key: key.clone(), value, version, expires_at }, self.now_ms());
        let written =
            self.file.write(move |connection| put(connection, record, expected, now_ms).boxed()).await?;
        if written { Ok(version) } else { Err(RecordsError::OtherVersion) }
    }

    async fn delete(&self, key: &RecordKey) -> Result<(), RecordsError> {
        let key = key.clone();
        let deleted = self.file.write(move |connection| {
            async move {
                let delete = sqlx::query("DELETE FROM records WHERE key = ?").bind(key.as_str());
                delete.execute(connection).await.map(drop).map_err(classify)
            }
            .boxed()
        });
        Ok(deleted.await?)
    }

    async fn list(
        &self,
        prefix: &RecordPrefix,
        after: Option<&RecordKey>,
        limit: usize,
    ) -> Result<Vec<Record>, RecordsError> {
        // No key equals its prefix.
        let after = after.map_or(prefix.as_str(), |after| after.as_str().max(prefix.as_str()));
        let rows = sqlx::query(
            "SELECT key, value, version, expires_at_ms FROM records
            WHERE key > ? AND key < ? AND (expires_at_ms IS NULL OR expires_at_ms > ?) ORDER BY key LIMIT ?",
        )
        .bind(after)
        .bind(prefix.end())
        .bind(self.now_ms())
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&mut *self.file.connection().await?)
        .await
        .map_err(classify)?;
        Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
    }

    async fn delete_expired(&self) -> Result<(), RecordsError> {
        let now_ms = self.now_ms();
        let deleted = self.file.write(move |connection| {
            async move {
                let delete = sqlx::query("DELETE FROM records WHERE expires_at_ms <= ?").bind(now_ms);
                delete.execute(connection).await.map(drop).map_err(classify)
            }
            .boxed()
        });
        Ok(deleted.await?)
    }
}
