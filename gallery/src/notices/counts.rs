//! How many messages may be sent in a day (UTC): in all, so that a mistake costs a known sum, and to one number,
//! against those who have messages sent to numbers of their own, or to somebody else's. Numbers are counted under a
//! hash with a key that is deleted with the day's counts, so that nothing left over leads back to a number.

use std::sync::Arc;
use std::time::Duration;

use domain::{PhoneNumber, Timestamp};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::catalog::CatalogError;
use crate::clock::{Clock, back_off};
use crate::records::{Expected, RecordKey, RecordValue, Records, RecordsError};

/// Messages to one number in a day, unless configured otherwise: as many as the photos that people send in one go.
pub const DEFAULT_PER_NUMBER: u64 = 20;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// How often to try again because others count at the same time.
const ATTEMPTS: u32 = 50;
const RETRY_FIRST: Duration = Duration::from_millis(2);
const RETRY_MOST: Duration = Duration::from_millis(200);

/// How many messages may be sent in a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeLimits {
    /// In all; `None` if nothing is sent.
    pub per_day: Option<u64>,
    /// To one number.
    pub per_number: u64,
}

impl Default for NoticeLimits {
    fn default() -> Self {
        Self { per_day: None, per_number: DEFAULT_PER_NUMBER }
    }
}

/// Whether a message may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    /// It was counted.
    Within,
    /// Enough for today.
    TotalReached,
    /// Enough for this number.
    NumberReached,
}

/// The counts of all instances.
pub(super) struct Counts {
    records: Arc<dyn Records>,
    clock: Clock,
}

impl Counts {
    pub(super) fn new(records: Arc<dyn Records>, clock: Clock) -> Self {
        Self { records, clock }
    }

    /// Days since 1970.
    pub(super) fn today(&self) -> u64 {
        self.clock.now().unix_ms() / DAY_MS
    }

    /// Counts a message, if the limits allow it. The number is counted first: one that is used up costs the others
    /// nothing; but not while the total is used up, which costs the number nothing.
    pub(super) async fn count(
        &self,
        phone: &PhoneNumber,
        limits: &NoticeLimits,
    ) -> Result<Counted, RecordsError> {
        let day = self.today();
        let most = limits.per_day.unwrap_or(0);
        if self.counted(&key(day, "total")).await?.0 >= most {
            return Ok(Counted::TotalReached);
        }
        let hash = self.hash(day, phone).await?;
        if !self.increment(day, &hash, limits.per_number).await? {
            return Ok(Counted::NumberReached);
        }
        let is_within = self.increment(day, "total", most).await?;
        Ok(if is_within { Counted::Within } else { Counted::TotalReached })
    }

    /// Adds one to a count, unless it has reached `most`.
    async fn increment(&self, day: u64, name: &str, most: u64) -> Result<bool, RecordsError> {
        let key = key(day, name);
        for attempt in 0..ATTEMPTS {
            let (count, expected) = self.counted(&key).await?;
            if count >= most {
                return Ok(false);
            }
            match self.put(day, &key, (count + 1).to_string(), expected).await {
                Ok(()) => return Ok(true),
                Err(RecordsError::OtherVersion) => {
                    tokio::time::sleep(back_off(RETRY_FIRST, attempt, RETRY_MOST)).await;
                }
                Err(error) => return Err(error),
            }
        }
        Err(CatalogError::Unavailable("others keep counting messages".into()).into())
    }

    /// A count, with what its next write expects.
    async fn counted(&self, key: &RecordKey) -> Result<(u64, Expected), RecordsError> {
        let Some(record) = self.records.get(key).await? else { return Ok((0, Expected::Absent)) };
        let count = record
            .value
            .as_str()
            .parse()
            .map_err(|_| CatalogError::Corrupt(format!("the count {} is no number", record.key)))?;
        Ok((count, Expected::Version(record.version)))
    }

    /// The name under which a number is counted.
    async fn hash(&self, day: u64, phone: &PhoneNumber) -> Result<String, RecordsError> {
        let secret = self.secret(day).await?;
        let mut mac =
            Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
        mac.update(phone.reveal().as_bytes());
        let hash = mac.finalize().into_bytes();
        Ok(hash[..16].iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The day's key, which all instances share.
    async fn secret(&self, day: u64) -> Result<String, RecordsError> {
        let key = key(day, "key");
        loop {
            if let Some(record) = self.records.get(&key).await? {
                return Ok(record.value.as_str().to_owned());
            }
            // 80 random bits each.
            let secret = format!("{}{}", self.clock.ulid(), self.clock.ulid());
            match self.put(day, &key, secret, Expected::Absent).await {
                // Read again: another attempt may be what the others have read.
                Ok(()) | Err(RecordsError::OtherVersion) => {}
                Err(error) => return Err(error),
            }
        }
    }

    async fn put(
        &self,
        day: u64,
        key: &RecordKey,
        value: String,
        expected: Expected,
    ) -> Result<(), RecordsError> {
        let value = RecordValue::new(value).expect("a number or a key is short");
        // A day longer, for instances whose clocks differ.
        let expires_at = Timestamp::from_unix_ms((day + 2) * DAY_MS);
        self.records.put(key, value, Some(expires_at), expected).await.map(drop)
    }
}

fn key(day: u64, name: &str) -> RecordKey {
    format!("notice-counts/{day}/{name}").parse().expect("a number and a short word")
}
