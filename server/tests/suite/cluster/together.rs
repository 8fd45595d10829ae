//! Three instances, many clients, many event streams.

use super::balancer::Balancer;
use super::instance::Cluster;
use super::streams::Streams;
use super::verdict::{all_is_well, last_seq};
use super::{at_work, clients, random};

const CLIENTS: u64 = 48;
const STREAMS: usize = 30;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn three_instances_agree() {
    let mut random = random();
    let cluster = Cluster::start(&mut random).await;
    let balancer = Balancer::before(cluster.ports()).await;
    let streams = Streams::open(STREAMS, &cluster.urls());
    let known = clients::work(CLIENTS, &balancer.url, at_work(), &mut random).await;
    assert_eq!(known.troubles, Vec::<String>::new());
    let seq = last_seq_of_all(&cluster).await;
    let received = streams.up_to(seq).await;
    eprintln!("{} entries, {seq} changes, received by {STREAMS} streams", known.entries.len());
    all_is_well(&cluster, &known, &received, seq).await;
}

/// The newest seq that any instance shows: the last changes may still be on their way to the others.
pub(crate) async fn last_seq_of_all(cluster: &Cluster) -> u64 {
    let mut newest = 0;
    for url in cluster.urls() {
        newest = newest.max(last_seq(&url).await);
    }
    newest
}
