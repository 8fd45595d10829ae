//! Counts the requests to S3, SQS and DynamoDB, since each is billed. docs/aws.md works out the monthly cost.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures::future::join_all;
use serde_json::{Value, json};

use super::instance::Cluster;
use super::random;
use crate::support::until;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn save_costs_one_put_and_one_transaction_and_a_page_nothing() {
    let cluster = Cluster::of(1, &[], &mut random()).await;
    let url = cluster.instances[0].url();
    // Wait until the space is open and the first comparison is over.
    save(&url, "first".to_owned()).await;
    quiet(&cluster).await;

    for n in 0..10 {
        save(&url, format!("one by one {n}")).await;
    }
    let one_by_one = counted(&cluster);
    eprintln!("10 saves, one by one: {one_by_one:?}");
    assert_eq!(one_by_one["S3 PUT object"], 10);
    assert_eq!(one_by_one["DynamoDB TransactWriteItems"], 10);
    assert_eq!(writes(&one_by_one), 20, "and nothing else is written");

    // Otherwise the local table would finish each save before the next one arrives.
    cluster.backend.items.answer_after(Duration::from_millis(250));
    join_all((0..96).map(|n| save(&url, format!("together {n}")))).await;
    cluster.backend.items.answer_after(Duration::ZERO);
    let together = counted(&cluster);
    eprintln!("96 saves at once: {together:?}");
    assert_eq!(together["S3 PUT object"], 96);
    assert!(together["DynamoDB TransactWriteItems"] <= 48, "concurrent saves are committed together");

    // The instance reads its own log, once for all of them.
    quiet(&cluster).await;
    let listing: Value =
        reqwest::get(format!("{url}api/v1/spaces/main/entries")).await.unwrap().json().await.unwrap();
    for _ in 0..20 {
        reqwest::get(&url).await.unwrap().error_for_status().unwrap();
        for entry in listing["entries"].as_array().unwrap() {
            let thumbnail = format!("{url}s/main/files/{}.svg", entry["id"]);
            reqwest::get(thumbnail).await.unwrap().error_for_status().unwrap();
        }
    }
    let pages = counted(&cluster);
    eprintln!("20 pages with all their thumbnails: {pages:?}");
    assert_eq!(besides_upkeep(&pages), Vec::<&String>::new(), "pages and thumbnails come from memory");

    // From one read of the counters to the fourth after it: timers are never early, however busy the machine.
    asked_for_counters(&cluster, 1).await;
    let started = Instant::now();
    let idle = asked_for_counters(&cluster, 4).await;
    eprintln!("{:?} without listeners: {idle:?}", started.elapsed());
    assert_eq!(besides_upkeep(&idle), Vec::<&String>::new());
    assert!(started.elapsed() >= 3 * IDLE, "the counters were read too often: {:?}", started.elapsed());
}

/// The requests that an instance makes by itself: it reads the counters, for changes of other instances, and the queue.
const COUNTERS: &str = "DynamoDB GetItem";
/// The time between two reads of the counters while nobody listens.
const IDLE: Duration = Duration::from_secs(2);

fn besides_upkeep(counts: &BTreeMap<String, u64>) -> Vec<&String> {
    counts.keys().filter(|asked| *asked != COUNTERS && !asked.starts_with("SQS")).collect()
}

/// The requests until the counters were read this often.
async fn asked_for_counters(cluster: &Cluster, times: u64) -> BTreeMap<String, u64> {
    let all = RefCell::new(BTreeMap::new());
    until("the counters are read", async || {
        for (asked, count) in counted(cluster) {
            *all.borrow_mut().entry(asked).or_default() += count;
        }
        all.borrow().get(COUNTERS).is_some_and(|count| *count >= times)
    })
    .await;
    all.into_inner()
}

/// Returns when an instance is idle: between two reads of the counters it requests nothing else.
async fn quiet(cluster: &Cluster) {
    while !besides_upkeep(&asked_for_counters(cluster, 3).await).is_empty() {}
}

/// The requests since the last call.
fn counted(cluster: &Cluster) -> BTreeMap<String, u64> {
    let mut counts = cluster.backend.objects.counts();
    counts.extend(cluster.backend.items.counts());
    counts
}

/// Of S3 and DynamoDB only: requests to the queue depend on how many notifications arrive together.
fn writes(counts: &BTreeMap<String, u64>) -> u64 {
    let reads = ["SQS", "GetItem", "Query", "GET", "HEAD"];
    let is_read = |asked: &str| reads.iter().any(|read| asked.contains(read));
    counts.iter().filter(|(asked, _)| !is_read(asked)).map(|(_, count)| count).sum()
}

async fn save(url: &str, text: String) {
    let request = reqwest::Client::new().post(format!("{url}api/v1/spaces/main/entries"));
    request.json(&json!({ "text": text })).send().await.unwrap().error_for_status().unwrap();
}
