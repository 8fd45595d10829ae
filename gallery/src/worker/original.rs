//! The bytes of a photo, read whole, with the memory that they take. Not here: what is in them (`decode`).

use bytes::{Bytes, BytesMut};
use domain::limits::PHOTO_MAX_BYTES;
use domain::{Content, StageError};
use futures::TryStreamExt as _;
use tokio::sync::SemaphorePermit;

use super::fault::Fault;
use crate::bucket::BucketError;
use crate::pictures::{digest, room_for_file};
use crate::shared::Shared;

/// A photo's bytes.
pub(super) struct Original {
    pub(super) bytes: Bytes,
    pub(super) room: SemaphorePermit<'static>,
}

/// Reads the original. If something else lies there by now, that is a passing fault: the entry is about to change, too.
pub(super) async fn read_original(shared: &Shared, content: &Content) -> Result<Original, Fault> {
    if content.size_bytes > PHOTO_MAX_BYTES {
        return Err(Fault::Permanent(StageError::TooLarge));
    }
    let room = room_for_file(content.size_bytes).await;
    let object = shared.bucket.get(&content.key, Some(0..content.size_bytes)).await?;
    if object.info.etag != content.etag {
        return Err(BucketError::Changed.into());
    }
    let all = BytesMut::with_capacity(usize::try_from(content.size_bytes).unwrap_or(0));
    let bytes = object.bytes.try_fold(all, |mut all, piece| async move {
        all.extend_from_slice(&piece);
        Ok(all)
    });
    let bytes = bytes.await?.freeze();
    let found = digest(bytes.clone()).await.ok();
    // The bucket itself damaged it, and says that nothing changed.
    if content.sha256.is_some() && found != content.sha256 {
        return Err(Fault::Permanent(StageError::Corrupt));
    }
    Ok(Original { bytes, room })
}
