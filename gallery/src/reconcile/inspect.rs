//! Inspects one object: determines what it needs so that the catalog tells the truth about it, and does that.
//! Idempotent: inspecting repeatedly, late or concurrently with another instance does no harm. Not here: when
//! (`follow`, `pass`).

use std::sync::Arc;
use std::time::Duration;

use domain::limits::ADOPTION_AGE;
use domain::{Entry, Key, Space, State, Timestamp};

use crate::bucket::BucketError;
use crate::catalog::{CatalogError, Mutation, Rejection};
use crate::clock::before;
use crate::derived;
use crate::notices::number;
use crate::own_object::delete_orphan;
use crate::reconcile::error::InspectError;
use crate::reconcile::recognise::{Recognised, newer_content, recognise};
use crate::reconcile::state::Reconciler;
use crate::space::committer::{CommitError, NotAdmitted};
use crate::space::spaces::OpenSpace;

/// What an object needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Everything is up to date.
    Nothing,
    /// It has no entry.
    Add,
    /// Its entry describes another version.
    Replace,
    /// It is back, unchanged.
    Restore,
    /// Its entry is live, but the object is missing.
    MarkGone,
}

impl Need {
    /// Derived from its entry and the existing version, if any.
    pub(crate) fn of(key: &Key, entry: Option<&Entry>, etag: Option<&str>, now: Timestamp) -> Self {
        match (entry, etag) {
            (None, None) => Self::Nothing,
            (None, Some(_)) => {
                if may_be_in_the_making(key, now) {
                    Self::Nothing
                } else {
                    Self::Add
                }
            }
            (Some(entry), None) => {
                if entry.state.is_live() {
                    Self::MarkGone
                } else {
                    Self::Nothing
                }
            }
            (Some(entry), Some(etag)) if entry.content.etag != etag => Self::Replace,
            // A removal blocks only this version; someone who deleted it and put it back wants it.
            (Some(entry), Some(_)) => match entry.state {
                State::Live | State::Removed { .. } => Self::Nothing,
                State::Gone { .. } => Self::Restore,
            },
        }
    }
}

/// Whether a save may be between its object and its entry. A key from the future is not a current save.
fn may_be_in_the_making(key: &Key, now: Timestamp) -> bool {
    is_own_and_younger(key, ADOPTION_AGE, now)
}

/// How much longer a save may be between its object and its entry; `None` if it cannot be.
fn in_the_making_for(key: &Key, now: Timestamp) -> Option<Duration> {
    let (_, made_at) = key.own_parts().filter(|_| may_be_in_the_making(key, now))?;
    let old_enough = before(now, ADOPTION_AGE);
    Some(Duration::from_millis(made_at.unix_ms().saturating_sub(old_enough.unix_ms()) + 1))
}

/// Whether a key is ours and younger than `age` or, by a clock ahead of ours, at most as far in the future.
pub(crate) fn is_own_and_younger(key: &Key, age: Duration, now: Timestamp) -> bool {
    key.own_parts().is_some_and(|(_, made_at)| made_at >= before(now, age) && before(made_at, age) <= now)
}

/// Whether an object is excluded because of its name. One that has an entry keeps it until it is gone.
pub(crate) fn is_left_out(reconciler: &Reconciler, key: &Key, entry: Option<&Entry>) -> bool {
    !entry.is_some_and(|entry| entry.state.is_live()) && reconciler.left_out.has(key)
}

/// The spaces to which a key's entry can belong, in order: the one named by its first segment, then `main`. This also
/// holds for a key of our form: the file may be a copy in a folder that somebody else made.
pub(crate) fn candidates(key: &Key) -> Vec<Space> {
    let named = key.first_segment_as_space().filter(|space| !space.is_main());
    named.into_iter().chain([Space::main()]).collect()
}

/// Inspects an object and does what it needs, exclusively within this program. If it is too early to tell, returns
/// how long to wait before the next attempt.
pub(crate) async fn inspect(reconciler: &Reconciler, key: &Key) -> Result<Option<Duration>, InspectError> {
    let _alone = reconciler.lock(key).await;
    let outcome = inspect_alone(reconciler, key).await;
    reconciler.log_failure(key, outcome.as_ref().err());
    outcome
}

