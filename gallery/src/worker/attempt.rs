//! One attempt at one photo: begun in the catalog, read, decoded, written into the bucket, ended in the catalog. Each
//! step may be repeated: the objects have names that follow from the photo, and a commit that comes too late is
//! refused. Not here: jobs and leases (`mod`), decoding (`decode`).

use std::sync::Arc;
use std::time::Duration;

use domain::limits::{JOB_ATTEMPTS_MAX, JOB_LEASE};
use domain::{Body, Entry, Key, Photo, Stage, StageError, StageState, Work};
use tokio::sync::SemaphorePermit;

use super::decode::{Made, Picture, decode};
use super::fault::Fault;
use super::label;
use super::original::{Original, read_original};
use super::state::Worker;
use crate::bucket::{Bucket, BucketError, Metadata};
use crate::clock::{after, back_off};
use crate::derived;
use crate::error::GalleryError;
use crate::labeller::Found;
use crate::queue::Job;
use crate::verbs::photo_change::{Changed, Haste, change_photo};

/// A photo that is marked as being worked on for longer than this is not, whatever the queue says.
const WORKING_MOST: Duration = Duration::from_secs(10 * 60);
const RETRY_FIRST: Duration = Duration::from_secs(1);
const RETRY_MOST: Duration = Duration::from_secs(5 * 60);

/// What becomes of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// There is nothing more to do.
    Done,
    /// Nothing is left but to tell a person.
    NoticeIsDue,
    /// It is delivered again after this.
    Again(Duration),
}

/// A photo of which this attempt has begun the next work.
struct Begun {
    entry: Arc<Entry>,
    work: Work,
}

impl Begun {
    fn photo(&self) -> Option<&Photo> {
        self.entry.content.photo()
    }

    /// The photo in a newer state of the entry, if it is still this attempt's.
    fn still_in<'a>(&self, now: &'a Entry) -> Option<(&'a [String], &'a Photo)> {
        let Body::Photo { values, photo } = &now.content.body else { return None };
        let begun = self.photo()?;
        let is_this = now.state.is_live()
            && now.content.sha256 == self.entry.content.sha256
            && photo.recipe == begun.recipe
            && self.stages(photo).eq(self.stages(begun));
        is_this.then_some((values, photo))
    }

    /// The steps that belong to what was begun.
    fn stages<'a>(&self, photo: &'a Photo) -> impl Iterator<Item = &'a Stage> {
        let work = self.work;
        photo.stages.iter().filter(move |stage| stage.step.work() == Some(work))
    }
}

/// Works on the photo of a job, which has been delivered `deliveries` times.
pub(super) async fn attempt(worker: &Worker, job: &Job, deliveries: u32) -> Outcome {
    // Before it is marked as begun: if the program dies, only photos that were being decoded are suspected.
    let turn = worker.decoders.acquire().await.expect("nobody closes it");
    let begun = match begin(worker, job, deliveries).await {
        Ok(Ok(begun)) => begun,
        Ok(Err(outcome)) => {
            worker.unsettled.lock().remove(&(job.space.clone(), job.id));
            return outcome;
        }
        Err(error) => return again(job, deliveries, &error),
    };
    let ended = match begun.work {
        Work::Pictures => match make(worker, job, &begun, turn).await {
            Ok(made) => Ok(finish(worker, job, &begun, made).await),
            Err(fault) => Err(fault),
        },
        Work::Labels => {
            drop(turn);
            match label::look(worker, job, &begun.entry.content).await {
                Ok(found) => Ok(finish_labels(worker, job, &begun, found.as_ref()).await),
                Err(fault) => Err(fault),
            }
        }
    };
    let ended = match ended {
        Ok(ended) => ended.map(|()| Outcome::Done),
        Err(Fault::Permanent(reason)) => fail(worker, job, &begun, reason).await.map(|()| Outcome::Done),
        Err(Fault::Passing(reason, error)) => postpone(worker, job, &begun, reason, &*error).await,
    };
    match ended {
        Ok(outcome) => {
            worker.unsettled.lock().remove(&(job.space.clone(), job.id));
            outcome
        }
        Err(error) => again(job, deliveries, &error),
    }
}

/// The catalog does not respond: nothing can be said about the photo, but that its job comes back.
fn again(job: &Job, deliveries: u32, error: &GalleryError) -> Outcome {
    tracing::warn!(space = %job.space, id = job.id, error = error as &dyn std::error::Error,
        "a photo could not be worked on; will retry");
    Outcome::Again(back_off(RETRY_FIRST, deliveries, RETRY_MOST))
}

