//! Many codes in one request.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support::{Answer, Program, Server};

const BATCH: &str = "/api/v1/spaces/main/batch";
const NDJSON: &str = "application/x-ndjson";

async fn send(server: &Server, key: Option<&str>, body: impl Into<Body>) -> Answer {
    let request = Request::post(BATCH).header("content-type", NDJSON);
    let request = match key {
        Some(key) => request.header("idempotency-key", key),
        None => request,
    };
    server.ask(request.body(body.into()).unwrap()).await
}

fn lines(answer: &Answer) -> Vec<Value> {
    answer.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn facts(lines: &[Value]) -> Vec<(u64, u64)> {
    lines.iter().map(|line| (line["line"].as_u64().unwrap(), line["status"].as_u64().unwrap())).collect()
}

#[tokio::test]
async fn each_line_has_its_own_result() {
    let server = Server::new().await;
    let long = format!("{{\"text\":\"{}\"}}", "x".repeat(70_000));
    let body = format!(
        "{}\n\n{}\nno JSON\n{long}\n{}\r\n{}",
        json!({"text": "one", "name": "N", "labels": ["a"]}),
        json!({"text": ""}),
        json!({"text": "four", "picture": "png"}),
        json!({"text": "five", "level": "H"})
    );
    let answer = send(&server, None, body).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, NDJSON));
    let lines = lines(&answer);
    assert_eq!(facts(&lines), [(1, 201), (3, 422), (4, 400), (5, 413), (6, 400), (7, 201)]);
    assert_eq!(lines[0]["change"]["entry"]["labels"][0]["name"], "a");
    assert_eq!(lines[1]["problem"]["field"], "text");
    assert!(lines[3]["problem"]["detail"].as_str().unwrap().contains("64 KiB"), "{}", lines[3]);
    let ids = [0, 5].map(|line: usize| lines[line]["change"]["entry"]["id"].as_u64().unwrap());
    assert_eq!(ids[0] + ids[1], 3, "the others are saved");
    let untyped = Request::post(BATCH).body("{}".into()).unwrap();
    assert_eq!(server.ask(untyped).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(send(&server, None, "").await.text(), "");
}

#[tokio::test]
async fn repeated_lines_are_saved_once() {
    let server = Server::new().await;
    let body = format!("{}\n{}\n", json!({"text": "a", "key": "k1"}), json!({"text": "b"}));
    let first = lines(&send(&server, Some("batch-1"), body.clone()).await);
    assert_eq!(facts(&first), [(1, 201), (2, 201)]);
    let again = lines(&send(&server, Some("batch-1"), body).await);
    assert_eq!(facts(&again), [(1, 200), (2, 200)]);
    assert_eq!(first[1]["change"], again[1]["change"]);
    let other = format!("{}\n", json!({"text": "c", "key": "k1"}));
    assert_eq!(facts(&lines(&send(&server, None, other).await)), [(1, 409)]);
    assert_eq!(server.get("/api/v1/spaces/main/entries").await.json()["total"], 2);
}

/// A client that sends everything before it reads an answer, and one that waits for each.
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_lines_are_streamed_both_ways() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(&folder.path().join("data"));
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}api/v1/spaces/main/batch", program.url);
    let begun = Instant::now();
    let body: String = (0..10_001).map(|n| format!("{}\n", json!({"text": format!("code {n}")}))).collect();
    let answer = http.post(&url).header("content-type", NDJSON).body(body).send().await.unwrap();
    let text = answer.text().await.unwrap();
    let results: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(results.len(), 10_001);
    for (place, result) in results[..10_000].iter().enumerate() {
        assert_eq!((&result["line"], &result["status"]), (&json!(place + 1), &json!(201)), "{result}");
        assert_eq!(result["change"]["entry"]["value"], format!("code {place}"));
    }
    assert_eq!(results[10_000]["status"], 413, "one more than allowed");
    eprintln!("10,000 codes in {:?}", begun.elapsed());

    let (sender, receiver) = tokio::sync::mpsc::channel::<Result<Bytes, std::io::Error>>(1);
    let body = reqwest::Body::wrap_stream(futures::stream::unfold(receiver, |mut receiver| async move {
        Some((receiver.recv().await?, receiver))
    }));
    let line = |n: u64| Ok(Bytes::from(format!("{}\n", json!({"text": format!("slow {n}")}))));
    sender.send(line(0)).await.unwrap();
    let answer = http.post(&url).header("content-type", NDJSON).body(body).send().await.unwrap();
    let mut results = answer.bytes_stream();
    for n in 1..4 {
        let result =
            tokio::time::timeout(Duration::from_secs(30), results.next()).await.unwrap().unwrap().unwrap();
        let result: Value = serde_json::from_slice(&result).unwrap();
        assert_eq!(
            result["change"]["entry"]["value"],
            format!("slow {}", n - 1),
            "while the request goes on"
        );
        sender.send(line(n)).await.unwrap();
    }
}

/// A line may take its time; silence may not.
#[tokio::test(start_paused = true)]
async fn slow_lines_are_served_and_silence_ends_the_request() {
    let server = Server::new().await;
    let pieces = ["{\"text\":", "\"slow\"", "}", "\n", "{\"te"];
    let slow = stream::iter(pieces).then(|piece| async move {
        tokio::time::sleep(Duration::from_secs(20)).await;
        Ok::<_, std::io::Error>(piece)
    });
    let answer = send(&server, None, Body::from_stream(slow.chain(stream::pending()))).await;
    let statuses: Vec<_> = lines(&answer).iter().map(|line| line["status"].clone()).collect();
    assert_eq!(statuses, [201, 408]);
}

/// A connection that is closed while a client still sends loses what was answered.
#[test]
fn who_sends_too_many_lines_reads_the_answer() {
    const FIRST_BYTES: usize = 10_500;
    const REST_BYTES: usize = 4_000_000;
    let folder = tempdir().unwrap();
    let program = Program::start(&folder.path().join("data"));
    let address = program.url.trim_start_matches("http://").trim_end_matches('/');
    let mut connection = TcpStream::connect(address).unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let length = FIRST_BYTES + REST_BYTES;
    let head = format!(
        "POST {BATCH} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: {NDJSON}\r\ncontent-length: {length}\r\n\r\n"
    );
    connection.write_all(head.as_bytes()).unwrap();
    connection.write_all(&vec![b'\n'; FIRST_BYTES]).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    connection.write_all(&vec![b'\n'; REST_BYTES]).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("at most 10000 lines"), "{answer}");
    assert!(answer.ends_with("0\r\n\r\n"), "{answer}");
}
