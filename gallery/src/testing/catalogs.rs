//! Catalogs in memory for the tests: one whose commits can be held up or fail, and one with scripted responses.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::{Change, EntryId, RequestId, Seq, Space, Timestamp};
use tokio::sync::Notify;

use crate::catalog::{
    Catalog, CatalogError, Committed, Counters, MemoryCatalog, Mutation, Rejection, Settings, Since,
    SpaceDump, Take,
};

/// What happens to a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing is done, and the response is lost.
    UnavailableBefore,
    /// It is done, and the response is lost.
    UnavailableAfter,
    /// Nothing is done: the catalog's disk is full.
    Full,
}

/// A catalog in memory whose commits can be held up or fail.
#[derive(Default)]
pub(crate) struct FaultyCatalog {
    inner: MemoryCatalog,
    /// One for each of the next commits.
    pub(crate) faults: Mutex<VecDeque<Fault>>,
    /// Sizes of the commits so far.
    pub(crate) batches: Mutex<Vec<usize>>,
    /// One for each of the next loads.
    pub(crate) load_faults: Mutex<VecDeque<Option<Fault>>>,
    /// Whether reads fail.
    pub(crate) is_away: AtomicBool,
    /// Whether reads never end.
    pub(crate) is_hung: AtomicBool,
    /// How often settings were read.
    pub(crate) settings_read: AtomicU64,
    /// The limit of each read of the log.
    pub(crate) log_reads: Mutex<Vec<usize>>,
    held: Mutex<Option<Arc<Notify>>>,
    arrived: Notify,
}

impl FaultyCatalog {
    pub(crate) fn around(inner: MemoryCatalog) -> Self {
        Self { inner, ..Self::default() }
    }

    /// From now on commits wait until the bell is rung.
    pub(crate) fn hold(&self) -> Arc<Notify> {
        let bell = Arc::new(Notify::new());
        *self.held.lock().unwrap() = Some(Arc::clone(&bell));
        bell
    }

    /// Returns when a commit has arrived.
    pub(crate) async fn commit_has_come(&self) {
        self.arrived.notified().await;
    }

    fn answers(&self) -> Result<(), CatalogError> {
        let is_away = self.is_away.load(Ordering::Relaxed);
        if is_away { Err(CatalogError::Unavailable("the line is down".into())) } else { Ok(()) }
    }

    pub(crate) fn release(&self, bell: &Notify) {
        *self.held.lock().unwrap() = None;
        bell.notify_waiters();
    }
}

#[async_trait]
impl Catalog for FaultyCatalog {
    async fn commit(
        &self,
        space: &Space,
        mutations: Vec<Mutation>,
    ) -> Result<Vec<Result<Committed, Rejection>>, CatalogError> {
        let held = self.held.lock().unwrap().clone();
        let bell = held.as_ref().map(|bell| bell.notified());
        self.arrived.notify_one();
        if let Some(bell) = bell {
            bell.await;
        }
        self.batches.lock().unwrap().push(mutations.len());
        let fault = self.faults.lock().unwrap().pop_front();
        let lost = || CatalogError::Unavailable("the line is down".into());
        match fault {
            None => self.inner.commit(space, mutations).await,
            Some(Fault::UnavailableBefore) => Err(lost()),
            Some(Fault::UnavailableAfter) => {
                self.inner.commit(space, mutations).await?;
                Err(lost())
            }
            Some(Fault::Full) => Err(CatalogError::Full("no room".into())),
        }
    }

    async fn spaces(&self) -> Result<Vec<Space>, CatalogError> {
        self.inner.spaces().await
    }

    async fn request(&self, space: &Space, request: &RequestId) -> Result<Option<Change>, CatalogError> {
        self.inner.request(space, request).await
    }

    async fn each_entry(&self, space: &Space, take: Take<'_>) -> Result<Seq, CatalogError> {
        self.inner.each_entry(space, take).await
    }

    async fn since(&self, space: &Space, after: Seq, limit: usize) -> Result<Since, CatalogError> {
        if self.is_hung.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        self.answers()?;
        self.log_reads.lock().unwrap().push(limit);
        self.inner.since(space, after, limit).await
    }

