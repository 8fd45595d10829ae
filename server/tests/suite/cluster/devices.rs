//! Two phones behind a balancer of three instances.

use super::instance::Cluster;
use super::random;
use crate::device::scripted_session;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_phones_share_three_instances() {
    let mut random = random();
    let cluster = Cluster::start(&mut random).await;
    scripted_session(&cluster.urls()).await;
}
