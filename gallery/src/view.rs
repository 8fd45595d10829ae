//! The read side of a space: its index and its feed, moved on together, by whoever learns of a change first. Not here:
//! the write side (`committer`), which spaces are open (`spaces`).

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use domain::{Applied, Change, Seq, Space};

use crate::catalog::{Catalog, CatalogError, Listening, Since};
use crate::clock::back_off;
use crate::feed::Feed;
use crate::index::Index;

/// Changes read from the log at once.
const TAIL_CHANGES: usize = 1024;
const RETRY_FIRST: Duration = Duration::from_millis(50);
const RETRY_MOST: Duration = Duration::from_secs(5);

/// A space's index and feed.
pub(crate) struct View {
    space: Space,
    catalog: Arc<dyn Catalog>,
    /// Held briefly: a page is copied out, a batch of changes is taken in.
    index: RwLock<Index>,
    feed: Feed,
}

impl View {
    /// The space as the catalog has it now.
    pub(crate) async fn load(space: Space, catalog: Arc<dyn Catalog>) -> Result<Self, CatalogError> {
        let index = Index::new(catalog.snapshot(&space).await?);
        let feed = Feed::new(index.seq());
        Ok(Self { space, catalog, index: RwLock::new(index), feed })
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
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The seq that it shows.
    pub(crate) fn seq(&self) -> Seq {
        self.index().seq()
    }

    /// Moves on by these changes, as far as they follow without a gap. Whoever learns of changes calls this, the
    /// committer and the tail alike: what was seen is ignored.
    pub(crate) fn take(&self, changes: &[Change]) {
        let seen = self.seq();
        // Encoded before the lock is taken; in a race twice, which costs little.
        let encoded: Vec<_> = changes
            .iter()
            .filter(|change| change.seq > seen)
            .map(|change| (change, encode(change)))
            .collect();
        {
            let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
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

    /// Forgets tombstones that were purged.
    pub(crate) fn forget(&self, purged: &[domain::EntryId]) {
        self.index.write().unwrap_or_else(PoisonError::into_inner).forget(purged);
    }

    /// Says that somebody listens.
    pub(crate) fn listen(&self) -> Listening {
        self.catalog.listen(&self.space)
    }

    /// What the catalog's log holds after a seq.
    pub(crate) async fn since(&self, after: Seq, limit: usize) -> Result<Since, CatalogError> {
        self.catalog.since(&self.space, after, limit).await
    }

    /// Moves on to what the catalog has now.
    pub(crate) async fn catch_up(&self) -> Result<(), CatalogError> {
        loop {
            match self.since(self.seq(), TAIL_CHANGES).await? {
                Since::Changes(changes) if changes.is_empty() => return Ok(()),
                Since::Changes(changes) => self.take(&changes),
                Since::Truncated => self.reload().await?,
            }
        }
    }

    /// Starts over from a snapshot. Subscribers who were behind find neither ring nor log, and are told to reset.
    async fn reload(&self) -> Result<(), CatalogError> {
        let fresh = Index::new(self.catalog.snapshot(&self.space).await?);
        {
            let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
            if fresh.seq() > index.seq() {
                self.feed.jump(fresh.seq());
                *index = fresh;
            }
        }
        self.feed.ring_the_bell();
        Ok(())
    }

    /// Follows the log for ever. What fails is tried again, and logged once until it works.
    pub(crate) async fn tail(&self) {
        let mut failures: u32 = 0;
        loop {
            let seq = self.seq();
            let moved_on = async {
                self.catalog.changed(&self.space, seq).await?;
                self.catch_up().await
            };
            match moved_on.await {
                Ok(()) => failures = 0,
                Err(error) => {
                    if failures == 0 {
                        tracing::warn!(space = %self.space, error = &error as &dyn std::error::Error,
                            "the log cannot be followed; trying again");
                    }
                    tokio::time::sleep(back_off(RETRY_FIRST, failures, RETRY_MOST)).await;
                    failures = failures.saturating_add(1);
                }
            }
        }
    }
}

/// A change as JSON.
pub(crate) fn encode(change: &Change) -> Arc<str> {
    serde_json::to_string(change).expect("a change has only string keys and no fallible parts").into()
}
