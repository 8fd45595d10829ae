//! The facade: the verbs about labels. Each is a few lines; the work is in other files. Not here: changing an entry's
//! labels as a whole (`gallery`, `describe`).

use std::sync::Arc;

use domain::{Change, Entry, EntryId, LabelName, Seq, Stage, Step};

use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::grant::{Grant, MayRead, MayWrite};
use crate::verbs::labelling;
pub use crate::verbs::labelling::Relabel;

impl Gallery {
    /// The labels of the space, each with the number of live entries that have it: the most frequent first, at most
    /// `most`. From memory.
    pub async fn labels(
        &self,
        grant: &Grant<impl MayRead>,
        most: usize,
    ) -> Result<Vec<(LabelName, u64)>, GalleryError> {
        let open = self.shared().spaces.get(grant.space()).await?;
        Ok(open.map(|open| open.view().index().labels(most)).unwrap_or_default())
    }

    /// The labels of the live entries that have all of these, without these: each with how many of them have it, the most
    /// frequent first, at most `most`. From memory.
    pub async fn labels_beside(
        &self,
        grant: &Grant<impl MayRead>,
        labels: &[LabelName],
        most: usize,
    ) -> Result<Vec<(LabelName, u64)>, GalleryError> {
        let open = self.shared().spaces.get(grant.space()).await?;
        Ok(open.map(|open| open.view().index().labels_beside(labels, most)).unwrap_or_default())
    }

    /// Whether the space has a photo.
    pub async fn has_photos(&self, grant: &Grant<impl MayRead>) -> Result<bool, GalleryError> {
        let open = self.shared().spaces.get(grant.space()).await?;
        Ok(open.is_some_and(|open| open.view().index().has_photos()))
    }

    /// How many photos a labeller is still to look at.
    pub async fn unlabelled(&self, grant: &Grant<impl MayRead>) -> Result<u64, GalleryError> {
        let Some(open) = self.shared().spaces.get(grant.space()).await? else { return Ok(0) };
        let (view, waits) = (open.view(), |entry: &Arc<Entry>| {
            let stage = entry.content.photo().and_then(|photo| photo.stage(Step::Labels));
            stage.is_some_and(Stage::is_unfinished)
        });
        Ok(view.index().unfinished().filter(waits).count() as u64)
    }

    /// What the labeller may say, as far as that is known beforehand.
    pub fn label_words(&self) -> Vec<&'static str> {
        self.shared().labeller.words()
    }

    /// Whether there is a labeller.
    pub fn looks_for_labels(&self) -> bool {
        self.shared().labeller.is_on()
    }

    /// Adds labels to a live entry, and removes others; a labeller's that are removed do not come back. `Gone` for a
    /// tombstone, `TooManyLabels` if it would have too many.
    pub async fn change_labels(
        &self,
        grant: &Grant<impl MayWrite>,
        id: EntryId,
        added: Vec<LabelName>,
        removed: Vec<LabelName>,
    ) -> Result<Change, GalleryError> {
        let (shared, space) = (Arc::clone(self.shared()), grant.space().clone());
        self.write(labelling::change(shared, space, id, added, removed)).await
    }

    /// Lets the labeller look at a photo again, in the background. `NotAPhoto` for anything but photos.
    pub async fn relabel(
        &self,
        grant: &Grant<impl MayWrite>,
        id: EntryId,
        expected: Option<Seq>,
    ) -> Result<Change, GalleryError> {
        self.write(labelling::relabel(Arc::clone(self.shared()), grant.space().clone(), id, expected)).await
    }

    /// Lets it look at photos of the space again, in the background; returns at how many.
    pub async fn relabel_all(
        &self,
        grant: &Grant<impl MayWrite>,
        which: Relabel,
    ) -> Result<u64, GalleryError> {
        self.write(labelling::relabel_all(Arc::clone(self.shared()), grant.space().clone(), which)).await
    }
}
