//! What the verbs and the background work of a gallery share: ports, clock, spaces, and tasks. Not here: the verbs
//! (`gallery`), and what belongs to one part only (`drawing`, `reconcile`).

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bucket::Bucket;
use crate::catalog::{Catalog, CatalogError};
use crate::clock::Clock;
use crate::error::GalleryError;
use crate::labeller::Labeller;
use crate::notices::{NoticeOptions, Notices};
use crate::ports::Ports;
use crate::queue::Queue;
use crate::records::Records;
use crate::save_health::SaveHealth;
use crate::space::job_sender::JobSender;
use crate::space::spaces::Spaces;

/// The interval between two checks of a catalog in a file: two system calls, unless another program has written to it.
const CHECK_EVERY: Duration = Duration::from_secs(5);

/// What the verbs and the background work share.
pub(crate) struct Shared {
    pub(crate) bucket: Arc<dyn Bucket>,
    pub(crate) catalog: Arc<dyn Catalog>,
    pub(crate) records: Arc<dyn Records>,
    pub(crate) queue: Arc<dyn Queue>,
    pub(crate) labeller: Arc<dyn Labeller>,
    pub(crate) notices: Notices,
    pub(crate) clock: Clock,
    pub(crate) spaces: Spaces,
    pub(crate) saves: Arc<SaveHealth>,
    /// Held while settings are changed.
    pub(crate) settling: Mutex<()>,
    /// While an entry is restored, or deleted with its object.
    pub(crate) purging: Mutex<()>,
    /// Writes in progress: each completes, even if its caller goes away.
    pub(crate) writes: TaskTracker,
    pub(crate) background: TaskTracker,
    pub(crate) stopping: CancellationToken,
}

impl Shared {
    pub(crate) fn over(
        ports: Ports,
        labeller: Arc<dyn Labeller>,
        notices: NoticeOptions,
        clock: Clock,
    ) -> Self {
        let Ports { bucket, catalog, records, queue } = ports;
        let saves = Arc::<SaveHealth>::default();
        let writes = TaskTracker::new();
        let jobs = JobSender::new(&*catalog, Arc::clone(&queue), writes.clone());
        Self {
            notices: Notices::new(&records, clock.clone(), notices, catalog.is_exclusive()),
            spaces: Spaces::new(Arc::clone(&catalog), Arc::clone(&saves), jobs),
            saves,
            bucket,
            catalog,
            records,
            queue,
            labeller,
            clock,
            settling: Mutex::default(),
            purging: Mutex::default(),
            writes,
            background: TaskTracker::new(),
            stopping: CancellationToken::new(),
        }
    }

    /// Starts background work, which ends when the gallery stops.
    pub(crate) fn start(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stopping = self.stopping.clone();
        self.background.spawn(async move { stopping.run_until_cancelled(work).await });
    }

    /// Runs a write in its own task, so that it completes even if the caller goes away.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        write: impl Future<Output = Result<T, GalleryError>> + Send + 'static,
    ) -> Result<T, GalleryError> {
        let stopping = self.stopping.clone();
        // Counted as begun before checking whether the gallery is stopping: shutdown misses none.
        let task = self.writes.spawn(async move {
            if stopping.is_cancelled() { Err(GalleryError::Stopping) } else { write.await }
        });
        match task.await {
            Ok(outcome) => outcome,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(GalleryError::Stopping),
            },
        }
    }

    /// Whether bucket and catalog respond, and accept saves; the sentences say what does not.
    pub(crate) async fn readiness(&self) -> Result<(), Vec<String>> {
        let (bucket, catalog) = tokio::join!(self.bucket_readiness(), self.catalog_readiness());
        let mut reasons = Vec::new();
        reasons.extend(bucket.err().map(|why| format!("The bucket is not available: {why}.")));
        reasons.extend(catalog.err().map(|why| format!("The catalog is not available: {why}.")));
        if self.stopping.is_cancelled() {
            reasons.push(GalleryError::Stopping.to_string());
        }
        if reasons.is_empty() { Ok(()) } else { Err(reasons) }
    }

    /// Checks a catalog in a file now and then, forever, so that pages show a fault before anybody saves in vain. Other
    /// catalogs are not damaged behind our back.
    pub(crate) async fn keep_catalog_checked(self: Arc<Self>) {
        while self.catalog.is_exclusive() {
            tokio::time::sleep(CHECK_EVERY).await;
            // The fault is remembered.
            let _ = self.check_catalog().await;
        }
    }

    /// Whether the catalog responds and is sound, as far as can be told without a write.
    async fn check_catalog(&self) -> Result<(), Arc<CatalogError>> {
        let checked = self.catalog.ready().await.map_err(Arc::new);
        match &checked {
            Ok(()) => self.saves.fault.clear(),
            Err(error) => self.saves.fault.learn(error),
        }
        checked
    }

    async fn bucket_readiness(&self) -> Result<(), String> {
        self.bucket.ready().await.map_err(|error| error.to_string())?;
        self.saves.bucket.check(self.bucket.probe()).await
    }

    async fn catalog_readiness(&self) -> Result<(), String> {
        self.check_catalog().await.map_err(|error| error.to_string())?;
        self.saves.catalog.check(self.catalog.probe()).await
    }
}
