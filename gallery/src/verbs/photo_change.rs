//! Changes a photo's body in the catalog, however often others change the entry meanwhile. Not here: what the change
//! is (`processing`, `worker`).

use std::sync::Arc;

use domain::{Body, Entry, EntryId, Seq, Space};

use crate::catalog::{CatalogError, Mutation, Rejection};
use crate::error::GalleryError;
use crate::shared::Shared;
use crate::space::committer::{CommitError, NotAdmitted};
use crate::verbs::removal::is_as_expected;

/// How often to try again because others changed the entry meanwhile.
const ATTEMPTS: u32 = 20;

/// Whether a change waits for a place among the saves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Haste {
    /// Refused while too many saves wait: for a person.
    Refused,
    /// It waits: for the background.
    Waits,
}

/// What became of a change.
#[derive(Debug)]
pub(crate) enum Changed {
    /// The entry as it is now.
    To(Arc<Entry>),
    /// `change` wanted none.
    Unchanged(Arc<Entry>),
    /// There is no such entry any more.
    Missing,
}

/// Gives an entry the body that `change` makes of its newest state; nothing if that is `None`. `change` is called again
/// whenever somebody else was faster.
pub(crate) async fn change_photo(
    shared: &Shared,
    space: &Space,
    id: EntryId,
    haste: Haste,
    change: impl FnMut(&Entry) -> Option<Body>,
) -> Result<Changed, GalleryError> {
    change_photo_if(shared, space, id, None, haste, change).await
}

/// The same; `Changed` unless the entry has the expected revision.
pub(crate) async fn change_photo_if(
    shared: &Shared,
    space: &Space,
    id: EntryId,
    expected: Option<Seq>,
    haste: Haste,
    mut change: impl FnMut(&Entry) -> Option<Body>,
) -> Result<Changed, GalleryError> {
    let Some(open) = shared.spaces.get(space).await? else { return Ok(Changed::Missing) };
    let mut is_caught_up = false;
    let mut wanted: Option<Body> = None;
    for _ in 0..ATTEMPTS {
        let known = open.view().index().get(id);
        let Some(entry) = known else {
            if is_caught_up {
                return Ok(Changed::Missing);
            }
            open.view().catch_up().await?;
            is_caught_up = true;
            continue;
        };
        // The answer to an earlier attempt may have been lost.
        if wanted.as_ref() == Some(&entry.content.body) {
            return Ok(Changed::To(entry));
        }
        if !is_as_expected(&entry, expected) {
            if is_caught_up {
                return Err(GalleryError::Changed);
            }
            open.view().catch_up().await?;
            is_caught_up = true;
            continue;
        }
        let Some(body) = change(&entry) else {
            // Another instance may have just made it possible.
            if is_caught_up {
                return Ok(Changed::Unchanged(entry));
            }
            open.view().catch_up().await?;
            is_caught_up = true;
            continue;
        };
        let admission = match haste {
            Haste::Refused => open.committer().try_admit()?,
            Haste::Waits => {
                open.committer().admit().await.map_err(|_: NotAdmitted| GalleryError::Stopping)?
            }
        };
        wanted = Some(body.clone());
        match admission.commit(Mutation::Process { id, expected: entry.revision, body }).await {
            Ok(committed) => return Ok(Changed::To(Arc::new(committed.change.entry))),
            Err(CommitError::Rejected(
                Rejection::OtherRevision | Rejection::NotLive | Rejection::NotFound,
            )) => {
                open.view().catch_up().await?;
                is_caught_up = true;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(CatalogError::Unavailable("others keep changing the entry".into()).into())
}
