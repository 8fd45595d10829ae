//! What the tests share: a gallery on ports in memory, with a clock and with faults that a test chooses.

#[cfg(feature = "test-servers")]
pub(crate) mod account;
pub(crate) mod in_process_s3;
pub(crate) mod log;
pub(crate) mod plain_http;
#[cfg(feature = "test-servers")]
pub(crate) mod servers;
#[cfg(feature = "test-servers")]
pub(crate) mod users;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use domain::{
    Change, ChangeKind, CodeText, Content, Entry, EntryId, Key, Kind, Level, Look, RequestId, Seq, Space,
    Timestamp,
};
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use tokio::sync::Notify;

use crate::bucket::{Bucket, Hint, MemoryBucket, Object, Outcome};
use crate::catalog::{
    Catalog, CatalogError, Committed, Counters, MemoryCatalog, Mutation, Rejection, Settings, Since,
    Snapshot, SpaceDump,
};
use crate::{Clock, Draft, Event, Gallery, GalleryError, Options, Published, Subscription, WindowRequest};

/// 2026-11-21T03:14:55.120Z.
pub(crate) const START_MS: u64 = 1_795_230_895_120;

/// A file of a space, or a code when it has a value.
pub(crate) fn content(key: &str, value: &str) -> Content {
    Content {
        key: key.parse().unwrap(),
        kind: if value.is_empty() { Kind::File } else { Kind::Code },
        name: "".parse().unwrap(),
        value: (!value.is_empty()).then(|| value.to_owned()),
        style: None,
        symbol: None,
        size_bytes: 0,
        sha256: None,
        etag: "1".to_owned(),
        created_at: Timestamp::from_unix_ms(START_MS),
        labels: Vec::new(),
    }
}

pub(crate) fn draft(text: &str, request: &str) -> Draft {
    Draft {
        text: CodeText::parse(text, Level::M).unwrap(),
        name: "".parse().unwrap(),
        look: Look::default(),
        request: request.parse().unwrap(),
    }
}

/// What a commit is to meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing is done, and the answer is lost.
    UnavailableBefore,
    /// All is done, and the answer is lost.
    UnavailableAfter,
    /// Nothing is done, and the catalog says so.
    Full,
}

/// A catalog in memory whose commits can be held up or fail.
#[derive(Default)]
pub(crate) struct FaultyCatalog {
    inner: MemoryCatalog,
    /// One for each commit to come.
    pub(crate) faults: Mutex<VecDeque<Fault>>,
    /// Sizes of the commits so far.
    pub(crate) batches: Mutex<Vec<usize>>,
    /// One for each load to come.
    pub(crate) load_faults: Mutex<VecDeque<Option<Fault>>>,
    /// Whether nobody can read.
    pub(crate) is_away: AtomicBool,
    /// Whether reading never ends.
    pub(crate) is_hung: AtomicBool,
    /// How often settings were asked for.
    pub(crate) settings_read: AtomicU64,
    held: Mutex<Option<Arc<Notify>>>,
    arrived: Notify,
}

impl FaultyCatalog {
    pub(crate) fn around(inner: MemoryCatalog) -> Self {
        Self { inner, ..Self::default() }
    }

    /// From now on commits wait, until the bell is rung.
    pub(crate) fn hold(&self) -> Arc<Notify> {
        let bell = Arc::new(Notify::new());
        *self.held.lock().unwrap() = Some(Arc::clone(&bell));
        bell
    }

    /// Returns when a commit has come.
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

    async fn snapshot(&self, space: &Space) -> Result<Snapshot, CatalogError> {
        self.inner.snapshot(space).await
    }

    async fn since(&self, space: &Space, after: Seq, limit: usize) -> Result<Since, CatalogError> {
        if self.is_hung.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        self.answers()?;
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

    async fn set_settings(&self, space: &Space, settings: Settings) -> Result<(), CatalogError> {
        self.answers()?;
        self.inner.set_settings(space, settings).await
    }
}

/// A catalog that tells of one space what a test says, true or not.
pub(crate) struct Told(pub(crate) Space, pub(crate) SpaceDump, pub(crate) MemoryCatalog);

#[async_trait]
impl Catalog for Told {
    async fn spaces(&self) -> Result<Vec<Space>, CatalogError> {
        Ok(vec![self.0.clone()])
    }

