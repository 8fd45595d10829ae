//! The objects that are derived from photos: their keys, and deleting them. The keys follow from the photo's id, the
//! bytes of its original and its recipe alone, so that a repeated step writes the same object, and one photo's objects
//! never pass for those of another version. Not here: making them (`worker`).

use std::collections::HashSet;

use domain::{Content, EntryId, Key, Media, Photo, Space, StageState, Step};
use futures::TryStreamExt as _;

use crate::bucket::{Bucket, BucketError};

/// The key of what a step makes of a photo, in this format; `None` for anything but a photo.
pub(crate) fn key(space: &Space, id: EntryId, content: &Content, step: Step, media: Media) -> Option<Key> {
    let (photo, digest) = (content.photo()?, content.sha256?);
    let name = match step {
        Step::Thumbnail | Step::View => step.to_string(),
        Step::Result => format!("{step}-{}", photo.recipe),
        Step::Labels | Step::Notice => return None,
    };
    Some(Key::of_derived(space, id, &digest.prefix(), &format!("{name}.{}", media.extension())))
}

/// The key and format of what a step has made of a photo; `None` if it has not.
pub(crate) fn made(space: &Space, id: EntryId, content: &Content, step: Step) -> Option<(Key, Media)> {
    let stage = content.photo()?.stage(step).filter(|stage| stage.state == StageState::Done)?;
    let media = stage.media?;
    Some((key(space, id, content, step, media)?, media))
}

/// The keys of everything that was made of a photo.
pub(crate) fn all_made(space: &Space, id: EntryId, content: &Content) -> HashSet<Key> {
    let stages = content.photo().map(|photo: &Photo| &*photo.stages).unwrap_or_default();
    stages.iter().filter_map(|stage| Some(made(space, id, content, stage.step)?.0)).collect()
}

/// Deletes everything that was derived from an entry.
pub(crate) async fn delete_all(bucket: &dyn Bucket, space: &Space, id: EntryId) -> Result<(), BucketError> {
    delete(bucket, space, id, |_| false).await
}

/// Deletes what was derived from an entry and does not belong to it any more: by another recipe, or from other bytes.
/// Only for the worker that works on it now: whatever another one writes at the same time could be lost.
pub(crate) async fn delete_outdated(
    bucket: &dyn Bucket,
    space: &Space,
    id: EntryId,
    content: &Content,
) -> Result<(), BucketError> {
    let possible: HashSet<Key> = [Step::Thumbnail, Step::View, Step::Result]
        .into_iter()
        .flat_map(|step| Media::ALL.map(|media| (step, media)))
        .filter_map(|(step, media)| key(space, id, content, step, media))
        .collect();
    delete(bucket, space, id, |key| possible.contains(key)).await
}

async fn delete(
    bucket: &dyn Bucket,
    space: &Space,
    id: EntryId,
    is_kept: impl Fn(&Key) -> bool,
) -> Result<(), BucketError> {
    let folder = Key::derived_folder(space, id);
    let objects: Vec<_> = bucket.list_below(&folder).try_collect().await?;
    for object in objects.into_iter().filter(|object| !is_kept(&object.key)) {
        bucket.delete(&object.key).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::{Body, Recipe, Sha256, Timestamp};

    use super::*;
    use crate::bucket::{MemoryBucket, Metadata};
    use crate::testing::content;

    fn photo(recipe: Recipe, digest: u8) -> Content {
        let at = Timestamp::from_unix_ms(0);
        let mut photo = Photo::new(Media::Png, recipe, at);
        photo.finish(Step::Thumbnail, Media::Jpeg, at);
        photo.finish(Step::Result, Media::Png, at);
        Content {
            body: Body::photo_with(None, photo),
            sha256: Some(Sha256([digest; 32])),
            ..content("a", "")
        }
    }

    #[test]
    fn keys_follow_from_bytes_and_recipe() {
        let space = Space::main();
        let keys = |content: &Content| {
            [Step::Thumbnail, Step::View, Step::Result].map(|step| made(&space, 7, content, step))
        };
        let [thumbnail, view, result] = keys(&photo(Recipe::Flip, 0xab));
        assert_eq!(thumbnail.unwrap().0.as_str(), "_qrate/derived/main/7/abababababababab/thumbnail.jpg");
        assert_eq!(result.unwrap().0.as_str(), "_qrate/derived/main/7/abababababababab/result-flip.png");
        assert_eq!(view, None, "not made yet");
        assert_eq!(all_made(&space, 7, &photo(Recipe::Flip, 1)).len(), 2);
        let rotated = keys(&photo(Recipe::Rotate90, 0xab));
        assert!(rotated[2].as_ref().unwrap().0.as_str().ends_with("result-rotate-90.png"));
        assert!(all_made(&space, 7, &content("a", "")).is_empty());
    }

    #[tokio::test]
    async fn only_other_versions_of_the_same_photo_are_deleted() {
        let (bucket, space) = (MemoryBucket::new(), Space::main());
        let kept = all_made(&space, 7, &photo(Recipe::Flip, 1));
        let mut older = all_made(&space, 7, &photo(Recipe::Flip, 2));
        older.extend(made(&space, 7, &photo(Recipe::Rotate90, 1), Step::Result).map(|(key, _)| key));
        let of_another = all_made(&space, 77, &photo(Recipe::Flip, 1));
        for key in kept.iter().chain(&older).chain(&of_another) {
            bucket.put(key, "x".into(), &Metadata::new()).await.unwrap();
        }
        delete_outdated(&bucket, &space, 7, &photo(Recipe::Flip, 1)).await.unwrap();
        for (keys, are_there) in [(&kept, true), (&older, false), (&of_another, true)] {
            for key in keys {
                assert_eq!(bucket.head(key).await.is_ok(), are_there, "{key}");
            }
        }
        delete_all(&bucket, &space, 7).await.unwrap();
        for (keys, are_there) in [(&kept, false), (&of_another, true)] {
            for key in keys {
                assert_eq!(bucket.head(key).await.is_ok(), are_there, "{key}");
            }
        }
    }
}
