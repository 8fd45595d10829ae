//! Programs behind a balancer of three instances: two phones, and one that sends each write again.

use super::instance::Cluster;
use super::random;
use crate::device::scripted_session;
use crate::repeated::each_write_three_times;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_phones_share_three_instances() {
    let mut random = random();
    let cluster = Cluster::start(&mut random).await;
    scripted_session(&cluster.urls()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn repeated_write_takes_effect_once_on_three_instances() {
    let mut random = random();
    let cluster = Cluster::of(3, &[("QRATE_LABELLER", "none")], &mut random).await;
    each_write_three_times(&cluster.urls()).await;
}
