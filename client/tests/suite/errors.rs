//! What goes wrong between the program and a server, and the exit codes that say so.

use std::io::Read as _;
use std::process::Stdio;
use std::sync::mpsc;

use crate::support::{Reply, Said, StandIn, command, entry, listing, run, send_signal};

#[test]
fn each_status_has_its_exit_code_and_shows_the_detail() {
    for (status, code) in
        [(404, 3), (410, 3), (400, 4), (401, 4), (403, 4), (409, 4), (422, 4), (429, 5), (503, 5)]
    {
        let server = StandIn::start(move |_, _| Reply::problem(status, "Do \u{1b}[1mthis."));
        run(&server.url, &["ls", "--retries", "0"]).failed(code, r"Do \u{1b}[1mthis.");
        assert_eq!(server.requests().len(), 1);
    }
    let server = StandIn::start(|_, _| Reply::problem(500, "Broken."));
    run(&server.url, &["ls"]).failed(1, "Broken.");
    assert_eq!(server.requests().len(), 1, "what is broken is not repeated");
}

#[test]
fn answers_of_others_are_told_in_words() {
    let html = |status: u16| Reply::Answer { status, headers: Vec::new(), body: b"<html>\x1b[2J".to_vec() };
    let server = StandIn::start(move |_, _| html(502));
    run(&server.url, &["ls", "--retries", "0"])
        .failed(5, "The server answered 502 Bad Gateway, without a reason.");
    for status in [200, 404] {
        let server = StandIn::start(move |_, _| html(status));
        for arguments in [&["ls"][..], &["rm", "7"], &["get", "7", "-o", "-"], &["add", "a"]] {
            run(&server.url, arguments).failed(1, "There is no Qrate API at");
        }
    }
    let server = StandIn::start(|_, _| Reply::json(200, &serde_json::json!({ "entries": 7 })));
    run(&server.url, &["ls"]).failed(1, "cannot be read");
}

#[test]
fn redirects_are_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = StandIn::start(|_, _| Reply::json(200, &listing(1, 0, None, &[])));
        let to = elsewhere.url.clone();
        let server = StandIn::start(move |_, _| Reply::Answer {
            status,
            headers: vec![("Location", to.clone())],
            body: Vec::new(),
        });
        let said = run(&server.url, &["ls"]);
        said.failed(1, "redirects are not followed");
        assert!(said.err.contains(&elsewhere.url), "{said:?}");
        assert_eq!(elsewhere.requests().len(), 0);
    }
}

#[test]
fn server_that_is_away_is_asked_again_a_few_times() {
    let server = StandIn::script([
        Reply::HangUp,
        Reply::problem(503, "Busy.").with("Retry-After", "0"),
        Reply::Cut(b"{".to_vec()),
        Reply::json(200, &listing(9, 1, None, &[entry(1)])),
    ]);
    assert_eq!(run(&server.url, &["ls"]).fine().lines().count(), 2);
    assert_eq!(server.requests().len(), 4);

    let server = StandIn::start(|_, _| Reply::HangUp);
    run(&server.url, &["ls", "--retries", "2"]).failed(5, "No answer from http://127.0.0.1:");
    assert_eq!(server.requests().len(), 3);
    let server = StandIn::start(|_, _| Reply::problem(503, "Full.").with("Retry-After", "3600"));
    run(&server.url, &["ls"]).failed(5, "Full.");
    assert_eq!(server.requests().len(), 1, "nobody waits an hour");
}

#[test]
fn silence_ends() {
    let server = StandIn::start(|_, _| Reply::Silence);
    run(&server.url, &["ls", "--timeout", "1", "--retries", "0"]).failed(5, "nothing came for 1 s");
    let server = StandIn::start(|_, _| {
        Reply::talk(|mut talk| {
            talk.begin("application/json")?;
            talk.send("{")?;
            talk.piece().map(drop)
        })
    });
    run(&server.url, &["ls", "--timeout", "1", "--retries", "0"])
        .failed(5, "The answer stopped in the middle.");
}

#[test]
fn no_server_is_told_with_its_address() {
    // Nobody listens on a port that was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let said = run(&format!("http://{free}/base"), &["ls", "--retries", "1"]);
    said.failed(5, &format!("No answer from http://{free}/base/: Connection refused"));
    assert_eq!(said.out, "");
    run("http://no-such-host.invalid", &["ls", "--retries", "0"])
        .failed(5, "No answer from http://no-such-host.invalid/");
}

