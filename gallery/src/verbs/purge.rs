//! Purging: removed entries and their objects once nobody can restore them, old request ids, the old end of the log;
//! and closing idle spaces. Not here: removing (`removal`).

use std::sync::Arc;
use std::time::Duration;

use domain::limits::{LOG_MAX_CHANGES, REQUEST_ID_AGE, TOMBSTONE_AGE};
use domain::{Entry, EntryId, Seq, Space, State, Timestamp};

use crate::bucket::BucketError;
use crate::clock::before;
use crate::derived;
use crate::error::GalleryError;
use crate::log_throttle::LogThrottle;
use crate::notices::number;
use crate::reconcile::reading::Reader;
use crate::reconcile::recognise::newer_content;
use crate::shared::Shared;
use crate::tables;
use crate::verbs::removal::{find, is_as_expected};

/// A restoration that began just before the end has long finished when the purge comes.
const MARGIN: Duration = Duration::from_secs(60 * 60);
/// Tombstones purged at once.
const BATCH: usize = 100;
const PURGE_EVERY: Duration = Duration::from_secs(60 * 60);
const CLOSE_EVERY: Duration = Duration::from_secs(60);

/// Purges now and every hour, forever.
pub(crate) async fn keep_purged(shared: Arc<Shared>, reader: Reader) {
    loop {
        if let Err(error) = purge(&shared, &reader, shared.clock.now()).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "purging failed; will retry");
        }
        if let Err(error) = shared.records.delete_expired().await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "deleting expired records failed; will retry"
            );
        }
        if let Err(error) = tables::delete_old(&*shared.bucket, shared.clock.now()).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "deleting old tables failed; will retry"
            );
        }
        tokio::time::sleep(PURGE_EVERY).await;
    }
}

/// Closes idle spaces, forever.
pub(crate) async fn keep_closing(shared: Arc<Shared>) {
    loop {
        tokio::time::sleep(CLOSE_EVERY).await;
        shared.spaces.close_idle();
    }
}

/// Purges whatever has expired at this moment, in all spaces.
pub(crate) async fn purge(shared: &Shared, reader: &Reader, now: Timestamp) -> Result<(), GalleryError> {
    for space in shared.catalog.spaces().await? {
        purge_tombstones(shared, reader, &space, now).await?;
        shared.catalog.forget_requests(&space, before(now, REQUEST_ID_AGE)).await?;
        let counters = shared.catalog.counters(&space).await?;
        if counters.last_seq - counters.floor > LOG_MAX_CHANGES {
            shared.catalog.truncate(&space, counters.last_seq - LOG_MAX_CHANGES).await?;
        }
    }
    Ok(())
}

/// Purges one tombstone now.
pub(crate) async fn purge_entry(
    shared: &Shared,
    reader: &Reader,
    space: &Space,
    id: EntryId,
    expected: Option<Seq>,
) -> Result<(), GalleryError> {
    // No restoration in between, or an entry would lose its object.
    let _turn = shared.purging.lock().await;
    let (open, entry) = find(shared, space, id, |entry| !entry.state.is_live()).await?;
    // Another instance may have restored it meanwhile.
    open.view().catch_up().await?;
    let entry = open.view().index().get(id).unwrap_or(entry);
    if !is_as_expected(&entry, expected) {
        return Err(GalleryError::Changed);
    }
    if entry.state.is_live() {
        return Err(GalleryError::NotRemoved);
    }
    if delete_with_derived(shared, reader, space, &entry).await? {
        shared.catalog.purge(space, &[id]).await?;
        open.view().forget(&[id]);
    }
    Ok(())
}

/// The object first, then the tombstone: a crash between them leaves a tombstone without an object, which the next
/// purge finishes.
async fn purge_tombstones(
    shared: &Shared,
    reader: &Reader,
    space: &Space,
    now: Timestamp,
) -> Result<(), GalleryError> {
    let view = shared.spaces.glance(space).await?;
    // Another instance may have restored one meanwhile.
    view.catch_up().await?;
    let dead = view.index().dead_before(before(before(now, TOMBSTONE_AGE), MARGIN));
    let stuck = LogThrottle::default();
    for batch in dead.chunks(BATCH) {
        let mut purged = Vec::new();
        for entry in batch {
            match delete_with_derived(shared, reader, space, entry).await {
                Ok(true) => purged.push(entry.id),
                Ok(false) => {}
                Err(error) => {
                    if let Some(suppressed) = stuck.record() {
                        tracing::warn!(
                            key = entry.content.key.as_str(),
                            error = &error as &dyn std::error::Error,
                            suppressed,
                            "a removed object cannot be deleted; will retry. Further failures are only counted"
                        );
                    }
                }
            }
        }
        shared.catalog.purge(space, &purged).await?;
        view.forget(&purged);
    }
    Ok(())
}

/// Deletes an entry's object, what was derived from it, and what was kept for it. Whether the tombstone may go.
async fn delete_with_derived(
    shared: &Shared,
    reader: &Reader,
    space: &Space,
    entry: &Entry,
) -> Result<bool, GalleryError> {
    if !delete_object(shared, reader, entry).await? {
        return Ok(false);
    }
    if entry.content.photo().is_some() {
        derived::delete_all(&*shared.bucket, space, entry.id).await?;
        number::forget(&*shared.records, space, entry.id).await?;
    }
    Ok(true)
}

/// Whether the tombstone may go. Only the removed version itself is deleted; anything else in its place stays, and
/// reconciliation adopts it.
async fn delete_object(shared: &Shared, reader: &Reader, entry: &Entry) -> Result<bool, GalleryError> {
    let key = &entry.content.key;
    if matches!(entry.state, State::Gone { .. }) {
        return Ok(true);
    }
    let is_the_removed_one = match shared.bucket.head(key).await {
        Err(BucketError::NotFound) => return Ok(true),
        Err(error) => return Err(error.into()),
        Ok((info, _)) => {
            info.etag == entry.content.etag || {
                // In a copy of the directory the same bytes have another etag.
                let there = newer_content(reader, entry).await?;
                there.is_some_and(|there| there.sha256.is_some() && there.sha256 == entry.content.sha256)
            }
        }
    };
    if is_the_removed_one {
        shared.bucket.delete(key).await?;
    }
    Ok(is_the_removed_one)
}