/// Marks the next work as begun. Returns the outcome instead if there is nothing to do, or
/// another worker has the photo.
async fn begin(worker: &Worker, job: &Job, deliveries: u32) -> Result<Result<Begun, Outcome>, GalleryError> {
    let shared = &*worker.shared;
    let now = shared.clock.now();
    let ours = {
        let mut unsettled = worker.unsettled.lock();
        let ours = unsettled.entry((job.space.clone(), job.id)).or_default();
        let before = ours.clone();
        ours.push(now);
        before
    };
    let mut otherwise = Outcome::Done;
    let begin = |entry: &Entry| {
        otherwise = Outcome::Done;
        let Body::Photo { values, photo } = &entry.content.body else { return None };
        if !entry.state.is_live() || photo.unmade().next().is_none() {
            if entry.state.is_live() && photo.due_notice().is_some() {
                otherwise = Outcome::NoticeIsDue;
            }
            return None;
        }
        let mut photo = photo.clone();
        if !shared.labeller.is_on() {
            photo.skip_labels();
        }
        if photo.next_work() == Some(Work::Labels)
            && deliveries < JOB_ATTEMPTS_MAX
            && let Some(pause) = label::pause(worker)
        {
            otherwise = Outcome::Again(pause);
            return None;
        }
        let since = photo.working_since().unwrap_or(now);
        if photo.is_being_worked_on() && !ours.contains(&since) {
            // A job that is delivered again was lost by the worker that had it.
            let is_dead = shared.catalog.is_exclusive()
                || (deliveries > 1 && after(since, JOB_LEASE) <= now)
                || after(since, WORKING_MOST) <= now;
            if !is_dead {
                otherwise = Outcome::Again(JOB_LEASE);
                return None;
            }
            if photo.crashed(now) {
                return Some(Body::Photo { values: values.clone(), photo });
            }
        }
        photo.begin(now);
        Some(Body::Photo { values: values.clone(), photo })
    };
    Ok(match change_photo(shared, &job.space, job.id, Haste::Waits, begin).await? {
        Changed::To(entry) if entry.content.photo().is_some_and(Photo::is_being_worked_on) => {
            let work = entry.content.photo().and_then(Photo::next_work).unwrap_or(Work::Pictures);
            Ok(Begun { entry, work })
        }
        Changed::To(entry) if entry.content.photo().is_none_or(|photo| photo.failed().is_none()) => {
            // It only waited for a labeller, and there is none.
            let is_due = entry.content.photo().is_some_and(|photo| photo.due_notice().is_some());
            Err(if is_due { Outcome::NoticeIsDue } else { Outcome::Done })
        }
        Changed::To(entry) => {
            tracing::warn!(space = %job.space, id = job.id, key = entry.content.key.as_str(),
                "the program ended twice while it worked on this photo: it is not tried again");
            Err(Outcome::Done)
        }
        Changed::Unchanged(_) | Changed::Missing => Err(otherwise),
    })
}

/// Makes and writes what is missing.
async fn make(worker: &Worker, job: &Job, begun: &Begun, turn: SemaphorePermit<'_>) -> Result<Made, Fault> {
    let content = &begun.entry.content;
    let Some(photo) = begun.photo() else { return Err(Fault::Permanent(StageError::Unsupported)) };
    let bucket = &*worker.shared.bucket;
    // What was derived before by another recipe, or from other bytes of an object that others changed.
    derived::delete_outdated(bucket, &job.space, job.id, content).await?;
    let original: Original = read_original(&worker.shared, content).await?;
    let made = decode(job, original, photo, turn).await?;
    for (step, picture) in &made.pictures {
        let wanted = photo.stage(*step).is_some_and(|stage| stage.is_unfinished());
        let key = derived::key(&job.space, job.id, content, *step, picture.media);
        let Some(key) = key.filter(|_| wanted) else { continue };
        put(bucket, &key, picture).await?;
    }
    Ok(made)
}

/// Writes a picture. The same name is the same picture, unless somebody else has put something there.
async fn put(bucket: &dyn Bucket, key: &Key, picture: &Picture) -> Result<(), BucketError> {
    let put = async || bucket.put(key, picture.bytes.clone().into(), &Metadata::new()).await;
    match put().await {
        Ok(_) => return Ok(()),
        Err(BucketError::AlreadyExists) => {}
        Err(error) => return Err(error),
    }
    let size_bytes = picture.bytes.len() as u64;
    if bucket.head(key).await.is_ok_and(|(info, _)| info.size_bytes == size_bytes) {
        return Ok(());
    }
    bucket.delete(key).await?;
    match put().await {
        Ok(_) | Err(BucketError::AlreadyExists) => Ok(()),
        Err(error) => Err(error),
    }
}

