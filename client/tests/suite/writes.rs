//! `rm`, `restore` and `label`.

use std::process::Stdio;

use serde_json::json;

use crate::support::{Reply, Said, StandIn, change, command, entry, run};

#[test]
fn entries_are_removed_and_restored() {
    let server = StandIn::start(|request, _| {
        let kind = if request.method == "DELETE" { "removed" } else { "restored" };
        Reply::json(200, &change(40, kind, 7))
    });
    let page = format!("{}/s/main/entries/7", server.url);
    assert_eq!(run(&server.url, &["rm", "7"]).fine(), format!("Removed 7: {page}\n"));
    assert_eq!(run(&server.url, &["restore", "7"]).fine(), format!("Restored 7: {page}\n"));
    assert_eq!(run(&server.url, &["rm", "7", "-q"]).fine(), "7\n");
    assert!(run(&server.url, &["restore", "7", "--json"]).fine().contains("\"kind\":\"restored\""));
    let entry = "/api/v1/spaces/main/entries/7";
    assert_eq!(server.lines()[..2], [format!("DELETE {entry}"), format!("POST {entry}/restore")]);
    assert!(server.requests().iter().all(|request| !request.header("idempotency-key").is_empty()));
}

#[test]
fn failure_of_one_does_not_stop_the_others() {
    let server = StandIn::start(|request, _| match request.path.rsplit('/').next() {
        Some("8") => Reply::problem(410, "It was removed."),
        Some("9") => Reply::problem(403, "Not allowed."),
        _ => Reply::json(200, &change(40, "removed", 7)),
    });
    let said = run(&server.url, &["rm", "8", "7", "9", "7"]);
    said.failed(3, "8: It was removed.\nqrate: 9: Not allowed.\n");
    assert_eq!((said.out.lines().count(), server.requests().len()), (2, 4));
}

#[test]
fn purge_removes_first() {
    let server = StandIn::start(|request, _| match &*request.line() {
        "DELETE /api/v1/spaces/main/entries/7" => Reply::json(200, &change(40, "removed", 7)),
        "DELETE /api/v1/spaces/main/entries/8" => Reply::problem(410, "It was removed."),
        "DELETE /api/v1/spaces/main/entries/9" => Reply::problem(404, "There is no entry 9."),
        "POST /api/v1/spaces/main/entries/8/purge" => Reply::HangUp,
        _ => Reply::empty(204),
    });
    assert_eq!(run(&server.url, &["rm", "7", "--purge"]).fine(), "Purged 7\n");
    assert_eq!(
        run(&server.url, &["rm", "7", "--purge", "--json"]).fine(),
        "{\"id\":7,\"kind\":\"purged\"}\n"
    );
    run(&server.url, &["rm", "8", "--purge", "--retries", "0"]).failed(5, "8: No answer");
    run(&server.url, &["rm", "9", "--purge"]).failed(3, "9: There is no entry 9.");
}

#[test]
fn purge_whose_answer_was_lost_succeeds() {
    let server = StandIn::script([
        Reply::json(200, &change(40, "removed", 7)),
        Reply::HangUp,
        Reply::problem(404, "There is no entry 7."),
    ]);
    assert_eq!(run(&server.url, &["rm", "7", "--purge"]).fine(), "Purged 7\n");
}

#[test]
fn labels_are_changed_from_what_they_are() {
    let server = StandIn::start(|request, _| match &*request.method {
        "GET" => Reply::json(200, &entry(7)),
        _ => Reply::json(200, &change(40, "updated", 7)),
    });
    let arguments = ["label", "7", "--add", "new", "--add", "LUNCH", "--remove", "CAT", "--name", "Dinner"];
    assert_eq!(run(&server.url, &arguments).fine(), format!("Changed 7: {}/s/main/entries/7\n", server.url));
    let patch = &server.requests()[1];
    assert_eq!(
        (patch.line().as_str(), patch.header("if-match")),
        ("PATCH /api/v1/spaces/main/entries/7", "\"107\"")
    );
    assert_eq!(patch.json(), json!({ "name": "Dinner", "labels": ["lunch", "new"] }));
    run(&server.url, &["label", "7", "--name", ""]).fine();
    assert_eq!(server.requests()[3].json(), json!({ "name": "" }), "labels stay");
}

#[test]
fn change_by_somebody_else_is_kept() {
    let mut later = entry(7);
    later["revision"] = 200.into();
    later["labels"] = json!([{ "name": "theirs" }]);
    let server = StandIn::script([
        Reply::json(200, &entry(7)),
        Reply::problem(412, "It was changed."),
        Reply::json(200, &later),
        Reply::json(200, &change(40, "updated", 7)),
    ]);
    run(&server.url, &["label", "7", "--add", "mine"]).fine();
    let patch = &server.requests()[3];
    assert_eq!(
        (patch.header("if-match"), patch.json()),
        ("\"200\"", json!({ "labels": ["theirs", "mine"] }))
    );

    let server = StandIn::start(|request, _| match &*request.method {
        "GET" => Reply::json(200, &entry(7)),
        _ => Reply::problem(412, "It was changed."),
    });
    run(&server.url, &["label", "7", "--add", "mine"]).failed(4, "It was changed.");
    assert_eq!(server.requests().len(), 4, "one repetition");
    let gone = StandIn::start(|_, _| Reply::problem(410, "It was removed."));
    run(&gone.url, &["label", "7", "--add", "mine"]).failed(3, "It was removed.");
}

#[test]
fn writes_go_on_without_anybody_reading_the_output() {
    let server = StandIn::start(|_, _| Reply::json(200, &change(40, "removed", 7)));
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let done =
        command(&server.url, &["rm", "7", "8", "9"]).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
    Said::of(done.wait_with_output().unwrap()).fine();
    assert_eq!(server.requests().len(), 3);
}
