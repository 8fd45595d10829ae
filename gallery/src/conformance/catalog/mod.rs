//! The promises of the catalog port, as tests that every implementation passes.
//!
//! A new one is a `Subject` (how to open it) and a line at the end of this file. What only one of them promises is
//! tested next to it.

mod commits;
#[cfg(feature = "test-servers")]
mod dynamodb;
mod log;
mod random;
mod settings;
#[cfg(feature = "test-servers")]
mod several;
mod states;
mod upkeep;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use domain::{
    Body, Change, Content, Description, EntryId, Label, Level, RequestId, Seq, Space, State, SymbolFacts,
    Timestamp,
};
use tempfile::TempDir;

use crate::catalog::{Catalog, Committed, MemoryCatalog, Mutation, Rejection, Since, SqliteCatalog};

/// An implementation to test, in its own place.
trait Subject: Default {
    /// Opens it; called again, it behaves as if the program had restarted.
    fn open(&mut self) -> impl Future<Output = Arc<dyn Catalog>>;
}

/// An implementation that several programs may open: opening it again keeps earlier ones open.
#[cfg(feature = "test-servers")]
trait Several: Subject {}

/// Does not outlive the program: opening it again gives the same one.
#[derive(Default)]
struct Memory(Arc<MemoryCatalog>);

impl Subject for Memory {
    async fn open(&mut self) -> Arc<dyn Catalog> {
        self.0.clone()
    }
}

struct Sqlite {
    folder: TempDir,
    open: Option<SqliteCatalog>,
}

impl Default for Sqlite {
    fn default() -> Self {
        Self { folder: TempDir::new().unwrap(), open: None }
    }
}

impl Subject for Sqlite {
    async fn open(&mut self) -> Arc<dyn Catalog> {
        if let Some(before) = self.open.take() {
            before.close().await.unwrap();
        }
        let catalog = SqliteCatalog::open(&self.folder.path().join("catalog.db")).await.unwrap();
        self.open = Some(catalog.clone());
        Arc::new(catalog)
    }
}

fn space(name: &str) -> Space {
    name.parse().unwrap()
}

fn request(text: &str) -> RequestId {
    text.parse().unwrap()
}

/// A time in the order of its number.
fn at(number: u64) -> Timestamp {
    Timestamp::from_unix_ms(1_795_230_895_120 + number)
}

fn content(key: &str) -> Content {
    Content {
        key: key.parse().unwrap(),
        name: "Menu of the week".parse().unwrap(),
        body: code(format!("https://example.com/{key}")),
        size_bytes: 412,
        sha256: None,
        etag: format!("etag of {key}"),
        created_at: at(0),
        labels: Label::parse_list("printed, in the window").unwrap(),
    }
}

fn code(value: String) -> Body {
    Body::Code { value, style: Level::Q.into(), symbol: Some(SymbolFacts { version: 3, mask: 5 }) }
}

fn add(key: &str) -> Mutation {
    Mutation::Add { request: None, content: content(key) }
}

fn add_for(request_id: &str, key: &str) -> Mutation {
    Mutation::Add { request: Some(request(request_id)), content: content(key) }
}

fn remove(id: EntryId) -> Mutation {
    Mutation::remove(id, State::Removed { at: at(1) })
}

/// A single mutation, committed alone.
async fn step(catalog: &dyn Catalog, space: &Space, mutation: Mutation) -> Result<Committed, Rejection> {
    let mut results = catalog.commit(space, vec![mutation]).await.unwrap();
    assert_eq!(results.len(), 1);
    results.remove(0)
}

/// Entries 1 to `count` of a new space, each committed alone.
async fn fill(catalog: &dyn Catalog, space: &Space, count: u64) {
    for id in 1..=count {
        assert_eq!(step(catalog, space, add(&format!("{id}.png"))).await.unwrap().change.entry.id, id);
    }
}

/// The changes after a seq, which the log must still hold.
async fn changes(catalog: &dyn Catalog, space: &Space, after: Seq) -> Vec<Change> {
    match catalog.since(space, after, usize::MAX).await.unwrap() {
        Since::Changes(changes) => changes,
        Since::Truncated => panic!("the log of {space} does not reach back to {after}"),
    }
}

/// Fails a test that would otherwise wait forever.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(120), future).await.expect("not within the deadline")
}

macro_rules! promises {
    ($subject:path: $($group:ident::{$($promise:ident),* $(,)?}),* $(,)?) => {
        $($(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $promise() {
                super::$group::$promise(&mut <$subject>::default()).await;
            }
        )*)*
    };
}

macro_rules! suite {
    ($name:ident, $subject:path) => {
        mod $name {
            promises! { $subject:
                commits::{
                    concurrent_commits_leave_no_gap, a_rejected_mutation_does_not_stop_the_others,
                    a_batch_without_effect_leaves_no_trace, a_concurrent_repeated_request_is_done_once,
                    a_repeated_request_in_a_batch_is_done_once, request_ids_belong_to_a_space,
                    a_restart_keeps_everything, spaces_are_independent, any_text_survives,
                },
                states::{
                    every_step_from_every_state, unknown_entries_and_foreign_keys_are_rejected,
                    a_superseded_entry_is_removed_in_the_same_commit, one_of_those_who_saw_the_same_supersedes,
                },
                log::{
                    truncation_is_reported_exactly_below_the_floor, the_log_is_read_in_pages,
                    snapshot_and_since_miss_nothing, waiting_ends_with_the_change,
                },
                upkeep::{
                    purge_deletes_only_tombstones, ids_and_seqs_are_never_reused, old_requests_are_forgotten,
                    requests_outlive_the_log, a_loaded_space_equals_its_dump, load_refuses_impossible_dumps,
                },
                settings::{
                    settings_are_kept, the_last_settings_win, settings_alone_do_not_make_a_space_used,
                    settings_of_an_unused_space_are_exported,
                },
                random::{any_history_equals_the_one_in_memory},
            }
        }
    };
}

#[cfg(feature = "test-servers")]
macro_rules! suite_of_several {
    ($name:ident, $subject:path) => {
        mod $name {
            promises! { $subject:
                several::{
                    writers_on_three_instances_leave_no_gap, a_change_on_one_instance_reaches_all,
                    a_request_sent_to_every_instance_is_done_once, a_key_added_on_every_instance_is_added_once,
                    concurrent_steps_have_one_winner, what_one_instance_forgets_all_forget,
                },
            }
        }
    };
}

suite!(memory, super::Memory);
suite!(sqlite, super::Sqlite);
#[cfg(feature = "test-servers")]
suite!(on_ministack, super::dynamodb::OnMiniStack);
#[cfg(feature = "test-servers")]
suite!(on_dynoxide, super::dynamodb::OnDynoxide);
#[cfg(feature = "test-servers")]
suite_of_several!(several_on_ministack, super::dynamodb::OnMiniStack);
#[cfg(feature = "test-servers")]
suite_of_several!(several_on_dynoxide, super::dynamodb::OnDynoxide);
#[cfg(feature = "test-aws")]
suite!(on_aws, super::dynamodb::OnAws);
#[cfg(feature = "test-aws")]
suite_of_several!(several_on_aws, super::dynamodb::OnAws);
