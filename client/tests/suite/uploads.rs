//! `upload`.

use std::process::Stdio;

use serde_json::json;
use tempfile::tempdir;

use crate::support::{Reply, StandIn, change, command, run, run_with};

#[test]
fn files_are_sent_as_they_are() {
    let folder = tempdir().unwrap();
    let (photo, text) = (folder.path().join("ä photo.jpg"), folder.path().join("notes.txt"));
    let bytes: Vec<u8> = (0..300_000_u32).map(|n| n.to_le_bytes()[1]).collect();
    std::fs::write(&photo, &bytes).unwrap();
    std::fs::write(&text, "").unwrap();
    let (photo, text) = (photo.to_str().unwrap(), text.to_str().unwrap());
    let server = StandIn::start(|_, _| Reply::json(201, &change(40, "added", 7)));
    let said = run(&server.url, &["upload", photo, text, "--recipe", "flip"]).fine();
    assert_eq!(said, format!("Added 7: {}/s/main/entries/7\n", server.url).repeat(2));
    run(&server.url, &["upload", photo, "--as-file", "--name", "other.jpg"]).fine();
    let requests = server.requests();
    assert_eq!(
        server.lines(),
        [
            "POST /api/v1/spaces/main/photos?name=%C3%A4+photo.jpg&recipe=flip",
            "POST /api/v1/spaces/main/photos?name=notes.txt&recipe=flip",
            "POST /api/v1/spaces/main/files?name=other.jpg",
        ]
    );
    assert!(requests[0].body == bytes && requests[1].body.is_empty() && requests[2].body == bytes);
    assert_eq!((requests[0].header("content-length"), requests[1].header("content-length")), ("300000", "0"));
    let keys: std::collections::HashSet<_> =
        requests.iter().map(|request| request.header("idempotency-key").to_owned()).collect();
    assert_eq!(keys.len(), 3);
}

#[test]
fn lost_upload_is_sent_again_from_its_beginning() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("a.bin");
    std::fs::write(&file, vec![9; 200_000]).unwrap();
    let server = StandIn::script([
        Reply::HangUp,
        Reply::problem(503, "Busy."),
        Reply::json(200, &change(40, "added", 7)),
    ]);
    run(&server.url, &["upload", file.to_str().unwrap()]).fine();
    let requests = server.requests();
    assert!(requests.iter().all(|request| request.body == vec![9; 200_000]), "the whole file each time");
    assert_eq!(requests[0].header("idempotency-key"), requests[2].header("idempotency-key"));
}

#[test]
fn known_file_is_told() {
    let mut known = change(40, "added", 7);
    known["same"] = json!(3);
    let server = StandIn::start(move |_, _| Reply::json(201, &known));
    let said = run_with(command(&server.url, &["upload", "-", "--name", "a.jpg"]), b"bytes").fine();
    assert!(said.ends_with("entries/7 (the same file as 3)\n"), "{said}");
    assert_eq!(server.requests()[0].body, b"bytes");
}

#[test]
fn files_that_cannot_be_sent_are_named() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("a.jpg");
    std::fs::write(&file, "x").unwrap();
    let (file, below) = (file.to_str().unwrap(), folder.path().to_str().unwrap());
    let server = StandIn::start(|_, _| Reply::problem(413, "At most 50 MiB."));
    let said = run(&server.url, &["upload", "/nowhere/b.jpg", below, file]);
    said.failed(1, "/nowhere/b.jpg: cannot be read: No such file");
    assert!(
        said.err.contains(": cannot be read: it is not a file.")
            && said.err.contains("a.jpg: At most 50 MiB."),
        "{said:?}"
    );
    assert_eq!(server.requests().len(), 1);
    let mut nameless = command(&server.url, &["upload", "-"]);
    nameless.stdin(Stdio::null());
    run_with(nameless, b"").failed(2, "add --name NAME");
}
