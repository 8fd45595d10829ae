//! Removes and restores entries. Not here: purging tombstones (`purge`).

use std::sync::Arc;

use domain::limits::TOMBSTONE_AGE;
use domain::{Change, ChangeKind, Entry, EntryId, RequestId, Seq, Space, State};

use crate::bucket::BucketError;
use crate::catalog::{Mutation, Rejection};
use crate::clock::before;
use crate::error::GalleryError;
use crate::notices::number;
use crate::reconcile::reading::Reader;
use crate::reconcile::recognise::newer_content;
use crate::shared::Shared;
use crate::space::committer::CommitError;
use crate::space::spaces::{OpenSpace, SpaceInUse};

/// Turns an entry into a tombstone.
pub(crate) async fn remove(
    shared: Arc<Shared>,
    space: Space,
    id: EntryId,
    expected: Option<Seq>,
    request: Option<RequestId>,
) -> Result<Change, GalleryError> {
    let can_be_done = |entry: &Entry| entry.state.is_live() && is_as_expected(entry, expected);
    let (open, entry) = find(&shared, &space, id, can_be_done).await?;
    if !is_as_expected(&entry, expected) {
        return Err(GalleryError::Changed);
    }
    if !entry.state.is_live() {
        return Ok(as_it_is(&entry, ChangeKind::Removed));
    }
    let tombstone = State::Removed { at: shared.clock.now() };
    let mutation = Mutation::Remove { id, tombstone, expected, request };
    let change = commit(&open, id, mutation, ChangeKind::Removed).await?;
    // No message is sent any more. If this fails, the purge deletes it, or it expires.
    if let Err(error) = number::forget(&*shared.records, &space, id).await {
        tracing::warn!(%space, id, error = &error as &dyn std::error::Error,
            "the phone number of a removed entry could not be deleted; will retry");
    }
    Ok(change)
}

/// Turns a tombstone into an entry.
pub(crate) async fn restore(
    shared: Arc<Shared>,
    reader: Reader,
    space: Space,
    id: EntryId,
    expected: Option<Seq>,
) -> Result<Change, GalleryError> {
    // Not while the object is being purged.
    let _turn = shared.purging.lock().await;
    let can_be_done = |entry: &Entry| !entry.state.is_live() && is_as_expected(entry, expected);
    let (open, entry) = find(&shared, &space, id, can_be_done).await?;
    if !is_as_expected(&entry, expected) {
        return Err(GalleryError::Changed);
    }
    let Some(since) = entry.state.dead_since() else {
        return Ok(as_it_is(&entry, ChangeKind::Restored));
    };
    // The purge may delete the object at any moment now.
    if since < before(shared.clock.now(), TOMBSTONE_AGE) {
        return Err(GalleryError::Gone);
    }
    let mutation = match shared.bucket.head(&entry.content.key).await {
        Ok((info, _)) if info.etag == entry.content.etag => Mutation::Restore { id, expected },
        // Another program wrote a different version meanwhile: that is what can be restored.
        Ok(_) => {
            let content = newer_content(&reader, &entry).await?.ok_or(GalleryError::Gone)?;
            Mutation::Replace { id, content }
        }
        Err(BucketError::NotFound) => return Err(GalleryError::Gone),
        Err(error) => return Err(error.into()),
    };
    commit(&open, id, mutation, ChangeKind::Restored).await
}

/// Turns all tombstones of what a person has removed into entries; returns how many.
pub(crate) async fn restore_all(
    shared: Arc<Shared>,
    reader: Reader,
    space: Space,
) -> Result<u64, GalleryError> {
    let Some(open) = shared.spaces.get(&space).await? else { return Ok(0) };
    let moment = before(shared.clock.now(), TOMBSTONE_AGE);
    let removed = open.view().index().removed_since(moment);
    let mut count = 0;
    for id in removed {
        match restore(Arc::clone(&shared), reader.clone(), space.clone(), id, None).await {
            Ok(change) => count += u64::from(change.entry.state.is_live()),
            // Its object is gone meanwhile, or it was purged.
            Err(GalleryError::Gone | GalleryError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

/// Whether an entry has the revision that it must have.
pub(crate) fn is_as_expected(entry: &Entry, expected: Option<Seq>) -> bool {
    expected.is_none_or(|expected| expected == entry.revision)
}

/// Finds the entry. Another instance may have just made the operation possible: if this one sees nothing to do, it
/// asks the catalog.
pub(crate) async fn find(
    shared: &Shared,
    space: &Space,
    id: EntryId,
    can_be_done: impl Fn(&Entry) -> bool,
) -> Result<(SpaceInUse, Arc<Entry>), GalleryError> {
    let open = shared.spaces.get(space).await?.ok_or(GalleryError::NotFound)?;
    let known = || open.view().index().get(id);
    if !known().is_some_and(|entry| can_be_done(&entry)) {
        open.view().catch_up().await?;
    }
    let entry = known().ok_or(GalleryError::NotFound)?;
    Ok((open, entry))
}

async fn commit(
    open: &OpenSpace,
    id: EntryId,
    mutation: Mutation,
    kind: ChangeKind,
) -> Result<Change, GalleryError> {
    match open.committer().try_admit()?.commit(mutation).await {
        Ok(committed) => Ok(committed.change),
        // Another writer was faster; the index may not know yet.
        Err(CommitError::Rejected(Rejection::NotLive | Rejection::NotRemoved)) => {
            open.view().catch_up().await?;
            let index = open.view().index();
            index.get(id).map(|entry| as_it_is(&entry, kind)).ok_or(GalleryError::NotFound)
        }
        Err(error) => Err(error.into()),
    }
}

/// The change that led to an entry's state.
pub(crate) fn as_it_is(entry: &Entry, kind: ChangeKind) -> Change {
    Change { seq: entry.revision, kind, entry: entry.clone() }
}