    async fn changed(&self, space: &Space, after: Seq) -> Result<(), CatalogError> {
        self.inner.changed(space, after).await
    }

    async fn truncate(&self, space: &Space, floor: Seq) -> Result<(), CatalogError> {
        self.inner.truncate(space, floor).await
    }

    async fn purge(&self, space: &Space, ids: &[EntryId]) -> Result<(), CatalogError> {
        self.inner.purge(space, ids).await
    }

    async fn forget_requests(&self, space: &Space, before: Timestamp) -> Result<(), CatalogError> {
        self.inner.forget_requests(space, before).await
    }

    async fn load(&self, space: &Space, dump: SpaceDump) -> Result<(), CatalogError> {
        match self.load_faults.lock().unwrap().pop_front().flatten() {
            None => {}
            Some(_) => return Err(CatalogError::Full("no room".into())),
        }
        self.inner.load(space, dump).await
    }

    async fn counters(&self, space: &Space) -> Result<Counters, CatalogError> {
        self.inner.counters(space).await
    }

    async fn settings(&self, space: &Space) -> Result<Settings, CatalogError> {
        self.settings_read.fetch_add(1, Ordering::Relaxed);
        self.answers()?;
        self.inner.settings(space).await
    }

    async fn settled(&self) -> Result<Vec<Space>, CatalogError> {
        self.inner.settled().await
    }

    async fn probe(&self) -> Result<(), CatalogError> {
        self.commit(&Space::main(), Vec::new()).await.map(drop)
    }

    async fn set_settings(&self, space: &Space, settings: Settings) -> Result<(), CatalogError> {
        self.answers()?;
        self.inner.set_settings(space, settings).await
    }

    fn writes_jobs(&self) -> bool {
        self.inner.writes_jobs()
    }
}

/// A catalog of one space that returns what a test says, consistent or not.
pub(crate) struct ScriptedCatalog(pub(crate) Space, pub(crate) SpaceDump, pub(crate) MemoryCatalog);

#[async_trait]
impl Catalog for ScriptedCatalog {
    async fn spaces(&self) -> Result<Vec<Space>, CatalogError> {
        Ok(vec![self.0.clone()])
    }

    async fn each_entry(&self, _: &Space, take: Take<'_>) -> Result<Seq, CatalogError> {
        self.1.entries.iter().cloned().for_each(take);
        Ok(self.1.counters.last_seq)
    }

    async fn since(&self, _: &Space, after: Seq, limit: usize) -> Result<Since, CatalogError> {
        let later = self.1.log.iter().filter(|change| change.seq > after);
        Ok(Since::Changes(later.take(limit).cloned().collect()))
    }

    async fn counters(&self, _: &Space) -> Result<Counters, CatalogError> {
        Ok(self.1.counters)
    }

    async fn commit(
        &self,
        space: &Space,
        mutations: Vec<Mutation>,
    ) -> Result<Vec<Result<Committed, Rejection>>, CatalogError> {
        self.2.commit(space, mutations).await
    }

    async fn request(&self, space: &Space, request: &RequestId) -> Result<Option<Change>, CatalogError> {
        self.2.request(space, request).await
    }

    async fn changed(&self, space: &Space, after: Seq) -> Result<(), CatalogError> {
        self.2.changed(space, after).await
    }

    async fn truncate(&self, space: &Space, floor: Seq) -> Result<(), CatalogError> {
        self.2.truncate(space, floor).await
    }

    async fn purge(&self, space: &Space, ids: &[EntryId]) -> Result<(), CatalogError> {
        self.2.purge(space, ids).await
    }

    async fn forget_requests(&self, space: &Space, before: Timestamp) -> Result<(), CatalogError> {
        self.2.forget_requests(space, before).await
    }

    async fn load(&self, space: &Space, dump: SpaceDump) -> Result<(), CatalogError> {
        self.2.load(space, dump).await
    }

    async fn settings(&self, space: &Space) -> Result<Settings, CatalogError> {
        self.2.settings(space).await
    }

    async fn settled(&self) -> Result<Vec<Space>, CatalogError> {
        self.2.settled().await
    }

    async fn set_settings(&self, space: &Space, settings: Settings) -> Result<(), CatalogError> {
        self.2.set_settings(space, settings).await
    }
}
