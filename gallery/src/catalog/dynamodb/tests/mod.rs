//! What only this adapter promises: few requests, and one commit whatever gets lost on the way. `conformance` has the
//! promises of the port. Not here: permissions, which not all test servers check.

mod faults;
mod items;
mod last_build;
mod loading;
mod lost;
mod requests;
mod storm;
mod wire;

use std::time::Duration;

use domain::{Body, Change, Content, EntryId, Level, RequestId, Space, State, SymbolFacts, Timestamp};

use super::super::{Catalog as _, CatalogError, Committed, Mutation, Rejection, Since};
use super::{DynamoCatalog, DynamoOptions, TableName, create_table};
use crate::aws::Aws;
use crate::testing::servers::dynoxide;
use crate::testing::unique_names::fresh_name;
use wire::{Fault, Wire};

/// A separate table on dynoxide, and a wire to it.
struct Stage {
    direct: Aws,
    aws: Aws,
    table: TableName,
    wire: Wire,
    options: DynamoOptions,
}

impl Stage {
    async fn new() -> Self {
        let (direct, wire) = (dynoxide().await, Wire::default());
        let table: TableName = fresh_name().parse().unwrap();
        create_table(&direct, table.clone()).await.unwrap();
        // Long enough for a busy machine.
        let (answer_max, write_max) = (Duration::from_secs(30), Duration::from_secs(60));
        let overdue_after = answer_max;
        let options = DynamoOptions { answer_max, write_max, overdue_after, ..DynamoOptions::default() };
        Self { aws: wire.between(&direct), direct, table, wire, options }
    }

    /// Another instance on the table.
    fn open(&self) -> DynamoCatalog {
        DynamoCatalog::new(&self.aws, self.table.clone(), self.options.clone())
    }

    /// An instance whose requests bypass the wire.
    fn beside(&self) -> DynamoCatalog {
        DynamoCatalog::new(&self.direct, self.table.clone(), self.options.clone())
    }

    /// How often each request was made since the last time, in short.
    fn asked(&self) -> String {
        let counts = self.wire.counts();
        counts.iter().map(|(asked, count)| format!("{asked} {count}")).collect::<Vec<_>>().join(", ")
    }
}

fn content(key: &str) -> Content {
    Content { body: code(format!("https://example.com/{key}")), ..crate::testing::content(key, "") }
}

fn code(value: String) -> Body {
    Body::Code { value, style: Level::Q.into(), symbol: Some(SymbolFacts { version: 3, mask: 5 }) }
}

fn add(key: &str) -> Mutation {
    Mutation::Add { request: None, content: content(key) }
}

fn add_for(request: &str, key: &str) -> Mutation {
    Mutation::Add { request: Some(request_id(request)), content: content(key) }
}

fn request_id(text: &str) -> RequestId {
    text.parse().unwrap()
}

fn remove(id: EntryId) -> Mutation {
    Mutation::remove(id, State::Removed { at: Timestamp::from_unix_ms(7) })
}

fn restore(id: EntryId) -> Mutation {
    Mutation::restore(id)
}

fn replace(id: EntryId, key: &str) -> Mutation {
    Mutation::Replace { id, content: Content { etag: "newer".to_owned(), ..content(key) } }
}

type Results = Result<Vec<Result<Committed, Rejection>>, CatalogError>;

/// A batch in `main`.
async fn commit(catalog: &DynamoCatalog, mutations: Vec<Mutation>) -> Results {
    catalog.commit(&Space::main(), mutations).await
}

/// The whole log of `main`.
async fn log(catalog: &DynamoCatalog) -> Vec<Change> {
    match catalog.since(&Space::main(), 0, usize::MAX).await.unwrap() {
        Since::Changes(changes) => changes,
        Since::Truncated => panic!("nobody truncates here"),
    }
}

/// The changes of a batch that was applied completely.
fn applied(results: Results) -> Vec<Change> {
    let applied = results.unwrap().into_iter().map(|result| {
        let Committed { change, repeated, .. } = result.unwrap();
        assert!(!repeated);
        change
    });
    applied.collect()
}
