//! The facade: the verbs about uploads and photos. Each is a few lines; the work is in other files. Not here: the other
//! verbs (`gallery`).

use std::sync::Arc;

use domain::limits::SIMILAR_MAX_ENTRIES;
use domain::{Change, Entry, EntryId, Recipe, Seq, Sha256, Step};

use crate::bucket::{BucketError, Download, Object};
use crate::derived;
use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::grant::{Grant, MayRead, MayWrite};
use crate::space::window::Jobs;
use crate::verbs::processing;
use crate::verbs::upload::{Upload, Uploaded, find_digest, upload};

impl Gallery {
    /// Puts a file into the bucket, then commits its entry. Returns when durable. What is made of a photo follows in
    /// the background. Cancelling the caller does not stop it. A repeated upload is kept once; `RequestReused` if its
    /// request id was used for other bytes.
    pub async fn upload(&self, grant: &Grant<impl MayWrite>, file: Upload) -> Result<Uploaded, GalleryError> {
        self.write(upload(Arc::clone(self.shared()), grant.space().clone(), file)).await
    }

    /// The newest live entry with exactly these bytes, from memory.
    pub async fn find_digest(
        &self,
        grant: &Grant<impl MayRead>,
        digest: &Sha256,
    ) -> Result<Option<Arc<Entry>>, GalleryError> {
        find_digest(self.shared(), grant.space(), digest).await
    }

    /// Makes the result of a photo again, by a recipe; and what failed. `NotAPhoto` for anything but pictures, `Changed` if
    /// its revision is not the expected one.
    pub async fn reprocess(
        &self,
        grant: &Grant<impl MayWrite>,
        id: EntryId,
        expected: Option<Seq>,
        recipe: Recipe,
    ) -> Result<Change, GalleryError> {
        let shared = Arc::clone(self.shared());
        self.write(processing::reprocess(shared, grant.space().clone(), id, expected, recipe)).await
    }

    /// Tries again what failed of a photo; nothing if nothing did. `NotAPhoto` for anything else, `Changed` if its revision
    /// is not the expected one.
    pub async fn retry(
        &self,
        grant: &Grant<impl MayWrite>,
        id: EntryId,
        expected: Option<Seq>,
    ) -> Result<Change, GalleryError> {
        self.write(processing::retry(Arc::clone(self.shared()), grant.space().clone(), id, expected)).await
    }

    /// Tries again whatever failed in the space; returns of how many photos.
    pub async fn retry_all(&self, grant: &Grant<impl MayWrite>) -> Result<u64, GalleryError> {
        self.write(processing::retry_all(Arc::clone(self.shared()), grant.space().clone())).await
    }

    /// The photos that are not done, from memory: at most `most` that run or wait, and as many that failed.
    pub async fn jobs(&self, grant: &Grant<impl MayRead>, most: usize) -> Result<Jobs, GalleryError> {
        let open = self.shared().spaces.get(grant.space()).await?;
        Ok(open.map(|open| open.view().index().jobs(most, most)).unwrap_or_default())
    }

    /// The photos that look like this one, the most alike first, from memory.
    pub async fn similar(
        &self,
        grant: &Grant<impl MayRead>,
        id: EntryId,
    ) -> Result<Vec<Arc<Entry>>, GalleryError> {
        let open = self.shared().spaces.get(grant.space()).await?;
        Ok(open.map(|open| open.view().index().similar(id, SIMILAR_MAX_ENTRIES)).unwrap_or_default())
    }

    /// What a step has made of a live photo, streamed. `NotReady` until it has.
    pub async fn derived(
        &self,
        grant: &Grant<impl MayRead>,
        id: EntryId,
        step: Step,
    ) -> Result<(Arc<Entry>, Object), GalleryError> {
        let entry = self.live(grant, id).await?;
        let made = derived::made(grant.space(), id, &entry.content, step);
        let (key, _) = made.ok_or(GalleryError::NotReady)?;
        match self.shared().bucket.get(&key, None).await {
            Ok(object) => Ok((entry, object)),
            Err(BucketError::NotFound) => {
                // Somebody deleted it.
                processing::remake(self.shared(), grant.space(), id, step).await?;
                Err(GalleryError::NotReady)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A presigned address of the same; `None` if the bucket has no such addresses.
    pub async fn derived_address(
        &self,
        grant: &Grant<impl MayRead>,
        id: EntryId,
        step: Step,
        download: Download,
    ) -> Result<Option<String>, GalleryError> {
        let entry = self.live(grant, id).await?;
        let made = derived::made(grant.space(), id, &entry.content, step);
        let (key, _) = made.ok_or(GalleryError::NotReady)?;
        Ok(self.shared().bucket.presigned_get(&key, download).await?.map(String::from))
    }
}
