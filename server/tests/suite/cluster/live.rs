//! Foreign changes to the bucket, and the saves of one instance, appear on every other.

use gallery::bucket::{Bucket as _, Metadata};

use super::instance::Cluster;
use super::random;
use super::streams::Streams;
use crate::support::until;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn foreign_changes_to_the_bucket_reach_every_instance() {
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
    for received in streams.up_to(2).await {
        let kinds: Vec<_> = received.changes.iter().map(|change| change["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["added", "removed"]);
        assert_eq!(received.changes[0]["entry"]["value"], "https://example.com/theirs");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn downloads_redirect_to_s3_if_configured() {
    let cluster = Cluster::of(1, &[("QRATE_DOWNLOADS", "redirect")], &mut random()).await;
    let url = cluster.instances[0].url();
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let wish = serde_json::json!({"text": "https://example.com/", "name": "Ä"});
    let saved = http.post(format!("{url}api/v1/spaces/main/entries")).json(&wish).send().await.unwrap();
    assert_eq!(saved.status(), 201);
    let file = format!("{url}s/main/files/1/a.png?download");
    let answer = http.get(&file).send().await.unwrap();
    assert_eq!(answer.status(), 307);
    let there = answer.headers()["location"].to_str().unwrap().to_owned();
    assert!(
        there.starts_with(&cluster.backend.objects.url()) && there.contains("X-Amz-Signature"),
        "{there}"
    );
    let theirs = http.get(&there).send().await.unwrap().error_for_status().unwrap();
    assert_eq!(theirs.headers()["content-type"], "image/png");
    let disposition = theirs.headers()["content-disposition"].clone();
    let bytes = theirs.bytes().await.unwrap();
    assert_eq!(qr::read_png(&bytes).unwrap(), "https://example.com/");
    assert_eq!(
        http.head(&file).send().await.unwrap().status(),
        200,
        "a URL signed for GET is invalid for HEAD"
    );
    // Pictures in pages come from the server itself.
    let shown = http.get(&file).header("sec-fetch-dest", "image").send().await.unwrap();
    assert_eq!(shown.headers()["content-disposition"], disposition);
    assert_eq!((shown.status().as_u16(), shown.bytes().await.unwrap()), (200, bytes));
    // Clients would change this key's path.
    let (theirs, key) = (cluster.backend.theirs().await, "holiday//notes.txt".parse().unwrap());
    theirs.put(&key, "by others".into(), &Metadata::new()).await.unwrap();
    until("it is listed", async || super::verdict::last_seq(&url).await == 2).await;
    let served = http.get(format!("{url}s/main/files/2/notes.txt")).send().await.unwrap();
    assert_eq!((served.status().as_u16(), &*served.bytes().await.unwrap()), (200, &b"by others"[..]));
}
