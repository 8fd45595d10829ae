//! `add -`: many codes from standard input.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::{Reply, Said, StandIn, change, command, run_with};

/// The texts by their keys, as a server that saves each key once.
type Saved = Arc<Mutex<BTreeMap<String, String>>>;

/// How a request of lines goes.
#[derive(Clone, Copy)]
struct Conduct {
    /// Lines are answered up to here; then the connection is lost.
    lost_after: Option<usize>,
    /// Lines with this text are answered as busy.
    busy: Option<&'static str>,
}

const WELL: Conduct = Conduct { lost_after: None, busy: None };

/// A server that answers each line as it comes. The conduct of a request depends on its number.
fn server(saved: &Saved, conduct: impl Fn(usize) -> Conduct + Send + Sync + 'static) -> StandIn {
    let saved = Arc::clone(saved);
    StandIn::start(move |_, number| {
        let (saved, conduct) = (Arc::clone(&saved), conduct(number));
        Reply::talk(move |mut talk| {
            talk.begin("application/x-ndjson")?;
            let (mut text, mut count) = (Vec::new(), 0);
            loop {
                let piece = talk.piece()?;
                if piece.is_empty() {
                    return talk.end();
                }
                text.extend(piece);
                while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
                    let line: Vec<u8> = text.drain(..=end).collect();
                    let wish: Value = serde_json::from_slice(&line).unwrap();
                    count += 1;
                    let answer = answer(&wish, count, &saved, conduct);
                    if conduct.lost_after.is_some_and(|most| count > most) {
                        return Ok(());
                    }
                    talk.send(&format!("{answer}\n"))?;
                }
            }
        })
    })
}

fn answer(wish: &Value, line: usize, saved: &Saved, conduct: Conduct) -> Value {
    let text = wish["text"].as_str().unwrap();
    if conduct.busy == Some(text) {
        return json!({ "line": line, "status": 503, "problem": { "detail": "Busy." } });
    }
    if text.starts_with("bad") {
        return json!({ "line": line, "status": 422, "problem": { "detail": "Too long.", "field": "text" } });
    }
    let mut saved = saved.lock().unwrap();
    saved.insert(wish["key"].as_str().unwrap().to_owned(), text.to_owned());
    let id = saved.len() as u64;
    json!({ "line": line, "status": 201, "change": change(id, "added", id) })
}

fn texts(saved: &Saved) -> Vec<String> {
    let mut texts: Vec<_> = saved.lock().unwrap().values().cloned().collect();
    texts.sort();
    texts
}

#[test]
fn each_line_is_a_code() {
    let saved = Saved::default();
    let server = server(&saved, |_| WELL);
    let said = run_with(command(&server.url, &["add", "-", "--label", "x", "-q"]), b"b\r\n\n \na\nlast");
    assert_eq!(said.fine(), "1\n2\n3\n");
    assert_eq!(texts(&saved), ["a", "b", "last"]);
    let request = &server.requests()[0];
    assert_eq!(
        (request.line().as_str(), request.header("content-type")),
        ("POST /api/v1/spaces/main/batch", "application/x-ndjson")
    );
}

#[test]
fn answers_may_all_come_at_the_end() {
    // Through a proxy that passes on only whole requests.
    let server = StandIn::start(|_, _| {
        Reply::talk(|mut talk| {
            let mut body = Vec::new();
            loop {
                let piece = talk.piece()?;
                if piece.is_empty() {
                    break;
                }
                body.extend(piece);
            }
            let lines = body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count() as u64;
            let answer =
                |n| json!({ "line": n, "status": 201, "change": change(n, "added", n) }).to_string() + "\n";
            talk.begin("application/x-ndjson")?;
            talk.send(&(1..=lines).map(answer).collect::<String>())?;
            talk.end()
        })
    });
    let input: String = (0..500).map(|n| format!("{n}\n")).collect();
    let said = run_with(command(&server.url, &["add", "-", "-q"]), input.as_bytes()).fine();
    assert_eq!((said.lines().count(), server.requests().len()), (500, 1));
}

