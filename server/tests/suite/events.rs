//! The event streams.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{Response, StatusCode};
use futures::StreamExt as _;
use serde_json::{Value, json};
use server::SiteOptions;

use crate::support::{Server, delete, get};

/// A stream, read event by event.
struct Events {
    body: BodyDataStream,
    rest: String,
}

#[derive(Debug, PartialEq)]
struct Event {
    name: String,
    id: Option<u64>,
    data: Value,
}

impl Events {
    fn of(response: Response<Body>) -> Self {
        assert_eq!(response.status(), StatusCode::OK);
        Self { body: response.into_body().into_data_stream(), rest: String::new() }
    }

    async fn open(server: &Server, path: &str) -> Self {
        Self::of(server.open(get(path).body(Body::empty()).unwrap()).await)
    }

    /// The next frame; `None` at the end.
    async fn frame(&mut self) -> Option<String> {
        loop {
            if let Some((frame, rest)) = self.rest.split_once("\n\n") {
                let frame = frame.to_owned();
                self.rest = rest.to_owned();
                return Some(frame);
            }
            self.rest += std::str::from_utf8(&self.body.next().await?.unwrap()).unwrap();
        }
    }

    async fn next(&mut self) -> Event {
        let frame = self.frame().await.expect("the stream continues");
        let field = |name: &str| {
            frame.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned))
        };
        Event {
            name: field("event").unwrap(),
            id: field("id").map(|id| id.parse().unwrap()),
            data: serde_json::from_str(&field("data").unwrap()).unwrap(),
        }
    }
}

#[tokio::test]
async fn stream_sends_hello_then_missed_then_live_changes() {
    let server = Server::new().await;
    for text in ["a", "b"] {
        server.save(text).await;
    }
    let response = server
        .open(
            get("/s/main/events?after=1").header("accept-encoding", "br, gzip").body(Body::empty()).unwrap(),
        )
        .await;
    let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(header("content-type").unwrap(), "text/event-stream");
    assert_eq!(header("cache-control").unwrap(), "no-store");
    assert_eq!(header("x-accel-buffering").unwrap(), "no");
    assert_eq!(header("content-encoding"), None);

    let mut events = Events::of(response);
    let hello = events.next().await;
    assert_eq!((hello.name.as_str(), hello.id, &hello.data["seq"]), ("hello", None, &json!(2)));
    assert!(!hello.data["build"].as_str().unwrap().is_empty());
    let missed = events.next().await;
    assert_eq!(
        (missed.name.as_str(), missed.id, &missed.data["entry"]["value"]),
        ("change", Some(2), &json!("b"))
    );
    let id = server.save("c\n\ndata: not a frame").await;
    let live = events.next().await;
    assert_eq!(
        (live.id, &live.data["kind"], &live.data["entry"]["id"]),
        (Some(3), &json!("added"), &json!(id))
    );
    server.ask(delete("/api/v1/spaces/main/entries/1").body(Body::empty()).unwrap()).await;
    let removed = events.next().await;
    assert_eq!((removed.id, &removed.data["kind"]), (Some(4), &json!("removed")));
}

#[tokio::test]
async fn stream_starts_at_the_requested_seq() {
    let server = Server::new().await;
    for text in ["a", "b", "c"] {
        server.save(text).await;
    }
    let first_after_hello = async |after: &str, last: &str| {
        let request =
            get(&format!("/s/main/events{after}")).header("last-event-id", last).body(Body::empty());
        let mut events = Events::of(server.open(request.unwrap()).await);
        assert_eq!(events.next().await.name, "hello");
        events.next().await
    };
    assert_eq!(first_after_hello("?after=0", "2").await.id, Some(3), "Last-Event-ID wins");
    assert_eq!(first_after_hello("?after=1", "").await.id, Some(2), "an empty header does not count");
    assert_eq!(first_after_hello("?after=0", "").await.id, Some(1));
    // A cursor beyond the newest seq comes from another history.
    let reset = first_after_hello("?after=9", "").await;
    assert_eq!((reset.name.as_str(), reset.id), ("reset", None));

    let mut newest = Events::open(&server, "/s/main/events").await;
    assert_eq!(newest.next().await.name, "hello");
    server.save("d").await;
    assert_eq!(newest.next().await.id, Some(4));
    for (path, last) in [("?after=x", ""), ("?after=-1", ""), ("", "x"), ("", "9007199254740992")] {
        let request = get(&format!("/s/main/events{path}")).header("last-event-id", last).body(Body::empty());
        assert_eq!(server.ask(request.unwrap()).await.status, StatusCode::BAD_REQUEST, "{path} {last}");
    }
    assert_eq!(server.get("/s/Main/events").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn stream_carries_only_its_space() {
    let server = Server::new().await;
    let mut events = Events::open(&server, "/s/other/events?after=0").await;
    assert_eq!(events.next().await.data["seq"], 0);
    server.save("in main").await;
    server.form("/s/other/save", &[("text", "in other")], "").await;
    assert_eq!(events.next().await.data["entry"]["value"], "in other");
}

#[tokio::test(start_paused = true)]
async fn beat_is_sent_every_ten_seconds() {
    let server = Server::new().await;
    let mut events = Events::open(&server, "/s/main/events").await;
    events.next().await;
    let started = tokio::time::Instant::now();
    for beat in 1..=3 {
        assert_eq!(events.next().await, Event { name: "beat".to_owned(), id: None, data: json!({}) });
        assert_eq!(started.elapsed().as_secs(), Duration::from_secs(10 * beat).as_secs());
    }
}

#[tokio::test]
async fn number_of_streams_is_limited() {
    let server = Server::with(SiteOptions { streams_max: 2, ..SiteOptions::default() }).await;
    let first = Events::open(&server, "/s/main/events").await;
    let _second = Events::open(&server, "/s/main/events").await;
    let refused = server.get("/s/main/events").await;
    assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "1"));
    drop(first);
    Events::open(&server, "/s/main/events").await;
}

#[tokio::test]
async fn stop_ends_streams_with_a_retry_hint() {
    let server = Server::new().await;
    let mut events = Events::open(&server, "/s/main/events").await;
    events.next().await;
    server.gallery.shutdown().await;
    let retry = events.frame().await.unwrap();
    let retry_ms: u64 = retry.strip_prefix("retry: ").unwrap().parse().unwrap();
    assert!((500..2500).contains(&retry_ms), "{retry_ms}");
    assert_eq!(events.frame().await, None);
    assert_eq!(server.get("/s/main/events").await.status, StatusCode::SERVICE_UNAVAILABLE);
}