#[test]
fn https_checks_certificates() {
    // Speaks no TLS at all.
    let server = StandIn::start(|_, _| Reply::HangUp);
    let said = run(&server.url.replace("http:", "https:"), &["ls", "--retries", "0"]);
    assert!(said.code == 5 || said.err.contains("no certificates"), "{said:?}");
    assert_eq!(server.requests().iter().filter(|request| request.method == "GET").count(), 0);
}

#[test]
fn wrong_arguments_are_usage_errors() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty");
    std::fs::write(&empty, " \n").unwrap();
    let (empty, missing) = (empty.to_str().unwrap(), folder.path().join("missing"));
    for (arguments, why) in [
        (&["ls", "--server", "localhost:8080"][..], "http:// or https:// is missing"),
        (&["ls", "--server", "http://a:b@host"], "--token-file"),
        (&["ls", "--space", "No Space"], "lowercase letters"),
        (&["ls", "--timeout", "0"], "1..=3600"),
        (&["ls", "--kind", "sound"], "code, photo, file"),
        (&["ls", "--all", "--limit", "3"], "cannot be used with"),
        (&["ls", "--token-file", empty], "There is no token in"),
        (&["ls", "--token-file", missing.to_str().unwrap()], "cannot be read"),
        (&["add"], "required"),
        (&["add", "a", "--kind", "wifi"], "cannot be used with"),
        (&["add", "a", "--field", "b=c"], "cannot be used with"),
        (&["add", "--field", "b=c"], "required"),
        (&["add", "--kind", "wifi", "--field", "network"], "NAME=VALUE"),
        (&["add", "a", "--level", "X"], "L, M, Q or H"),
        (&["add", "a", "-o", "a.gif"], "png, svg, pdf, txt or uri"),
        (&["add", "-", "-o", "a.png"], "Each line is a code"),
        (&["rm"], "required"),
        (&["rm", "x"], "write the number of an entry"),
        (&["label", "7"], "required"),
        (&["label", "7", "--add", "a,b"], "comma"),
        (&["upload"], "required"),
        (&["upload", "a", "b", "--name", "c"], "A name is for one file"),
        (&["upload", "a", "--recipe", "burn"], "rotate-90"),
        (&["watch", "--count", "0"], "is not in 1.."),
        (&["get", "7", "--size", "0"], "is not in 1.."),
        (&["draw", "a", "--look", "shape=stars"], "shape"),
        (&["draw", "a", "--look", "logo=x"], "A logo lies in a gallery"),
        (&["draw", " "], "Enter a text first."),
        (&["draw", "a", "-o", "a.gif"], "png, svg, pdf, txt or uri"),
        (&["completions", "cmd"], "bash"),
        (&["man", "nothing"], "There is no command nothing."),
    ] {
        let said = run("http://127.0.0.1:1", arguments);
        assert!(said.code == 2 && said.err.contains(why), "{arguments:?}: {said:?}");
    }
}

#[test]
fn closed_pipe_is_no_failure() {
    let entries: Vec<_> = (1..=200).map(entry).collect();
    let server = StandIn::start(move |_, _| Reply::json(200, &listing(900, 200, Some("1"), &entries)));
    // More than a pipe holds, so that it cannot end before its reader has left.
    for arguments in [&["ls", "--all"][..], &["ls", "--all", "--json"]] {
        let mut child =
            command(&server.url, arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut [0; 10]).unwrap();
        drop(stdout);
        Said::of(child.wait_with_output().unwrap()).fine();
    }
    for arguments in
        [&["completions", "bash"][..], &["man"], &["draw", "a"], &["draw", "a", "--format", "png", "-o-"]]
    {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let done = command(&server.url, arguments).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
        Said::of(done.wait_with_output().unwrap()).fine();
    }
}

#[test]
fn full_disk_is_a_failure() {
    for arguments in [&["draw", "a"][..], &["man"], &["completions", "zsh"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let done =
            command("http://127.0.0.1:1", arguments).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        Said::of(done.wait_with_output().unwrap()).failed(1, "The output cannot be written: No space left");
    }
}

#[test]
fn interruption_ends_with_its_own_code() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let (arrived, arrival) = mpsc::channel();
        let server = StandIn::start(move |_, _| {
            arrived.send(()).unwrap();
            Reply::Silence
        });
        let child =
            command(&server.url, &["ls"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        arrival.recv().unwrap();
        send_signal(signal, child.id());
        assert_eq!(Said::of(child.wait_with_output().unwrap()).code, code);
    }
}
