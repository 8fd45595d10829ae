//! Decodes a photo and makes its pictures, on a thread of its own, within the memory for it. Not here: where they go
//! (`attempt`), the pixels (`photos`).

use domain::{DifferenceHash, Media, Photo, Placeholder, Recipe, StageError, Step, TakenAt, Work};
use photos::PhotoError;
use tokio::sync::SemaphorePermit;

use super::fault::Fault;
use super::original::Original;
use crate::background;
use crate::bucket::BucketError;
use crate::pictures::{find_codes, room_for_picture};
use crate::queue::Job;

/// What the header says.
pub(super) struct Facts {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) taken_at: Option<TakenAt>,
    pub(super) camera: Option<String>,
}

/// A picture that was made.
pub(super) struct Picture {
    pub(super) media: Media,
    pub(super) bytes: bytes::Bytes,
}

/// Everything that was made of a photo.
pub(super) struct Made {
    pub(super) facts: Facts,
    /// What its pixels told; `None` if nobody looked now.
    pub(super) seen: Option<Seen>,
    pub(super) pictures: Vec<(Step, Picture)>,
}

/// What the pixels of a photo tell.
pub(super) struct Seen {
    pub(super) placeholder: Option<Placeholder>,
    pub(super) hash: DifferenceHash,
    /// The texts of the codes in it; `None` if they were searched for before.
    pub(super) values: Option<Vec<String>>,
}

/// Makes what is missing of a photo, and ends its turn as soon as that is decoded.
pub(super) async fn decode(
    job: &Job,
    original: Original,
    photo: &Photo,
    turn: SemaphorePermit<'_>,
) -> Result<Made, Fault> {
    let header = original.bytes.clone();
    // What a header holds is copied: at most all of the file.
    let room = room_for_picture(header.len() as u64).await;
    let facts = in_background(job, move || {
        let _room = room;
        photos::inspect(&header)
    });
    let facts = facts.await?;
    let room = room_for_picture(facts.memory_bytes).await;
    // Moved into the threads, so that they are held to the end even if the job is given back meanwhile.
    let rooms = (original.room, room);
    let (bytes, recipe) = (original.bytes, recipe(photo.recipe));
    let mut pictures = photo.unfinished().filter(|stage| stage.step.work() == Some(Work::Pictures));
    let needs_only_result = pictures.all(|stage| stage.step == Step::Result);
    let (pictures, seen) = if needs_only_result {
        let result = in_background(job, move || {
            let _rooms = rooms;
            photos::derive_result(bytes, recipe)
        });
        let result = result.await?.map(|result| (Step::Result, Picture::from(result)));
        (result.into_iter().collect(), None)
    } else {
        let derived = in_background(job, move || {
            let _rooms = rooms;
            photos::derive(bytes, recipe)
        });
        let photos::Derived { placeholder, hash, thumbnail, view, result, .. } = derived.await?;
        drop(turn);
        let view = Picture::from(view);
        let values = if photo.hash.is_none() { Some(values(&view).await) } else { None };
        let placeholder = Placeholder::new(&placeholder);
        let result = result.map(|result| (Step::Result, result.into()));
        let pictures = [(Step::Thumbnail, thumbnail.into()), (Step::View, view)].into_iter().chain(result);
        (pictures.collect(), Some(Seen { placeholder, hash: DifferenceHash(hash), values }))
    };
    Ok(Made { facts: facts.into(), seen, pictures })
}

/// The texts of the codes in a photo: in its view, since whatever a camera reads is large enough there.
async fn values(view: &Picture) -> Vec<String> {
    let readings = find_codes(view.bytes.clone()).await.unwrap_or_default();
    let texts = readings.into_iter().map(|reading| reading.text);
    texts.filter(|text| !text.trim().is_empty()).collect()
}

impl From<photos::Facts> for Facts {
    fn from(facts: photos::Facts) -> Self {
        Self {
            width: facts.width,
            height: facts.height,
            taken_at: facts.taken_at.and_then(|taken_at| taken_at.parse().ok()),
            camera: facts.camera.and_then(|camera| Photo::camera_name("", &camera)),
        }
    }
}

impl From<photos::Picture> for Picture {
    fn from(picture: photos::Picture) -> Self {
        Self { media: media(picture.media), bytes: picture.bytes.into() }
    }
}

fn media(media: photos::Media) -> Media {
    match media {
        photos::Media::Jpeg => Media::Jpeg,
        photos::Media::Png => Media::Png,
        photos::Media::Webp => Media::Webp,
        photos::Media::Gif => Media::Gif,
    }
}

/// Runs the pipeline on a thread of its own, behind everything that somebody waits for. A panic is a defect of a
/// decoder, and permanent like any other fault of the same bytes.
async fn in_background<T: Send + 'static>(
    job: &Job,
    work: impl FnOnce() -> Result<T, PhotoError> + Send + 'static,
) -> Result<T, Fault> {
    let outcome = background::in_background("photo", work);
    match outcome.map_err(|error| BucketError::Other(error.into()))?.await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => {
            tracing::debug!(space = %job.space, id = job.id, error = &error as &dyn std::error::Error,
                "a photo was refused");
            Err(Fault::Permanent(reason(&error)))
        }
        Err(_) => {
            tracing::error!(space = %job.space, id = job.id, "a decoder panicked");
            Err(Fault::Permanent(StageError::Corrupt))
        }
    }
}

fn reason(error: &PhotoError) -> StageError {
    match error {
        PhotoError::TooLarge { .. } => StageError::TooLarge,
        PhotoError::Unsupported(_) => StageError::Unsupported,
        _ => StageError::Corrupt,
    }
}

fn recipe(recipe: Recipe) -> photos::Recipe {
    match recipe {
        Recipe::Flip => photos::Recipe::Mirrored,
        Recipe::FlipVertical => photos::Recipe::UpsideDown,
        Recipe::Rotate90 => photos::Recipe::Rotated90,
        Recipe::Rotate180 => photos::Recipe::Rotated180,
        Recipe::Rotate270 => photos::Recipe::Rotated270,
        Recipe::Nothing => photos::Recipe::Nothing,
    }
}
