//! Records in memory: for tests, and the simplest reading of the port's promises. They are lost when the program ends.

use std::collections::BTreeMap;
use std::ops::Bound;

use async_trait::async_trait;
use domain::Timestamp;
use parking_lot::Mutex;

use super::{Expected, Record, RecordKey, RecordPrefix, RecordValue, Records, RecordsError, Version};
use crate::clock::Clock;

/// Records in memory.
pub struct MemoryRecords {
    kept: Mutex<BTreeMap<RecordKey, Record>>,
    clock: Clock,
}

impl MemoryRecords {
    /// None yet.
    pub fn new(clock: Clock) -> Self {
        Self { kept: Mutex::default(), clock }
    }
}

impl Record {
    fn is_there(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|expires_at| now < expires_at)
    }
}

#[async_trait]
impl Records for MemoryRecords {
    async fn get(&self, key: &RecordKey) -> Result<Option<Record>, RecordsError> {
        let now = self.clock.now();
        Ok(self.kept.lock().get(key).filter(|record| record.is_there(now)).cloned())
    }

    async fn put(
        &self,
        key: &RecordKey,
        value: RecordValue,
        expires_at: Option<Timestamp>,
        expected: Expected,
    ) -> Result<Version, RecordsError> {
        let now = self.clock.now();
        let mut kept = self.kept.lock();
        let there = kept.get(key).filter(|record| record.is_there(now)).map(|record| record.version);
        let is_as_expected = match expected {
            Expected::Absent => there.is_none(),
            Expected::Version(version) => there == Some(version),
        };
        if !is_as_expected {
            return Err(RecordsError::OtherVersion);
        }
        let version = Version::new(&self.clock);
        kept.insert(key.clone(), Record { key: key.clone(), value, version, expires_at });
        Ok(version)
    }

    async fn delete(&self, key: &RecordKey) -> Result<(), RecordsError> {
        self.kept.lock().remove(key);
        Ok(())
    }

    async fn list(
        &self,
        prefix: &RecordPrefix,
        after: Option<&RecordKey>,
        limit: usize,
    ) -> Result<Vec<Record>, RecordsError> {
        let now = self.clock.now();
        let kept = self.kept.lock();
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let below = kept.range((from, Bound::Unbounded)).map(|(_, record)| record);
        let below = below.filter(|record| record.key.as_str().starts_with(prefix.as_str()));
        Ok(below.filter(|record| record.is_there(now)).take(limit).cloned().collect())
    }

    async fn delete_expired(&self) -> Result<(), RecordsError> {
        let now = self.clock.now();
        self.kept.lock().retain(|_, record| record.is_there(now));
        Ok(())
    }
}
