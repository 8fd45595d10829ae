//! Looks for labels in the view of a photo. Not here: what looks (`labeller`), and the photo's states (`attempt`).

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use domain::{Body, Content, Photo, StageError, Step};
use futures::TryStreamExt as _;
use tokio::time::Instant;

use super::fault::Fault;
use super::state::Worker;
use crate::bucket::BucketError;
use crate::derived;
use crate::error::GalleryError;
use crate::labeller::{Found, LabellerError};
use crate::queue::Job;

/// No view weighs as much; whatever does is of somebody else.
const VIEW_MAX_BYTES: u64 = 24 * 1024 * 1024;

/// After it did not answer, the labeller is not asked for this long: photos wait in the queue, and not in the places of
/// those that need pictures.
const PAUSE: Duration = Duration::from_secs(5);

/// For how long the labeller is not to be asked; `None` if it may be.
pub(super) fn pause(worker: &Worker) -> Option<Duration> {
    let until = (*worker.labeller_pauses_until.lock())?;
    Some(until.saturating_duration_since(Instant::now())).filter(|rest| !rest.is_zero())
}

/// What the labeller finds; `None` if the view is lost.
pub(super) async fn look(worker: &Worker, job: &Job, content: &Content) -> Result<Option<Found>, Fault> {
    let Some(view) = view(worker, job, content).await? else { return Ok(None) };
    let found = worker.shared.labeller.label(view).await;
    if let Err(error) = &found {
        tracing::warn!(space = %job.space, id = job.id, error = error as &dyn std::error::Error,
            "a photo could not be looked at");
    }
    *worker.labeller_pauses_until.lock() = match &found {
        Err(LabellerError::Away(_)) => Some(Instant::now() + PAUSE),
        Ok(_) | Err(_) => None,
    };
    match found {
        Ok(found) => Ok(Some(found)),
        Err(LabellerError::Refused(_)) => Err(Fault::Permanent(StageError::Unsupported)),
        Err(LabellerError::Denied(_)) => Err(Fault::Permanent(StageError::LabellerDenied)),
        Err(error @ LabellerError::Away(_)) => Err(Fault::Passing(StageError::LabellerAway, error.into())),
    }
}

/// The bytes of the view; `None` if there is none, or something else lies in its place.
async fn view(worker: &Worker, job: &Job, content: &Content) -> Result<Option<Bytes>, GalleryError> {
    let Some((key, _)) = derived::made(&job.space, job.id, content, Step::View) else { return Ok(None) };
    let object = match worker.shared.bucket.get(&key, None).await {
        Ok(object) => object,
        Err(BucketError::NotFound) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    if object.info.size_bytes > VIEW_MAX_BYTES {
        return Ok(None);
    }
    let all = BytesMut::with_capacity(usize::try_from(object.info.size_bytes).unwrap_or(0));
    let bytes = object.bytes.try_fold(all, |mut all, piece| async move {
        all.extend_from_slice(&piece);
        Ok(all)
    });
    Ok(Some(bytes.await?.freeze()))
}

/// The photo with what was found; without a view it is to get one first.
pub(super) fn labelled(worker: &Worker, content: &Content, found: Option<&Found>) -> Option<Body> {
    let Body::Photo { values, photo } = &content.body else { return None };
    let now = worker.shared.clock.now();
    let mut photo: Photo = (**photo).clone();
    match found {
        Some(Found { model, labels }) => {
            photo.finish_labels(model, labels.clone(), &content.labels, now);
        }
        None => photo.remake(Step::View, now),
    }
    Some(Body::Photo { values: values.clone(), photo: Box::new(photo) })
}
