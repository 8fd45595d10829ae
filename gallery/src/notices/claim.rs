//! The claim on a notice: one record for each entry and recipe, which says who is sending the message, or what became
//! of it. It holds no number. Not here: what is done with it (`mod`).

use std::sync::Arc;
use std::time::Duration;

use domain::{EntryId, Recipe, Space, Timestamp};
use serde::{Deserialize, Serialize};

use crate::catalog::CatalogError;
use crate::clock::{Clock, after, back_off};
use crate::notifier::{MessageId, Reason};
use crate::records::{Expected, RecordKey, RecordValue, Records, RecordsError, Version};

/// How long a claim is kept: three times as long as a number waits, so that a leftover notice does not reach
/// anybody a second time.
const CLAIM_KEPT: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// How often to write an outcome whose record does not answer. Without it the notice is said to have failed.
const WRITES: u32 = 4;
const WRITE_FIRST: Duration = Duration::from_millis(200);
const WRITE_MOST: Duration = Duration::from_secs(2);

/// How far a notice is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum NoticeState {
    /// Somebody is sending it.
    Claimed {
        /// Since when.
        at: Timestamp,
        /// The run of the program that does.
        run: MessageId,
    },
    /// Nothing was sent yet; it is tried again.
    Waiting {
        /// When.
        until: Timestamp,
        /// Why the last attempt failed.
        reason: Reason,
    },
    /// The other side has taken it over.
    Sent {
        /// When.
        at: Timestamp,
        /// Its name for the message.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider_id: Option<String>,
    },
    /// It failed for good.
    Failed {
        /// When.
        at: Timestamp,
        /// Why.
        reason: Reason,
    },
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The same at every attempt.
    pub message: MessageId,
    /// Attempts so far.
    pub attempts: u32,
    /// The day on which it was counted, in days since 1970: an attempt on the same day is not counted again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted_on: Option<u64>,
    /// How far it is.
    #[serde(flatten)]
    pub state: NoticeState,
}

impl Notice {
    /// Whether the message is out, or has failed for good.
    pub fn is_over(&self) -> bool {
        matches!(self.state, NoticeState::Sent { .. } | NoticeState::Failed { .. })
    }
}

/// A notice as it was read or written, with the version that the next write expects.
pub(super) struct StoredClaim {
    pub(super) notice: Notice,
    version: Version,
}

/// The claims of one run of the program.
pub(super) struct Claims {
    records: Arc<dyn Records>,
    clock: Clock,
    run: MessageId,
}

impl Claims {
    pub(super) fn new(records: Arc<dyn Records>, clock: Clock) -> Self {
        let run = MessageId::new(&clock);
        Self { records, clock, run }
    }

    pub(super) fn is_of_this_run(&self, run: &MessageId) -> bool {
        self.run == *run
    }

    pub(super) async fn get(&self, key: &RecordKey) -> Result<Option<StoredClaim>, RecordsError> {
        let Some(record) = self.records.get(key).await? else { return Ok(None) };
        // Better no notice than a second one.
        let notice = serde_json::from_str(record.value.as_str()).map_err(|error| {
            CatalogError::Corrupt(format!("the notice {} is unreadable: {error}", record.key))
        })?;
        Ok(Some(StoredClaim { notice, version: record.version }))
    }

    /// Claims a notice that nobody has begun, or that waits as it was read; `None` if others were faster.
    pub(super) async fn claim(
        &self,
        key: &RecordKey,
        known: Option<StoredClaim>,
    ) -> Result<Option<StoredClaim>, RecordsError> {
        let state = NoticeState::Claimed { at: self.clock.now(), run: self.run.clone() };
        let (notice, expected) = match known {
            Some(StoredClaim { notice, version }) => {
                let attempts = notice.attempts.saturating_add(1);
                (Notice { attempts, state, ..notice }, Expected::Version(version))
            }
            None => {
                let message = MessageId::new(&self.clock);
                (Notice { message, attempts: 1, counted_on: None, state }, Expected::Absent)
            }
        };
        match self.put(key, &notice, expected).await {
            Ok(version) => Ok(Some(StoredClaim { notice, version })),
            Err(RecordsError::OtherVersion) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes what became of a claim, and returns what is there then: that, or what others have written instead. `None`
    /// if the record is gone.
    pub(super) async fn settle(
        &self,
        key: &RecordKey,
        claim: StoredClaim,
        state: NoticeState,
    ) -> Result<Option<NoticeState>, RecordsError> {
        let expected = Expected::Version(claim.version);
        let notice = Notice { state, ..claim.notice };
        for attempt in 1.. {
            match self.put(key, &notice, expected).await {
                Ok(_) => return Ok(Some(notice.state)),
                // Others, or an attempt of ours whose answer was lost.
                Err(RecordsError::OtherVersion) => break,
                Err(_) if attempt < WRITES => {
                    tokio::time::sleep(back_off(WRITE_FIRST, attempt, WRITE_MOST)).await;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(self.get(key).await?.map(|stored| stored.notice.state))
    }

    async fn put(
        &self,
        key: &RecordKey,
        notice: &Notice,
        expected: Expected,
    ) -> Result<Version, RecordsError> {
        let json = serde_json::to_string(notice).expect("texts and numbers are JSON");
        let value = RecordValue::new(json).expect("a reason is short");
        let expires_at = after(self.clock.now(), CLAIM_KEPT);
        self.records.put(key, value, Some(expires_at), expected).await
    }
}

/// The record of a claim.
pub(super) fn key(space: &Space, id: EntryId, recipe: Recipe) -> RecordKey {
    format!("notice/{space}/{id}/{recipe}").parse().expect("three short words")
}
