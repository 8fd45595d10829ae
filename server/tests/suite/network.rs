//! What needs a bound port: many requests at once, and stopping.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use futures::StreamExt as _;
use futures::future::join_all;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::support::{HalfRequest, Server};

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
async fn two_hundred_concurrent_pages_are_served() {
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
async fn stop_ends_streams_and_finishes_requests() {
    let server = Server::new().await;
    let bound = bind(&server, Duration::from_secs(30)).await;
    let stream = reqwest::get(format!("{}/s/main/events", bound.url)).await.unwrap();
    let mut stream = Box::pin(stream.bytes_stream());
    assert!(stream.next().await.unwrap().unwrap().starts_with(b"event: hello"));
    let save = HalfRequest::begin(&bound.url);
    bound.stop.cancel();
    assert!(stream.next().await.unwrap().unwrap().starts_with(b"retry: "));
    assert!(stream.next().await.is_none());
    assert_eq!(save.finish(), "HTTP/1.1 201 Created");
    assert!(bound.ended.await.unwrap(), "everything ended in time");
    assert!(reqwest::get(format!("{}/healthz", bound.url)).await.is_err(), "the port is closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_is_bounded_in_time() {
    let server = Server::new().await;
    let bound = bind(&server, Duration::from_millis(50)).await;
    let _half = HalfRequest::begin(&bound.url);
    bound.stop.cancel();
    assert!(!bound.ended.await.unwrap(), "it reports that something was unfinished");
}

#[tokio::test(flavor = "multi_thread")]
async fn oversized_upload_gets_its_error_while_sending() {
    let server = Server::new().await;
    let bound = bind(&server, Duration::from_secs(10)).await;
    let mut stream = connect(&bound);
    let head = "POST /s/main/save HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    write!(stream, "{head}Content-Length: {}\r\n\r\n", 4 << 20).unwrap();
    // A browser does not read before it has sent everything.
    for _ in 0..1024 {
        stream.write_all(&[b'x'; 4096]).unwrap();
    }
    assert_eq!(status_line(stream), "HTTP/1.1 413 Payload Too Large");

    // A client that sends `Expect: 100-continue` is refused before it sends the body.
    let mut stream = connect(&bound);
    write!(stream, "{head}Content-Length: {}\r\nExpect: 100-continue\r\n\r\n", 4 << 20).unwrap();
    assert_eq!(status_line(stream), "HTTP/1.1 413 Payload Too Large");
}

fn connect(bound: &Bound) -> TcpStream {
    TcpStream::connect(bound.url.trim_start_matches("http://")).unwrap()
}

fn status_line(stream: TcpStream) -> String {
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}
