//! The phone number that waits for the news that a photo is done. It lies in a record of its own, under the number of
//! the entry, and nowhere else: not in the entry, nor in the log, the queue, the bucket, an event or an export. Not
//! here: sending messages.

use std::time::Duration;

use domain::limits::PHONE_NUMBER_AGE;
use domain::{EntryId, PhoneNumber, RequestId, Space};

use crate::clock::after;
use crate::error::GalleryError;
use crate::records::{Expected, RecordKey, RecordValue, RecordsError};
use crate::shared::Shared;

/// A request that was interrupted is repeated within this time, or never.
const REQUEST_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// Keeps the number for an entry. One that is there already stays.
pub(crate) async fn keep(
    shared: &Shared,
    space: &Space,
    id: EntryId,
    phone: &PhoneNumber,
) -> Result<(), GalleryError> {
    put(shared, &key(space, id), phone, PHONE_NUMBER_AGE).await
}

async fn put(
    shared: &Shared,
    key: &RecordKey,
    phone: &PhoneNumber,
    age: Duration,
) -> Result<(), GalleryError> {
    let value = RecordValue::new(phone.reveal()).expect("a number has at most 16 characters");
    let expires_at = after(shared.clock.now(), age);
    match shared.records.put(key, value, Some(expires_at), Expected::Absent).await {
        Ok(_) | Err(RecordsError::OtherVersion) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Keeps the number for a request whose entry is not made yet: after a crash in between, the repeated request finds it.
pub(crate) async fn keep_for_request(
    shared: &Shared,
    space: &Space,
    request: &RequestId,
    phone: &PhoneNumber,
) -> Result<(), GalleryError> {
    put(shared, &key_of_request(space, request), phone, REQUEST_AGE).await
}

/// Keeps the number of a request for its entry, once: a repetition finds nothing to keep.
pub(crate) async fn take_over(
    shared: &Shared,
    space: &Space,
    request: &RequestId,
    id: EntryId,
) -> Result<(), GalleryError> {
    let waiting = key_of_request(space, request);
    let Some(record) = shared.records.get(&waiting).await? else { return Ok(()) };
    if let Ok(phone) = record.value.as_str().parse() {
        keep(shared, space, id, &phone).await?;
    }
    Ok(shared.records.delete(&waiting).await?)
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

fn key_of_request(space: &Space, request: &RequestId) -> RecordKey {
    format!("phone-of-request/{space}/{request}").parse().expect("a space and a request id are short words")
}

fn key(space: &Space, id: EntryId) -> RecordKey {
    format!("phone/{space}/{id}").parse().expect("a space and a number are short words")
}
