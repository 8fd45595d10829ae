//! The phone number that waits for the news that a photo is done, as the verbs use it. Not here: where it lies, and the
//! notice itself (`notices`).

use domain::{EntryId, PhoneNumber, Space};

use crate::error::GalleryError;
use crate::notices::number;
use crate::shared::Shared;

/// Keeps the number for an entry. One that is there already stays.
pub(crate) async fn keep(
    shared: &Shared,
    space: &Space,
    id: EntryId,
    phone: &PhoneNumber,
) -> Result<(), GalleryError> {
    Ok(number::keep(&*shared.records, &shared.clock, space, id, phone).await?)
}

/// The number that waits for an entry, masked.
pub(crate) async fn masked(
    shared: &Shared,
    space: &Space,
    id: EntryId,
) -> Result<Option<String>, GalleryError> {
    let phone = number::waiting(&*shared.records, space, id).await?;
    Ok(phone.map(|phone| phone.masked()))
}

/// Forgets the number of an entry, if there is one.
pub(crate) async fn forget(shared: &Shared, space: &Space, id: EntryId) -> Result<(), GalleryError> {
    Ok(number::forget(&*shared.records, space, id).await?)
}
