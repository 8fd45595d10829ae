//! Many instances as one: the real program behind a real load balancer, on servers that speak the protocols of S3, SQS
//! and DynamoDB, with faults in between. Not here: one instance by itself (the other tests), the adapters by themselves
//! (`gallery`).
//!
//! `QRATE_TEST_CLUSTER_SECONDS` is how long the clients are at work in each test, `QRATE_TEST_SEED` repeats the random
//! choices of a run.

mod away;
mod backend;
mod balancer;
mod clients;
mod costs;
mod foreign;
mod instance;
mod kills;
mod live;
mod photos;
mod programs;
mod restart;
mod streams;
mod together;
mod verdict;
mod whole_path;
mod wire;

use std::time::Duration;

/// How long the clients are at work.
fn at_work() -> Duration {
    Duration::from_secs(std::env::var("QRATE_TEST_CLUSTER_SECONDS").map_or(10, |text| text.parse().unwrap()))
}

/// The random choices of a run; prints the seed that repeats them.
fn random() -> fastrand::Rng {
    let seed =
        std::env::var("QRATE_TEST_SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    eprintln!("QRATE_TEST_SEED={seed}");
    fastrand::Rng::with_seed(seed)
}
