//! What a person asks of the worker: another result, another attempt. Not here: working (`worker`).

use std::sync::Arc;

use domain::limits::PHOTO_MAX_BYTES;
use domain::{
    Body, Change, ChangeKind, Content, Entry, EntryId, Media, Photo, Recipe, Seq, Space, StageState, Step,
};
use futures::TryStreamExt as _;

use crate::bucket::BucketError;
use crate::derived;
use crate::error::GalleryError;
use crate::shared::Shared;
use crate::verbs::photo_change::{Changed, Haste, change_photo, change_photo_if};
use crate::verbs::removal::{as_it_is, find};

/// Bytes that tell the format of a picture.
const BEGINNING_BYTES: u64 = 16;

/// Makes a photo's result by another recipe, and again whatever failed. A file that is a picture becomes a photo by it:
/// builds that knew no photos kept them as files.
pub(crate) async fn reprocess(
    shared: Arc<Shared>,
    space: Space,
    id: EntryId,
    expected: Option<Seq>,
    recipe: Recipe,
) -> Result<Change, GalleryError> {
    let entry = live(&shared, &space, id).await?;
    let media = match &entry.content.body {
        Body::Photo { photo, .. } => photo.media,
        Body::File { .. } => media_of(&shared, &entry.content).await?.ok_or(GalleryError::NotAPhoto)?,
        Body::Code { .. } => return Err(GalleryError::NotAPhoto),
    };
    let now = shared.clock.now();
    let change = |entry: &Entry| match &entry.content.body {
        _ if !entry.state.is_live() => None,
        Body::Photo { values, photo } => {
            let mut photo = photo.clone();
            photo.reprocess(recipe, now);
            Some(Body::Photo { values: values.clone(), photo })
        }
        Body::File { values } => {
            Some(Body::Photo { values: values.clone(), photo: Box::new(Photo::new(media, recipe, now)) })
        }
        Body::Code { .. } => None,
    };
    let changed = change_photo_if(&shared, &space, id, expected, Haste::Refused, change).await?;
    if let (Recipe::Nothing, Changed::To(entry)) = (recipe, &changed) {
        // No step follows that would delete the result. If this fails, the repair finds it.
        let _ = derived::delete_outdated(&*shared.bucket, &space, id, &entry.content).await;
    }
    outcome(changed)
}

/// Makes a picture of a photo again that is lost.
pub(crate) async fn remake(
    shared: &Shared,
    space: &Space,
    id: EntryId,
    step: Step,
) -> Result<(), GalleryError> {
    let now = shared.clock.now();
    let change = |entry: &Entry| {
        let Body::Photo { values, photo } = &entry.content.body else { return None };
        let is_done = photo.stage(step).is_some_and(|stage| stage.state == StageState::Done);
        if !entry.state.is_live() || !is_done {
            return None;
        }
        let mut photo = photo.clone();
        photo.remake(step, now);
        Some(Body::Photo { values: values.clone(), photo })
    };
    change_photo(shared, space, id, Haste::Refused, change).await.map(drop)
}

/// Tries again whatever failed of a photo.
pub(crate) async fn retry(
    shared: Arc<Shared>,
    space: Space,
    id: EntryId,
    expected: Option<Seq>,
) -> Result<Change, GalleryError> {
    if live(&shared, &space, id).await?.content.photo().is_none() {
        return Err(GalleryError::NotAPhoto);
    }
    let now = shared.clock.now();
    let retried = |entry: &Entry| retried(entry, now);
    outcome(change_photo_if(&shared, &space, id, expected, Haste::Refused, retried).await?)
}

/// Tries again whatever failed in a space; returns of how many photos.
pub(crate) async fn retry_all(shared: Arc<Shared>, space: Space) -> Result<u64, GalleryError> {
    let Some(open) = shared.spaces.get(&space).await? else { return Ok(0) };
    let failed = open.view().index().jobs(0, usize::MAX).failed;
    let now = shared.clock.now();
    let mut count = 0;
    for entry in failed {
        let change = |entry: &Entry| retried(entry, now);
        let changed = change_photo(&shared, &space, entry.id, Haste::Waits, change).await?;
        count += u64::from(matches!(changed, Changed::To(_)));
    }
    Ok(count)
}

/// Puts aside a notice that failed.
pub(crate) async fn put_failed_notice_aside(
    shared: Arc<Shared>,
    space: Space,
    id: EntryId,
) -> Result<Change, GalleryError> {
    live(&shared, &space, id).await?;
    let put_aside = |entry: &Entry| {
        let Body::Photo { values, photo } = &entry.content.body else { return None };
        let mut photo = photo.clone();
        let is_put = entry.state.is_live() && photo.put_failed_notice_aside();
        is_put.then(|| Body::Photo { values: values.clone(), photo })
    };
    outcome(change_photo(&shared, &space, id, Haste::Refused, put_aside).await?)
}

fn retried(entry: &Entry, now: domain::Timestamp) -> Option<Body> {
    let Body::Photo { values, photo } = &entry.content.body else { return None };
    let mut photo = photo.clone();
    let has_failed = entry.state.is_live() && photo.retry(now);
    has_failed.then(|| Body::Photo { values: values.clone(), photo })
}

pub(super) async fn live(shared: &Shared, space: &Space, id: EntryId) -> Result<Arc<Entry>, GalleryError> {
    let (_, entry) = find(shared, space, id, |entry| entry.state.is_live()).await?;
    if entry.state.is_live() { Ok(entry) } else { Err(GalleryError::Gone) }
}

pub(super) fn outcome(changed: Changed) -> Result<Change, GalleryError> {
    match changed {
        Changed::To(entry) => Ok(as_it_is(&entry, ChangeKind::Updated)),
        Changed::Unchanged(entry) if entry.state.is_live() => Ok(as_it_is(&entry, ChangeKind::Updated)),
        Changed::Unchanged(_) | Changed::Missing => Err(GalleryError::Gone),
    }
}

/// The format of a file, if it is a picture that can be worked on.
async fn media_of(shared: &Shared, content: &Content) -> Result<Option<Media>, GalleryError> {
    if content.size_bytes > PHOTO_MAX_BYTES || content.sha256.is_none() {
        return Ok(None);
    }
    let beginning = match shared.bucket.get(&content.key, Some(0..BEGINNING_BYTES)).await {
        Ok(object) => object.bytes.try_collect::<Vec<_>>().await?.concat(),
        Err(BucketError::NotFound) => return Err(GalleryError::Gone),
        Err(error) => return Err(error.into()),
    };
    Ok(Media::sniff(&beginning))
}
