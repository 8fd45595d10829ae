//! Faults on the way to S3, SQS and DynamoDB, and random kills of instances: every acknowledged save is there once.

use std::time::Duration;

use super::balancer::Balancer;
use super::instance::Cluster;
use super::streams::Streams;
use super::together::last_seq_of_all;
use super::verdict::all_is_well;
use super::{at_work, clients, random};

const CLIENTS: u64 = 24;
const STREAMS: usize = 9;
/// Faults in a thousand requests.
const FAULTS_PER_MILLE: u32 = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn faults_and_kills_lose_nothing() {
    let mut random = random();
    let mut cluster = Cluster::start(&mut random).await;
    let balancer = Balancer::before(cluster.ports()).await;
    let streams = Streams::open(STREAMS, std::slice::from_ref(&balancer.url));
    cluster.backend.objects.fail(FAULTS_PER_MILLE);
    cluster.backend.items.fail(FAULTS_PER_MILLE);

    let url = balancer.url.clone();
    let mut fork = random.fork();
    let work = tokio::spawn(async move { clients::work(CLIENTS, &url, at_work(), &mut fork).await });
    let (mut kills, mut tries) = (0, 0);
    while !work.is_finished() {
        tokio::time::sleep(Duration::from_millis(random.u64(500..1500))).await;
        let which = random.usize(..cluster.instances.len());
        cluster.instances[which].kill().await;
        tries += cluster.instances[which].start_in_trouble().await;
        kills += 1;
    }
    cluster.backend.objects.fail(0);
    cluster.backend.items.fail(0);
    let known = work.await.unwrap();
    let seq = last_seq_of_all(&cluster).await;
    let received = streams.up_to(seq).await;
    let faults: u64 =
        cluster.backend.objects.faults().values().chain(cluster.backend.items.faults().values()).sum();
    eprintln!(
        "{} entries, {seq} changes, {kills} kills, {tries} tries to start, {faults} faults",
        known.entries.len()
    );
    assert!(faults > 0 && kills > 0);
    all_is_well(&cluster, &known, &received, seq).await;
}
