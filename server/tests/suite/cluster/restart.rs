//! A rolling update: one instance after another is restarted under load.

use super::balancer::Balancer;
use super::instance::Cluster;
use super::streams::Streams;
use super::together::last_seq_of_all;
use super::verdict::all_is_well;
use super::{at_work, clients, random};
use crate::support::until;

const CLIENTS: u64 = 24;
const STREAMS: usize = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rolling_restart_fails_no_save_and_misses_no_change() {
    let mut random = random();
    let mut cluster = Cluster::start(&mut random).await;
    let balancer = Balancer::before(cluster.ports()).await;
    let streams = Streams::open(STREAMS, std::slice::from_ref(&balancer.url));
    let url = balancer.url.clone();
    let work = tokio::spawn(async move { clients::work(CLIENTS, &url, at_work(), &mut random).await });
    let mut restarts = 0;
    while !work.is_finished() {
        for instance in &mut cluster.instances {
            instance.stop().await;
            instance.start().await;
            // A restart may be faster than the balancer's checks: wait until it has checked this instance since.
            until("the balancer has checked it", async || instance.was_found_ready()).await;
            balancer.sees_all().await;
            restarts += 1;
        }
    }
    let known = work.await.unwrap();
    assert_eq!(known.troubles, Vec::<String>::new(), "after {restarts} restarts");
    let seq = last_seq_of_all(&cluster).await;
    let received = streams.up_to(seq).await;
    let reopened: u64 = received.iter().map(|received| received.reopened).sum();
    eprintln!("{seq} changes, {restarts} restarts, {reopened} streams opened again");
    assert!(restarts >= 3 && reopened > 0);
    all_is_well(&cluster, &known, &received, seq).await;
}