/// All pictures are made.
async fn finish(worker: &Worker, job: &Job, begun: &Begun, made: Made) -> Result<(), GalleryError> {
    let now = worker.shared.clock.now();
    let changed = change(worker, job, begun, |values, mut photo| {
        for (step, picture) in &made.pictures {
            if photo.stage(*step).is_some_and(|stage| stage.is_unfinished()) {
                photo.finish(*step, picture.media, now);
            }
        }
        photo.width = Some(made.facts.width);
        photo.height = Some(made.facts.height);
        photo.taken_at.clone_from(&made.facts.taken_at);
        photo.camera.clone_from(&made.facts.camera);
        if let Some(seen) = &made.seen {
            photo.placeholder.clone_from(&seen.placeholder);
            photo.hash = Some(seen.hash);
        }
        match made.seen.as_ref().and_then(|seen| seen.values.as_ref()) {
            Some(found) => Body::photo_with(found.iter().cloned(), photo),
            None => Body::Photo { values, photo: Box::new(photo) },
        }
    });
    if let Changed::Unchanged(entry) = changed.await? {
        // Overtaken: by another recipe, or by other bytes. If this fails, the repair finds it.
        let (bucket, content) = (&*worker.shared.bucket, &entry.content);
        let _ = derived::delete_outdated(bucket, &job.space, job.id, content).await;
    }
    Ok(())
}

/// A labeller has looked, or there was nothing to look at.
async fn finish_labels(
    worker: &Worker,
    job: &Job,
    begun: &Begun,
    found: Option<&Found>,
) -> Result<(), GalleryError> {
    let labelled = |entry: &Entry| {
        begun.still_in(entry)?;
        label::labelled(worker, &entry.content, found)
    };
    change_photo(&worker.shared, &job.space, job.id, Haste::Waits, labelled).await.map(drop)
}

async fn fail(worker: &Worker, job: &Job, begun: &Begun, reason: StageError) -> Result<(), GalleryError> {
    let now = worker.shared.clock.now();
    tracing::info!(space = %job.space, id = job.id, key = begun.entry.content.key.as_str(), ?reason,
        "a photo cannot be processed");
    change(worker, job, begun, |values, mut photo| {
        photo.fail(reason, now);
        Body::Photo { values, photo: Box::new(photo) }
    })
    .await
    .map(drop)
}

/// The photo is tried again later, unless it was tried too often.
async fn postpone(
    worker: &Worker,
    job: &Job,
    begun: &Begun,
    reason: StageError,
    error: &(dyn std::error::Error + Send + Sync + 'static),
) -> Result<Outcome, GalleryError> {
    let attempts = begun.photo().and_then(|photo| begun.stages(photo).map(|stage| stage.attempts).max());
    let attempts = attempts.unwrap_or(0);
    tracing::warn!(space = %job.space, id = job.id, attempts, error = error as &dyn std::error::Error,
        "a photo could not be processed");
    if attempts >= JOB_ATTEMPTS_MAX {
        return fail(worker, job, begun, reason).await.map(|()| Outcome::Done);
    }
    let now = worker.shared.clock.now();
    change(worker, job, begun, |values, mut photo| {
        photo.postpone(reason, now);
        Body::Photo { values, photo: Box::new(photo) }
    })
    .await?;
    Ok(Outcome::Again(back_off(RETRY_FIRST, attempts, RETRY_MOST)))
}

/// The program stops: the photo waits as if nobody had begun.
pub(super) async fn give_back(worker: &Worker, job: &Job) {
    let Some(begun_at) = worker.unsettled.lock().remove(&(job.space.clone(), job.id)) else { return };
    let now = worker.shared.clock.now();
    let give_back = |entry: &Entry| {
        let Body::Photo { values, photo } = &entry.content.body else { return None };
        let is_ours =
            photo.unmade().any(|stage| stage.state == StageState::Working && begun_at.contains(&stage.at));
        let mut photo = photo.clone();
        photo.give_back(now);
        is_ours.then(|| Body::Photo { values: values.clone(), photo })
    };
    if let Err(error) = change_photo(&worker.shared, &job.space, job.id, Haste::Waits, give_back).await {
        tracing::warn!(space = %job.space, id = job.id, error = &error as &dyn std::error::Error,
            "a photo stays marked as being worked on; the next start continues");
    }
}

/// Changes the photo if it is still this attempt's.
async fn change(
    worker: &Worker,
    job: &Job,
    begun: &Begun,
    change: impl Fn(Vec<String>, Photo) -> Body,
) -> Result<Changed, GalleryError> {
    let changed = |entry: &Entry| {
        let (values, photo) = begun.still_in(entry)?;
        Some(change(values.to_vec(), photo.clone()))
    };
    change_photo(&worker.shared, &job.space, job.id, Haste::Waits, changed).await
}
