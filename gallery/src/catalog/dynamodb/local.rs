//! What an instance caches of a space to save requests: all of it may be outdated, and correctness does not depend on
//! it. Not here: what other instances do.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::Space;
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::root::Root;

/// A space, as far as this instance knows.
#[derive(Debug, Default)]
pub(super) struct Local {
    /// The root as our last write left it. Writers hold the lock, so that our own writes never collide.
    pub(super) writer: tokio::sync::Mutex<Option<Root>>,
    /// The number of listeners to the space.
    listeners: AtomicUsize,
    /// Notified when the first one arrives.
    pub(super) listener_came: Notify,
    /// When waiting callers last read the root. The reader holds the lock: one reads for all.
    pub(super) asked_at: tokio::sync::Mutex<Option<Instant>>,
}

impl Local {
    pub(super) fn is_listened_to(&self) -> bool {
        self.listeners.load(Ordering::Relaxed) > 0
    }
}

/// A listener to a space.
#[derive(Debug)]
pub(super) struct Listener(Arc<Local>);

impl Listener {
    pub(super) fn to(local: Arc<Local>) -> Self {
        if local.listeners.fetch_add(1, Ordering::Relaxed) == 0 {
            local.listener_came.notify_one();
        }
        Self(local)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.listeners.fetch_sub(1, Ordering::Relaxed);
    }
}

/// All spaces.
#[derive(Debug, Default)]
pub(super) struct Locals {
    spaces: Mutex<HashMap<Space, Arc<Local>>>,
}

impl Locals {
    pub(super) fn of(&self, space: &Space) -> Arc<Local> {
        let mut spaces = self.spaces.lock();
        if let Some(local) = spaces.get(space) {
            return Arc::clone(local);
        }
        // Anyone can ask for spaces that are never used: keep only those that somebody holds or has written.
        spaces.retain(|_, local| {
            Arc::strong_count(local) > 1 || local.writer.try_lock().is_ok_and(|root| root.is_some())
        });
        Arc::clone(spaces.entry(space.clone()).or_default())
    }
}
