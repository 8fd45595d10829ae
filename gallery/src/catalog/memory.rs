//! A catalog in memory: for tests, and the simplest reading of the port's promises. It is lost when the program ends.

use std::collections::{BTreeMap, HashMap, HashSet};

use async_trait::async_trait;
use domain::{Change, Entry, EntryId, Key, RequestId, Seq, Space, Timestamp};
use parking_lot::{Mutex, MutexGuard};

use super::decide::{Asked, Known, Logged, decide, jobs_of};
use super::heads::Heads;
use super::{
    Catalog, CatalogError, Committed, Counters, Mutation, Rejection, Settings, Since, SpaceDump, Take,
};
use crate::queue::{Job, MemoryQueue};

/// A catalog in memory.
#[derive(Default)]
pub struct MemoryCatalog {
    spaces: Mutex<BTreeMap<Space, Kept>>,
    settings: Mutex<BTreeMap<Space, Settings>>,
    heads: Heads,
    queue: Option<MemoryQueue>,
}

/// A whole space.
#[derive(Debug, Default)]
struct Kept {
    counters: Counters,
    entries: BTreeMap<EntryId, Entry>,
    keys: HashSet<Key>,
    log: BTreeMap<Seq, Change>,
    requests: HashMap<RequestId, Change>,
}

impl MemoryCatalog {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty one that writes the jobs of its entries into this queue.
    pub fn with_queue(queue: MemoryQueue) -> Self {
        Self { queue: Some(queue), ..Self::default() }
    }

    fn put_jobs(&self, jobs: &[Job]) {
        if let Some(queue) = &self.queue {
            queue.put(jobs);
        }
    }

    fn spaces(&self) -> MutexGuard<'_, BTreeMap<Space, Kept>> {
        self.spaces.lock()
    }

    /// Reads a space; one that was never used is empty.
    fn read<T>(&self, space: &Space, read: impl FnOnce(&Kept) -> T) -> T {
        match self.spaces().get(space) {
            Some(kept) => read(kept),
            None => read(&Kept::default()),
        }
    }

    fn write(&self, space: &Space, write: impl FnOnce(&mut Kept)) {
        if let Some(kept) = self.spaces().get_mut(space) {
            write(kept);
        }
    }
}

impl Kept {
    fn known(&self, asked: Asked) -> Known {
        Known {
            counters: self.counters,
            requests: asked
                .requests
                .into_iter()
                .filter_map(|r| self.requests.get_key_value(&r))
                .map(clone)
                .collect(),
            keys: asked.keys.into_iter().filter(|key| self.keys.contains(key)).collect(),
            entries: asked
                .ids
                .into_iter()
                .filter_map(|id| self.entries.get_key_value(&id))
                .map(clone)
                .collect(),
        }
    }

    fn store(&mut self, Logged { change, request, .. }: Logged) {
        self.keys.insert(change.entry.content.key.clone());
        self.entries.insert(change.entry.id, change.entry.clone());
        self.requests.extend(request.map(|request| (request, change.clone())));
        self.log.insert(change.seq, change);
    }
}

fn clone<K: Clone, V: Clone>((key, value): (&K, &V)) -> (K, V) {
    (key.clone(), value.clone())
}

#[async_trait]
impl Catalog for MemoryCatalog {
    async fn commit(
        &self,
        space: &Space,
        mutations: Vec<Mutation>,
    ) -> Result<Vec<Result<Committed, Rejection>>, CatalogError> {
        let mut spaces = self.spaces();
        let known = spaces.get(space).map(|kept| kept.known(Asked::by(&mutations)));
        let decision = decide(known.unwrap_or_default(), mutations);
        if !decision.log.is_empty() {
            self.put_jobs(&decision.jobs(space));
            let kept = spaces.entry(space.clone()).or_default();
            kept.counters = decision.counters;
            decision.log.into_iter().for_each(|logged| kept.store(logged));
            self.heads.advance(space, decision.counters.last_seq);
        }
        Ok(decision.results)
    }

    async fn spaces(&self) -> Result<Vec<Space>, CatalogError> {
        Ok(self.spaces().keys().cloned().collect())
    }

    async fn request(&self, space: &Space, request: &RequestId) -> Result<Option<Change>, CatalogError> {
        Ok(self.read(space, |kept| kept.requests.get(request).cloned()))
    }

    async fn each_entry(&self, space: &Space, take: Take<'_>) -> Result<Seq, CatalogError> {
        Ok(self.read(space, |kept| {
            kept.entries.values().cloned().for_each(take);
            kept.counters.last_seq
        }))
    }

    async fn since(&self, space: &Space, after: Seq, limit: usize) -> Result<Since, CatalogError> {
        Ok(self.read(space, |kept| {
            if after < kept.counters.floor {
                return Since::Truncated;
            }
            Since::Changes(
                kept.log.range(after.saturating_add(1)..).take(limit).map(|(_, c)| c.clone()).collect(),
            )
        }))
    }

    async fn changed(&self, space: &Space, after: Seq) -> Result<(), CatalogError> {
        self.heads.past(space, after).await;
        Ok(())
    }

    async fn truncate(&self, space: &Space, floor: Seq) -> Result<(), CatalogError> {
        self.write(space, |kept| {
            let floor = floor.min(kept.counters.last_seq).max(kept.counters.floor);
            kept.counters.floor = floor;
            kept.log = kept.log.split_off(&(floor + 1));
        });
        Ok(())
    }

    async fn purge(&self, space: &Space, ids: &[EntryId]) -> Result<(), CatalogError> {
        self.write(space, |kept| {
            for id in ids {
                if kept.entries.get(id).is_some_and(|entry| !entry.state.is_live())
                    && let Some(entry) = kept.entries.remove(id)
                {
                    kept.keys.remove(&entry.content.key);
                }
            }
        });
        Ok(())
    }

    async fn forget_requests(&self, space: &Space, before: Timestamp) -> Result<(), CatalogError> {
        self.write(space, |kept| {
            kept.requests.retain(|_, change| change.entry.content.created_at >= before);
        });
        Ok(())
    }

    async fn load(&self, space: &Space, dump: SpaceDump) -> Result<(), CatalogError> {
        dump.check()?;
        let mut spaces = self.spaces();
        if spaces.contains_key(space) {
            return Err(super::dump::in_use(space));
        }
        if dump.counters != Counters::default() {
            self.heads.advance(space, dump.counters.last_seq);
            self.put_jobs(&jobs_of(space, &dump.entries));
            let kept = Kept {
                counters: dump.counters,
                keys: dump.entries.iter().map(|entry| entry.content.key.clone()).collect(),
                entries: dump.entries.into_iter().map(|entry| (entry.id, entry)).collect(),
                log: dump.log.into_iter().map(|change| (change.seq, change)).collect(),
                requests: HashMap::new(),
            };
            spaces.insert(space.clone(), kept);
        }
        Ok(())
    }

    async fn counters(&self, space: &Space) -> Result<Counters, CatalogError> {
        Ok(self.read(space, |kept| kept.counters))
    }

    async fn settings(&self, space: &Space) -> Result<Settings, CatalogError> {
        let settings = self.settings.lock();
        Ok(settings.get(space).cloned().unwrap_or_default())
    }

    async fn settled(&self) -> Result<Vec<Space>, CatalogError> {
        let settings = self.settings.lock();
        Ok(settings.keys().cloned().collect())
    }

    async fn set_settings(&self, space: &Space, settings: Settings) -> Result<(), CatalogError> {
        self.settings.lock().insert(space.clone(), settings);
        Ok(())
    }

    fn writes_jobs(&self) -> bool {
        self.queue.is_some()
    }
}
