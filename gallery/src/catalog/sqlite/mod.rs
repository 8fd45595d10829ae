//! A catalog in one SQLite file, which this program alone holds open (`crate::sqlite`). A commit writes the jobs of its
//! entries into the queue in the same file.
//!
//! - `numbers`: the numbers assigned, so that a start finds a loss.
//! - `commit`, `read`, `upkeep`, `settings`: the statements, by what they are for.
//!
//! Not here: what a mutation does (`decide`), how many mutations are committed at once (the gallery's group commit).

mod commit;
mod numbers;
mod read;
mod settings;
#[cfg(test)]
mod tests;
mod upkeep;

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use domain::{Change, EntryId, RequestId, Seq, Space, Timestamp};

use super::heads::Heads;
use super::{
    Catalog, CatalogError, Committed, Counters, Mutation, Rejection, Settings, Since, SpaceDump, Take,
};
use crate::clock::Clock;
use crate::queue::SqliteQueue;
use crate::sqlite::{SqliteFile, damaged, note_damage, to_the_end};
use numbers::{Noted, Numbers};

/// A catalog in a SQLite file.
#[derive(Debug, Clone)]
pub struct SqliteCatalog {
    store: Arc<Store>,
}

#[derive(Debug)]
struct Store {
    file: Arc<SqliteFile>,
    queue: SqliteQueue,
    heads: Heads,
    numbers: Numbers,
}

impl SqliteCatalog {
    /// A catalog alone, with a queue that nobody receives from. Errors as for `SqliteFile::open`.
    pub async fn open(path: &Path) -> Result<Self, CatalogError> {
        let file = Arc::new(SqliteFile::open(path).await?);
        let queue = SqliteQueue::over(Arc::clone(&file), Clock::system()).await?;
        Self::over(file, queue).await
    }

    /// The catalog in an open file, with the queue in the same file. After an error the file is closed.
    pub async fn over(file: Arc<SqliteFile>, queue: SqliteQueue) -> Result<Self, CatalogError> {
        let noted = Noted::beside(&file);
        match numbers_in(&file, &noted).await {
            Ok(counters) => {
                let heads = Heads::default();
                for (space, counters) in &counters {
                    heads.advance(space, counters.last_seq);
                }
                let numbers = noted.replaced_by(&counters);
                Ok(Self { store: Arc::new(Store { file, queue, heads, numbers }) })
            }
            Err(error) => {
                // Waits for the lock to be released.
                file.close().await?;
                Err(error)
            }
        }
    }

    /// Returns once there is, or once was, an entry in it.
    pub async fn used(&self) {
        self.store.heads.used().await;
    }
}

/// The counters in an open file. If it lacks numbers that were assigned, the error is `Damaged` until somebody accepts
/// the loss; from then on the counters continue after what is missing.
async fn numbers_in(file: &SqliteFile, noted: &Noted) -> Result<Vec<(Space, Counters)>, CatalogError> {
    let counters = read::all_counters(&mut *file.connection().await?).await?;
    let missing = noted.missing_from(&counters);
    let Some(details) = numbers::sentence(file.path(), &missing) else { return Ok(counters) };
    if !noted.is_loss_accepted() {
        note_damage(file.path(), &details);
        noted.refuse();
        return Err(damaged(&details));
    }
    tracing::warn!(details, "numbers continue after the missing ones");
    for (space, there, (last_id, last_seq)) in missing {
        let raised =
            Counters { last_id: last_id.max(there.last_id), last_seq: last_seq.max(there.last_seq), ..there };
        let mut transaction = file.begin().await?;
        let outcome = upkeep::skip_to(transaction.connection(), &space, raised).await;
        transaction.end(outcome).await?;
    }
    read::all_counters(&mut *file.connection().await?).await
}

impl Store {
    async fn commit(
        &self,
        space: &Space,
        mutations: Vec<Mutation>,
    ) -> Result<Vec<Result<Committed, Rejection>>, CatalogError> {
        let mut transaction = self.file.begin().await?;
        let outcome = commit::commit(transaction.connection(), &self.queue, space, mutations).await;
        let decision = transaction.end(outcome).await?;
        self.numbers.note(space, decision.counters);
        self.heads.advance(space, decision.counters.last_seq);
        self.queue.announce(decision.jobs(space).len());
        Ok(decision.results)
    }

    async fn truncate(&self, space: &Space, floor: Seq) -> Result<(), CatalogError> {
        let mut transaction = self.file.begin().await?;
        let outcome = upkeep::truncate(transaction.connection(), space, floor).await;
        transaction.end(outcome).await
    }

    async fn purge(&self, space: &Space, ids: &[EntryId]) -> Result<(), CatalogError> {
        let mut transaction = self.file.begin().await?;
        let outcome = upkeep::purge(transaction.connection(), space, ids).await;
        transaction.end(outcome).await
    }

