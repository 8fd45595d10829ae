//! Bucket, catalog or queue are unavailable, or refuse access: reads still succeed and report their age, no save is
//! acknowledged that is not durable, and the instance recovers by itself.

use serde_json::{Value, json};

use super::instance::Cluster;
use super::random;
use super::wire::Refusal;
use crate::support::until;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn catalog_outage_is_survived() {
    let cluster = Cluster::of(1, &[], &mut random()).await;
    let url = cluster.instances[0].url();
    assert_eq!(save(&url, "one").await.0, 201);
    assert!(is_ready(&url).await);
    cluster.backend.items.set_down(true);
    until("it says how old the listing is", async || listing(&url).await["behind_seconds"].is_u64()).await;
    assert_eq!(listing(&url).await["total"], 1, "reads still succeed");
    let page = reqwest::get(&url).await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("Storage unavailable"));
    until("it is not ready", async || !is_ready(&url).await).await;
    let (status, answer) = save(&url, "two").await;
    assert_eq!(status, 503, "{answer}");
    cluster.backend.items.set_down(false);
    until("it can save", async || save(&url, "two").await.0 < 300).await;
    until("it has recovered", async || {
        is_ready(&url).await && listing(&url).await["behind_seconds"].is_null()
    })
    .await;
    assert_eq!(listing(&url).await["total"], 2, "a save that was sent three times is there once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn bucket_outage_is_survived() {
    let cluster = Cluster::of(1, &[], &mut random()).await;
    let url = cluster.instances[0].url();
    let id = save(&url, "one").await.1["entry"]["id"].clone();
    cluster.backend.objects.set_down(true);
    until("it is not ready", async || !is_ready(&url).await).await;
    assert_eq!(save(&url, "two").await.0, 503);
    assert_eq!(listing(&url).await["total"], 1, "an unreachable object does not count as deleted");
    let thumbnail = reqwest::get(format!("{url}s/main/files/{id}.svg")).await.unwrap();
    assert_eq!(thumbnail.status(), 200, "thumbnails need no bucket");
    let file = reqwest::get(format!("{url}s/main/files/{id}/code.png")).await.unwrap();
    assert_eq!(file.status(), 503);
    cluster.backend.objects.set_down(false);
    until("it can save", async || save(&url, "two").await.0 < 300).await;
    until("it has recovered", async || is_ready(&url).await).await;
    assert_eq!(listing(&url).await["total"], 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn expired_credentials_and_clock_skew_are_survived() {
    for refusal in [Refusal::ExpiredCredentials, Refusal::SkewedClock] {
        refused_for_a_while(refusal).await;
    }
}

async fn refused_for_a_while(refusal: Refusal) {
    let cluster = Cluster::of(1, &[], &mut random()).await;
    let url = cluster.instances[0].url();
    assert_eq!(save(&url, "one").await.0, 201);
    for wire in [&cluster.backend.objects, &cluster.backend.items] {
        wire.refuse(Some(refusal));
    }
    let (status, answer) = save(&url, "two").await;
    assert!(status >= 500, "{status} {answer}");
    until("it is not ready", async || !is_ready(&url).await).await;
    assert_eq!(listing(&url).await["total"], 1, "reads still succeed");
    for wire in [&cluster.backend.objects, &cluster.backend.items] {
        wire.refuse(None);
    }
    until("it can save", async || save(&url, "two").await.0 < 300).await;
    until("it has recovered", async || is_ready(&url).await).await;
    assert_eq!(listing(&url).await["total"], 2);
}

/// Saves a text, always with the same request id.
async fn save(url: &str, text: &str) -> (u16, Value) {
    let request = reqwest::Client::new().post(format!("{url}api/v1/spaces/main/entries"));
    let request = request.header("idempotency-key", text).json(&json!({"text": text}));
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn listing(url: &str) -> Value {
    reqwest::get(format!("{url}api/v1/spaces/main/entries")).await.unwrap().json().await.unwrap()
}

async fn is_ready(url: &str) -> bool {
    reqwest::get(format!("{url}readyz")).await.unwrap().status().is_success()
}
