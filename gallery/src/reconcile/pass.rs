//! Compares all objects of the bucket with all entries of the catalog, from time to time. Not here: hints (`follow`),
//! what an object needs (`inspect`).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use domain::{Entry, EntryId, Key, Space};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};

use crate::bucket::BucketError;
use crate::reconcile::error::InspectError;
use crate::reconcile::hidden::HiddenFolders;
use crate::reconcile::inspect::{Need, candidates, inspect, is_left_out};
use crate::reconcile::progress::Progress;
use crate::reconcile::state::{INSPECTED_AT_ONCE, Reconciler};
use crate::space::view::View;

/// Objects collected by a pass before they are inspected.
const SUSPECTS_MAX: usize = 256;
/// Compares everything now, then at intervals and whenever hints were lost. Only the first of consecutive failures is
/// logged.
pub(crate) async fn keep_reconciled(reconciler: Arc<Reconciler>, every: Duration) {
    let mut fails = false;
    loop {
        let done = pass(&reconciler).await;
        match &done {
            Ok(()) if fails => tracing::info!("the bucket is compared with the catalog again"),
            Err(error) if !fails => tracing::warn!(
                error = error as &dyn std::error::Error,
                "the bucket could not be compared with the catalog; trying again later"
            ),
            Ok(()) | Err(_) => {}
        }
        fails = done.is_err();
        let _ = tokio::time::timeout(every, reconciler.everything.notified()).await;
    }
}

/// Compares all objects with all entries, and inspects whatever differs. Concurrent changes cause at most a needless
/// inspection: the inspection decides, not the comparison. Memory: two spaces' entries, and a bit for every other
/// entry.
pub(crate) async fn pass(reconciler: &Reconciler) -> Result<(), InspectError> {
    let mut hidden = reconciler.pass.lock().await;
    let mut views = Views::new(reconciler).await?;
    let listed = inspect_listed(reconciler, &mut views, &mut hidden).await?;
    inspect_missing(reconciler, views.used, listed, &hidden).await
}

/// Goes through the objects; returns the entries that have one.
async fn inspect_listed(
    reconciler: &Reconciler,
    views: &mut Views<'_>,
    hidden: &mut HiddenFolders,
) -> Result<HashMap<Space, IdSet>, InspectError> {
    let mut listed = HashMap::<Space, IdSet>::new();
    let mut suspects = Vec::new();
    let mut objects = reconciler.shared.bucket.list();
    let unnamed = &reconciler.unnamed;
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
        if is_left_out(reconciler, &object.key, entry.as_ref().map(|(_, entry)| &**entry)) {
            continue;
        }
        let need = Need::of(
            &object.key,
            entry.as_ref().map(|(_, entry)| &**entry),
            Some(&object.etag),
            reconciler.shared.clock.now(),
        );
        if let Some((space, entry)) = entry {
            listed.entry(space).or_default().insert(entry.id);
        }
        if need != Need::Nothing {
            suspects.push(object.key);
            inspect_full(reconciler, &mut suspects).await?;
        }
    }
    hidden.end();
    unnamed.end();
    progress.end();
    inspect_all(reconciler, &mut suspects).await?;
    Ok(listed)
}

/// Goes through the entries that seem to have no object.
async fn inspect_missing(
    reconciler: &Reconciler,
    used: HashSet<Space>,
    mut listed: HashMap<Space, IdSet>,
    hidden: &HiddenFolders,
) -> Result<(), InspectError> {
    let mut suspects = Vec::new();
    for space in used {
        let view = reconciler.shared.spaces.glance(&space).await?;
        let listed = listed.remove(&space).unwrap_or_default();
        let mut after = 0;
        loop {
            let entries = view.index().live_after(after, SUSPECTS_MAX);
            let Some(last) = entries.last() else { break };
            after = last.id;
            let missing =
                entries.iter().filter(|entry| !listed.contains(entry.id) && !hidden.hide(&entry.content.key));
            suspects.extend(missing.map(|entry| entry.content.key.clone()));
            inspect_full(reconciler, &mut suspects).await?;
        }
    }
    inspect_all(reconciler, &mut suspects).await
}

async fn inspect_full(reconciler: &Reconciler, suspects: &mut Vec<Key>) -> Result<(), InspectError> {
    if suspects.len() >= SUSPECTS_MAX { inspect_all(reconciler, suspects).await } else { Ok(()) }
}

/// Inspects each. A failing object does not affect the others; a failing catalog does.
async fn inspect_all(reconciler: &Reconciler, suspects: &mut Vec<Key>) -> Result<(), InspectError> {
    let inspections = stream::iter(suspects.drain(..).map(Ok));
    let run = |key: Key| async move {
        match inspect(reconciler, &key).await {
            Err(error @ (InspectError::Catalog(_) | InspectError::Stopping)) => Err(error),
            Ok(_) | Err(_) => Ok(()),
        }
    };
    inspections.try_for_each_concurrent(INSPECTED_AT_ONCE, run).await
}

/// What the catalog says about keys in ascending order: `main` and the space of the last key are at hand.
struct Views<'a> {
    reconciler: &'a Reconciler,
    used: HashSet<Space>,
    main: Arc<View>,
    last: Arc<View>,
}

impl<'a> Views<'a> {
    async fn new(reconciler: &'a Reconciler) -> Result<Self, InspectError> {
        let used = reconciler.shared.spaces.used().await?;
        let main = reconciler.shared.spaces.glance(&Space::main()).await?;
        Ok(Self { reconciler, used, last: Arc::clone(&main), main })
    }

    /// The entry or tombstone with this key, and its space.
    async fn entry(&mut self, key: &Key) -> Result<Option<(Space, Arc<Entry>)>, InspectError> {
        for space in candidates(key) {
            let Some(view) = self.of(&space).await? else { continue };
            if let Some(entry) = view.index().with_key(key) {
                return Ok(Some((space, entry)));
            }
        }
        Ok(None)
    }

    async fn of(&mut self, space: &Space) -> Result<Option<&View>, InspectError> {
        if space.is_main() {
            return Ok(Some(&self.main));
        }
        if !self.used.contains(space) {
            return Ok(None);
        }
        if self.last.space() != space {
            self.last = self.reconciler.shared.spaces.glance(space).await?;
        }
        Ok(Some(&self.last))
    }
}

/// A set of ids, one bit each where they are dense.
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
