//! A bucket in memory, for tests: nothing survives the process. It keeps every promise of the port, holds any key,
//! and can be made to fail at a chosen point, even after the work is done (a lost response).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::SystemTime;

use async_trait::async_trait;
use bytes::Bytes;
use domain::{Key, Timestamp};
use futures::stream::{self, BoxStream, StreamExt};
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;

use super::{Body, Bucket, BucketError, Hint, Metadata, Notice, Object, ObjectInfo, clip};

/// Objects that `list` reads at once.
const PAGE_OBJECTS: usize = 256;
/// How many hints a watcher may lag behind before it receives `Hint::Everything`.
const HINTS_MAX: usize = 1024;
/// The maximum size of a streamed chunk.
const CHUNK_BYTES: usize = 64 * 1024;

/// Where a test may inject a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultPoint {
    /// Before a `put` has done anything.
    BeforePut,
    /// After a `put` has stored the object, when only the response is missing.
    AfterPut,
    /// Before a `head` or `get` reads.
    BeforeRead,
    /// Before a `delete` has done anything.
    BeforeDelete,
    /// After the object is deleted, when only the response is missing.
    AfterDelete,
}

type Fault = Box<dyn Fn(FaultPoint, &Key) -> Result<(), BucketError> + Send + Sync>;

/// Objects in memory.
pub struct MemoryBucket {
    state: Mutex<State>,
    fault: Mutex<Option<Fault>>,
    hints: broadcast::Sender<Key>,
    /// Folders that cannot be read now.
    hidden: Mutex<BTreeSet<String>>,
}

#[derive(Default)]
struct State {
    objects: BTreeMap<Key, Stored>,
    written: u64,
}

#[derive(Clone)]
struct Stored {
    info: ObjectInfo,
    metadata: Metadata,
    bytes: Bytes,
}

impl Default for MemoryBucket {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            fault: Mutex::default(),
            hints: broadcast::channel(HINTS_MAX).0,
            hidden: Mutex::default(),
        }
    }
}

impl MemoryBucket {
    /// An empty bucket.
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on every verb first (and last) calls this, and fails as it says.
    pub fn fail_when(
        &self,
        fault: impl Fn(FaultPoint, &Key) -> Result<(), BucketError> + Send + Sync + 'static,
    ) {
        *self.fault.lock() = Some(Box::new(fault));
    }

    /// Sets whether the objects of a folder (a key ending in a slash) can be read from now on.
    pub fn hide(&self, below: &str, hidden: bool) {
        let mut folders = self.hidden.lock();
        if hidden {
            folders.insert(below.to_owned())
        } else {
            folders.remove(below)
        };
    }

    /// The folder that hides an object.
    fn hides(&self, key: &Key) -> Option<BucketError> {
        let folders = self.hidden.lock();
        let below = folders.iter().find(|below| key.as_str().starts_with(*below))?.clone();
        Some(BucketError::Hidden { below, source: "not yours".into() })
    }

    /// What another program may do and `put` never does: overwrite an object.
    pub fn overwrite(&self, key: &Key, bytes: Bytes) -> ObjectInfo {
        let info = self.state().write(key, bytes, Metadata::new());
        self.hint(key);
        info
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    fn at(&self, point: FaultPoint, key: &Key) -> Result<(), BucketError> {
        match &*self.fault.lock() {
            Some(fault) => fault(point, key),
            None => Ok(()),
        }
    }

    fn hint(&self, key: &Key) {
        if !key.is_reserved() {
            // Having no watcher is not an error.
            let _ = self.hints.send(key.clone());
        }
    }

    fn page_after(&self, last: Option<&Key>) -> Vec<ObjectInfo> {
        use std::ops::Bound::{Excluded, Unbounded};
        let from = last.map_or(Unbounded, Excluded);
        let state = self.state();
        let listed = state.objects.range((from, Unbounded)).filter(|(key, _)| !key.is_reserved());
        listed.take(PAGE_OBJECTS).map(|(_, stored)| stored.info.clone()).collect()
    }
}

impl State {
    fn write(&mut self, key: &Key, bytes: Bytes, metadata: Metadata) -> ObjectInfo {
        self.written += 1;
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let info = ObjectInfo {
            key: key.clone(),
            size_bytes: bytes.len() as u64,
            etag: self.written.to_string(),
            modified_at: Timestamp::from_unix_ms(u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX)),
        };
        self.objects.insert(key.clone(), Stored { info: info.clone(), metadata, bytes });
        info
    }

