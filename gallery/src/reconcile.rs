//! Keeps the catalog true to the bucket, from time to time, by comparing all of both. Not here: hints (`follow`), and
//! what an object needs (`look`).

use std::collections::{HashMap, HashSet, hash_map::RandomState};
use std::hash::BuildHasher as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::{Entry, EntryId, Key, Space};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use tokio::sync::Notify;

use crate::bucket::BucketError;
use crate::hidden::HiddenFolders;
use crate::look::{LookError, Need, candidates, is_left_out, look};
use crate::progress::Progress;
use crate::seldom::Seldom;
use crate::shared::Shared;
use crate::unnamed::UnnamedFiles;
use crate::view::View;

/// Objects looked at together.
pub(crate) const LOOKS_AT_ONCE: usize = 4;
/// Objects gathered by a pass before they are looked at.
const SUSPECTS_MAX: usize = 256;
/// Objects that cannot be looked at and are remembered, so that each is told of once.
const TROUBLED_MAX: usize = 1024;
/// Locks that the keys share: no two looks at one object at the same time.
const LOCKS: usize = 64;

/// What reconciliation remembers.
pub(crate) struct Reconciling {
    locks: [tokio::sync::Mutex<()>; LOCKS],
    hasher: RandomState,
    /// What could not be looked at and was said so.
    troubled: Mutex<HashSet<Key>>,
    /// Looks that failed because of the whole bucket.
    away: Seldom,
    /// Rung when everything must be looked at.
    pub(crate) everything: Notify,
    pub(crate) unnamed: UnnamedFiles,
    /// Held by a pass: two at once would only be slower.
    pass: tokio::sync::Mutex<HiddenFolders>,
}

impl Default for Reconciling {
    fn default() -> Self {
        Self {
            locks: std::array::from_fn(|_| tokio::sync::Mutex::default()),
            hasher: RandomState::new(),
            troubled: Mutex::default(),
            away: Seldom::default(),
            everything: Notify::new(),
            unnamed: UnnamedFiles::default(),
            pass: tokio::sync::Mutex::default(),
        }
    }
}

impl Reconciling {
    /// Looks at an object, alone.
    pub(crate) async fn look(&self, shared: &Shared, key: &Key) -> Result<Option<Duration>, LookError> {
        let lock = usize::try_from(self.hasher.hash_one(key) % LOCKS as u64).unwrap_or(0);
        let _alone = self.locks[lock].lock().await;
        let outcome = look(shared, key).await;
        self.say(key, outcome.as_ref().err());
        outcome
    }

    /// Logs a failure the first time.
    fn say(&self, key: &Key, error: Option<&LookError>) {
        let mut troubled = self.troubled.lock().unwrap_or_else(PoisonError::into_inner);
        match error {
            None => drop(troubled.remove(key)),
            // Of the catalog, whoever follows its log says so.
            Some(LookError::Stopping | LookError::Catalog(_)) => {}
            Some(LookError::Bucket(error @ (BucketError::Unavailable(_) | BucketError::Denied(_)))) => {
                if let Some(untold) = self.away.one_more() {
                    tracing::warn!(
                        key = key.as_str(),
                        error = error as &dyn std::error::Error,
                        untold,
                        "an object cannot be looked at; trying again later. Of more only their number is told, once a minute"
                    );
                }
            }
            Some(error) => {
                if troubled.len() < TROUBLED_MAX && troubled.insert(key.clone()) {
                    tracing::warn!(
                        key = key.as_str(),
                        error = error as &dyn std::error::Error,
                        "an object cannot be looked at; trying again later"
                    );
                }
            }
        }
    }
}

/// Compares everything now, then every so often and whenever hints were lost. Of failures in a row the first is told.
pub(crate) async fn keep_reconciled(shared: Arc<Shared>, every: Duration) {
    let mut fails = false;
    loop {
        let done = pass(&shared).await;
        match &done {
            Ok(()) if fails => tracing::info!("the bucket is compared with the catalog again"),
            Err(error) if !fails => tracing::warn!(
                error = error as &dyn std::error::Error,
                "the bucket could not be compared with the catalog; trying again later"
            ),
            Ok(()) | Err(_) => {}
        }
        fails = done.is_err();
        let _ = tokio::time::timeout(every, shared.reconciling.everything.notified()).await;
    }
}

/// Compares all objects with all entries, and looks at whatever differs. What changes meanwhile is looked at once too
/// often at most: a look decides, not the comparison. Memory: two spaces' entries, and a bit for every other entry.
pub(crate) async fn pass(shared: &Shared) -> Result<(), LookError> {
    let mut hidden = shared.reconciling.pass.lock().await;
    let mut views = Views::new(shared).await?;
    let listed = look_at_listed(shared, &mut views, &mut hidden).await?;
    look_at_missing(shared, views.used, listed, &hidden).await
}

