//! The port for small things that are not entries, each with a version and maybe a time to live: phone numbers that wait
//! for a notice, later sessions and the like. What is personal lies here and nowhere else.
//!
//! Here: the trait and its promises. `key`: names. Implementations: `memory`, `sqlite`, `dynamodb`. Not here: what is
//! kept (its owners).

mod dynamodb;
mod error;
mod key;
mod memory;
mod sqlite;

use std::fmt;

use async_trait::async_trait;
use domain::Timestamp;
use ulid::Ulid;

pub use self::dynamodb::DynamoRecords;
pub use self::error::RecordsError;
pub use self::key::{RECORD_KEY_MAX_BYTES, RecordKey, RecordKeyError, RecordPrefix};
pub use self::memory::MemoryRecords;
pub use self::sqlite::SqliteRecords;
use crate::clock::Clock;

/// The maximum size of a value: records are small, and a page of them is held in memory.
pub const RECORD_VALUE_MAX_BYTES: usize = 16 * 1024;

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its name.
    pub key: RecordKey,
    /// What it holds.
    pub value: RecordValue,
    /// Its version.
    pub version: Version,
    /// From then on it is gone.
    pub expires_at: Option<Timestamp>,
}

/// What a record holds: a text, often JSON. `Debug` does not show it: it may be personal.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordValue(String);

/// A value is larger than `RECORD_VALUE_MAX_BYTES`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a record holds at most {RECORD_VALUE_MAX_BYTES} bytes, and this one has {0}")]
pub struct RecordTooLarge(pub usize);

impl RecordValue {
    /// A value of at most `RECORD_VALUE_MAX_BYTES`.
    pub fn new(text: impl Into<String>) -> Result<Self, RecordTooLarge> {
        let text = text.into();
        if text.len() <= RECORD_VALUE_MAX_BYTES { Ok(Self(text)) } else { Err(RecordTooLarge(text.len())) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RecordValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordValue({} bytes)", self.0.len())
    }
}

/// The version of a record: another one after each write, and never the same one again, even if the record was deleted
/// in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version(Ulid);

impl Version {
    fn new(clock: &Clock) -> Self {
        Self(clock.ulid())
    }

    fn parse(text: &str) -> Result<Self, ulid::DecodeError> {
        text.parse().map(Self)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What must be there for a record to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Nothing.
    Absent,
    /// The record, in this version.
    Version(Version),
}

/// Where records are kept.
///
/// Every write is durable, and visible to every later read anywhere, before it returns. A record that has expired is
/// gone for every caller, from the millisecond of its expiry on, whenever its bytes are deleted. A caller may be cancelled
/// in the middle of any call: the write is then done completely or not at all.
#[async_trait]
pub trait Records: Send + Sync + 'static {
    /// The record with this key, if there is one.
    async fn get(&self, key: &RecordKey) -> Result<Option<Record>, RecordsError>;

    /// Writes a record if what is there is as expected, and returns its new version. Of concurrent calls that expect the
    /// same, one succeeds. `OtherVersion` if something else is there: nothing was written.
    async fn put(
        &self,
        key: &RecordKey,
        value: RecordValue,
        expires_at: Option<Timestamp>,
        expected: Expected,
    ) -> Result<Version, RecordsError>;

    /// Deletes a record; one that does not exist stays so.
    async fn delete(&self, key: &RecordKey) -> Result<(), RecordsError>;

    /// The next records below a prefix after `after`, at most `limit`, in the order of their keys' bytes. Fewer than
    /// `limit` only if there are no more.
    async fn list(
        &self,
        prefix: &RecordPrefix,
        after: Option<&RecordKey>,
        limit: usize,
    ) -> Result<Vec<Record>, RecordsError>;

    /// Deletes the bytes of whatever has expired, unless that happens by itself: for callers that repeat it.
    async fn delete_expired(&self) -> Result<(), RecordsError> {
        Ok(())
    }
}
