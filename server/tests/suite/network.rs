//! What needs a bound port: many requests at once, and stopping.

use std::time::Duration;

use futures::StreamExt as _;
use futures::future::join_all;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::support::Server;

/// A server on a free port.
struct Bound {
    url: String,
    stop: CancellationToken,
    ended: tokio::task::JoinHandle<bool>,
}

async fn bind(server: &Server, shutdown_within: Duration) -> Bound {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    let run = server::run(listener, server.site.clone(), stop.clone().cancelled_owned(), shutdown_within);
    Bound { url, stop, ended: tokio::spawn(run) }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_pages_at_once() {
    let server = Server::new().await;
    for n in 0..30 {
        server.save(&format!("text {n}")).await;
    }
    let bound = bind(&server, Duration::from_secs(10)).await;
    let client = reqwest::Client::new();
    let pages =
        join_all((0..200).map(async |_| client.get(&bound.url).send().await.unwrap().text().await.unwrap()));
    for page in pages.await {
        assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>"));
        assert!(page.contains("data-id=\"30\""));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_streams_and_finishes_what_was_begun() {
    let server = Server::new().await;
    let bound = bind(&server, Duration::from_secs(30)).await;
    let client = reqwest::Client::new();
    let stream = client.get(format!("{}/s/main/events", bound.url)).send().await.unwrap();
    let entries = format!("{}/api/v1/spaces/main/entries", bound.url);
    // A body that ends only after the stop: the request was begun before.
    let (sender, body) = tokio::sync::mpsc::channel::<Result<&str, std::io::Error>>(1);
    sender.send(Ok("{\"text\":")).await.unwrap();
    let body = futures::stream::unfold(body, async |mut body| body.recv().await.map(|part| (part, body)));
    let body = reqwest::Body::wrap_stream(body);
    let save = client.post(&entries).header("content-type", "application/json").body(body).send();
    let save = tokio::spawn(save);
    let mut stream = Box::pin(stream.bytes_stream());
    let hello = stream.next().await.unwrap().unwrap();
    assert!(hello.starts_with(b"event: hello"));
    // The server has read the beginning when the channel has room again.
    let permit = sender.reserve().await.unwrap();
    bound.stop.cancel();
    let goodbye = stream.next().await.unwrap().unwrap();
    assert!(goodbye.starts_with(b"retry: "));
    assert!(stream.next().await.is_none());
    permit.send(Ok("\"a\"}"));
    drop(sender);
    assert_eq!(save.await.unwrap().unwrap().status(), 201);
    assert!(bound.ended.await.unwrap(), "everything ended in time");
    assert!(client.get(&entries).send().await.is_err(), "nobody listens any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_does_not_wait_for_ever() {
    let server = Server::new().await;
    let bound = bind(&server, Duration::from_millis(50)).await;
    let (_sender, body) = tokio::sync::mpsc::channel::<Result<&str, std::io::Error>>(1);
    let body = futures::stream::unfold(body, async |mut body| body.recv().await.map(|part| (part, body)));
    let request = reqwest::Client::new()
        .post(format!("{}/s/main/save", bound.url))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("expect", "100-continue")
        .body(reqwest::Body::wrap_stream(body))
        .send();
    let request = tokio::spawn(request);
    // Answered after the other one was accepted: connections are taken in order.
    reqwest::get(format!("{}/healthz", bound.url)).await.unwrap();
    bound.stop.cancel();
    assert!(!bound.ended.await.unwrap(), "it says that something was left");
    request.abort();
}
