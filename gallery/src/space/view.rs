//! The read side of a space: its index and feed, advanced together by the first to learn of a change. Not here: the
//! write side (`committer`), which spaces are open (`spaces`).

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use domain::{Applied, Change, Seq, Space};
use parking_lot::{Mutex, MutexGuard, RwLock, RwLockReadGuard};
use tokio::time::Instant;

use crate::catalog::{Catalog, CatalogError, Listening, OVERDUE_AFTER, Since};
use crate::clock::back_off;
use crate::log_throttle::LogThrottle;
use crate::space::encode::encode;
use crate::space::feed::Feed;
use crate::space::index::Index;
use crate::space::index::loading::load;

/// Changes read from the log at once.
const TAIL_CHANGES: usize = 1024;
const RETRY_FIRST: Duration = Duration::from_millis(50);
const RETRY_MOST: Duration = Duration::from_secs(5);

/// When the catalog becomes unavailable or returns, every open space notices at the same moment.
static LOST: LogThrottle = LogThrottle::new();
static FOUND: LogThrottle = LogThrottle::new();

/// A space's index and feed.
pub(crate) struct View {
    space: Space,
    catalog: Arc<dyn Catalog>,
    /// Held briefly: to copy a page or apply a batch of changes.
    index: RwLock<Index>,
    feed: Feed,
    /// Since when the log cannot be followed.
    behind_since: Mutex<Option<Instant>>,
}

impl View {
    /// Loads the current state from the catalog.
    pub(crate) async fn load(space: Space, catalog: Arc<dyn Catalog>) -> Result<Self, CatalogError> {
        let index = load(&*catalog, &space).await?;
        let feed = Feed::new(index.seq());
        Ok(Self { space, catalog, index: RwLock::new(index), feed, behind_since: Mutex::default() })
    }

    pub(crate) fn space(&self) -> &Space {
        &self.space
    }

    pub(crate) fn catalog(&self) -> &dyn Catalog {
        &*self.catalog
    }

    pub(crate) fn feed(&self) -> &Feed {
        &self.feed
    }

    pub(crate) fn index(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read()
    }

    /// The seq that it shows.
    pub(crate) fn seq(&self) -> Seq {
        self.index().seq()
    }

    /// For how long the log could not be followed: the displayed state is that old, or older by as long as the
    /// catalog may be waited for (`OVERDUE_AFTER`). `None` while it can be.
    pub(crate) fn behind_for(&self) -> Option<Duration> {
        self.behind_since().map(|since| since.elapsed())
    }

    /// Applies these changes, as far as they follow without a gap. Whoever learns of changes calls this, the
    /// committer and the tail alike: already seen ones are ignored.
    pub(crate) fn take(&self, changes: &[Change]) {
        let seen = self.seq();
        // Encoded before the lock is taken; in a race twice, which costs little.
        let encoded: Vec<_> = changes
            .iter()
            .filter(|change| change.seq > seen)
            .map(|change| (change, encode(change)))
            .collect();
        {
            let mut index = self.index.write();
            for (change, json) in encoded {
                match index.apply(change) {
                    Applied::Taken => self.feed.push(json),
                    Applied::Ignored => {}
                    Applied::Gap => break,
                }
            }
        }
        self.feed.ring_the_bell();
    }

    /// Removes purged tombstones.
    pub(crate) fn forget(&self, purged: &[domain::EntryId]) {
        self.index.write().forget(purged);
    }

    /// Declares a listener.
    pub(crate) fn listen(&self) -> Listening {
        self.catalog.listen(&self.space)
    }

    /// The catalog's log after a seq.
    async fn since(&self, after: Seq, limit: usize) -> Result<Since, CatalogError> {
        self.catalog.since(&self.space, after, limit).await
    }

    /// Advances to the catalog's current state.
    pub(crate) async fn catch_up(&self) -> Result<(), CatalogError> {
        loop {
            match self.since(self.seq(), TAIL_CHANGES).await? {
                Since::Changes(changes) if changes.is_empty() => return Ok(()),
                Since::Changes(changes) => self.take(&changes),
                Since::Truncated => self.reload().await?,
            }
        }
    }

    /// Starts over from a snapshot. Subscribers that lag behind find neither ring nor log, and get a reset.
    async fn reload(&self) -> Result<(), CatalogError> {
        let fresh = load(&*self.catalog, &self.space).await?;
        {
            let mut index = self.index.write();
            if fresh.seq() > index.seq() {
                self.feed.jump(fresh.seq());
                *index = fresh;
            }
        }
        self.feed.ring_the_bell();
        Ok(())
    }

    /// Follows the log forever. Failures are retried, and logged once until it works again.
    pub(crate) async fn tail(&self) {
        let mut failures: u32 = 0;
        loop {
            match self.follow(failures > 0).await {
                Ok(()) => {
                    if failures > 0
                        && let Some(suppressed) = FOUND.record()
                    {
                        tracing::info!(space = %self.space, suppressed, "following the log again");
                    }
                    failures = 0;
                    *self.behind_since() = None;
                }
                Err(error) => {
                    if failures == 0 {
                        self.set_behind_since(Instant::now());
                        if let Some(suppressed) = LOST.record() {
                            tracing::warn!(space = %self.space, error = &error as &dyn std::error::Error, suppressed,
                                "cannot follow the log; retrying");
                        }
                    }
                    tokio::time::sleep(back_off(RETRY_FIRST, failures, RETRY_MOST)).await;
                    failures = failures.saturating_add(1);
                }
            }
        }
    }

    /// Advances once there is something new; after a failure as soon as the catalog responds, to know that there is
    /// nothing.
    async fn follow(&self, has_failed: bool) -> Result<(), CatalogError> {
        if !has_failed {
            self.catalog.changed(&self.space, self.seq()).await?;
        }
        let asked_at = Instant::now();
        let mut caught_up = pin!(self.catch_up());
        match tokio::time::timeout(OVERDUE_AFTER, &mut caught_up).await {
            Ok(caught_up) => caught_up,
            Err(_) => {
                self.set_behind_since(asked_at);
                caught_up.await
            }
        }
    }

    /// Since then, unless already longer.
    fn set_behind_since(&self, moment: Instant) {
        self.behind_since().get_or_insert(moment);
    }

    fn behind_since(&self) -> MutexGuard<'_, Option<Instant>> {
        self.behind_since.lock()
    }
}