#[test]
fn nothing_is_sent_without_lines() {
    let server = server(&Saved::default(), |_| WELL);
    run_with(command(&server.url, &["add", "-"]), b"\n\n").fine();
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn refused_lines_are_named_and_the_others_saved() {
    let saved = Saved::default();
    let server = server(&saved, |_| WELL);
    let long = "x".repeat(70_000);
    let input = [b"a\nbad 1\n\nb\n\xff\n", long.as_bytes(), b"\nbad 2\nc\n"].concat();
    let said = run_with(command(&server.url, &["add", "-"]), &input);
    said.failed(4, "line 2: Too long. (field text)\n");
    // The earliest line decides, whichever was noticed first.
    for line in [
        "line 5: not UTF-8.",
        "line 6: longer than 65,536 bytes",
        "line 7: Too long.",
        "4 lines were not saved.",
    ] {
        assert!(said.err.contains(line), "{line}: {said:?}");
    }
    assert_eq!((texts(&saved), said.out.lines().count()), (["a", "b", "c"].map(str::to_owned).to_vec(), 3));
}

#[test]
fn answers_come_while_lines_are_still_written() {
    let saved = Saved::default();
    let server = server(&saved, |_| WELL);
    let mut child = command(&server.url, &["add", "-", "-q"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    for number in 1..=3 {
        stdin.write_all(b"a\n").unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line, format!("{number}\n"));
    }
    drop(stdin);
    Said::of(child.wait_with_output().unwrap()).fine();
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn lost_connections_lose_and_repeat_nothing() {
    let saved = Saved::default();
    // The line after the last answer is saved, but its answer is lost.
    let server = server(&saved, |number| Conduct { lost_after: (number < 3).then_some(20), ..WELL });
    let input: String = (0..100).map(|n| format!("text {n:02}\n")).collect();
    let said = run_with(command(&server.url, &["add", "-", "-q"]), input.as_bytes()).fine();
    assert_eq!(texts(&saved), input.lines().collect::<Vec<_>>());
    assert_eq!((said.lines().count(), server.requests().len()), (100, 4));
}

#[test]
fn server_that_is_lost_for_good_ends_it() {
    let server = server(&Saved::default(), |_| Conduct { lost_after: Some(0), ..WELL });
    run_with(command(&server.url, &["add", "-", "--retries", "1"]), b"a\n").failed(5, "lost");
    assert_eq!(server.requests().len(), 2);
    let refused = StandIn::start(|_, _| Reply::problem(404, "There is no such space."));
    run_with(command(&refused.url, &["add", "-"]), b"a\nb\n").failed(3, "There is no such space.");
    assert_eq!(refused.requests().len(), 1);
}

#[test]
fn busy_lines_are_sent_again_with_their_keys() {
    let saved = Saved::default();
    let server = server(&saved, |number| Conduct { busy: (number < 2).then_some("b"), ..WELL });
    run_with(command(&server.url, &["add", "-"]), b"a\nb\nc\n").fine();
    assert_eq!(texts(&saved), ["a", "b", "c"]);
    let always = self::server(&saved, |_| Conduct { busy: Some("b"), ..WELL });
    run_with(command(&always.url, &["add", "-", "--retries", "1"]), b"b\nd\n").failed(5, "line 1: Busy.");
    assert_eq!(texts(&saved), ["a", "b", "c", "d"]);
}

#[test]
fn ten_thousand_lines_make_a_request() {
    let saved = Saved::default();
    let server = server(&saved, |_| WELL);
    let input: String = (0..20_001).map(|n| format!("{n}\n")).collect();
    let said = run_with(command(&server.url, &["add", "-", "-q"]), input.as_bytes()).fine();
    assert_eq!(
        (said.lines().count(), server.requests().len(), saved.lock().unwrap().len()),
        (20_001, 3, 20_001)
    );
}

#[test]
fn codes_are_saved_without_anybody_reading_the_output() {
    let saved = Saved::default();
    let server = server(&saved, |_| WELL);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut child = command(&server.url, &["add", "-"])
        .stdin(Stdio::piped())
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"a\nb\n").unwrap();
    Said::of(child.wait_with_output().unwrap()).fine();
    assert_eq!(texts(&saved), ["a", "b"]);
}

#[test]
fn nonsense_in_answers_ends_it() {
    for nonsense in ["nonsense\n", "{\"line\":2,\"status\":201}\n"] {
        let server = StandIn::start(move |_, _| {
            Reply::talk(move |mut talk| {
                talk.begin("application/x-ndjson")?;
                talk.send(nonsense)?;
                talk.piece().map(drop)
            })
        });
        run_with(command(&server.url, &["add", "-"]), b"a\n").failed(1, "cannot be read");
    }
}
