//! The phone number that waits for the news that a photo is done. It lies in a record of its own, under the number of
//! the entry, and nowhere else: not in the entry, nor in the log, the queue, the bucket, an event or an export.

use domain::limits::PHONE_NUMBER_AGE;
use domain::{EntryId, PhoneNumber, Space};

use crate::clock::{Clock, after};
use crate::records::{Expected, RecordKey, RecordValue, Records, RecordsError};

/// Keeps the number for an entry. One that is there already stays.
pub(crate) async fn keep(
    records: &dyn Records,
    clock: &Clock,
    space: &Space,
    id: EntryId,
    phone: &PhoneNumber,
) -> Result<(), RecordsError> {
    let value = RecordValue::new(phone.reveal()).expect("a number has at most 16 characters");
    let expires_at = after(clock.now(), PHONE_NUMBER_AGE);
    match records.put(&key(space, id), value, Some(expires_at), Expected::Absent).await {
        Ok(_) | Err(RecordsError::OtherVersion) => Ok(()),
        Err(error) => Err(error),
    }
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

fn key(space: &Space, id: EntryId) -> RecordKey {
    format!("phone/{space}/{id}").parse().expect("a space and a number are short words")
}
