//! The facade: the verbs for functions, which run only while they are called: no watching, no tail of a log, no waiting
//! for jobs. Each is called for a message or by schedule. Not here: the other verbs (`gallery`).

use std::sync::Arc;

use domain::Key;

use crate::bucket::BucketName;
use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::grant::{AllSpaces, Grant, MayAdminister, MayRead};
use crate::queue::{Delivery, Receipt};
use crate::reconcile::inspect::inspect;
use crate::reconcile::pass;
use crate::tables;
use crate::verbs::purge;
use crate::worker::{Worker, work_now};

/// A message of the queue of jobs, as it was delivered.
#[derive(Debug, Clone, Copy)]
pub struct JobMessage<'a> {
    /// Its text.
    pub body: &'a str,
    /// With it the message is hidden longer, deleted or shown again.
    pub receipt: &'a str,
    /// How often it was delivered, this time included.
    pub attempts: u32,
}

impl Gallery {
    /// Asks the catalog what has happened in a space: a function that was frozen has missed it.
    pub async fn refresh(&self, grant: &Grant<impl MayRead>) -> Result<(), GalleryError> {
        match self.shared().spaces.get(grant.space()).await? {
            Some(open) => Ok(open.view().catch_up().await?),
            None => Ok(()),
        }
    }

    /// Does a job. Returns whether it is done; otherwise its message must come back. What is no job is done.
    pub async fn work_on(
        &self,
        _grant: &Grant<impl MayAdminister, AllSpaces>,
        message: JobMessage<'_>,
    ) -> bool {
        let Ok(job) = serde_json::from_str(message.body) else {
            tracing::error!("a message in the queue of jobs is no job: it is deleted");
            return true;
        };
        let receipt = Receipt::delivered(message.receipt);
        let sent_at = self.shared().clock.now();
        let delivery = Delivery { job, receipt, attempts: message.attempts, sent_at };
        let worker = Worker::new(Arc::clone(self.shared()), Arc::clone(self.drawing()));
        work_now(&Arc::new(worker), delivery).await
    }

    /// Inspects the objects of this bucket that a notification names. Returns whether it is done with; otherwise the
    /// message must come back. What is no notification is done with.
    pub async fn inspect_notified(
        &self,
        _grant: &Grant<impl MayAdminister, AllSpaces>,
        bucket: &BucketName,
        message: &str,
    ) -> bool {
        let keys: Vec<Key> = match crate::bucket::parse_message(message, bucket) {
            Ok(contents) => contents.keys().cloned().collect(),
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a message is no notification: it is deleted"
                );
                return true;
            }
        };
        let mut is_done = true;
        for key in keys {
            // Too early counts as not done, and failures are logged where they happen.
            is_done &= matches!(inspect(self.reconciler(), &key).await, Ok(None));
        }
        is_done
    }

    /// Compares the bucket with the catalog, and purges what is due: once, where nothing does so all the time.
    pub async fn reconcile_and_purge(
        &self,
        _grant: &Grant<impl MayAdminister, AllSpaces>,
    ) -> Result<(), GalleryError> {
        let (shared, reader) = (self.shared(), &self.reconciler().reader);
        // One that fails keeps none of the others from being done.
        let compared = pass::pass(self.reconciler()).await.map_err(GalleryError::from);
        let purged = purge::purge(shared, reader, shared.clock.now()).await;
        let expired = shared.records.delete_expired().await.map_err(GalleryError::from);
        let tables =
            tables::delete_old(&*shared.bucket, shared.clock.now()).await.map_err(GalleryError::from);
        compared.and(purged).and(expired).and(tables.map(drop))
    }
}