/// Goes through the objects; gives the entries that have one.
async fn look_at_listed(
    shared: &Shared,
    views: &mut Views<'_>,
    hidden: &mut HiddenFolders,
) -> Result<HashMap<Space, IdSet>, LookError> {
    let mut listed = HashMap::<Space, IdSet>::new();
    let mut suspects = Vec::new();
    let mut objects = shared.bucket.list();
    let unnamed = &shared.reconciling.unnamed;
    hidden.begin();
    unnamed.begin();
    let mut progress = Progress::of("comparing the bucket with the catalog");
    while let Some(object) = objects.next().await {
        let object = match object {
            Err(BucketError::Hidden { below, source }) => {
                hidden.insert(below, &*source);
                continue;
            }
            Err(BucketError::Unnamed { name, why }) => {
                unnamed.insert(name, why);
                continue;
            }
            object => object?,
        };
        progress.one();
        let entry = views.entry(&object.key).await?;
        if is_left_out(shared, &object.key, entry.as_ref().map(|(_, entry)| &**entry)) {
            continue;
        }
        let need = Need::of(
            &object.key,
            entry.as_ref().map(|(_, entry)| &**entry),
            Some(&object.etag),
            shared.clock.now(),
        );
        if let Some((space, entry)) = entry {
            listed.entry(space).or_default().insert(entry.id);
        }
        if need != Need::Nothing {
            suspects.push(object.key);
            look_at_full(shared, &mut suspects).await?;
        }
    }
    hidden.end();
    unnamed.end();
    progress.end();
    look_at_all(shared, &mut suspects).await?;
    Ok(listed)
}

/// Goes through the entries that seem to have no object.
async fn look_at_missing(
    shared: &Shared,
    used: HashSet<Space>,
    mut listed: HashMap<Space, IdSet>,
    hidden: &HiddenFolders,
) -> Result<(), LookError> {
    let mut suspects = Vec::new();
    for space in used {
        let view = shared.spaces.glance(&space).await?;
        let listed = listed.remove(&space).unwrap_or_default();
        let mut after = 0;
        loop {
            let entries = view.index().live_after(after, SUSPECTS_MAX);
            let Some(last) = entries.last() else { break };
            after = last.id;
            let missing =
                entries.iter().filter(|entry| !listed.contains(entry.id) && !hidden.hide(&entry.content.key));
            suspects.extend(missing.map(|entry| entry.content.key.clone()));
            look_at_full(shared, &mut suspects).await?;
        }
    }
    look_at_all(shared, &mut suspects).await
}

async fn look_at_full(shared: &Shared, suspects: &mut Vec<Key>) -> Result<(), LookError> {
    if suspects.len() >= SUSPECTS_MAX { look_at_all(shared, suspects).await } else { Ok(()) }
}

/// Looks at each. One that cannot be looked at does not keep the rest from it; a catalog that fails does.
async fn look_at_all(shared: &Shared, suspects: &mut Vec<Key>) -> Result<(), LookError> {
    let looks = stream::iter(suspects.drain(..).map(Ok));
    let run = |key: Key| async move {
        match shared.reconciling.look(shared, &key).await {
            Err(error @ (LookError::Catalog(_) | LookError::Stopping)) => Err(error),
            Ok(_) | Err(_) => Ok(()),
        }
    };
    looks.try_for_each_concurrent(LOOKS_AT_ONCE, run).await
}

/// What the catalog says about keys that come in their order: `main` and the space of the last key are at hand.
struct Views<'a> {
    shared: &'a Shared,
    used: HashSet<Space>,
    main: Arc<View>,
    last: Arc<View>,
}

impl<'a> Views<'a> {
    async fn new(shared: &'a Shared) -> Result<Self, LookError> {
        let used = shared.spaces.used().await?;
        let main = shared.spaces.glance(&Space::main()).await?;
        Ok(Self { shared, used, last: Arc::clone(&main), main })
    }

    /// The entry or tombstone with this key, and its space.
    async fn entry(&mut self, key: &Key) -> Result<Option<(Space, Arc<Entry>)>, LookError> {
        for space in candidates(key) {
            let Some(view) = self.of(&space).await? else { continue };
            if let Some(entry) = view.index().with_key(key) {
                return Ok(Some((space, Arc::clone(entry))));
            }
        }
        Ok(None)
    }

    async fn of(&mut self, space: &Space) -> Result<Option<&View>, LookError> {
        if space.is_main() {
            return Ok(Some(&self.main));
        }
        if !self.used.contains(space) {
            return Ok(None);
        }
        if self.last.space() != space {
            self.last = self.shared.spaces.glance(space).await?;
        }
        Ok(Some(&self.last))
    }
}

/// A set of ids, a bit each where they are dense.
#[derive(Default)]
struct IdSet(HashMap<u64, u64>);

impl IdSet {
    fn insert(&mut self, id: EntryId) {
        *self.0.entry(id / 64).or_default() |= 1 << (id % 64);
    }

    fn contains(&self, id: EntryId) -> bool {
        self.0.get(&(id / 64)).is_some_and(|bits| bits & (1 << (id % 64)) != 0)
    }
}
