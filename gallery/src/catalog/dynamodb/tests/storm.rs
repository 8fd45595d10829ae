//! Everything goes wrong at once, on several writing instances: whatever was acknowledged exists exactly once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::ChangeKind;
use futures::future::join_all;

use super::*;

const WRITERS: u64 = 18;
const ROUNDS: u64 = 6;
/// The percentage of requests that fail.
const FAULTS_OF_100: u64 = 30;

/// A random fault, the same for the same seed and number.
fn by_chance(seed: u64, number: u64) -> Option<Fault> {
    let mut dice = (seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_add(number);
    let mut roll = |sides: u64| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        dice % sides
    };
    roll(100);
    if roll(100) >= FAULTS_OF_100 {
        return None;
    }
    let faults = [
        Fault::Cut,
        Fault::Lost,
        Fault::Lost,
        Fault::LostAndForgotten,
        Fault::LostAndForgotten,
        Fault::Hung,
        Fault::Slow(Duration::from_millis(50)),
        Fault::Throttled,
        Fault::InTheWay,
        Fault::Broken,
        Fault::BadGateway,
    ];
    faults.get(usize::try_from(roll(faults.len() as u64)).unwrap()).copied()
}

/// Like the committer, for longer: repeats while the catalog does not respond. Returns what was acknowledged, and
/// whether a response was lost before it.
async fn stubborn(catalog: &DynamoCatalog, mutation: Mutation) -> (Result<Committed, Rejection>, bool) {
    for attempt in 0..100 {
        match commit(catalog, vec![mutation.clone()]).await {
            Ok(mut results) => return (results.remove(0), attempt > 0),
            Err(CatalogError::Unavailable(_)) => tokio::task::yield_now().await,
            Err(error) => panic!("{error:?}"),
        }
    }
    panic!("never")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn acknowledged_writes_exist_exactly_once() {
    let seed = crate::Clock::system().now().unix_ms();
    println!("seed {seed}");
    let mut stage = Stage::new().await;
    stage.options.answer_max = Duration::from_millis(1000);
    stage.options.write_max = Duration::from_secs(3);
    let number = AtomicU64::new(0);
    stage.wire.decide(move |_, _| by_chance(seed, number.fetch_add(1, Ordering::Relaxed)));
    let catalogs = [stage.open(), stage.open(), stage.open()].map(std::sync::Arc::new);
    let acknowledged = std::sync::Arc::new(Mutex::new(Vec::<Change>::new()));
    let writers = (0..WRITERS).map(|writer| {
        let catalog = catalogs[(writer % 3) as usize].clone();
        let acknowledged = acknowledged.clone();
        tokio::spawn(async move {
            for round in 0..ROUNDS {
                let name = format!("{writer}-{round}");
                let is_requested = round % 2 == 0;
                let mutation = if is_requested { add_for(&name, &name) } else { add(&name) };
                let (added, again) = stubborn(&catalog, mutation).await;
                match added {
                    Ok(added) => acknowledged.lock().unwrap().push(added.change),
                    // Done before a lost response, and nothing else has this key.
                    Err(why) => assert!(why == Rejection::KeyTaken && again && !is_requested),
                }
                let id = id_of(&catalog, &name).await;
                for (mutation, was_done) in
                    [(remove(id), Rejection::NotLive), (restore(id), Rejection::NotRemoved)]
                {
                    match stubborn(&catalog, mutation).await {
                        (Ok(done), _) => acknowledged.lock().unwrap().push(done.change),
                        (Err(why), again) => assert!(why == was_done && again, "{why:?}"),
                    }
                }
            }
        })
    });
    for writer in join_all(writers).await {
        writer.unwrap();
    }
    stage.wire.heal();
    let log = log(&stage.beside()).await;
    assert_eq!(log.len() as u64, WRITERS * ROUNDS * 3, "each once");
    assert!(log.iter().map(|change| change.seq).eq(1..=log.len() as u64));
    let added = log.iter().filter(|change| change.kind == ChangeKind::Added);
    assert!(added.map(|change| change.entry.id).eq(1..=WRITERS * ROUNDS));
    for change in &*acknowledged.lock().unwrap() {
        assert_eq!(
            &log[usize::try_from(change.seq - 1).unwrap()],
            change,
            "acknowledged, and another is there"
        );
    }
    let seqs: BTreeSet<_> = acknowledged.lock().unwrap().iter().map(|change| change.seq).collect();
    assert_eq!(seqs.len(), acknowledged.lock().unwrap().len(), "acknowledged twice");
    println!("{} of {} acknowledged at the first try", seqs.len(), log.len());
    let newest: BTreeMap<_, _> = log.into_iter().map(|change| (change.entry.id, change.entry)).collect();
    for catalog in [&stage.beside(), &*catalogs[0]] {
        assert!(catalog.snapshot(&Space::main()).await.unwrap().entries.iter().eq(newest.values()));
    }
}

/// The id of the entry with this key, however often it must be requested.
async fn id_of(catalog: &DynamoCatalog, key: &str) -> EntryId {
    loop {
        if let Ok(there) = catalog.snapshot(&Space::main()).await {
            let entry = there.entries.iter().find(|entry| entry.content.key.as_str() == key);
            return entry.expect("it was added").id;
        }
    }
}
