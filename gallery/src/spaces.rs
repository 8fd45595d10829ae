//! Which spaces are open: each is loaded on first use, once, and closed when idle. A space that was never used costs
//! nothing, whoever asks for it. Not here: what a space shows (`view`) and how it is written (`committer`).

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::Space;
use tokio::sync::OnceCell;
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::catalog::{Catalog, CatalogError};
use crate::committer::Committer;
use crate::view::View;

/// A space that nobody used for so long is closed.
const IDLE_AGE: Duration = Duration::from_secs(10 * 60);
/// A space of so many entries stays open: loading it takes seconds.
const LARGE_ENTRIES: usize = 50_000;

/// A space in use: what it shows, and the way to write it. Its tasks end when it is dropped.
pub(crate) struct OpenSpace {
    view: Arc<View>,
    committer: Committer,
    used_at: Mutex<Instant>,
    _tail: DropGuard,
}

impl OpenSpace {
    fn start(view: Arc<View>) -> Self {
        let closed = CancellationToken::new();
        let tail = (Arc::clone(&view), closed.clone());
        tokio::spawn(async move { tail.1.run_until_cancelled(tail.0.tail()).await });
        Self {
            committer: Committer::start(Arc::clone(&view)),
            view,
            used_at: Mutex::new(Instant::now()),
            _tail: closed.drop_guard(),
        }
    }

    pub(crate) fn view(&self) -> &View {
        &self.view
    }

    pub(crate) fn committer(&self) -> &Committer {
        &self.committer
    }

    fn touch(&self) {
        *self.used_at.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn is_idle(&self) -> bool {
        self.used_at.lock().unwrap_or_else(PoisonError::into_inner).elapsed() >= IDLE_AGE
            && self.view.index().len() < LARGE_ENTRIES
    }
}

type Slot = Arc<OnceCell<Arc<OpenSpace>>>;

/// All spaces that are open.
pub(crate) struct Spaces {
    catalog: Arc<dyn Catalog>,
    /// A slot is cloned only under this lock, and one that stayed empty is taken out by the last who holds it.
    open: Mutex<HashMap<Space, Slot>>,
}

impl Spaces {
    pub(crate) fn new(catalog: Arc<dyn Catalog>) -> Self {
        Self { catalog, open: Mutex::default() }
    }

    /// The space if it was ever used; none otherwise, and nothing stays behind.
    pub(crate) async fn get(&self, space: &Space) -> Result<Option<Arc<OpenSpace>>, CatalogError> {
        if let Some(open) = self.get_open(space) {
            open.touch();
            return Ok(Some(open));
        }
        let used = self.catalog.counters(space).await?.last_seq > 0;
        if used { self.open(space).await.map(Some) } else { Ok(None) }
    }

    /// The space, also one that was never used: for whoever writes to it or listens.
    pub(crate) async fn open(&self, space: &Space) -> Result<Arc<OpenSpace>, CatalogError> {
        let slot = Arc::clone(self.slots().entry(space.clone()).or_default());
        let claim = Claim { spaces: self, space, slot };
        let open = claim.slot.get_or_try_init(|| async {
            let view = View::load(space.clone(), Arc::clone(&self.catalog)).await?;
            Ok(Arc::new(OpenSpace::start(Arc::new(view))))
        });
        let open = Arc::clone(open.await?);
        open.touch();
        Ok(open)
    }

    /// What a space shows, without opening it or keeping it open: to compare with once.
    pub(crate) async fn glance(&self, space: &Space) -> Result<Arc<View>, CatalogError> {
        match self.get_open(space) {
            Some(open) => Ok(Arc::clone(&open.view)),
            None => View::load(space.clone(), Arc::clone(&self.catalog)).await.map(Arc::new),
        }
    }

    /// The spaces that were ever used.
    pub(crate) async fn used(&self) -> Result<HashSet<Space>, CatalogError> {
        Ok(self.catalog.spaces().await?.into_iter().collect())
    }

    /// Closes the spaces that nobody uses.
    pub(crate) fn close_idle(&self) {
        self.slots().retain(|_, slot| {
            let in_use = Arc::strong_count(slot) > 1;
            in_use || slot.get().is_none_or(|open| Arc::strong_count(open) > 1 || !open.is_idle())
        });
    }

    /// Closes all spaces, when nobody will ask again.
    pub(crate) fn close(&self) {
        self.slots().clear();
    }

    /// How many are open.
    #[cfg(test)]
    pub(crate) fn open_count(&self) -> usize {
        self.slots().len()
    }

    fn get_open(&self, space: &Space) -> Option<Arc<OpenSpace>> {
        self.slots().get(space)?.get().cloned()
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<Space, Slot>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A slot in somebody's hand. Loading may fail, or whoever waits may go away: then the slot must not stay.
struct Claim<'a> {
    spaces: &'a Spaces,
    space: &'a Space,
    slot: Slot,
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        if self.slot.initialized() {
            return;
        }
        let mut slots = self.spaces.slots();
        // Let go under the lock, so that the last of several who let go at once knows that it is the last.
        let slot = std::mem::take(&mut self.slot);
        let is_last = Arc::strong_count(&slot) == 2;
        if is_last && slots.get(self.space).is_some_and(|in_map| Arc::ptr_eq(in_map, &slot)) {
            slots.remove(self.space);
        }
        drop(slot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{MemoryCatalog, Mutation};
    use crate::testing::content;

    async fn spaces_with_one_entry() -> Spaces {
        let catalog = MemoryCatalog::new();
        let add = Mutation::Add { request: None, content: content("main/a", "a") };
        catalog.commit(&Space::main(), vec![add]).await.unwrap().remove(0).unwrap();
        Spaces::new(Arc::new(catalog))
    }

    #[tokio::test]
    async fn a_space_never_used_leaves_nothing_behind() {
        let spaces = spaces_with_one_entry().await;
        for n in 0..100 {
            assert!(spaces.get(&format!("unknown-{n}").parse().unwrap()).await.unwrap().is_none());
        }
        assert_eq!(spaces.open_count(), 0);
        assert!(spaces.get(&Space::main()).await.unwrap().is_some());
        assert_eq!(spaces.open_count(), 1);
    }

    #[tokio::test]
    async fn a_space_is_loaded_once() {
        let spaces = spaces_with_one_entry().await;
        let main = Space::main();
        let all = futures::future::join_all((0..20).map(|_| spaces.open(&main))).await;
        let first = all[0].as_ref().unwrap();
        assert!(all.iter().all(|open| Arc::ptr_eq(open.as_ref().unwrap(), first)));
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_space_is_closed_and_one_in_use_is_not() {
        let spaces = spaces_with_one_entry().await;
        let in_use = spaces.open(&Space::main()).await.unwrap();
        drop(spaces.open(&"other".parse().unwrap()).await.unwrap());
        tokio::time::advance(IDLE_AGE / 2).await;
        spaces.close_idle();
        assert_eq!(spaces.open_count(), 2);
        spaces.glance(&"other".parse().unwrap()).await.unwrap();
        tokio::time::advance(IDLE_AGE / 2).await;
        spaces.close_idle();
        assert_eq!(spaces.open_count(), 1);
        drop(in_use);
        spaces.close_idle();
        assert_eq!(spaces.open_count(), 0);
    }
}
