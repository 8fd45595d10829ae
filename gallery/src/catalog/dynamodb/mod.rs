//! A catalog in one DynamoDB table, which any number of instances share. No instance keeps anything that matters.
//!
//! Every item has the string keys `pk` and `sk`; numbers in `sk` have 16 digits, so that they sort as numbers do:
//!
//! | pk | sk | what |
//! |---|---|---|
//! | `C#space` | `-` | the root of a space: its counters, the log's floor; every write of the space moves it |
//! | `E#space#⌊id/1000⌋` | id | an entry: `ID`, `Value` and its other fields, as words |
//! | `K#space#key` | `-` | which entry has this key |
//! | `L#space#⌊seq/1000⌋` | seq | a change; `commit` is the mark of the transaction that wrote it |
//! | `R#space#request id` | `-` | the change that a request made; DynamoDB deletes it after `expires_at` |
//! | `D#kind` | key | a record (`crate::records`); DynamoDB deletes it after `expires_at` |
//! | `S` | space | a space that was ever used |
//! | `T` | space | what people settled for a space |
//!
//! A commit is one transaction on the condition that the root is as it was read, and so is everything else that it was
//! decided on. A root that another instance has moved comes back with the refusal, so that the next try needs no read.
//! An add takes four items and a transaction holds a hundred, two of them for the root and, once, the space: 24 adds.
//! The key is an item of its own also for keys of ours: two instances may adopt the same object after a crash, and a
//! key without a request id (after an import) has nothing else to stop the second one.
//!
//! - `create`: the table. `layout`, `attributes`, `root`: what lies in it. `trouble`: what its errors mean.
//! - `table`: single requests. `transaction`: one transaction, carried out once, whatever gets lost on the way.
//! - `commit`, `read`, `waiting`, `upkeep`, `load`, `settings`: the port, by what its methods are for. `local`: what an instance
//!   keeps of a space to spare requests.
//!
//! Not here: what a mutation does (`decide`), how many mutations are committed at once (the gallery's group commit).

mod attributes;
mod commit;
mod create;
mod error;
mod layout;
mod load;
mod local;
mod patience;
mod read;
mod root;
mod settings;
mod table;
mod table_name;
#[cfg(test)]
#[cfg(feature = "test-servers")]
mod tests;
mod transaction;
mod upkeep;
mod waiting;
mod writes;

use std::time::Duration;

use async_trait::async_trait;
use domain::{Change, EntryId, RequestId, Seq, Space, Timestamp};

use super::heads::Heads;
use super::{
    Catalog, CatalogError, Committed, Counters, Listening, Mutation, Rejection, Settings, Since, SpaceDump,
    Take,
};
use crate::aws::Aws;
use layout::{SETTINGS, SPACES};
use local::{Listener, Locals};

pub(crate) use attributes::{Item, number, string};
pub(crate) use create::is_ours;
pub use create::{create_table, keep_history, protect};
pub(crate) use error::{classify, unreadable};
pub(crate) use layout::{EXPIRES_AT, PK, Place, SK};
pub(crate) use table::{NOT_MET, Table};
pub use table_name::{TableName, TableNameError};

/// Mutations in one transaction: 100 items, less the root and the space, at most four for a mutation.
const TRANSACTION_MAX_MUTATIONS: usize = 24;

/// How a catalog in DynamoDB works.
#[derive(Debug, Clone)]
pub struct DynamoOptions {
    /// Time between two looks for what other instances have written, while somebody listens.
    pub ask_every: Duration,
    /// The same while nobody does, so that what is shown next is not much out of date.
    pub ask_idle_every: Duration,
    /// Longest wait for the answer to one request: DynamoDB answers within hundredths of a second, or not at all.
    pub answer_max: Duration,
    /// How long one who waits for changes takes no answer for one that is on its way: after it, what is shown is said to
    /// be old.
    pub overdue_after: Duration,
    /// How long a write is tried; its last request takes at most `answer_max` more. Six of these, as often as the
    /// gallery tries, are over before reconciliation adopts the object of a save.
    pub write_max: Duration,
}

impl Default for DynamoOptions {
    fn default() -> Self {
        Self {
            ask_every: Duration::from_millis(250),
            ask_idle_every: Duration::from_secs(2),
            answer_max: Duration::from_secs(3),
            overdue_after: crate::catalog::OVERDUE_AFTER,
            write_max: Duration::from_secs(5),
        }
    }
}

/// A catalog in a DynamoDB table.
#[derive(Debug)]
pub struct DynamoCatalog {
    table: Table,
    options: DynamoOptions,
    heads: Heads,
    locals: Locals,
}

impl DynamoCatalog {
    /// The catalog in this table. Asks for nothing yet.
    pub fn new(aws: &Aws, table: TableName, options: DynamoOptions) -> Self {
        let table = Table::new(aws, table, options.answer_max);
        Self { table, options, heads: Heads::default(), locals: Locals::default() }
    }
}

#[async_trait]
impl Catalog for DynamoCatalog {
    fn batch_max(&self) -> usize {
        TRANSACTION_MAX_MUTATIONS
    }

    async fn commit(
        &self,
        space: &Space,
        mutations: Vec<Mutation>,
    ) -> Result<Vec<Result<Committed, Rejection>>, CatalogError> {
        self.commit_together(space, &mutations).await
    }

    async fn spaces(&self) -> Result<Vec<Space>, CatalogError> {
        self.spaces_in(SPACES).await
    }

    async fn request(&self, space: &Space, request: &RequestId) -> Result<Option<Change>, CatalogError> {
        self.read_request(space, request).await
    }

    async fn each_entry(&self, space: &Space, take: Take<'_>) -> Result<Seq, CatalogError> {
        self.read_entries(space, take).await
    }

    async fn since(&self, space: &Space, after: Seq, limit: usize) -> Result<Since, CatalogError> {
        self.read_since(space, after, limit).await
    }

    async fn changed(&self, space: &Space, after: Seq) -> Result<(), CatalogError> {
        self.wait_past(space, after).await
    }

    fn listen(&self, space: &Space) -> Listening {
        Listening { _kept: Some(Box::new(Listener::to(self.locals.of(space)))) }
    }

    async fn truncate(&self, space: &Space, floor: Seq) -> Result<(), CatalogError> {
        self.raise_floor(space, floor).await
    }

    async fn purge(&self, space: &Space, ids: &[EntryId]) -> Result<(), CatalogError> {
        self.purge_tombstones(space, ids).await
    }

    async fn forget_requests(&self, space: &Space, before: Timestamp) -> Result<(), CatalogError> {
        self.forget_before(space, before).await
    }

    async fn load(&self, space: &Space, dump: SpaceDump) -> Result<(), CatalogError> {
        self.load_unused(space, &dump).await
    }

    async fn counters(&self, space: &Space) -> Result<Counters, CatalogError> {
        Ok(self.root(space).await?.unwrap_or_default().counters)
    }

    async fn settings(&self, space: &Space) -> Result<Settings, CatalogError> {
        self.read_settings(space).await
    }

    async fn settled(&self) -> Result<Vec<Space>, CatalogError> {
        self.spaces_in(SETTINGS).await
    }

    async fn set_settings(&self, space: &Space, settings: Settings) -> Result<(), CatalogError> {
        self.write_settings(space, &settings).await
    }
}
