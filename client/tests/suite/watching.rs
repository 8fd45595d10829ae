//! `watch`.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, mpsc};

use serde_json::{Value, json};

use crate::support::{Reply, Request, Said, StandIn, change, command, listing, run, send_signal};

fn event(name: &str, id: Option<u64>, data: &Value) -> String {
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    format!("event: {name}\n{id}data: {data}\n\n")
}

fn changes(seqs: impl IntoIterator<Item = u64>) -> String {
    seqs.into_iter().map(|seq| event("change", Some(seq), &change(seq, "added", seq))).collect()
}

/// Sends these events; then the connection ends, as in a stop of the server or, if it is silent, never.
fn stream(events: String, is_silent: bool) -> Reply {
    Reply::talk(move |mut talk| {
        talk.begin("text/event-stream")?;
        talk.send(&event("hello", None, &json!({ "seq": 40, "build": "b" })))?;
        talk.send(&events)?;
        if is_silent {
            talk.input.read_to_end(&mut Vec::new())?;
            return Ok(());
        }
        talk.send("retry: 20\n\n")?;
        talk.end()
    })
}

/// A server whose newest change is the 40th, and whose streams are these, in turn.
fn server(streams: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> StandIn {
    let count = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    StandIn::start(move |request, _| {
        if request.path.contains("/entries?") {
            return Reply::json(200, &listing(40, 3, None, &[]));
        }
        streams(request, count.fetch_add(1, std::sync::atomic::Ordering::SeqCst))
    })
}

/// Where each stream begins.
fn begins(server: &StandIn) -> Vec<String> {
    let requests = server.requests();
    let streams = requests.iter().filter(|request| request.path.contains("/events"));
    streams
        .map(|request| {
            let (_, after) = request.path.split_once("after=").unwrap();
            assert_eq!(
                (request.header("last-event-id"), request.header("accept")),
                (after, "text/event-stream")
            );
            after.to_owned()
        })
        .collect()
}

#[test]
fn each_change_is_a_line() {
    let server = server(|_, _| {
        let mut hostile = change(43, "removed", 8);
        hostile["entry"]["name"] = "a\u{1b}[2J\nb".into();
        let events = changes([41]) + &event("beat", None, &json!({})) + &event("change", Some(43), &hostile);
        stream(events + &event("future", None, &json!([])), true)
    });
    let lines = run(&server.url, &["watch", "--count", "2"]).fine();
    let expected = "    41  added         #41  code   Menu – https://example.org/41
    43  removed        #8  code   a\\u{1b}[2J\\nb – https://example.org/8
";
    assert_eq!(lines, expected);
    let json = run(&server.url, &["watch", "-n1", "--json"]).fine();
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), change(41, "added", 41));
    assert_eq!(begins(&server), ["40", "40"]);
}

#[test]
fn changes_from_an_earlier_one_on() {
    let server = server(|_, _| stream(changes(31..=40), true));
    assert_eq!(run(&server.url, &["watch", "--after", "30", "-n", "10"]).fine().lines().count(), 10);
    assert_eq!(server.lines(), ["GET /api/v1/spaces/main/events?after=30"]);
}

/// The seqs of lines of JSON.
fn seqs(lines: &str) -> Vec<u64> {
    lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["seq"].as_u64().unwrap()).collect()
}

#[test]
fn lost_streams_go_on_without_a_gap() {
    // A stop, a connection that is cut, a server that is away or busy, a stream that begins too early.
    let server = server(|_, count| match count {
        0 => stream(changes(41..=43), false),
        1 => Reply::HangUp,
        2 => Reply::problem(503, "Starting."),
        3 => Reply::talk(|mut talk| {
            talk.begin("text/event-stream")?;
            talk.send(&changes(44..=44))
        }),
        4 => stream(String::new(), false),
        _ => stream(changes(42..=50), true),
    });
    let child = command(&server.url, &["watch", "--json", "-n", "10"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let said = Said::of(child.wait_with_output().unwrap());
    assert_eq!((said.code, seqs(&said.out)), (0, (41..=50).collect()));
    assert_eq!(begins(&server), ["40", "43", "43", "43", "44", "44"]);
    let outages = said.err.matches("Trying again").count();
    assert!(outages >= 1 && said.err.matches("Connected again.").count() == outages, "{}", said.err);
}

#[test]
fn reset_is_told_and_goes_on_from_the_listing() {
    let server = server(|_, count| match count {
        0 => stream(event("reset", None, &json!({})), true),
        _ => stream(changes([41]), true),
    });
    let child = command(&server.url, &["watch", "--after", "3", "--json", "-n1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let said = Said::of(child.wait_with_output().unwrap());
    said.failed(0, "The server no longer has the changes after 3");
    let reset = "{\"after\":3,\"kind\":\"reset\",\"seq\":40}\n";
    assert!(said.out.starts_with(reset) && seqs(&said.out) == [40, 41], "{}", said.out);
    assert_eq!(begins(&server), ["3", "40"]);
}

#[test]
fn refusals_end_it() {
    for (status, code) in [(404, 3), (401, 4)] {
        let server = server(move |_, _| Reply::problem(status, "No."));
        run(&server.url, &["watch"]).failed(code, "No.");
    }
    let page = server(|_, _| Reply::file("text/html", "", b"<html>"));
    run(&page.url, &["watch"]).failed(1, "no event stream");
    let nonsense = server(|_, _| stream("event: change\ndata: nonsense\n\n".to_owned(), true));
    run(&nonsense.url, &["watch"]).failed(1, "cannot be read");
    let away = StandIn::start(|_, _| Reply::HangUp);
    run(&away.url, &["watch", "--retries", "1"]).failed(5, "No answer");
    run(&away.url, &["watch", "--retries", "1", "--after", "3"]).failed(5, "No answer");
}

/// Starts a watch, and returns it once it has printed a change.
fn watching(command: &mut Command) -> (Child, BufReader<ChildStdout>) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    assert!(line.contains("41"), "{line}");
    (child, stdout)
}

#[test]
fn interruption_ends_it_cleanly() {
    for signal in ["INT", "TERM"] {
        let server = server(|_, _| stream(changes([41]), true));
        let (child, stdout) = watching(&mut command(&server.url, &["watch"]));
        send_signal(signal, child.id());
        assert_eq!(Said::of(child.wait_with_output().unwrap()).fine(), "");
        drop(stdout);
    }
}

#[test]
fn closed_pipe_ends_it_cleanly_even_if_nothing_happens() {
    let server = server(|_, _| stream(changes([41]), true));
    let (child, stdout) = watching(&mut command(&server.url, &["watch"]));
    drop(stdout);
    Said::of(child.wait_with_output().unwrap()).fine();
}

#[test]
fn closed_pipe_ends_it_cleanly_when_something_happens() {
    let (go, gone) = mpsc::channel::<()>();
    let gone = Arc::new(std::sync::Mutex::new(gone));
    let server = server(move |_, _| {
        let gone = Arc::clone(&gone);
        Reply::talk(move |mut talk| {
            talk.begin("text/event-stream")?;
            talk.send(&changes([41]))?;
            gone.lock().unwrap().recv().unwrap();
            talk.send(&changes(42..=60))?;
            talk.input.read_to_end(&mut Vec::new()).map(drop)
        })
    });
    let (child, stdout) = watching(&mut command(&server.url, &["watch", "--json"]));
    drop(stdout);
    go.send(()).unwrap();
    Said::of(child.wait_with_output().unwrap()).fine();
}
