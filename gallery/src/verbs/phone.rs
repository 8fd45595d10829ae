//! The phone number that waits for the news that a photo is done. It lies in a record of its own, under the number of
//! the entry, and nowhere else: not in the entry, nor in the log, the queue, the bucket, an event or an export. Not
//! here: sending messages.

use domain::limits::PHONE_NUMBER_AGE;
use domain::{EntryId, PhoneNumber, Space};

use crate::clock::after;
use crate::error::GalleryError;
use crate::records::{Expected, RecordKey, RecordValue, RecordsError};
use crate::shared::Shared;

/// Keeps the number for an entry. One that is there already stays.
pub(crate) async fn keep(
    shared: &Shared,
    space: &Space,
    id: EntryId,
    phone: &PhoneNumber,
) -> Result<(), GalleryError> {
    let value = RecordValue::new(phone.reveal()).expect("a number has at most 16 characters");
    let expires_at = after(shared.clock.now(), PHONE_NUMBER_AGE);
    match shared.records.put(&key(space, id), value, Some(expires_at), Expected::Absent).await {
        Ok(_) | Err(RecordsError::OtherVersion) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The number that waits for an entry, masked.
pub(crate) async fn masked(
    shared: &Shared,
    space: &Space,
    id: EntryId,
) -> Result<Option<String>, GalleryError> {
    let record = shared.records.get(&key(space, id)).await?;
    Ok(record.and_then(|record| Some(record.value.as_str().parse::<PhoneNumber>().ok()?.masked())))
}

/// Forgets the number of an entry, if there is one.
pub(crate) async fn forget(shared: &Shared, space: &Space, id: EntryId) -> Result<(), GalleryError> {
    Ok(shared.records.delete(&key(space, id)).await?)
}

fn key(space: &Space, id: EntryId) -> RecordKey {
    format!("phone/{space}/{id}").parse().expect("a space and a number are short words")
}