async fn inspect_alone(reconciler: &Reconciler, key: &Key) -> Result<Option<Duration>, InspectError> {
    let (space, entry) = place(reconciler, key).await?;
    if is_left_out(reconciler, key, entry.as_deref()) {
        return Ok(None);
    }
    if entry.is_none()
        && let Some(wait) = in_the_making_for(key, reconciler.shared.clock.now())
    {
        return Ok(Some(wait));
    }
    let found = match reconciler.shared.bucket.head(key).await {
        Ok((info, _)) => Some(info.etag),
        Err(BucketError::NotFound) => None,
        Err(error) => return Err(error.into()),
    };
    let need = Need::of(key, entry.as_deref(), found.as_deref(), reconciler.shared.clock.now());
    let done = match (need, entry) {
        (Need::Nothing, _) => Ok(()),
        (Need::Replace, Some(entry)) => replace(reconciler, &space, &entry).await,
        (Need::Restore, Some(entry)) => commit(reconciler, &space, Mutation::restore(entry.id)).await,
        (Need::MarkGone, Some(entry)) => {
            let tombstone = State::Gone { at: reconciler.shared.clock.now() };
            let removed = commit(reconciler, &space, Mutation::remove(entry.id, tombstone)).await;
            // If this fails, the purge does it.
            let _ = number::forget(&*reconciler.shared.records, &space, entry.id).await;
            removed
        }
        (Need::Add | Need::Replace | Need::Restore | Need::MarkGone, _) => add(reconciler, &space, key).await,
    };
    match done {
        Err(InspectError::BeingRead(wait)) => Ok(Some(wait)),
        done => done.map(|()| None),
    }
}

/// Whether the catalog already has this version, as after a save of ours: then an inspection, which costs a request,
/// would find nothing to do.
pub(crate) async fn is_known(reconciler: &Reconciler, key: &Key, etag: Option<&str>) -> bool {
    let Some(etag) = etag else { return false };
    let entry = place(reconciler, key).await.ok().and_then(|(_, entry)| entry);
    entry.is_some_and(|entry| entry.state.is_live() && entry.content.etag == etag)
}

/// The space and entry of the key; without an entry, the space that a foreign object would belong to.
async fn place(reconciler: &Reconciler, key: &Key) -> Result<(Space, Option<Arc<Entry>>), InspectError> {
    let mut home = None;
    for space in candidates(key) {
        if let Some(open) = reconciler.shared.spaces.get(&space).await? {
            if let Some(entry) = open.view().index().with_key(key) {
                return Ok((space, Some(entry)));
            }
            home = home.or(Some(space));
        }
    }
    Ok((home.unwrap_or_else(Space::main), None))
}

async fn add(reconciler: &Reconciler, home: &Space, key: &Key) -> Result<(), InspectError> {
    let Some(Recognised { content, saved }) = recognise(&reconciler.reader, key).await? else {
        return Ok(());
    };
    // The remains of our own save belong to its space, even if it was the first one there.
    let (space, request) = saved.map_or_else(|| (home.clone(), None), |saved| (saved.space, saved.request));
    let open = reconciler.shared.spaces.open(&space).await?;
    match submit(&open, Mutation::Add { request, content }).await {
        // The save of this object was repeated and has another object.
        Ok(committed) if committed.change.entry.content.key != *key => {
            delete_orphan(&*reconciler.shared.bucket, key).await;
            Ok(())
        }
        Ok(_) => Ok(()),
        // Another instance was faster.
        Err(CommitError::Rejected(_)) => Ok(open.view().catch_up().await?),
        Err(error) => Err(failed(error)),
    }
}

async fn replace(reconciler: &Reconciler, space: &Space, entry: &Entry) -> Result<(), InspectError> {
    let Some(content) = newer_content(&reconciler.reader, entry).await? else {
        // It disappeared while it was read: that causes its own hint.
        return Ok(());
    };
    // A copy of the whole directory, for example: the version has another etag, and the removal still holds.
    let is_the_removed_one = content.sha256.is_some() && content.sha256 == entry.content.sha256;
    if is_the_removed_one && matches!(entry.state, State::Removed { .. }) {
        return Ok(());
    }
    // What was derived from an older photo is deleted by the worker of the newer one.
    let is_no_photo_any_more = entry.content.photo().is_some() && content.photo().is_none();
    commit(reconciler, space, Mutation::Replace { id: entry.id, content }).await?;
    if is_no_photo_any_more {
        derived::delete_all(&*reconciler.shared.bucket, space, entry.id).await?;
    }
    Ok(())
}

async fn commit(reconciler: &Reconciler, space: &Space, mutation: Mutation) -> Result<(), InspectError> {
    let open = reconciler.shared.spaces.open(space).await?;
    let id = mutation.id();
    match submit(&open, mutation).await {
        Ok(_) => Ok(()),
        // Another instance purged it: the next inspection sees an object without an entry.
        Err(CommitError::Rejected(Rejection::NotFound)) => {
            open.view().forget(id.as_slice());
            Ok(())
        }
        // Another instance was faster.
        Err(CommitError::Rejected(_)) => Ok(open.view().catch_up().await?),
        Err(error) => Err(failed(error)),
    }
}

async fn submit(open: &OpenSpace, mutation: Mutation) -> Result<crate::catalog::Committed, CommitError> {
    match open.committer().admit().await {
        Ok(admission) => admission.commit(mutation).await,
        Err(NotAdmitted::Full | NotAdmitted::Stopping) => Err(CommitError::Stopping),
    }
}

fn failed(error: CommitError) -> InspectError {
    match error {
        CommitError::Catalog(error) => InspectError::Catalog(error),
        CommitError::Rejected(rejection) => CatalogError::Other(Box::new(rejection)).into(),
        CommitError::Stopping => InspectError::Stopping,
    }
}
