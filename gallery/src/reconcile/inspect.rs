//! One object, inspected: what it needs so that the catalog tells the truth about it, and doing it. Idempotent: inspecting
//! twice, late or at the same moment as another instance does no harm. Not here: when (`follow`, `pass`).

use std::sync::Arc;
use std::time::Duration;

use domain::limits::ADOPTION_AGE;
use domain::{Entry, EntryId, Key, Space, State, Timestamp};

use crate::bucket::BucketError;
use crate::catalog::{CatalogError, Mutation, Rejection};
use crate::clock::before;
use crate::own_object::delete_orphan;
use crate::reconcile::error::InspectError;
use crate::reconcile::recognise::{Recognised, newer_content, recognise};
use crate::reconcile::state::Reconciler;
use crate::space::committer::{CommitError, NotAdmitted};
use crate::space::spaces::OpenSpace;

/// What is to be done about an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// All is as it should be.
    Nothing,
    /// It has no entry.
    Add,
    /// Its entry is of another version of it.
    Replace,
    /// It is back, the same as before.
    Restore,
    /// Its entry is live, and it is not there.
    MarkGone,
}

impl Need {
    /// What follows from its entry and the version that is there, if any.
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
            // A removal blocks just this version; who deleted it and put it back wants it.
            (Some(entry), Some(_)) => match entry.state {
                State::Live | State::Removed { .. } => Self::Nothing,
                State::Gone { .. } => Self::Restore,
            },
        }
    }
}

/// Whether a save may be between its object and its entry. A key from the future is no save of now.
fn may_be_in_the_making(key: &Key, now: Timestamp) -> bool {
    is_own_and_younger(key, ADOPTION_AGE, now)
}

/// How long a save may still be between its object and its entry; none when it cannot be.
fn in_the_making_for(key: &Key, now: Timestamp) -> Option<Duration> {
    let (_, made_at) = key.own_parts().filter(|_| may_be_in_the_making(key, now))?;
    let old_enough = before(now, ADOPTION_AGE);
    Some(Duration::from_millis(made_at.unix_ms().saturating_sub(old_enough.unix_ms()) + 1))
}

/// Whether a key is ours and was made less than `age` ago, or, by a clock that goes before ours, as little from now.
pub(crate) fn is_own_and_younger(key: &Key, age: Duration, now: Timestamp) -> bool {
    key.own_parts().is_some_and(|(_, made_at)| made_at >= before(now, age) && before(made_at, age) <= now)
}

/// Whether an object is no business of the gallery because of its name. One that has an entry keeps it until it is gone.
pub(crate) fn is_left_out(reconciler: &Reconciler, key: &Key, entry: Option<&Entry>) -> bool {
    !entry.is_some_and(|entry| entry.state.is_live()) && reconciler.left_out.has(key)
}

/// The spaces whose entry a key can be, the first one first: the one that its first segment names, then `main`. So also
/// for a key that has the form of ours: the file may be a copy in a folder that somebody else made.
pub(crate) fn candidates(key: &Key) -> Vec<Space> {
    let named = key.first_segment_as_space().filter(|space| !space.is_main());
    named.into_iter().chain([Space::main()]).collect()
}

/// Inspects an object and does what it needs, while nobody else here inspects it. When it is too early to tell, how long to
/// wait before inspecting it again.
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
        (Need::Restore, Some(entry)) => commit(reconciler, &space, Mutation::Restore { id: entry.id }).await,
        (Need::MarkGone, Some(entry)) => {
            let tombstone = State::Gone { at: reconciler.shared.clock.now() };
            commit(reconciler, &space, Mutation::Remove { id: entry.id, tombstone }).await
        }
        (Need::Add | Need::Replace | Need::Restore | Need::MarkGone, _) => add(reconciler, &space, key).await,
    };
    match done {
        Err(InspectError::BeingRead(wait)) => Ok(Some(wait)),
        done => done.map(|()| None),
    }
}

/// Whether the catalog has the object just so, as after a save of ours: then inspecting it, which costs a request, would find
/// nothing to do.
pub(crate) async fn is_known(reconciler: &Reconciler, key: &Key, etag: Option<&str>) -> bool {
    let Some(etag) = etag else { return false };
    let entry = place(reconciler, key).await.ok().and_then(|(_, entry)| entry);
    entry.is_some_and(|entry| entry.state.is_live() && entry.content.etag == etag)
}

/// Whose entry the key is; without an entry, whose it would be if the object is of others.
async fn place(reconciler: &Reconciler, key: &Key) -> Result<(Space, Option<Arc<Entry>>), InspectError> {
    let mut home = None;
    for space in candidates(key) {
        if let Some(open) = reconciler.shared.spaces.get(&space).await? {
            if let Some(entry) = open.view().index().with_key(key) {
                return Ok((space, Some(Arc::clone(entry))));
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
    // What a save of ours left belongs to its space, also when it was the first one there.
    let (space, request) = saved.map_or_else(|| (home.clone(), None), |saved| (saved.space, saved.request));
    let open = reconciler.shared.spaces.open(&space).await?;
    match submit(&open, Mutation::Add { request, content }).await {
        // The save of this object was repeated and has another one.
        Ok(committed) if committed.change.entry.content.key != *key => {
            delete_orphan(&*reconciler.shared.bucket, key).await;
            Ok(())
        }
        Ok(_) => Ok(()),
        // Another instance was quicker.
        Err(CommitError::Rejected(_)) => Ok(open.view().catch_up().await?),
        Err(error) => Err(failed(error)),
    }
}

async fn replace(reconciler: &Reconciler, space: &Space, entry: &Entry) -> Result<(), InspectError> {
    let Some(content) = newer_content(&reconciler.reader, entry).await? else {
        // It went while it was read: that is a hint of its own.
        return Ok(());
    };
    // A copy of the whole directory, for example: the version has another name, and the removal still holds.
    let is_the_removed_one = content.sha256.is_some() && content.sha256 == entry.content.sha256;
    if is_the_removed_one && matches!(entry.state, State::Removed { .. }) {
        return Ok(());
    }
    commit(reconciler, space, Mutation::Replace { id: entry.id, content }).await
}

async fn commit(reconciler: &Reconciler, space: &Space, mutation: Mutation) -> Result<(), InspectError> {
    let open = reconciler.shared.spaces.open(space).await?;
    let id = id(&mutation);
    match submit(&open, mutation).await {
        Ok(_) => Ok(()),
        // Another instance purged it: the next inspection sees an object without an entry.
        Err(CommitError::Rejected(Rejection::NotFound)) => {
            open.view().forget(id.as_slice());
            Ok(())
        }
        // Another instance was quicker.
        Err(CommitError::Rejected(_)) => Ok(open.view().catch_up().await?),
        Err(error) => Err(failed(error)),
    }
}

fn id(mutation: &Mutation) -> Option<EntryId> {
    match mutation {
        Mutation::Add { .. } => None,
        Mutation::Replace { id, .. }
        | Mutation::Describe { id, .. }
        | Mutation::Remove { id, .. }
        | Mutation::Restore { id } => Some(*id),
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
