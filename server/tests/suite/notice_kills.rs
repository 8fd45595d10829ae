//! Killed, nobody told twice: the real program, clients that upload photos with numbers of their own, a webhook that
//! counts what arrives for each, SIGKILL at a random moment, and again. Every number is told exactly once, or its
//! notice is said to have failed; then at most once.
//!
//! `QRATE_TEST_NOTICE_KILLS` is the number of kills, `QRATE_TEST_SEED` repeats the random choices of a run.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::join_all;
use serde_json::Value;

use crate::photo_kills::{photo, worked_on};
use crate::support::Program;

const CLIENTS: u64 = 12;
const UPLOADS_MAX: u64 = 4;
/// Longest time from the first upload of a round to its kill.
const ROUND_MAX_MS: u64 = 900;

/// What a webhook has received: how often for each number, and what it said.
type Received = Arc<Mutex<BTreeMap<String, Vec<String>>>>;

/// A webhook that takes every message, after a moment in which the program may be killed.
fn webhook() -> (String, Received) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}/notices", listener.local_addr().unwrap());
    let received = Received::default();
    let kept = Arc::clone(&received);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let kept = Arc::clone(&kept);
            // A client that was killed is no fault of the webhook.
            std::thread::spawn(move || answer(stream.ok()?, &kept));
        }
    });
    (url, received)
}

fn answer(mut stream: TcpStream, received: &Received) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body: Value = serde_json::from_slice(&body).ok()?;
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    received.lock().unwrap().entry(text("to")).or_default().push(text("text"));
    std::thread::sleep(Duration::from_millis(fastrand::u64(0..60)));
    stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").ok()
}

fn start(data: &Path, webhook: &str) -> Program {
    let variables = [
        ("QRATE_NOTIFIER", "webhook"),
        ("QRATE_WEBHOOK_URL", webhook),
        ("QRATE_WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        ("QRATE_NOTICES_PER_DAY", "100000"),
        ("QRATE_PUBLIC_ADDRESS", "https://qrate.example.org"),
    ];
    Program::start_in_environment(data, &variables)
}

/// A photo with a number that nobody else has.
#[derive(Debug, Clone)]
struct Sent {
    request: String,
    phone: String,
    bytes: Vec<u8>,
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_twice_whatever_is_killed() {
    let rounds: u64 = std::env::var("QRATE_TEST_NOTICE_KILLS").map_or(8, |kills| kills.parse().unwrap());
    let seed: u64 =
        std::env::var("QRATE_TEST_SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    eprintln!("{rounds} kills, QRATE_TEST_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let (webhook, received) = webhook();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut known = BTreeMap::new();
    let mut unanswered = Vec::new();
    for round in 0..rounds {
        let mut program = start(&data, &webhook);
        let clients = (0..CLIENTS).map(|client| {
            let url = program.url.clone();
            tokio::spawn(async move { upload_until_killed(&url, round, client).await })
        });
        let clients: Vec<_> = clients.collect();
        tokio::time::sleep(Duration::from_millis(random.u64(100..ROUND_MAX_MS))).await;
        program.kill();
        for told in join_all(clients).await {
            let (some, last) = told.unwrap();
            known.extend(some);
            unanswered.extend(last);
        }
    }
    let mut program = start(&data, &webhook);
    let http = reqwest::Client::new();
    for sent in unanswered {
        let id = upload(&http, &program.url, &sent).await.unwrap();
        known.insert(id, sent.phone);
    }
    let entries = worked_on(&http, &program).await;
    assert_eq!(entries.len(), known.len());
    let (mut told, mut not_told) = (0_u64, 0_u64);
    for entry in &entries {
        let id = entry["id"].as_u64().unwrap();
        let stages = entry["photo"]["stages"].as_array().unwrap();
        let notice = stages.iter().find(|stage| stage["step"] == "notice");
        let notice = notice.unwrap_or_else(|| panic!("#{id} has no notice: {entry}"));
        let messages = received.lock().unwrap().get(&known[&id]).cloned().unwrap_or_default();
        let link = format!("https://qrate.example.org/s/main/e/{id}");
        assert!(messages.iter().all(|text| text.ends_with(&link)), "#{id}: {messages:?}");
        match notice["state"].as_str().unwrap() {
            "done" => {
                assert_eq!(messages.len(), 1, "#{id} was told");
                told += 1;
            }
            "failed" => {
                assert!(messages.len() <= 1, "#{id} was told {} times", messages.len());
                not_told += 1;
            }
            other => panic!("#{id} is {other}"),
        }
    }
    eprintln!("{told} told, {not_told} said to have failed");
    assert!(told > rounds, "the rounds were long enough");
    let jobs = reqwest::get(format!("{}s/main/jobs", program.url)).await.unwrap().text().await.unwrap();
    assert_eq!(
        jobs.contains("Nobody knows whether the message was sent"),
        not_told > 0,
        "the page names the reason"
    );
    for (id, phone) in &known {
        let page = reqwest::get(format!("{}s/main/e/{id}", program.url)).await.unwrap().text().await.unwrap();
        assert!(!page.contains("+49 …") && !page.contains(&phone[1..]), "the number of #{id} is deleted");
    }
    program.stop();
    let written = ["catalog.sqlite", "catalog.sqlite-wal"].map(|name| std::fs::read(data.join(name)));
    let catalog: Vec<u8> = written.into_iter().flatten().flatten().collect();
    assert!(!catalog.is_empty(), "the catalog was read");
    let written = [catalog, program.log().into_bytes()];
    let written = written.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let left: Vec<_> =
        known.values().filter(|phone| written.iter().any(|text| text.contains(&phone[1..]))).collect();
    assert!(left.is_empty(), "no number is in the catalog's file or the log: {left:?}");
}

/// One client: an upload after the other, until there is no answer. Numbers by ids, and what was not answered.
async fn upload_until_killed(url: &str, round: u64, client: u64) -> (Vec<(u64, String)>, Option<Sent>) {
    let http = reqwest::Client::new();
    let mut known = Vec::new();
    for n in 0..UPLOADS_MAX {
        let sent = Sent {
            request: format!("{round}-{client}-{n}"),
            phone: format!("+49170{:08}", 10_000_000 + (round * 100 + client) * 10 + n),
            bytes: photo(round, client, n),
        };
        match upload(&http, url, &sent).await {
            Some(id) => known.push((id, sent.phone)),
            None => return (known, Some(sent)),
        }
    }
    (known, None)
}

/// The id of the entry; none without a whole answer.
async fn upload(http: &reqwest::Client, url: &str, sent: &Sent) -> Option<u64> {
    let address = format!("{url}api/v1/spaces/main/photos?name=photo.jpg&recipe=none");
    loop {
        let request = http
            .post(&address)
            .header("qrate-phone", &sent.phone)
            .header("idempotency-key", &sent.request)
            .body(sent.bytes.clone());
        let answer = request.send().await.ok()?;
        let status = answer.status();
        let answer: Value = answer.json().await.ok()?;
        if status.as_u16() == 503 {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        }
        assert!(status.is_success(), "{status} {answer}");
        return Some(answer["entry"]["id"].as_u64().unwrap());
    }
}
