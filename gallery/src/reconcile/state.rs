//! The shared memory of hints and passes. Not here: inspecting (`inspect`).

use std::collections::{HashSet, hash_map::RandomState};
use std::hash::BuildHasher as _;
use std::sync::Arc;

use domain::Key;
use parking_lot::Mutex;
use tokio::sync::{MutexGuard, Notify};

use crate::bucket::BucketError;
use crate::log_throttle::LogThrottle;
use crate::reconcile::error::InspectError;
use crate::reconcile::hidden::HiddenFolders;
use crate::reconcile::left_out::LeftOut;
use crate::reconcile::reading::Reader;
use crate::reconcile::unnamed::UnnamedFiles;
use crate::shared::Shared;

/// Objects inspected concurrently.
pub(super) const INSPECTED_AT_ONCE: usize = 4;
/// Uninspectable objects that are remembered, so that each is logged once.
const TROUBLED_MAX: usize = 1024;
/// Locks shared by the keys: no object is inspected twice at the same time.
const LOCKS: usize = 64;

/// Keeps the catalog consistent with the bucket.
pub(crate) struct Reconciler {
    pub(super) shared: Arc<Shared>,
    /// Reads foreign pictures.
    pub(crate) reader: Reader,
    pub(super) left_out: LeftOut,
    locks: [tokio::sync::Mutex<()>; LOCKS],
    hasher: RandomState,
    /// Objects that could not be inspected and were logged.
    troubled: Mutex<HashSet<Key>>,
    /// Inspections that failed because of the whole bucket.
    away: LogThrottle,
    /// Notified when everything must be inspected.
    pub(super) everything: Notify,
    pub(crate) unnamed: UnnamedFiles,
    /// Held by a pass: two at once would only be slower.
    pub(super) pass: tokio::sync::Mutex<HiddenFolders>,
}

impl Reconciler {
    pub(crate) fn new(shared: Arc<Shared>, left_out: LeftOut) -> Self {
        let is_alone = shared.catalog.is_exclusive();
        let reader =
            Reader::new(Arc::clone(&shared.bucket), shared.clock.clone(), is_alone, shared.writes.clone());
        Self {
            shared,
            reader,
            left_out,
            locks: std::array::from_fn(|_| tokio::sync::Mutex::default()),
            hasher: RandomState::new(),
            troubled: Mutex::default(),
            away: LogThrottle::default(),
            everything: Notify::new(),
            unnamed: UnnamedFiles::default(),
            pass: tokio::sync::Mutex::default(),
        }
    }

    /// Waits until nobody else here inspects the object.
    pub(super) async fn lock(&self, key: &Key) -> MutexGuard<'_, ()> {
        let lock = usize::try_from(self.hasher.hash_one(key) % LOCKS as u64).unwrap_or(0);
        self.locks[lock].lock().await
    }

    /// Logs a failure the first time.
    pub(super) fn log_failure(&self, key: &Key, error: Option<&InspectError>) {
        let mut troubled = self.troubled.lock();
        match error {
            None => drop(troubled.remove(key)),
            // Failures of the catalog are logged by its follower.
            Some(InspectError::Stopping | InspectError::Catalog(_)) => {}
            Some(InspectError::Bucket(error @ (BucketError::Unavailable(_) | BucketError::Denied(_)))) => {
                if let Some(suppressed) = self.away.record() {
                    tracing::warn!(
                        key = key.as_str(),
                        error = error as &dyn std::error::Error,
                        suppressed,
                        "an object cannot be inspected; will retry. Further failures are only counted, once a minute"
                    );
                }
            }
            Some(error) => {
                if troubled.len() < TROUBLED_MAX && troubled.insert(key.clone()) {
                    tracing::warn!(
                        key = key.as_str(),
                        error = error as &dyn std::error::Error,
                        "an object cannot be inspected; will retry"
                    );
                }
            }
        }
    }
}
