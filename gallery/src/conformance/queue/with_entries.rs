//! The jobs that a catalog writes in the commits of its entries.

use domain::{Content, Description, State, Timestamp};

use super::*;
use crate::catalog::Mutation;
use crate::testing::{content, photo};

/// A photo that nobody has looked at, or a file, which has no work.
fn with_work(key: &str, has_work: bool) -> Content {
    if has_work { photo(key) } else { content(key, "") }
}

fn add(key: &str, has_work: bool) -> Mutation {
    Mutation::Add { request: Some(key.parse().unwrap()), content: with_work(key, has_work) }
}

fn remove(id: EntryId) -> Mutation {
    Mutation::remove(id, State::Removed { at: Timestamp::from_unix_ms(0) })
}

async fn commit(catalog: &dyn Catalog, mutations: Vec<Mutation>) -> Vec<bool> {
    let results = catalog.commit(&Space::main(), mutations).await.unwrap();
    results.into_iter().map(|result| result.is_ok_and(|committed| committed.starts_work)).collect()
}

pub(super) async fn an_entry_with_work_brings_its_job<S: WithEntries>(subject: &mut S) {
    let (catalog, queue) = subject.open_both().await;
    assert!(catalog.writes_jobs());
    let batch = vec![add("a", true), add("b", false), add("c", true)];
    assert_eq!(commit(&*catalog, batch.clone()).await, [true, false, true]);
    let (first, third) = (job(1), job(3));
    assert_eq!(visible(&*queue).await, [first, third]);
    assert_eq!(commit(&*catalog, batch).await, [false; 3], "a repetition");
    // Work that comes later.
    let replace = Mutation::Replace { id: 2, content: with_work("b", true) };
    assert_eq!(commit(&*catalog, vec![replace]).await, [true]);
    assert_eq!(visible(&*queue).await, [Job { revision: 4, ..job(2) }]);
}

pub(super) async fn what_starts_no_work_brings_no_job<S: WithEntries>(subject: &mut S) {
    let (catalog, queue) = subject.open_both().await;
    commit(&*catalog, vec![add("a", true), add("b", false)]).await;
    let delivery = receive::<S>(&*queue, LONG).await;
    // What happens to an entry that has work is no further work.
    let renamed = Description { name: Some("Renamed".parse().unwrap()), ..Description::default() };
    let describe = |id| Mutation::Describe { id, expected: None, description: renamed.clone() };
    assert_eq!(commit(&*catalog, vec![describe(1), describe(2)]).await, [false; 2]);
    let taken = Mutation::Add { request: None, content: with_work("a", true) };
    assert_eq!(commit(&*catalog, vec![taken, remove(99)]).await, [false; 2], "rejected");
    queue.done(&delivery.receipt).await.unwrap();
    assert_eq!(visible(&*queue).await, []);
    // A tombstone has no work; restored, it has it again.
    assert_eq!(commit(&*catalog, vec![remove(1), remove(2)]).await, [false; 2]);
    let restore = Mutation::restore;
    assert_eq!(commit(&*catalog, vec![restore(1), restore(2)]).await, [true, false]);
    assert_eq!(visible(&*queue).await.iter().map(|job| job.id).collect::<Vec<_>>(), [1]);
}

pub(super) async fn a_commit_wakes_a_receiver<S: WithEntries>(subject: &mut S) {
    let (catalog, queue) = subject.open_both().await;
    let waiting = {
        let queue = Arc::clone(&queue);
        tokio::spawn(async move { queue.receive(1, LONG, Duration::from_secs(20)).await.unwrap() })
    };
    tokio::task::yield_now().await;
    commit(&*catalog, vec![add("a", true)]).await;
    assert_eq!(soon(waiting).await.unwrap()[0].job, job(1));
}

pub(super) async fn a_loaded_space_brings_its_jobs<S: WithEntries>(subject: &mut S) {
    let source = MemoryCatalog::new();
    commit(&source, vec![add("a", true), add("b", false), add("c", true)]).await;
    commit(&source, vec![remove(3)]).await;
    let main = Space::main();
    let dump = crate::catalog::SpaceDump {
        counters: source.counters(&main).await.unwrap(),
        entries: source.snapshot(&main).await.unwrap().entries,
        log: Vec::new(),
    };
    let counters = crate::catalog::Counters { floor: dump.counters.last_seq, ..dump.counters };
    let (catalog, queue) = subject.open_both().await;
    catalog.load(&main, crate::catalog::SpaceDump { counters, ..dump }).await.unwrap();
    assert_eq!(visible(&*queue).await, [job(1)]);
}