    fn read(&self, key: &Key) -> Result<Stored, BucketError> {
        self.objects.get(key).cloned().ok_or(BucketError::NotFound)
    }
}

#[async_trait]
impl Bucket for MemoryBucket {
    async fn put(&self, key: &Key, body: Body, metadata: &Metadata) -> Result<ObjectInfo, BucketError> {
        let bytes = match body {
            Body::Bytes(bytes) => bytes,
            Body::Spool(spool) => {
                std::fs::read(spool.path()).map_err(|error| BucketError::Other(error.into()))?.into()
            }
        };
        self.at(FaultPoint::BeforePut, key)?;
        let info = {
            let mut state = self.state();
            if state.objects.contains_key(key) {
                return Err(BucketError::AlreadyExists);
            }
            state.write(key, bytes, metadata.clone())
        };
        self.hint(key);
        self.at(FaultPoint::AfterPut, key)?;
        Ok(info)
    }

    async fn head(&self, key: &Key) -> Result<(ObjectInfo, Metadata), BucketError> {
        self.at(FaultPoint::BeforeRead, key)?;
        if let Some(error) = self.hides(key) {
            return Err(error);
        }
        let stored = self.state().read(key)?;
        Ok((stored.info, stored.metadata))
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, BucketError> {
        self.at(FaultPoint::BeforeRead, key)?;
        let Stored { info, metadata, bytes } = self.state().read(key)?;
        let range = clip(range, info.size_bytes);
        let at = |offset| usize::try_from(offset).expect("clipped to bytes that are in memory");
        let mut rest = bytes.slice(at(range.start)..at(range.end));
        let chunks = std::iter::from_fn(move || {
            (!rest.is_empty()).then(|| Ok(rest.split_to(rest.len().min(CHUNK_BYTES))))
        });
        Ok(Object { info, metadata, bytes: stream::iter(chunks).boxed() })
    }

    fn list(&self) -> BoxStream<'_, Result<ObjectInfo, BucketError>> {
        let pages = stream::unfold(None, move |last: Option<Key>| async move {
            let page = self.page_after(last.as_ref());
            let last = page.last()?.key.clone();
            let shown = page.into_iter().map(|info| self.hides(&info.key).map_or(Ok(info), Err));
            Some((stream::iter(shown.collect::<Vec<_>>()), Some(last)))
        });
        pages.flatten().boxed()
    }

    fn list_below(&self, folder: &str) -> BoxStream<'_, Result<ObjectInfo, BucketError>> {
        let state = self.state();
        let below = state.objects.values().filter(|stored| stored.info.key.as_str().starts_with(folder));
        stream::iter(below.map(|stored| Ok(stored.info.clone())).collect::<Vec<_>>()).boxed()
    }

    async fn delete(&self, key: &Key) -> Result<(), BucketError> {
        self.at(FaultPoint::BeforeDelete, key)?;
        let was_there = self.state().objects.remove(key).is_some();
        if was_there {
            self.hint(key);
        }
        self.at(FaultPoint::AfterDelete, key)
    }

    fn watch(&self) -> BoxStream<'static, Notice> {
        let keys = BroadcastStream::new(self.hints.subscribe());
        keys.map(|key| key.map_or(Hint::Everything, Hint::Key).into()).boxed()
    }
}