    async fn forget_requests(&self, space: &Space, before: Timestamp) -> Result<(), CatalogError> {
        let mut transaction = self.file.begin().await?;
        let outcome = upkeep::forget_requests(transaction.connection(), space, before).await;
        transaction.end(outcome).await
    }

    async fn set_settings(&self, space: &Space, settings: &Settings) -> Result<(), CatalogError> {
        let mut transaction = self.file.begin().await?;
        let outcome = settings::put(transaction.connection(), space, settings).await;
        transaction.end(outcome).await
    }

    async fn load(&self, space: &Space, dump: &SpaceDump) -> Result<(), CatalogError> {
        let mut transaction = self.file.begin().await?;
        let outcome = upkeep::load(transaction.connection(), &self.queue, space, dump).await;
        let jobs = transaction.end(outcome).await?;
        self.numbers.note(space, dump.counters);
        self.heads.advance(space, dump.counters.last_seq);
        self.queue.announce(jobs);
        Ok(())
    }
}

#[async_trait]
impl Catalog for SqliteCatalog {
    async fn commit(
        &self,
        space: &Space,
        mutations: Vec<Mutation>,
    ) -> Result<Vec<Result<Committed, Rejection>>, CatalogError> {
        let (store, space) = (Arc::clone(&self.store), space.clone());
        to_the_end(async move { store.commit(&space, mutations).await }).await
    }

    async fn spaces(&self) -> Result<Vec<Space>, CatalogError> {
        let counters = read::all_counters(&mut *self.store.file.connection().await?).await?;
        Ok(counters.into_iter().map(|(space, _)| space).collect())
    }

    async fn request(&self, space: &Space, request: &RequestId) -> Result<Option<Change>, CatalogError> {
        read::request(&mut *self.store.file.connection().await?, space, request).await
    }

    async fn each_entry(&self, space: &Space, take: Take<'_>) -> Result<Seq, CatalogError> {
        read::each_entry(&mut *self.store.file.connection().await?, space, take).await
    }

    async fn since(&self, space: &Space, after: Seq, limit: usize) -> Result<Since, CatalogError> {
        read::since(&mut *self.store.file.connection().await?, space, after, limit).await
    }

    async fn changed(&self, space: &Space, after: Seq) -> Result<(), CatalogError> {
        self.store.heads.past(space, after).await;
        Ok(())
    }

    async fn truncate(&self, space: &Space, floor: Seq) -> Result<(), CatalogError> {
        let (store, space) = (Arc::clone(&self.store), space.clone());
        to_the_end(async move { store.truncate(&space, floor).await }).await
    }

    async fn purge(&self, space: &Space, ids: &[EntryId]) -> Result<(), CatalogError> {
        let (store, space, ids) = (Arc::clone(&self.store), space.clone(), ids.to_vec());
        to_the_end(async move { store.purge(&space, &ids).await }).await
    }

    async fn forget_requests(&self, space: &Space, before: Timestamp) -> Result<(), CatalogError> {
        let (store, space) = (Arc::clone(&self.store), space.clone());
        to_the_end(async move { store.forget_requests(&space, before).await }).await
    }

    async fn load(&self, space: &Space, dump: SpaceDump) -> Result<(), CatalogError> {
        dump.check()?;
        let (store, space) = (Arc::clone(&self.store), space.clone());
        to_the_end(async move { store.load(&space, &dump).await }).await
    }

    async fn counters(&self, space: &Space) -> Result<Counters, CatalogError> {
        Ok(read::counters(&mut *self.store.file.connection().await?, space).await?.unwrap_or_default())
    }

    async fn settings(&self, space: &Space) -> Result<Settings, CatalogError> {
        settings::get(&mut *self.store.file.connection().await?, space).await
    }

    async fn settled(&self) -> Result<Vec<Space>, CatalogError> {
        settings::spaces(&mut *self.store.file.connection().await?).await
    }

    async fn set_settings(&self, space: &Space, settings: Settings) -> Result<(), CatalogError> {
        let (store, space) = (Arc::clone(&self.store), space.clone());
        to_the_end(async move { store.set_settings(&space, &settings).await }).await
    }

    async fn ready(&self) -> Result<(), CatalogError> {
        self.store.file.ready().await
    }

    async fn probe(&self) -> Result<(), CatalogError> {
        let store = Arc::clone(&self.store);
        to_the_end(async move { store.file.probe().await }).await
    }

    /// Afterwards every call returns `Unavailable`.
    async fn close(&self) -> Result<(), CatalogError> {
        self.store.file.close().await
    }

    fn is_exclusive(&self) -> bool {
        true
    }

    fn writes_jobs(&self) -> bool {
        true
    }
}
