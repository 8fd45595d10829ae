//! Uploads: the bytes are safe in the bucket first, then one commit makes the entry, with the steps of a photo waiting.
//! Nothing is decoded here: the first bytes give the format, and everything else is a worker's. Not here:
//! receiving the bytes (the server), working on photos (`worker`), adopting the remains of a crash (`reconcile`).

use std::io::Read as _;
use std::sync::Arc;

use domain::limits::PHOTO_MAX_BYTES;
use domain::{
    Body, Change, Content, Entry, EntryId, Key, Media, Name, PhoneNumber, Recipe, RequestId, Sha256, Space,
};

use crate::bucket::{BucketError, Spool};
use crate::catalog::{Committed, Mutation};
use crate::error::{GalleryError, UploadError};
use crate::notices::number;
use crate::own_object::{OwnKind, OwnMetadata, delete_orphan, is_orphaned};
use crate::shared::Shared;
use crate::verbs::photo_change::{Haste, change_photo};
use crate::verbs::publish::as_it_is_now;

/// Bytes that tell the format of a file.
const BEGINNING_BYTES: u64 = 16;

/// A file that somebody sends.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Its bytes.
    pub spool: Arc<Spool>,
    /// Its name where it comes from; may be empty.
    pub file_name: String,
    /// What is made of it, if it is a photo.
    pub recipe: Recipe,
    /// The number that gets a text message when it is done.
    pub phone: Option<PhoneNumber>,
    /// Identifies repetitions.
    pub request: RequestId,
}

/// A finished upload.
#[derive(Debug, Clone)]
pub struct Uploaded {
    /// The change that added the entry.
    pub change: Change,
    /// Whether an earlier request with the same id had already done it.
    pub repeated: bool,
    /// The newest other live entry with the same bytes.
    pub same: Option<EntryId>,
}

/// Keeps a file once, however often it is sent. A repetition gets the first result, and the entry's current state.
pub(crate) async fn upload(
    shared: Arc<Shared>,
    space: Space,
    upload: Upload,
) -> Result<Uploaded, GalleryError> {
    match upload.spool.size_bytes() {
        0 => return Err(UploadError::Empty.into()),
        1..=PHOTO_MAX_BYTES => {}
        _ => return Err(UploadError::TooLarge.into()),
    }
    let sha256 = upload.spool.sha256();
    let (has_phone, request) = (upload.phone.is_some(), upload.request.clone());
    let (name, recipe) = (Name::from_lossy(&upload.file_name), upload.recipe);
    let Committed { change, repeated, .. } = save(&shared, &space, upload).await?;
    let content = &change.entry.content;
    let is_this = content.sha256 == Some(sha256)
        && content.name == name
        && content.photo().is_none_or(|photo| photo.recipe == recipe);
    if !is_this {
        return Err(GalleryError::RequestReused);
    }
    let id = change.entry.id;
    let change = if repeated { as_it_is_now(&shared, &space, change).await } else { change };
    // Before the answer: a client that gets it need not send the number again. A number that was used, or
    // deleted, does not come back with a late repetition.
    let photo = change.entry.content.photo().filter(|_| has_phone && change.entry.state.is_live());
    if let Some(photo) = photo
        && shared.notices.take_over(&space, &request, id, photo.recipe).await?
        && photo.notice().is_none()
    {
        // After a crash, others have made the entry of what was left of the first attempt.
        await_notice(&shared, &space, id).await?;
    }
    let open = shared.spaces.open(&space).await?;
    let same = open.view().index().live_with_digest(&sha256).map(|entry| entry.id).find(|same| *same != id);
    Ok(Uploaded { change, repeated, same })
}

