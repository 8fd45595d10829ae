//! What others do to the bucket, and what one instance is told, is seen on every other.

use gallery::bucket::{Bucket as _, Metadata};

use super::instance::Cluster;
use super::streams::Streams;
use super::{random, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_others_do_to_the_bucket_is_seen_everywhere() {
    let cluster = Cluster::start(&mut random()).await;
    let streams = Streams::open(3, &cluster.urls());
    let picture = qr::png(&qr::Symbol::encode("https://example.com/theirs", qr::Level::M).unwrap());
    let (theirs, key) = (cluster.backend.theirs().await, "holiday/code.png".parse().unwrap());
    theirs.put(&key, picture.into(), &Metadata::new()).await.unwrap();
    for url in cluster.urls() {
        until("it is listed", async || super::verdict::last_seq(&url).await == 1).await;
    }
    theirs.delete(&key).await.unwrap();
    for url in cluster.urls() {
        until("it is gone", async || super::verdict::last_seq(&url).await == 2).await;
    }
    for heard in streams.up_to(2).await {
        let kinds: Vec<_> = heard.changes.iter().map(|change| change["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["added", "removed"]);
        assert_eq!(heard.changes[0]["entry"]["value"], "https://example.com/theirs");
    }
}
