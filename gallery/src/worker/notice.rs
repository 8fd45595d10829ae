//! Tells the person who left a number how the work on their photo has ended: after everything else, as a job of its
//! own, so that a service that is away holds up no picture and no other photo. Not here: sending it once (`notices`).

use std::time::Duration;

use domain::{Body, Entry, NoticeOutcome, Photo, Recipe, StageState, Step};

use super::attempt::Outcome;
use super::state::Worker;
use crate::bucket::BucketError;
use crate::clock::back_off;
use crate::error::GalleryError;
use crate::notices::Told;
use crate::own_object::OwnMetadata;
use crate::queue::{DELAY_MAX, Job};
use crate::shared::Shared;
use crate::verbs::photo_change::{Changed, Haste, change_photo};

/// A notice for which there is no place comes back after this.
const FULL_DELAY: Duration = Duration::from_secs(20);
const RETRY_FIRST: Duration = Duration::from_secs(1);
const RETRY_MOST: Duration = Duration::from_secs(5 * 60);

/// Tells the person of a job, which has been delivered `deliveries` times. To be run to its end: the message may be on
/// its way.
pub(super) async fn tell(worker: &Worker, job: &Job, deliveries: u32) -> Outcome {
    let shared = &*worker.shared;
    if shared.stopping.is_cancelled() {
        return Outcome::Again(Duration::ZERO);
    }
    let Ok(_place) = worker.notice_places.try_acquire() else { return Outcome::Again(FULL_DELAY) };
    match try_to_tell(shared, job).await {
        Ok(outcome) => outcome,
        Err(error) => {
            tracing::warn!(space = %job.space, id = job.id, error = &error as &dyn std::error::Error,
                "nobody could be told of a photo; will retry");
            Outcome::Again(back_off(RETRY_FIRST, deliveries, RETRY_MOST))
        }
    }
}

async fn try_to_tell(shared: &Shared, job: &Job) -> Result<Outcome, GalleryError> {
    let (space, id, notices) = (&job.space, job.id, &shared.notices);
    let Some(entry) = shared.spaces.entry(space, id).await? else { return Ok(Outcome::Done) };
    let Some(photo) = with_due_notice(&entry) else { return Ok(Outcome::Done) };
    let recipe = photo.recipe;
    if let Some(pause) = notices.pause(space, id, recipe).await? {
        return Ok(Outcome::Again(pause.min(DELAY_MAX)));
    }
    let text = if is_made(photo) { notices.text(space, id, recipe) } else { notices.failure_text(space, id) };
    let mut told = notices.tell(space, id, recipe, &text).await?;
    if told == Told::Nobody {
        take_over(shared, job, &entry, recipe).await?;
        told = notices.tell(space, id, recipe, &text).await?;
    }
    let (outcome, end) = match told {
        Told::Sent => (NoticeOutcome::Told, Outcome::Done),
        Told::Failed(_) => (NoticeOutcome::NotTold, Outcome::Done),
        Told::Nobody => (NoticeOutcome::Nobody, Outcome::Done),
        Told::Later { after, .. } => (NoticeOutcome::Postponed, Outcome::Again(after.min(DELAY_MAX))),
        Told::Elsewhere { after } => return Ok(Outcome::Again(after)),
    };
    let now = shared.clock.now();
    let ended = |entry: &Entry| {
        let photo = with_due_notice(entry).filter(|photo| photo.recipe == recipe)?;
        let mut photo = Box::new(photo.clone());
        photo.end_notice(outcome, now);
        Some(Body::Photo { values: entry.content.values().to_vec(), photo })
    };
    let entry = match change_photo(shared, space, id, Haste::Waits, ended).await? {
        Changed::To(entry) | Changed::Unchanged(entry) => entry,
        Changed::Missing => return Ok(Outcome::Done),
    };
    // Something else is to be made of it since then, and this is its only job.
    let is_begun_anew = entry.content.photo().is_some_and(|photo| photo.unmade().next().is_some());
    Ok(if is_begun_anew { Outcome::Again(Duration::ZERO) } else { end })
}

/// The photo of an entry if its notice is to be sent now.
fn with_due_notice(entry: &Entry) -> Option<&Photo> {
    entry.content.photo().filter(|photo| entry.state.is_live() && photo.due_notice().is_some())
}

/// Whether there is what the person asked for.
fn is_made(photo: &Photo) -> bool {
    let asked_for = photo.stage(Step::Result).or_else(|| photo.stage(Step::View));
    asked_for.is_some_and(|stage| stage.state == StageState::Done)
}

/// Takes over the number of an upload that was interrupted after its entry was committed, if there is one.
async fn take_over(shared: &Shared, job: &Job, entry: &Entry, recipe: Recipe) -> Result<(), GalleryError> {
    let metadata = match shared.bucket.head(&entry.content.key).await {
        Ok((_, metadata)) => metadata,
        Err(BucketError::NotFound) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let own = OwnMetadata::read(&metadata, &entry.content.key);
    if let Some(request) = own.and_then(|own| own.request) {
        shared.notices.take_over(&job.space, &request, job.id, recipe).await?;
    }
    Ok(())
}
