//! The promises of the records port, as tests that every implementation passes. The clock is the test's.
//!
//! A new one is a `Subject` (how to open it) and a line at the end of this file.

#[cfg(feature = "test-servers")]
mod dynamodb;
mod expiry;
mod listing;
mod versions;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use tempfile::TempDir;

use crate::records::{
    Expected, MemoryRecords, Record, RecordKey, RecordValue, Records, RecordsError, SqliteRecords, Version,
};
use crate::sqlite::SqliteFile;
use crate::testing::test_clock::TestClock;

/// An implementation to test, in its own place.
trait Subject: Default {
    /// Opens it; called again, it behaves as if the program had restarted.
    fn open(&mut self, clock: &TestClock) -> impl Future<Output = Arc<dyn Records>>;
}

/// Does not outlive the program: opening it again gives the same one.
#[derive(Default)]
struct Memory(Option<Arc<MemoryRecords>>);

impl Subject for Memory {
    async fn open(&mut self, clock: &TestClock) -> Arc<dyn Records> {
        self.0.get_or_insert_with(|| Arc::new(MemoryRecords::new(clock.clock()))).clone()
    }
}

struct Sqlite {
    folder: TempDir,
    open: Option<Arc<SqliteFile>>,
}

impl Default for Sqlite {
    fn default() -> Self {
        Self { folder: TempDir::new().unwrap(), open: None }
    }
}

impl Subject for Sqlite {
    async fn open(&mut self, clock: &TestClock) -> Arc<dyn Records> {
        if let Some(before) = self.open.take() {
            before.close().await.unwrap();
        }
        let file = Arc::new(SqliteFile::open(&self.folder.path().join("catalog.db")).await.unwrap());
        self.open = Some(Arc::clone(&file));
        Arc::new(SqliteRecords::over(file, clock.clock()))
    }
}

fn key(text: &str) -> RecordKey {
    text.parse().unwrap()
}

fn value(text: &str) -> RecordValue {
    RecordValue::new(text).unwrap()
}

async fn put(
    records: &dyn Records,
    at: &str,
    text: &str,
    expires_at: Option<Timestamp>,
    expected: Expected,
) -> Result<Version, RecordsError> {
    records.put(&key(at), value(text), expires_at, expected).await
}

/// Writes a new record that never expires.
async fn add(records: &dyn Records, at: &str, text: &str) -> Version {
    put(records, at, text, None, Expected::Absent).await.unwrap()
}

async fn get(records: &dyn Records, at: &str) -> Option<Record> {
    records.get(&key(at)).await.unwrap()
}

fn is_refused(outcome: &Result<Version, RecordsError>) -> bool {
    matches!(outcome, Err(RecordsError::OtherVersion))
}

macro_rules! promises {
    ($subject:path: $($group:ident::{$($promise:ident),* $(,)?}),* $(,)?) => {
        $($(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $promise() {
                super::$group::$promise(&mut <$subject>::default()).await;
            }
        )*)*
    };
}

macro_rules! suite {
    ($name:ident, $subject:path) => {
        mod $name {
            promises! { $subject:
                versions::{
                    a_record_is_as_it_was_put, only_the_expected_version_is_replaced,
                    a_deleted_record_leaves_no_version, one_of_many_writers_wins,
                    concurrent_increments_all_count, the_largest_record_fits, a_restart_keeps_everything,
                },
                expiry::{an_expired_record_is_gone, an_expired_record_can_be_put_anew, only_expired_bytes_are_deleted},
                listing::{
                    a_prefix_lists_its_records_in_order, pages_follow_each_other,
                    expired_records_do_not_shorten_a_page, hostile_keys_do_not_meet,
                },
            }
        }
    };
}

suite!(memory, super::Memory);
suite!(sqlite, super::Sqlite);
#[cfg(feature = "test-servers")]
suite!(on_ministack, super::dynamodb::OnMiniStack);
#[cfg(feature = "test-servers")]
suite!(on_dynoxide, super::dynamodb::OnDynoxide);
#[cfg(feature = "test-aws")]
suite!(on_aws, super::dynamodb::OnAws);
