//! What a person does to the labels of entries: adds, removes, lets a labeller look again. Not here: looking
//! (`worker`).

use std::sync::Arc;
use std::time::Duration;

use domain::{Body, Change, Description, Entry, EntryId, Label, LabelName, Seq, Space};
use futures::{StreamExt as _, TryStreamExt as _};

use super::describe::describe;
use super::photo_change::{Changed, Haste, change_photo, change_photo_if};
use super::processing::{live, outcome};
use crate::clock::back_off;
use crate::error::GalleryError;
use crate::shared::Shared;

/// How often to try again because others changed the entry meanwhile.
const ATTEMPTS: u32 = 60;
const RETRY_FIRST: Duration = Duration::from_millis(1);
const RETRY_MOST: Duration = Duration::from_millis(100);
/// Changes at a time, which share commits.
const TOGETHER: usize = 64;

/// Which photos a labeller looks at again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Relabel {
    /// All of the space.
    All,
    /// Those that have all of these labels.
    Labelled(Vec<LabelName>),
    /// Those that nothing or another model has looked at.
    Outdated,
}

/// Adds and removes labels of an entry, whatever else happens to it meanwhile.
pub(crate) async fn change(
    shared: Arc<Shared>,
    space: Space,
    id: EntryId,
    added: Vec<LabelName>,
    removed: Vec<LabelName>,
) -> Result<Change, GalleryError> {
    for attempt in 0..ATTEMPTS {
        let entry = live(&shared, &space, id).await?;
        let is_removed = |name: &LabelName| removed.iter().any(|one| one.is_same_word(name));
        let kept = entry.content.all_labels().map(|label| &label.name).filter(|name| !is_removed(name));
        let names = kept.chain(&added).map(LabelName::as_str);
        let labels = Label::of_person(names).map_err(|_| GalleryError::TooManyLabels)?;
        let description = Description { name: None, labels: Some(labels) };
        let described =
            describe(Arc::clone(&shared), space.clone(), id, Some(entry.revision), description).await;
        match described {
            Err(GalleryError::Changed) => {
                tokio::time::sleep(back_off(RETRY_FIRST, attempt, RETRY_MOST)).await;
            }
            described => return described,
        }
    }
    Err(GalleryError::Changed)
}

/// Lets a labeller look at a photo again.
pub(crate) async fn relabel(
    shared: Arc<Shared>,
    space: Space,
    id: EntryId,
    expected: Option<Seq>,
) -> Result<Change, GalleryError> {
    if live(&shared, &space, id).await?.content.photo().is_none() {
        return Err(GalleryError::NotAPhoto);
    }
    let relabelled = |entry: &Entry| relabelled(&shared, entry);
    outcome(change_photo_if(&shared, &space, id, expected, Haste::Refused, relabelled).await?)
}

/// Lets a labeller look again at many photos; returns at how many, once the index knows it.
pub(crate) async fn relabel_all(
    shared: Arc<Shared>,
    space: Space,
    which: Relabel,
) -> Result<u64, GalleryError> {
    let Some(open) = shared.spaces.get(&space).await? else { return Ok(0) };
    let is_meant = |entry: &Entry| {
        let Some(photo) = entry.content.photo() else { return false };
        match &which {
            Relabel::All => true,
            Relabel::Labelled(names) => {
                names.iter().all(|name| entry.content.all_labels().any(|label| label.name.is_same_word(name)))
            }
            Relabel::Outdated => !photo.labelled_by.as_deref().is_some_and(|m| shared.labeller.is_current(m)),
        }
    };
    let ids: Vec<EntryId> = {
        let view = open.view();
        let index = view.index();
        index.photos().filter(|entry| is_meant(entry)).map(|entry| entry.id).collect()
    };
    let changes = futures::stream::iter(ids).map(|id| {
        let (shared, space) = (&shared, &space);
        async move { change_photo(shared, space, id, Haste::Waits, |entry| relabelled(shared, entry)).await }
    });
    let changes = changes.buffer_unordered(TOGETHER).try_fold(0, |count, changed| async move {
        Ok(count + u64::from(matches!(changed, Changed::To(_))))
    });
    let count = changes.await?;
    // If that fails, pages say so soon; the photos wait all the same.
    let _ = open.view().catch_up().await;
    Ok(count)
}

/// The photo, waiting for a labeller; `None` if there is none, or it waits already.
fn relabelled(shared: &Shared, entry: &Entry) -> Option<Body> {
    let Body::Photo { values, photo } = &entry.content.body else { return None };
    let waits = photo
        .stage(domain::Step::Labels)
        .is_some_and(|stage| stage.state == domain::StageState::Waiting && stage.attempts == 0);
    if !entry.state.is_live() || !shared.labeller.is_on() || waits {
        return None;
    }
    let mut photo = photo.clone();
    photo.relabel(shared.clock.now());
    Some(Body::Photo { values: values.clone(), photo })
}
