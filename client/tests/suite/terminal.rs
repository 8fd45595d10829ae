//! What a person sees on a terminal: colours, progress, lines that fit, nothing that harms it.

use serde_json::json;
use tempfile::tempdir;

use crate::support::{Reply, StandIn, change, entry, listing, on_terminal, run};

#[test]
fn table_is_bold_at_its_head_and_cut_to_the_width() {
    let folder = tempdir().unwrap();
    let mut long = entry(12);
    long["value"] = "https://example.org/".repeat(20).into();
    let server = StandIn::start(move |_, _| Reply::json(200, &listing(9, 80, Some("x"), &[long.clone()])));
    let screen = on_terminal(&server.url, folder.path(), &[], &["ls", "-n1"]);
    let lines: Vec<_> = screen.shown.lines().collect();
    assert!(screen.code == 0 && lines[0].starts_with("\u{1b}[1mID  KIND"), "{screen:?}");
    assert!(
        lines[1].chars().count() <= 80 && lines[1].contains("https://") && lines[1].contains('…'),
        "{screen:?}"
    );
    assert!(lines[2].contains("1 of 80 entries: --limit N shows more"), "{screen:?}");
    for variables in [&[("NO_COLOR", "1")][..], &[("TERM", "dumb")]] {
        let plain = on_terminal(&server.url, folder.path(), variables, &["ls", "-n1"]);
        assert!(plain.shown.starts_with("ID  KIND") && !plain.shown.contains('\u{1b}'), "{plain:?}");
    }
    let piped = run(&server.url, &["ls", "-n1"]).fine();
    assert!(!piped.contains(['\u{1b}', '…']) && piped.lines().count() == 2, "{piped}");
    let empty = on_terminal(&server.url, folder.path(), &[("NO_COLOR", "")], &["ls", "-n1"]);
    assert!(empty.shown.contains('\u{1b}'), "an empty variable counts as unset");
}

#[test]
fn changes_have_colours() {
    let folder = tempdir().unwrap();
    let server = StandIn::start(|_, _| Reply::json(200, &change(40, "removed", 7)));
    let screen = on_terminal(&server.url, folder.path(), &[], &["rm", "7"]);
    assert_eq!(screen.shown, format!("\u{1b}[32mRemoved\u{1b}[0m 7: {}/s/main/entries/7\n", server.url));
    let watched = StandIn::start(|request, _| match request.path.contains("/events") {
        false => Reply::json(200, &listing(40, 3, None, &[])),
        true => Reply::talk(|mut talk| {
            talk.begin("text/event-stream")?;
            let mut change = change(41, "removed", 7);
            change["entry"]["name"] = "n".repeat(200).into();
            talk.send(&format!("event: change\nid: 41\ndata: {change}\n\n"))?;
            talk.piece().map(drop)
        }),
    });
    let screen = on_terminal(&watched.url, folder.path(), &[], &["watch", "-n1"]);
    assert!(
        screen.shown.starts_with("\r\u{1b}[Kqrate: watching main at http://")
            && screen.shown.contains("\n    41  \u{1b}[31mremoved \u{1b}[0m       #7  code   nnn"),
        "{screen:?}"
    );
    let line = screen.shown.trim_end().rsplit('\n').next().unwrap();
    assert_eq!(line.replace("\u{1b}[31m", "").replace("\u{1b}[0m", "").chars().count(), 80);
}

#[test]
fn upload_shows_its_progress() {
    let folder = tempdir().unwrap();
    std::fs::write(folder.path().join("a.jpg"), vec![0; 3_000_000]).unwrap();
    let server = StandIn::start(|_, _| Reply::json(201, &change(40, "added", 7)));
    let screen = on_terminal(&server.url, folder.path(), &[], &["upload", "a.jpg"]);
    assert!(
        screen.code == 0 && screen.shown.contains("a.jpg") && screen.shown.contains("/3.00 MB"),
        "{screen:?}"
    );
    let end = screen.shown.rsplit('\r').next().unwrap();
    assert!(
        end.contains("Added") && end.ends_with("entries/7\n"),
        "the line of progress is gone: {screen:?}"
    );
    let piped = run(&server.url, &["upload", folder.path().join("a.jpg").to_str().unwrap()]).fine();
    assert_eq!(piped.lines().count(), 1);
}

#[test]
fn download_shows_its_progress() {
    let folder = tempdir().unwrap();
    let server = StandIn::start(|_, _| Reply::file("image/png", "", &vec![0; 3_000_000]));
    let screen = on_terminal(&server.url, folder.path(), &[], &["get", "7", "-o", "a.png"]);
    assert!(screen.code == 0 && screen.shown.contains("entry 7"), "{screen:?}");
    assert_eq!(std::fs::metadata(folder.path().join("a.png")).unwrap().len(), 3_000_000);
}

#[test]
fn binary_and_hostile_files_are_not_shown() {
    let folder = tempdir().unwrap();
    for body in [&b"\x89PNG\r\n\x1a\n"[..], b"a\x1b[2Jb", b"\xff", "\u{202e}".as_bytes(), &[b'a'; 300_000]] {
        let server = StandIn::start(move |_, _| Reply::file("text/plain", "", body));
        let screen = on_terminal(&server.url, folder.path(), &[], &["get", "7", "-o", "-"]);
        assert_eq!(screen.code, 2);
        assert_eq!(
            screen.shown,
            "qrate: This is not text, so it cannot be shown in a terminal: write it into a file (-o FILE), or pipe it elsewhere.\n"
        );
    }
    let server = StandIn::start(|_, _| Reply::file("text/plain", "", "▀▄ ä\n\tb\n".as_bytes()));
    let screen = on_terminal(&server.url, folder.path(), &[], &["get", "7", "-o", "-", "--format", "txt"]);
    assert_eq!((screen.code, screen.shown.as_str()), (0, "▀▄ ä\n\tb\n"));
    let screen = on_terminal(&server.url, folder.path(), &[], &["draw", "a", "--format", "png"]);
    assert!(screen.code == 2 && screen.shown.contains("not for a terminal"), "{screen:?}");
}

#[test]
fn drawn_code_is_black_on_white() {
    let folder = tempdir().unwrap();
    let screen = on_terminal("http://127.0.0.1:1", folder.path(), &[], &["draw", "hello"]);
    assert_eq!(screen.code, 0);
    let is_painted =
        |line: &str| line.starts_with("\u{1b}[38;5;16;48;5;231m    ") && line.ends_with("\u{1b}[0m");
    assert!(screen.shown.lines().count() == 15 && screen.shown.lines().all(is_painted), "{screen:?}");
    let plain = on_terminal("http://127.0.0.1:1", folder.path(), &[("NO_COLOR", "1")], &["draw", "hello"]);
    assert!(plain.shown.starts_with("████") && !plain.shown.contains('\u{1b}'), "{plain:?}");
}

#[test]
fn waiting_for_a_busy_server_is_told() {
    let folder = tempdir().unwrap();
    let server = StandIn::script([
        Reply::problem(503, "Busy."),
        Reply::json(200, &json!({ "seq": 1, "total": 0, "next": null, "entries": [] })),
    ]);
    let screen = on_terminal(&server.url, folder.path(), &[], &["ls"]);
    assert!(screen.code == 0 && screen.shown.contains("qrate: Busy. Trying again in 0."), "{screen:?}");
}
