//! Which spaces are open: each is loaded once, on first use, and closed when idle; an unused one is closed as soon as
//! nobody listens or writes to it. So asking for spaces that do not exist costs nothing, however many. Not here: what
//! a space shows (`view`) and how it is written (`committer`).

use std::collections::{HashMap, HashSet};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use domain::{Entry, EntryId, Space};
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::OnceCell;
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::catalog::{Catalog, CatalogError, Settings};
use crate::save_health::SaveHealth;
use crate::space::committer::Committer;
use crate::space::job_sender::JobSender;
use crate::space::log_pages::LogPages;
use crate::space::settings::SettingsCache;
use crate::space::view::View;

/// A space that nobody used for this long is closed.
const IDLE_AGE: Duration = Duration::from_secs(10 * 60);
/// A space with this many entries stays open: loading it takes seconds.
const LARGE_ENTRIES: usize = 50_000;

/// An open space: what it shows, and how it is written. Its tasks end when it is dropped.
pub(crate) struct OpenSpace {
    view: Arc<View>,
    /// Started by the first writer: most callers only read.
    committer: OnceLock<Committer>,
    health: Arc<SaveHealth>,
    jobs: Arc<JobSender>,
    used_at: Mutex<Instant>,
    settings: SettingsCache,
    log_pages: Arc<LogPages>,
    /// Held by whoever writes an entry in the place of another.
    naming: tokio::sync::Mutex<()>,
    _tail: DropGuard,
}

impl OpenSpace {
    fn start(view: Arc<View>, settings: Settings, spaces: &Spaces) -> Self {
        let closed = CancellationToken::new();
        let tail = (Arc::clone(&view), closed.clone());
        tokio::spawn(async move { tail.1.run_until_cancelled(tail.0.tail()).await });
        Self {
            view,
            committer: OnceLock::new(),
            health: Arc::clone(&spaces.health),
            jobs: Arc::clone(&spaces.jobs),
            used_at: Mutex::new(Instant::now()),
            settings: SettingsCache::new(settings),
            log_pages: Arc::clone(&spaces.log_pages),
            naming: tokio::sync::Mutex::default(),
            _tail: closed.drop_guard(),
        }
    }

    pub(crate) fn view(&self) -> &View {
        &self.view
    }

    pub(crate) fn committer(&self) -> &Committer {
        self.committer.get_or_init(|| {
            let (health, jobs) = (Arc::clone(&self.health), Arc::clone(&self.jobs));
            Committer::start(Arc::clone(&self.view), health, jobs)
        })
    }

    pub(crate) fn settings(&self) -> &SettingsCache {
        &self.settings
    }

    /// Whoever holds it writes an entry in the place of another.
    pub(crate) fn naming(&self) -> &tokio::sync::Mutex<()> {
        &self.naming
    }

    /// The logs of all spaces.
    pub(crate) fn log_pages(&self) -> &LogPages {
        &self.log_pages
    }

    fn was_used(&self) -> bool {
        self.view.seq() > 0
    }

    fn touch(&self) {
        *self.used_at.lock() = Instant::now();
    }

    fn is_idle(&self) -> bool {
        self.used_at.lock().elapsed() >= IDLE_AGE && self.view.index().len() < LARGE_ENTRIES
    }
}

type Slot = Arc<OnceCell<Arc<OpenSpace>>>;

/// A slot and its contents are cloned only under the lock, except by one that already holds it.
#[derive(Default)]
struct Slots(Mutex<HashMap<Space, Slot>>);

impl Slots {
    fn lock(&self) -> MutexGuard<'_, HashMap<Space, Slot>> {
        self.0.lock()
    }

    /// Releases a slot, or the space in it. The last holder removes the slot if it stayed empty or its space was
    /// never used. Under the lock, so that exactly one of several holders is the last.
    fn let_go<T>(&self, space: &Space, held: T) {
        let mut slots = self.lock();
        drop(held);
        let is_needless = slots.get(space).is_some_and(|slot| {
            Arc::strong_count(slot) == 1
                && slot.get().is_none_or(|open| Arc::strong_count(open) == 1 && !open.was_used())
        });
        if is_needless {
            slots.remove(space);
        }
    }
}

/// All open spaces.
pub(crate) struct Spaces {
    catalog: Arc<dyn Catalog>,
    slots: Arc<Slots>,
    health: Arc<SaveHealth>,
    jobs: Arc<JobSender>,
    log_pages: Arc<LogPages>,
}

impl Spaces {
    pub(crate) fn new(catalog: Arc<dyn Catalog>, health: Arc<SaveHealth>, jobs: JobSender) -> Self {
        Self { catalog, slots: Arc::default(), health, jobs: Arc::new(jobs), log_pages: Arc::default() }
    }

    /// The space if it was ever used; otherwise `None`, and nothing stays behind.
    pub(crate) async fn get(&self, space: &Space) -> Result<Option<SpaceInUse>, CatalogError> {
        if let Some(open) = self.get_open(space) {
            open.touch();
            return Ok(Some(open));
        }
        let used = self.catalog.counters(space).await?.last_seq > 0;
        if used { self.open(space).await.map(Some) } else { Ok(None) }
    }

    /// The space, even if it was never used: for writers and listeners.
    pub(crate) async fn open(&self, space: &Space) -> Result<SpaceInUse, CatalogError> {
        let slot = Arc::clone(self.slots.lock().entry(space.clone()).or_default());
        let claim = Claim { slots: &self.slots, space, slot };
        let open = claim.slot.get_or_try_init(|| async {
            let view = View::load(space.clone(), Arc::clone(&self.catalog)).await?;
            let settings = self.catalog.settings(space).await?;
            Ok(Arc::new(OpenSpace::start(Arc::new(view), settings, self)))
        });
        let open = SpaceInUse::new(open.await?, &self.slots);
        open.touch();
        Ok(open)
    }