/// From bytes to a durable entry.
async fn save(shared: &Shared, space: &Space, upload: Upload) -> Result<Committed, GalleryError> {
    let Upload { spool, file_name, recipe, phone, request } = upload;
    if let Some(change) = shared.catalog.request(space, &request).await? {
        return Ok(Committed { change, repeated: true, starts_work: false, replaced: None });
    }
    let open = shared.spaces.open(space).await?;
    // A place in the queue before anything is written: a refused upload leaves no object behind.
    let admission = open.committer().try_admit()?;
    let beginning = beginning(Arc::clone(&spool)).await?;
    let media = Media::sniff(&beginning);
    let (title, extension) = file_name.rsplit_once('.').unwrap_or((&file_name, ""));
    let extension =
        media.map_or_else(|| extension_of(&beginning, extension), |media| media.extension().into());
    let created_at = shared.clock.now();
    let metadata = OwnMetadata {
        key: Key::own_file(space, title, shared.clock.ulid(), &extension),
        name: Name::from_lossy(&file_name),
        kind: OwnKind::Upload { recipe },
        created_at,
        request: Some(request),
    };
    if let (Some(phone), Some(request), Some(_)) = (&phone, &metadata.request, media) {
        number::keep_for_request(&*shared.records, &shared.clock, space, request, phone).await?;
    }
    let (sha256, key) = (spool.sha256(), metadata.key.clone());
    let put = shared.bucket.put(&key, spool.into(), &metadata.write()).await;
    match &put {
        Ok(_) => shared.saves.bucket.succeeded(),
        // Of this one key.
        Err(BucketError::AlreadyExists | BucketError::UnsupportedKey(_) | BucketError::Blocked(_)) => {}
        Err(error) => shared.saves.bucket.failed(error),
    }
    let info = match put {
        Ok(info) => info,
        Err(error) => {
            // Nothing was saved, so nobody is to be told of anything.
            if let Some(request) = metadata.request.filter(|_| phone.is_some()) {
                number::forget_of_request(&*shared.records, space, &request).await;
            }
            return Err(error.into());
        }
    };
    let content = Content {
        key: metadata.key,
        name: metadata.name,
        body: Body::sent(media, recipe, phone.is_some(), created_at),
        size_bytes: info.size_bytes,
        sha256: Some(sha256),
        etag: info.etag,
        created_at,
        labels: Vec::new(),
    };
    let committed = admission.commit(Mutation::Add { request: metadata.request, content }).await;
    if is_orphaned(&key, &committed) {
        delete_orphan(&*shared.bucket, &key).await;
    }
    Ok(committed?)
}

/// Somebody is told when the photo is done.
async fn await_notice(shared: &Shared, space: &Space, id: EntryId) -> Result<(), GalleryError> {
    let now = shared.clock.now();
    let awaited = |entry: &Entry| {
        let Body::Photo { values, photo } = &entry.content.body else { return None };
        if !entry.state.is_live() || photo.notice().is_some() {
            return None;
        }
        let mut photo = photo.clone();
        photo.await_notice(now);
        Some(Body::Photo { values: values.clone(), photo })
    };
    change_photo(shared, space, id, Haste::Waits, awaited).await.map(drop)
}

/// The newest live entry with these bytes.
pub(crate) async fn find_digest(
    shared: &Shared,
    space: &Space,
    digest: &Sha256,
) -> Result<Option<Arc<Entry>>, GalleryError> {
    let Some(open) = shared.spaces.get(space).await? else { return Ok(None) };
    Ok(open.view().index().live_with_digest(digest).next())
}

async fn beginning(spool: Arc<Spool>) -> Result<Vec<u8>, GalleryError> {
    let read = move || {
        let mut beginning = Vec::new();
        spool.reopen()?.take(BEGINNING_BYTES).read_to_end(&mut beginning)?;
        std::io::Result::Ok(beginning)
    };
    let outcome = tokio::task::spawn_blocking(read).await.unwrap_or_else(|panic| Err(panic.into()));
    outcome.map_err(|error| BucketError::Other(error.into()).into())
}

/// The extension of a file that is not a photo: by its content where names are often wrong, otherwise its own.
fn extension_of(beginning: &[u8], extension: &str) -> String {
    // ISO/IEC 14496-12, 4.3: the brand of a file in boxes.
    let known = match beginning.get(4..12) {
        Some(b"ftypheic" | b"ftypheix" | b"ftypheim" | b"ftypheis" | b"ftypmif1" | b"ftypmsf1") => {
            Some("heic")
        }
        Some(b"ftypavif" | b"ftypavis") => Some("avif"),
        _ => None,
    };
    let extension = known.map_or_else(|| extension.to_ascii_lowercase(), str::to_owned);
    // No browser could show it.
    if matches!(&*extension, "jpg" | "jpeg" | "png" | "webp" | "gif") { "bin".to_owned() } else { extension }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_are_told_by_content() {
        for (beginning, extension, expected) in [
            (&b"\0\0\0\x18ftypheic\0\0\0\0"[..], "jpg", "heic"),
            (b"\0\0\0\x18ftypavif\0\0\0\0", "", "avif"),
            (b"II*\0", "TIF", "tif"),
            (b"", "txt", "txt"),
            (b"some text", "JPG", "bin"),
        ] {
            assert_eq!(extension_of(beginning, extension), expected);
        }
    }
}
