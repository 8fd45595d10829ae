//! `add` of one code.

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support::{Reply, StandIn, change, run};

fn server() -> StandIn {
    StandIn::start(|_, _| Reply::json(201, &change(30, "added", 12)))
}

#[test]
fn text_is_saved_with_what_is_said_of_it() {
    let server = server();
    let arguments = [
        "add",
        "hello",
        "--name",
        "Menu",
        "--label",
        "a",
        "--label",
        "b",
        "--level",
        "q",
        "--look",
        "shape=dots",
    ];
    let said = run(&server.url, &arguments).fine();
    assert_eq!(said, format!("Added 12: {}/s/main/entries/12\n", server.url));
    let request = &server.requests()[0];
    assert_eq!(request.line(), "POST /api/v1/spaces/main/entries");
    assert_eq!(request.header("content-type"), "application/json");
    assert_eq!(
        request.json(),
        json!({ "text": "hello", "name": "Menu", "labels": ["a", "b"], "level": "Q", "look": "shape=dots" })
    );
    run(&server.url, &["add", "--", "-x"]).fine();
    assert_eq!(server.requests()[1].json(), json!({ "text": "-x" }));
}

#[test]
fn typed_content_is_sent_as_its_fields() {
    let server = server();
    run(&server.url, &["add", "--kind", "wifi", "--field", "network=Guests", "--field", "password=a=b"])
        .fine();
    assert_eq!(
        server.requests()[0].json(),
        json!({ "content": { "kind": "wifi", "network": "Guests", "password": "a=b" } })
    );
}

#[test]
fn outcome_is_a_sentence_a_number_or_json() {
    let server = server();
    assert_eq!(run(&server.url, &["add", "a", "-q"]).fine(), "12\n");
    let json = run(&server.url, &["add", "a", "--json"]).fine();
    assert_eq!(json.lines().count(), 1);
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), change(30, "added", 12));
}

#[test]
fn picture_is_written_in_the_format_of_the_file() {
    let folder = tempdir().unwrap();
    let server = StandIn::start(|_, _| {
        let mut change = change(30, "added", 12);
        change["picture"] = json!({ "format": "svg", "content_type": "image/svg+xml", "base64": "PHN2Zy8+" });
        Reply::json(201, &change)
    });
    let file = folder.path().join("a.SVG");
    let file = file.to_str().unwrap();
    let said = run(&server.url, &["add", "a", "-o", file, "--json"]).fine();
    assert!(!said.contains("base64"), "{said}");
    assert_eq!(std::fs::read_to_string(file).unwrap(), "<svg/>");
    assert_eq!(server.requests()[0].json()["picture"], "svg");
    run(&server.url, &["add", "a", "-o", file]).failed(2, "already exists");
    run(&server.url, &["add", "a", "-o", "/nowhere/a.png"]).failed(1, "There is no folder /nowhere.");
    assert_eq!(server.requests().len(), 1, "nothing is saved when the picture has no place");
    run(&server.url, &["add", "a", "-o", file, "--force"]).fine();
}

#[test]
fn missing_picture_is_told() {
    let folder = tempdir().unwrap();
    let server = server();
    let file = folder.path().join("a.png");
    run(&server.url, &["add", "a", "-o", file.to_str().unwrap()])
        .failed(1, "the server's answer has no picture");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn repeated_save_has_the_same_key_and_another_save_has_another() {
    let server = StandIn::script([
        Reply::HangUp,
        Reply::problem(503, "Busy."),
        Reply::json(200, &change(30, "added", 12)),
        Reply::json(201, &change(31, "added", 13)),
    ]);
    run(&server.url, &["add", "a"]).fine();
    run(&server.url, &["add", "a"]).fine();
    let keys: Vec<_> =
        server.requests().iter().map(|request| request.header("idempotency-key").to_owned()).collect();
    assert!(keys[0] == keys[1] && keys[1] == keys[2] && keys[2] != keys[3], "{keys:?}");
    let is_valid = |key: &String| {
        (1..=64).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    assert!(keys.iter().all(is_valid), "{keys:?}");
}

#[test]
fn refusal_names_the_field() {
    let server = StandIn::start(|_, _| {
        let problem = json!({ "detail": "Fill in the network.", "field": "network", "request_id": "r1" });
        Reply::json(422, &problem)
    });
    run(&server.url, &["add", "--kind", "wifi"])
        .failed(4, "Fill in the network. (field network, request r1)");
}
