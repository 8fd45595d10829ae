//! Giving an entry another name and other labels. They lie in the catalog alone: what was put beside the object stays what
//! it was at the save, so a catalog that is rebuilt from the bucket has the first name and no labels.

use std::sync::Arc;

use domain::limits::LABELS_MAX;
use domain::{Change, ChangeKind, Description, Entry, EntryId, Seq, Space};

use crate::catalog::{Mutation, Rejection};
use crate::error::GalleryError;
use crate::shared::Shared;
use crate::space::committer::CommitError;
use crate::verbs::removal::{as_it_is, find, is_as_expected};

/// Changes a live entry, unless there is nothing to change.
pub(crate) async fn describe(
    shared: Arc<Shared>,
    space: Space,
    id: EntryId,
    expected: Option<Seq>,
    description: Description,
) -> Result<Change, GalleryError> {
    let may_be_changed = |entry: &Entry| entry.state.is_live() && is_as_expected(entry, expected);
    let (open, entry) = find(&shared, &space, id, may_be_changed).await?;
    if !entry.state.is_live() {
        return Err(GalleryError::Gone);
    }
    if is_described(&entry, &description) {
        return Ok(as_it_is(&entry, ChangeKind::Updated));
    }
    let described = entry.content.clone().described(description.clone());
    if described.all_labels().count() > LABELS_MAX {
        return Err(GalleryError::TooManyLabels);
    }
    let mutation = Mutation::Describe { id, expected, description: description.clone() };
    match open.committer().try_admit()?.commit(mutation).await {
        Ok(committed) => Ok(committed.change),
        // Somebody else was quicker, or this very mutation, whose answer was lost.
        Err(CommitError::Rejected(
            rejection @ (Rejection::OtherRevision | Rejection::NotLive | Rejection::Unchanged),
        )) => {
            open.view().catch_up().await?;
            let now = open.view().index().get(id).ok_or(GalleryError::NotFound)?;
            match rejection {
                _ if !now.state.is_live() => Err(GalleryError::Gone),
                _ if is_described(&now, &description) => Ok(as_it_is(&now, ChangeKind::Updated)),
                rejection => Err(CommitError::Rejected(rejection).into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether an entry is so already.
fn is_described(entry: &Entry, description: &Description) -> bool {
    entry.content.clone().described(description.clone()) == entry.content
}