    async fn snapshot(&self, _: &Space) -> Result<Snapshot, CatalogError> {
        Ok(Snapshot { seq: self.1.counters.last_seq, entries: self.1.entries.clone() })
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

/// What a bucket hints at, each hint taken for followed.
pub(crate) fn hints(bucket: &dyn Bucket) -> BoxStream<'static, Hint> {
    let followed = bucket.watch().map(|notice| {
        if let Some(receipt) = notice.receipt {
            receipt.tell(Outcome::Done);
        }
        notice.hint
    });
    followed.boxed()
}

/// An export of one space, or of all.
pub(crate) async fn exported(bucket: &dyn Bucket, catalog: &dyn Catalog, space: Option<&Space>) -> Vec<u8> {
    let (writer, mut reader) = tokio::io::duplex(4096);
    let mut tar = Vec::new();
    let (outcome, read) = tokio::join!(
        crate::transfer::export(bucket, catalog, space, writer),
        tokio::io::AsyncReadExt::read_to_end(&mut reader, &mut tar)
    );
    outcome.unwrap();
    read.unwrap();
    tar
}

/// The bytes of an object.
pub(crate) async fn object(bucket: &MemoryBucket, key: &Key) -> Vec<u8> {
    collected(bucket.get(key, None).await.unwrap()).await
}

/// The bytes that are still to come.
pub(crate) async fn collected(object: Object) -> Vec<u8> {
    let pieces: Vec<_> = object.bytes.try_collect().await.unwrap();
    pieces.concat()
}

/// A gallery in memory.
pub(crate) struct Stage {
    pub(crate) bucket: Arc<MemoryBucket>,
    pub(crate) catalog: Arc<FaultyCatalog>,
    pub(crate) gallery: Gallery,
    now_ms: Arc<AtomicU64>,
}

impl Stage {
    pub(crate) async fn open() -> Self {
        Self::with(MemoryBucket::new(), FaultyCatalog::default()).await
    }

    pub(crate) async fn with(bucket: MemoryBucket, catalog: FaultyCatalog) -> Self {
        let (bucket, catalog) = (Arc::new(bucket), Arc::new(catalog));
        let now_ms = Arc::new(AtomicU64::new(START_MS));
        let gallery = open_at(&bucket, &catalog, &now_ms).await;
        Self { bucket, catalog, gallery, now_ms }
    }

    /// A second gallery on the same ports.
    pub(crate) async fn another(&self) -> Gallery {
        open_at(&self.bucket, &self.catalog, &self.now_ms).await
    }

    pub(crate) fn clock(&self) -> Clock {
        clock(&self.now_ms)
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.now_ms.fetch_add(u64::try_from(time.as_millis()).unwrap(), Ordering::Relaxed);
    }

    pub(crate) async fn publish(&self, text: &str, request: &str) -> Result<Published, GalleryError> {
        self.gallery.publish(&Space::main(), draft(text, request)).await
    }

    /// The ids on the first page of `main`.
    pub(crate) async fn listed(&self) -> Vec<EntryId> {
        let window = WindowRequest { page: 1, per_page: 200 };
        let page = self.gallery.listing(&Space::main(), window).await.unwrap();
        page.entries.iter().map(|entry| entry.id).collect()
    }

    pub(crate) async fn entry(&self, id: EntryId) -> Arc<Entry> {
        self.gallery.entry(&Space::main(), id).await.unwrap()
    }

    pub(crate) async fn subscribe(&self, after: Option<Seq>) -> Subscription {
        self.gallery.subscribe(&Space::main(), after).await.unwrap()
    }

    pub(crate) async fn object_count(&self) -> usize {
        self.bucket.list().count().await
    }
}

pub(crate) async fn open(bucket: &Arc<MemoryBucket>, catalog: &Arc<FaultyCatalog>) -> Gallery {
    open_at(bucket, catalog, &Arc::new(AtomicU64::new(START_MS))).await
}

async fn open_at(
    bucket: &Arc<MemoryBucket>,
    catalog: &Arc<FaultyCatalog>,
    now_ms: &Arc<AtomicU64>,
) -> Gallery {
    let (bucket, catalog) = (Arc::clone(bucket), Arc::clone(catalog));
    let options = Options { reconcile_every: Duration::from_secs(300) };
    Gallery::open_with_clock(bucket, catalog, options, clock(now_ms)).await.unwrap()
}

fn clock(now_ms: &Arc<AtomicU64>) -> Clock {
    let now_ms = Arc::clone(now_ms);
    Clock::from_fn(move || Timestamp::from_unix_ms(now_ms.load(Ordering::Relaxed)))
}

/// What a subscription gives next, decoded; none when it says reset.
pub(crate) async fn next_change(subscription: &mut Subscription) -> Option<Change> {
    let next = tokio::time::timeout(Duration::from_secs(10), subscription.next());
    match next.await.expect("an event comes").expect("the gallery runs") {
        Event::Change { seq, json } => {
            let change: Change = serde_json::from_str(&json).unwrap();
            assert_eq!(change.seq, seq);
            Some(change)
        }
        Event::Reset => None,
    }
}

/// The next change, in short.
pub(crate) async fn next_step(subscription: &mut Subscription) -> (Seq, ChangeKind, EntryId) {
    let change = next_change(subscription).await.expect("no reset");
    (change.seq, change.kind, change.entry.id)
}
