//! Changes that the feed no longer has, read from the catalog in pages: once for all who want the same page, and one
//! reader at a time, so that thousands who catch up leave catalog and processor to saves. Not here: the newest
//! changes (`feed`).

use std::sync::Arc;
use std::time::Duration;

use domain::{Change, Seq, Space};
use lru::LruCache;
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::catalog::{Catalog, CatalogError, Since};
use crate::space::encode::encode;

/// Changes per page.
const PAGE_CHANGES: u64 = 64;

/// A page of very long texts ends here: a client that does not read holds it.
const PAGE_MAX_BYTES: usize = 128 * 1024;

/// The size of cached pages: some ten thousand changes.
const KEPT_MAX_BYTES: usize = 16 * 1024 * 1024;

/// How many clients read, encode and send a page concurrently: at most one thread is busy with it.
const TURNS: usize = 1;

/// The maximum length of a turn after its page was read: handing the page to the network takes less, and waiting for
/// a client that does not read would block all others.
const TURN_MAX: Duration = Duration::from_millis(2);

/// The pause after a turn, as a multiple of it, and its maximum: so catching up takes a quarter of a processor.
const REST: u32 = 3;
const REST_MAX: Duration = Duration::from_millis(10);

/// The logs of all spaces, in pages.
pub(crate) struct LogPages {
    kept: Mutex<CachedPages>,
    turns: Arc<Semaphore>,
}

struct CachedPages {
    pages: LruCache<(Space, u64), Arc<LogPage>>,
    size_bytes: usize,
}

/// Consecutive changes, encoded.
pub(crate) struct LogPage {
    first: Seq,
    changes: Vec<Arc<str>>,
    size_bytes: usize,
}

/// The turn of one client that catches up.
pub(crate) struct Turn {
    permit: OwnedSemaphorePermit,
    begun: Instant,
}

/// A turn that ends when dropped, or soon by itself.
pub(crate) struct EndingTurn {
    _sent: DropGuard,
}

impl Turn {
    /// The page was read; what remains is to send it. Then there is a pause for everybody.
    pub(crate) fn ends_soon(self) -> EndingTurn {
        let sent = CancellationToken::new();
        let guard = sent.clone().drop_guard();
        tokio::spawn(async move {
            // Either way the turn is over.
            let _ = tokio::time::timeout(TURN_MAX, sent.cancelled()).await;
            tokio::time::sleep((self.begun.elapsed() * REST).min(REST_MAX)).await;
            drop(self.permit);
        });
        EndingTurn { _sent: guard }
    }
}

impl Default for LogPages {
    fn default() -> Self {
        let kept = CachedPages { pages: LruCache::unbounded(), size_bytes: 0 };
        Self { kept: Mutex::new(kept), turns: Arc::new(Semaphore::new(TURNS)) }
    }
}

impl LogPages {
    /// Waits for a turn.
    pub(crate) async fn turn(&self) -> Turn {
        let permit = Arc::clone(&self.turns).acquire_owned().await.expect("nobody closes it");
        Turn { permit, begun: Instant::now() }
    }

    /// The page with this change; `None` if the log no longer has it.
    pub(crate) async fn page_with(
        &self,
        catalog: &dyn Catalog,
        space: &Space,
        seq: Seq,
    ) -> Result<Option<Arc<LogPage>>, CatalogError> {
        let number = (seq - 1) / PAGE_CHANGES;
        if let Some(page) = self.kept().get(space, number).filter(|page| page.get(seq).is_some()) {
            return Ok(Some(page));
        }
        let before = number * PAGE_CHANGES;
        if let Some(page) = LogPage::read(catalog, space, before, PAGE_CHANGES).await?
            && page.get(seq).is_some()
        {
            let page = Arc::new(page);
            self.kept().put(space, number, Arc::clone(&page));
            return Ok(Some(page));
        }
        // The log begins, or has a gap, in the middle of the page.
        let rest = before + PAGE_CHANGES - (seq - 1);
        Ok(LogPage::read(catalog, space, seq - 1, rest).await?.map(Arc::new))
    }

    fn kept(&self) -> MutexGuard<'_, CachedPages> {
        self.kept.lock()
    }
}

impl CachedPages {
    fn get(&mut self, space: &Space, number: u64) -> Option<Arc<LogPage>> {
        self.pages.get(&(space.clone(), number)).cloned()
    }

    fn put(&mut self, space: &Space, number: u64, page: Arc<LogPage>) {
        self.size_bytes += page.size_bytes;
        let mut gone = self.pages.put((space.clone(), number), page);
        loop {
            self.size_bytes -= gone.map_or(0, |page| page.size_bytes);
            if self.size_bytes <= KEPT_MAX_BYTES {
                return;
            }
            gone = self.pages.pop_lru().map(|(_, page)| page);
        }
    }
}

impl LogPage {
    async fn read(
        catalog: &dyn Catalog,
        space: &Space,
        after: Seq,
        most: u64,
    ) -> Result<Option<Self>, CatalogError> {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        match catalog.since(space, after, most).await? {
            Since::Changes(changes) => Ok(Self::of(&changes)),
            Since::Truncated => Ok(None),
        }
    }

    fn of(changes: &[Change]) -> Option<Self> {
        let first = changes.first()?.seq;
        let mut page = Self { first, changes: Vec::with_capacity(changes.len()), size_bytes: 0 };
        for change in changes {
            let json = encode(change);
            if page.size_bytes > 0 && page.size_bytes + json.len() > PAGE_MAX_BYTES {
                break;
            }
            page.size_bytes += json.len();
            page.changes.push(json);
        }
        Some(page)
    }

    /// A change on the page.
    pub(crate) fn get(&self, seq: Seq) -> Option<&Arc<str>> {
        self.changes.get(usize::try_from(seq.checked_sub(self.first)?).ok()?)
    }
}
