//! The phone number that waits for the news that a photo is done. It lies in a record of its own, under the number of
//! the entry, and nowhere else: not in the entry, nor in the log, the queue, the bucket, an event or an export.

use std::time::Duration;

use domain::limits::PHONE_NUMBER_AGE;
use domain::{EntryId, PhoneNumber, RequestId, Space};

use crate::clock::{Clock, after};
use crate::records::{Expected, RecordKey, RecordValue, Records, RecordsError};

/// A request that was interrupted is repeated within this time, or never.
const REQUEST_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// Keeps the number for an entry. One that is there already stays.
pub(crate) async fn keep(
    records: &dyn Records,
    clock: &Clock,
    space: &Space,
    id: EntryId,
    phone: &PhoneNumber,
) -> Result<(), RecordsError> {
    put(records, clock, &key(space, id), phone, PHONE_NUMBER_AGE).await
}

/// Keeps the number for a request whose entry is not made yet: after a crash in between, the repeated request finds it.
pub(crate) async fn keep_for_request(
    records: &dyn Records,
    clock: &Clock,
    space: &Space,
    request: &RequestId,
    phone: &PhoneNumber,
) -> Result<(), RecordsError> {
    put(records, clock, &key_of_request(space, request), phone, REQUEST_AGE).await
}

/// Keeps the number of a request for its entry, once: a repetition finds nothing to keep. Returns whether there was
/// one.
pub(crate) async fn take_over(
    records: &dyn Records,
    clock: &Clock,
    space: &Space,
    request: &RequestId,
    id: EntryId,
) -> Result<bool, RecordsError> {
    let waiting = key_of_request(space, request);
    let Some(record) = records.get(&waiting).await? else { return Ok(false) };
    if let Ok(phone) = record.value.as_str().parse() {
        keep(records, clock, space, id, &phone).await?;
    }
    records.delete(&waiting).await?;
    Ok(true)
}

/// The number that waits for an entry.
pub(crate) async fn waiting(
    records: &dyn Records,
    space: &Space,
    id: EntryId,
) -> Result<Option<PhoneNumber>, RecordsError> {
    let record = records.get(&key(space, id)).await?;
    Ok(record.and_then(|record| record.value.as_str().parse().ok()))
}

/// Forgets the number of an entry, if there is one.
pub(crate) async fn forget(records: &dyn Records, space: &Space, id: EntryId) -> Result<(), RecordsError> {
    records.delete(&key(space, id)).await
}

/// Forgets the number of a request that failed. If that fails as well, the number expires within a day.
pub(crate) async fn forget_of_request(records: &dyn Records, space: &Space, request: &RequestId) {
    if let Err(error) = records.delete(&key_of_request(space, request)).await {
        tracing::warn!(%space, error = &error as &dyn std::error::Error,
            "the phone number of a failed upload could not be deleted; it expires within a day");
    }
}

async fn put(
    records: &dyn Records,
    clock: &Clock,
    key: &RecordKey,
    phone: &PhoneNumber,
    age: Duration,
) -> Result<(), RecordsError> {
    let value = RecordValue::new(phone.reveal()).expect("a number has at most 16 characters");
    match records.put(key, value, Some(after(clock.now(), age)), Expected::Absent).await {
        Ok(_) | Err(RecordsError::OtherVersion) => Ok(()),
        Err(error) => Err(error),
    }
}

fn key_of_request(space: &Space, request: &RequestId) -> RecordKey {
    format!("phone-of-request/{space}/{request}").parse().expect("a space and a request id are short words")
}

fn key(space: &Space, id: EntryId) -> RecordKey {
    format!("phone/{space}/{id}").parse().expect("a space and a number are short words")
}
