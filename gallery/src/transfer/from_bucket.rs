//! Rebuilds a lost catalog from the bucket: texts are read from the pictures, names and times from the objects'
//! metadata, and numbers are assigned again in the order of creation. Tombstones, request ids, the log, labels,
//! scores and settings are lost, so removed entries whose files still exist come back. Not here: recognising objects
//! (`recognise`).

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use domain::{Change, ChangeKind, Content, Entry, Key, Space, State};
use futures::{StreamExt as _, TryStreamExt as _};
use tokio_util::task::TaskTracker;

use super::Imported;
use crate::bucket::{Bucket, BucketError};
use crate::catalog::{Catalog, CatalogError, Counters, SpaceDump};
use crate::causes::causes;
use crate::clock::Clock;
use crate::grant::{AllSpaces, Grant, MayAdminister};
use crate::reconcile::left_out::LeftOut;
use crate::reconcile::progress::Progress;
use crate::reconcile::reading::Reader;
use crate::reconcile::recognise::recognise;

/// Objects read together.
const READS_AT_ONCE: usize = 8;

/// Why the catalog was not rebuilt, or not completely. The bucket is unchanged; try again once the cause is gone.
#[derive(Debug, thiserror::Error)]
pub enum FromBucketError {
    /// The catalog has entries.
    #[error(
        "The catalog is not empty: it contains the space {0} with other entries. Rebuild into an empty catalog."
    )]
    NotEmpty(Space),
    /// The bucket cannot be listed.
    #[error("The bucket cannot be listed.")]
    List(#[source] BucketError),
    /// An object cannot be read.
    #[error("The object {} cannot be read: {why}.", key.visible())]
    Read {
        /// Which one.
        key: Key,
        /// Why, in words.
        why: String,
    },
    /// The catalog failed.
    #[error("The catalog did not accept the rebuilt entries.")]
    Catalog(#[from] CatalogError),
}

/// An object, and the space in which it was saved, if known.
type Found = (Content, Option<Space>);

/// Makes entries of all objects. Memory: all entries.
pub async fn from_bucket(
    _grant: &Grant<impl MayAdminister, AllSpaces>,
    bucket: &Arc<dyn Bucket>,
    catalog: &dyn Catalog,
    left_out: &LeftOut,
) -> Result<Imported, FromBucketError> {
    let is_alone = catalog.is_exclusive();
    let reader = Reader::new(Arc::clone(bucket), Clock::system(), is_alone, TaskTracker::new());
    let mut progress = Progress::of("reading the bucket");
    let listed = bucket.list().filter_map(async |object| match object {
        Ok(object) if left_out.has(&object.key) => None,
        Err(BucketError::Unnamed { name, why }) => {
            tracing::warn!(name, why, "a file in the bucket is left out: give it another name");
            None
        }
        object => Some(object),
    });
    let reads = listed.map_err(FromBucketError::List).map(|object| async {
        let key = object?.key;
        let found = recognise(&reader, &key).await;
        found.map_err(|error| FromBucketError::Read { key, why: causes(&error) })
    });
    let found: Vec<Found> = reads
        .buffer_unordered(READS_AT_ONCE)
        .inspect_ok(|_| progress.one())
        // Deleted meanwhile.
        .try_filter_map(async |found| {
            Ok(found.map(|mut found| {
                found.content.forget_derived();
                (found.content, found.saved.map(|saved| saved.space))
            }))
        })
        .try_collect()
        .await?;
    progress.end();

    let mut imported = Imported::default();
    let spaces = by_space(found);
    // An earlier attempt may have loaded some of them.
    for space in catalog.spaces().await? {
        let entries = spaces.get(&space).map(|contents| dump(contents.clone()).entries);
        if entries != Some(catalog.snapshot(&space).await?.entries) {
            return Err(FromBucketError::NotEmpty(space));
        }
    }
    for (space, contents) in spaces {
        imported.spaces += 1;
        imported.entries += contents.len() as u64;
        imported.objects += contents.len() as u64;
        if catalog.counters(&space).await?.last_seq == 0 {
            catalog.load(&space, dump(contents)).await?;
        }
    }
    Ok(imported)
}

/// A foreign object in a folder belongs to the space of that name if anything was saved there, as with the running
/// server.
fn by_space(found: Vec<Found>) -> BTreeMap<Space, Vec<Content>> {
    let used: HashSet<Space> = found.iter().filter_map(|(_, space)| space.clone()).collect();
    let mut spaces = BTreeMap::<Space, Vec<Content>>::new();
    for (content, space) in found {
        let named = || content.key.first_segment_as_space().filter(|space| used.contains(space));
        let space = space.or_else(named).unwrap_or_else(Space::main);
        spaces.entry(space).or_default().push(content);
    }
    spaces
}

/// Numbered in the order of creation; with equal times, in the order of keys.
fn dump(mut contents: Vec<Content>) -> SpaceDump {
    contents.sort_by(|a, b| (a.created_at, &a.key).cmp(&(b.created_at, &b.key)));
    let numbered = (1..).zip(contents);
    let entries: Vec<Entry> =
        numbered.map(|(id, content)| Entry { id, revision: id, state: State::Live, content }).collect();
    let last = entries.len() as u64;
    let log =
        entries.iter().map(|entry| Change { seq: entry.id, kind: ChangeKind::Added, entry: entry.clone() });
    SpaceDump { counters: Counters { last_id: last, last_seq: last, floor: 0 }, log: log.collect(), entries }
}
