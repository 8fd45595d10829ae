//! Crowds of clients at the real program: clients that never read, that only listen, that send nothing, and a stop in
//! the middle of a rush. The numbers are small because the limit of open files is; the ratios are those of a large
//! machine.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use futures::future::join_all;
use serde_json::{Value, json};
use tempfile::tempdir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::Program;

/// Longer than any response takes, and shorter than a client may stall.
const PATIENCE: Duration = Duration::from_secs(20);

/// The program with few open files.
fn with_few_files(data: &Path) -> Program {
    Program::start_through(&["sh", "-c", "ulimit -n 256; exec \"$@\""], data)
}

fn address(program: &Program) -> &str {
    program.url.trim_start_matches("http://").trim_end_matches('/')
}

/// A new connection on which this was sent.
fn sent(program: &Program, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address(program)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

fn get(path: &str) -> String {
    format!("GET /{path} HTTP/1.1\r\nHost: localhost\r\n\r\n")
}

/// The beginning of the response, up to `most_bytes`.
fn beginning(stream: &mut TcpStream, most_bytes: usize) -> String {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut bytes = vec![0; most_bytes];
    let count = stream.read(&mut bytes).unwrap_or(0);
    String::from_utf8_lossy(&bytes[..count]).into_owned()
}

/// Asserts that pages, health checks and saves are answered.
async fn serves_others(program: &Program) {
    let client = reqwest::Client::builder().timeout(PATIENCE).build().unwrap();
    let get = async |path: &str| {
        let answer = client.get(format!("{}{path}", program.url)).send().await;
        answer.unwrap_or_else(|error| panic!("/{path}: {error:?} {}", program.log())).status().as_u16()
    };
    assert_eq!((get("").await, get("healthz").await, get("readyz").await), (200, 200, 200));
    let entries = format!("{}api/v1/spaces/main/entries", program.url);
    let saved = client.post(entries).json(&json!({"text": "a"})).send().await.unwrap();
    assert_eq!(saved.status(), 201);
}

/// Puts a large file into the bucket, and returns the path of its download.
async fn with_large_file(program: &Program, data: &Path) -> String {
    let file = std::fs::File::create(data.join("bucket/large.bin")).unwrap();
    file.set_len(16 << 20).unwrap();
    drop(file);
    let entries = format!("{}api/v1/spaces/main/entries", program.url);
    loop {
        let listing: Value = reqwest::get(&entries).await.unwrap().json().await.unwrap();
        if let Some(id) = listing["entries"][0]["id"].as_u64() {
            return format!("s/main/files/{id}/large.bin");
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stalled_downloads_do_not_block_others() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let program = with_few_files(&data);
    let path = with_large_file(&program, &data).await;
    let mut stalled: Vec<_> = (0..150).map(|_| sent(&program, &get(&path))).collect();
    serves_others(&program).await;
    let answers: Vec<_> = stalled.iter_mut().map(|stream| beginning(stream, 400)).collect();
    let count = |status: &str| answers.iter().filter(|answer| answer.starts_with(status)).count();
    assert!(count("HTTP/1.1 200") >= 16, "{answers:?}");
    assert!(count("HTTP/1.1 503") >= 100, "{answers:?}");
    let refused = answers.iter().find(|answer| answer.starts_with("HTTP/1.1 503")).unwrap();
    assert!(refused.contains("retry-after: 1"), "{refused}");
    drop(stalled);
    // As soon as the others are gone.
    let begun = Instant::now();
    while !beginning(&mut sent(&program, &get(&path)), 20).starts_with("HTTP/1.1 200") {
        assert!(begun.elapsed() < PATIENCE, "downloads are served again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn event_streams_leave_places_for_pages() {
    let folder = tempdir().unwrap();
    let program = with_few_files(&folder.path().join("data"));
    let mut streams: Vec<_> = (0..200).map(|_| sent(&program, &get("s/main/events"))).collect();
    serves_others(&program).await;
    let answers: Vec<_> = streams.iter_mut().map(|stream| beginning(stream, 20)).collect();
    let count = |status: &str| answers.iter().filter(|answer| answer.starts_with(status)).count();
    assert!(count("HTTP/1.1 200") >= 100, "{answers:?}");
    assert_eq!(count("HTTP/1.1 200") + count("HTTP/1.1 503"), 200, "{answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_clients_make_room_for_others() {
    let folder = tempdir().unwrap();
    let program = with_few_files(&folder.path().join("data"));
    let head = "POST /s/main/save HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\
        Content-Type: application/x-www-form-urlencoded\r\n\r\ntext=";
    for request in ["", "GET / HTTP/1.1\r\nHost:", head] {
        let _silent: Vec<_> = (0..300).map(|_| sent(&program, request)).collect();
        serves_others(&program).await;
    }
    let log = program.log();
    assert_eq!(log.matches("allows no more clients").count(), 1, "logged once: {log}");
}

/// Longer than the kernel takes to accept a connection, and shorter than it waits before it resends a lost SYN.
const LET_IN_WITHIN: Duration = Duration::from_millis(900);

#[tokio::test(flavor = "multi_thread")]
async fn no_connection_is_refused_in_a_rush() {
    const CLIENTS: usize = 500;
    let folder = tempdir().unwrap();
    let program = with_few_files(&folder.path().join("data"));
    let mut rush: Vec<_> = (0..CLIENTS)
        .map(|_| Box::pin(tokio::net::TcpStream::connect(address(&program).to_owned())))
        .collect();
    for client in &mut rush {
        let _ = futures::poll!(client);
    }
    let begun = Instant::now();
    let _last = sent(&program, "");
    assert!(begun.elapsed() < LET_IN_WITHIN, "accepted after {:?}", begun.elapsed());
    drop(rush);
    serves_others(&program).await;
}

/// Bytes that the kernel buffers for the program's clients, as Linux reports for each connection.
fn unsent_bytes(program: &Program) -> Vec<u64> {
    let port = address(program).rsplit(':').next().unwrap().parse::<u16>().unwrap();
    let port = format!(":{port:04X}");
    let connections = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let queue = |line: &str| {
        let mut fields = line.split_whitespace().skip(1);
        let (local, state) = (fields.next()?, fields.nth(1)?);
        let (unsent, _) = fields.next()?.split_once(':')?;
        (local.ends_with(&port) && state == "01").then(|| u64::from_str_radix(unsent, 16).unwrap())
    };
    connections.lines().skip(1).filter_map(queue).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn unread_responses_do_not_pile_up() {
    const CLIENTS: usize = 20;
    let folder = tempdir().unwrap();
    let program = with_few_files(&folder.path().join("data"));
    // The style sheet is the cheapest response: a client that pipelines requests for it fills its buffers fastest.
    let page = reqwest::get(&program.url).await.unwrap().text().await.unwrap();
    let style = page.split("/assets/style").nth(1).unwrap().split('"').next().unwrap();
    let pipeline = get(&format!("assets/style{style}")).repeat(500);
    let stalled: Vec<_> = (0..CLIENTS).map(|_| sent(&program, &pipeline)).collect();
    // Until no buffer grows any more.
    let mut before = Vec::new();
    loop {
        serves_others(&program).await;
        let mut now = unsent_bytes(&program);
        now.sort_unstable();
        if now == before && now.iter().filter(|bytes| **bytes > 0).count() >= CLIENTS {
            break;
        }
        before = now;
    }
    let most = before.last().unwrap();
    eprintln!("the kernel buffers at most {most} bytes for a client that does not read");
    assert!(*most <= 128 * 1024, "{before:?}");
    drop(stalled);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_during_a_stop_are_answered() {
    const CLIENTS: usize = 500;
    for round in 0..2 {
        let folder = tempdir().unwrap();
        let mut program = Program::start_with(&folder.path().join("data"), &["--shutdown-seconds", "60"]);
        let address = address(&program).to_owned();
        let connect = || tokio::net::TcpStream::connect(&address);
        let mut clients = join_all((0..CLIENTS).map(async |n| {
            let mut stream = connect().await.unwrap();
            // Every other connection has been used before.
            if n % 2 == 0 {
                stream.write_all(get("healthz").as_bytes()).await.unwrap();
                let mut answer = [0; 1024];
                assert!(stream.read(&mut answer).await.unwrap() > 0);
            }
            stream
        }))
        .await;
        let save = |n: usize| {
            let body = json!({"text": format!("{round} {n}")}).to_string();
            format!(
                "POST /api/v1/spaces/main/entries HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                 Content-Length: {}\r\n\r\n{body}",
                body.len()
            )
        };
        for (n, client) in clients.iter_mut().enumerate() {
            client.write_all(save(n).as_bytes()).await.unwrap();
        }
        program.signal("TERM");
        let answers = join_all(clients.iter_mut().map(async |client| {
            let mut answer = Vec::new();
            // A complete response counts, whatever happens to its connection afterwards.
            let ended = client.read_to_end(&mut answer).await;
            (String::from_utf8(answer).unwrap(), ended)
        }))
        .await;
        let with = |status: &str| {
            answers.iter().filter(|(answer, _)| answer.starts_with(status) && answer.ends_with('}')).count()
        };
        let (saved, refused) = (with("HTTP/1.1 201"), with("HTTP/1.1 503"));
        let others: Vec<_> = answers.iter().filter(|(answer, _)| !answer.ends_with('}')).collect();
        assert_eq!(saved + refused, CLIENTS, "{saved} saved, {refused} refused, {others:?}");
        assert!(program.wait().success());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn invented_input_is_neither_echoed_nor_logged_in_full() {
    let folder = tempdir().unwrap();
    let program = Program::start(&folder.path().join("data"));
    let long = "X".repeat(50_000);
    for (request, status) in [
        (format!("{long} / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), "405"),
        (format!("GET /{long} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), "404"),
        (
            format!(
                "POST / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://{long}\r\nConnection: close\r\n\r\n"
            ),
            "403",
        ),
    ] {
        let mut answer = String::new();
        sent(&program, &request).read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{status}: {answer}");
        assert!(answer.len() < 4096, "{status}: {} bytes", answer.len());
    }
    // An SVG parser would quote what it refuses.
    let forged = "bad&#10;2026-11-29T03:59:59.000000Z ERROR FORGED";
    let logo = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" x="{forged}"/><rect width="9" height="9" y="{long}"/></svg>"#
    );
    let head = format!(
        "POST /api/v1/spaces/main/logos HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        logo.len()
    );
    let mut answer = String::new();
    sent(&program, &(head + &logo)).read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    serves_others(&program).await;
    assert!(!program.log().contains("FORGED"), "{}", program.log());
    let longest = program.log().lines().map(str::len).max().unwrap();
    assert!(longest < 2048, "a line of {longest} bytes");
}
