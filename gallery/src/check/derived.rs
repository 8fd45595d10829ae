//! Whether what was made of photos is there, and nothing else; and mending that: what is missing is made again, what
//! belongs to nothing is deleted. Not here: whether the pictures show what they should.

use std::collections::{BTreeSet, HashSet};

use domain::{Body, Entry, EntryId, Key, Space, Step, Timestamp};
use futures::{StreamExt as _, TryStreamExt as _};

use super::finding::{Finding, Report};
use crate::bucket::{Bucket, BucketError};
use crate::catalog::{Catalog, Mutation, Rejection};
use crate::derived::{all_made, made};
use crate::error::GalleryError;
use crate::grant::{AllSpaces, Grant, MayAdminister};
use crate::space::index::Index;
use crate::space::index::loading::load;

/// Everything that was derived from photos.
const ALL: &str = "_qrate/derived/";
/// Entries fetched from the index at once.
const BATCH: usize = 256;

/// What was mended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Repaired {
    /// Derived pictures that belonged to nothing, and are deleted.
    pub deleted: u64,
    /// Photos whose pictures were missing, and which are worked on again by the next server or worker.
    pub restarted: u64,
}

/// Which steps of a space's photos lack their picture.
pub(super) async fn check_derived_of(
    bucket: &dyn Bucket,
    space: &Space,
    index: &Index,
    report: &mut Report,
) -> Result<(), GalleryError> {
    let there = derived_keys(bucket, &format!("{ALL}{space}/")).await?;
    report.leftover += there.iter().filter(|key| !is_needed(space, index, key)).count() as u64;
    for (id, step, key) in missing(space, index, &there) {
        report.find(Finding::MissingDerived { space: space.clone(), id, step, key });
    }
    Ok(())
}

/// What was derived from photos of spaces that do not exist.
pub(super) async fn check_derived_of_others(
    bucket: &dyn Bucket,
    spaces: &BTreeSet<Space>,
    report: &mut Report,
) -> Result<(), GalleryError> {
    let mut keys = bucket.list_below(ALL);
    while let Some(object) = keys.try_next().await? {
        report.leftover += u64::from(is_of_others(&object.key, spaces));
    }
    Ok(())
}

/// Deletes derived pictures that belong to nothing, and has missing ones made again. No server should run meanwhile.
pub async fn repair(
    _grant: &Grant<impl MayAdminister, AllSpaces>,
    bucket: &dyn Bucket,
    catalog: &dyn Catalog,
    now: Timestamp,
) -> Result<Repaired, GalleryError> {
    let mut repaired = Repaired::default();
    let spaces: BTreeSet<Space> = catalog.spaces().await?.into_iter().collect();
    for space in &spaces {
        let index = load(catalog, space).await?;
        let there = derived_keys(bucket, &format!("{ALL}{space}/")).await?;
        for key in there.iter().filter(|key| !is_needed(space, &index, key)) {
            bucket.delete(key).await?;
            repaired.deleted += 1;
        }
        let lacking: BTreeSet<EntryId> = missing(space, &index, &there).map(|(id, _, _)| id).collect();
        for id in lacking {
            repaired.restarted += u64::from(restart(catalog, space, &index, id, &there, now).await?);
        }
    }
    let others: Vec<Key> = bucket
        .list_below(ALL)
        .try_filter_map(|object| {
            let is_orphan = is_of_others(&object.key, &spaces);
            async move { Ok(is_orphan.then_some(object.key)) }
        })
        .try_collect()
        .await?;
    for key in others {
        bucket.delete(&key).await?;
        repaired.deleted += 1;
    }
    Ok(repaired)
}

/// Lets the steps wait whose picture is missing.
async fn restart(
    catalog: &dyn Catalog,
    space: &Space,
    index: &Index,
    id: EntryId,
    there: &HashSet<Key>,
    now: Timestamp,
) -> Result<bool, GalleryError> {
    let Some(entry) = index.get(id) else { return Ok(false) };
    let Body::Photo { values, photo } = &entry.content.body else { return Ok(false) };
    let mut photo = photo.clone();
    for (step, _) in lacking_of(space, &entry, there) {
        photo.remake(step, now);
    }
    let body = Body::Photo { values: values.clone(), photo };
    let mutation = Mutation::Process { id, expected: entry.revision, body };
    let results: Vec<Result<_, Rejection>> = catalog.commit(space, vec![mutation]).await?;
    Ok(results.iter().all(Result::is_ok))
}

async fn derived_keys(bucket: &dyn Bucket, folder: &str) -> Result<HashSet<Key>, BucketError> {
    bucket.list_below(folder).map(|object| object.map(|object| object.key)).try_collect().await
}

/// The steps that are done without their picture being there.
fn missing<'a>(
    space: &'a Space,
    index: &'a Index,
    there: &'a HashSet<Key>,
) -> impl Iterator<Item = (EntryId, Step, Key)> {
    let mut after = 0;
    let batches = std::iter::from_fn(move || {
        let entries = index.live_after(after, BATCH);
        after = entries.last()?.id;
        Some(entries)
    });
    batches.flatten().flat_map(move |entry| {
        let lacking = lacking_of(space, &entry, there).collect::<Vec<_>>();
        lacking.into_iter().map(move |(step, key)| (entry.id, step, key))
    })
}

fn lacking_of<'a>(
    space: &'a Space,
    entry: &'a Entry,
    there: &'a HashSet<Key>,
) -> impl Iterator<Item = (Step, Key)> + 'a {
    let steps = [Step::Thumbnail, Step::View, Step::Result].into_iter();
    let made = steps.filter_map(|step| Some((step, made(space, entry.id, &entry.content, step)?.0)));
    made.filter(|(_, key)| !there.contains(key))
}

/// Whether an entry has this picture, or a worker that died had made it for one that is not finished.
fn is_needed(space: &Space, index: &Index, key: &Key) -> bool {
    let Some((_, id)) = key.derived_from().filter(|(of, _)| of == space) else { return false };
    index.get(id).is_some_and(|entry| {
        let is_unfinished = entry.content.photo().is_some_and(domain::Photo::is_unfinished);
        let folder = entry.content.sha256.map(|digest| Key::of_derived(space, id, &digest.prefix(), ""));
        let is_of_this_version = folder.is_some_and(|folder| key.as_str().starts_with(folder.as_str()));
        (is_unfinished && is_of_this_version) || all_made(space, id, &entry.content).contains(key)
    })
}

fn is_of_others(key: &Key, spaces: &BTreeSet<Space>) -> bool {
    key.derived_from().is_none_or(|(space, _)| !spaces.contains(&space))
}