    /// An entry or its tombstone, from memory; if it is missing, the catalog is asked, because another instance may have
    /// just added it. `None` if neither exists.
    pub(crate) async fn entry(&self, space: &Space, id: EntryId) -> Result<Option<Arc<Entry>>, CatalogError> {
        let Some(open) = self.get(space).await? else { return Ok(None) };
        let known = || open.view().index().get(id);
        if let Some(entry) = known() {
            return Ok(Some(entry));
        }
        open.view().catch_up().await?;
        Ok(known())
    }

    /// What a space shows, without opening it or keeping it open: for a single comparison.
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
        self.slots.lock().retain(|_, slot| {
            let in_use = Arc::strong_count(slot) > 1;
            in_use || slot.get().is_none_or(|open| Arc::strong_count(open) > 1 || !open.is_idle())
        });
    }

    /// Closes all spaces at the end.
    pub(crate) fn close(&self) {
        self.slots.lock().clear();
    }

    /// The spaces that are open.
    pub(crate) fn open_now(&self) -> Vec<Space> {
        let slots = self.slots.lock();
        slots.iter().filter(|(_, slot)| slot.get().is_some()).map(|(space, _)| space.clone()).collect()
    }

    /// The number of open spaces.
    #[cfg(test)]
    pub(crate) fn open_count(&self) -> usize {
        self.slots.lock().len()
    }

    fn get_open(&self, space: &Space) -> Option<SpaceInUse> {
        let slots = self.slots.lock();
        slots.get(space)?.get().map(|open| SpaceInUse::new(open, &self.slots))
    }
}

/// A space that is held, and open as long as it is.
pub(crate) struct SpaceInUse {
    /// Always present until it is released.
    open: Option<Arc<OpenSpace>>,
    slots: Arc<Slots>,
}

impl SpaceInUse {
    fn new(open: &Arc<OpenSpace>, slots: &Arc<Slots>) -> Self {
        Self { open: Some(Arc::clone(open)), slots: Arc::clone(slots) }
    }
}

impl Deref for SpaceInUse {
    type Target = OpenSpace;

    fn deref(&self) -> &OpenSpace {
        self.open.as_deref().expect("it is let go when it is dropped, not before")
    }
}

impl Drop for SpaceInUse {
    fn drop(&mut self) {
        // A used space stays open until it is idle.
        if let Some(open) = self.open.take_if(|open| !open.was_used()) {
            let space = open.view.space().clone();
            self.slots.let_go(&space, open);
        }
    }
}

/// A held slot. Loading may fail, or the caller may go away: then the slot must not stay.
struct Claim<'a> {
    slots: &'a Slots,
    space: &'a Space,
    slot: Slot,
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        if !self.slot.get().is_some_and(|open| open.was_used()) {
            self.slots.let_go(self.space, std::mem::take(&mut self.slot));
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio_util::task::TaskTracker;

    use super::*;
    use crate::catalog::{MemoryCatalog, Mutation};
    use crate::clock::Clock;
    use crate::queue::MemoryQueue;
    use crate::testing::content;

    async fn spaces_with_entries_in(used: &[&str]) -> Spaces {
        let catalog = MemoryCatalog::new();
        for space in used {
            let add = Mutation::Add { request: None, content: content("a", "a") };
            catalog.commit(&space.parse().unwrap(), vec![add]).await.unwrap().remove(0).unwrap();
        }
        let queue = Arc::new(MemoryQueue::new(Clock::system()));
        let jobs = JobSender::new(&catalog, queue, TaskTracker::new());
        Spaces::new(Arc::new(catalog), Arc::default(), jobs)
    }

    fn unknown(n: u32) -> Space {
        format!("unknown-{n}").parse().unwrap()
    }

    #[tokio::test]
    async fn unused_space_leaves_nothing_behind() {
        let spaces = spaces_with_entries_in(&["main"]).await;
        for n in 0..100 {
            assert!(spaces.get(&unknown(n)).await.unwrap().is_none());
        }
        assert_eq!(spaces.open_count(), 0);
        assert!(spaces.get(&Space::main()).await.unwrap().is_some());
        assert_eq!(spaces.open_count(), 1);
    }

    #[tokio::test]
    async fn unused_space_closes_with_its_last_subscriber() {
        let spaces = spaces_with_entries_in(&[]).await;
        let mut listeners = Vec::new();
        for n in 0..100 {
            listeners.push(spaces.open(&unknown(n % 50)).await.unwrap());
        }
        listeners.truncate(51);
        assert_eq!(spaces.open_count(), 50);
        drop(listeners);
        assert_eq!(spaces.open_count(), 0);
    }

    #[tokio::test]
    async fn recently_used_space_stays_open() {
        let spaces = spaces_with_entries_in(&[]).await;
        let first = spaces.open(&Space::main()).await.unwrap();
        let add = Mutation::Add { request: None, content: content("a", "a") };
        first.committer().try_admit().ok().unwrap().commit(add).await.unwrap();
        drop(first);
        assert_eq!(spaces.open_count(), 1);
    }

    #[tokio::test]
    async fn space_is_loaded_once() {
        let spaces = spaces_with_entries_in(&["main"]).await;
        let main = Space::main();
        let all = futures::future::join_all((0..20).map(|_| spaces.open(&main))).await;
        let first: &OpenSpace = all[0].as_ref().unwrap();
        assert!(all.iter().all(|open| std::ptr::eq(&**open.as_ref().unwrap(), first)));
    }

    #[tokio::test(start_paused = true)]
    async fn idle_space_is_closed() {
        let spaces = spaces_with_entries_in(&["main", "other"]).await;
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
