//! Labels over HTTP: found by the embedded labeller, corrected by forms and the API, filtered by; and what the command
//! line says about them.

use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::support::{Server, jpeg, qrate, refusal, unread};

const HTML: &str = "text/html";
const JSON: &str = "application/json";
const ENTRY: &str = "/api/v1/spaces/main/entries/1";

/// The entry once a labeller has looked at it.
async fn labelled(server: &Server, id: u64) -> Value {
    for _ in 0..100 {
        let entry = server.get(&format!("/api/v1/spaces/main/entries/{id}")).await.json();
        let stages = entry["photo"]["stages"].as_array().unwrap();
        if stages.iter().all(|stage| stage["state"] == "done") {
            return entry;
        }
        let next = entry["revision"].as_u64().unwrap() + 1;
        server.get(&format!("/api/v1/spaces/main/entries?at={next}")).await;
    }
    panic!("a worker is still at #{id}");
}

async fn with_a_photo() -> (Server, Value) {
    let server = Server::labelling().await;
    let request = Request::post("/api/v1/spaces/main/photos?name=a.jpg");
    let answer = server.ask(request.body(jpeg(96, 64, [0, 0, 9]).into()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let entry = labelled(&server, 1).await;
    (server, entry)
}

fn names(entry: &Value) -> Vec<&str> {
    entry["labels"].as_array().unwrap().iter().map(|label| label["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn labels_are_found_corrected_and_kept() {
    let (server, entry) = with_a_photo().await;
    let first = &entry["labels"][0];
    assert_eq!(first["source"], "labeller", "{entry}");
    assert_eq!(first["model"], entry["photo"]["labelled_by"]);
    assert!(first["confidence"].as_u64().unwrap() <= 100);
    let wrong = names(&entry)[0].to_owned();

    let changed = server.form("/s/main/e/1/labels", &[("add", "by hand, x"), ("remove", &wrong)], JSON).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    let changed = changed.json()["entry"].clone();
    assert!(names(&changed).starts_with(&["by hand", "x"]) && !names(&changed).contains(&wrong.as_str()));
    let again = server.form("/s/main/e/1/relabel", &[], HTML).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    assert!(again.header("location").starts_with("/s/main/e/1?at="));
    let anew = labelled(&server, 1).await;
    // Another label may take the place of the removed one.
    assert!(names(&anew).starts_with(&names(&changed)), "a person's word stays: {anew}");
    assert!(!names(&anew).contains(&wrong.as_str()), "{anew}");
    let all = server.form("/s/main/labels/again", &[], JSON).await;
    assert_eq!(all.json(), json!({ "count": 1 }));
    labelled(&server, 1).await;
    let none = server.form("/s/main/labels/again", &[("outdated", "1")], JSON).await;
    assert_eq!(none.json(), json!({ "count": 0 }), "this model has looked");
    let by_form = server.form("/s/main/labels/again", &[("label", "x")], HTML).await;
    assert_eq!(
        (by_form.status, by_form.header("location")),
        (StatusCode::SEE_OTHER, "/s/main/labels?label=x&again=1")
    );
    labelled(&server, 1).await;
    let page = server.get(by_form.header("location")).await;
    assert!(page.text().contains("Done: the labeller has looked at 1 photo."), "{}", page.text());
}

#[tokio::test]
async fn name_is_saved_without_the_labels_that_the_page_did_not_know() {
    let server = Server::labelling().await;
    let request = Request::post("/api/v1/spaces/main/photos?name=a.jpg");
    server.ask(request.body(jpeg(96, 64, [0, 0, 9]).into()).unwrap()).await;
    // The page was made before the labeller looked.
    let found = names(&labelled(&server, 1).await).join(", ");
    let fields = [("name-at-first", "a.jpg"), ("name", "Sea"), ("labels-at-first", ""), ("labels", "")];
    let saved = server.form("/s/main/e/1/describe", &fields, JSON).await.json()["entry"].clone();
    assert_eq!((&saved["name"], names(&saved).join(", ")), (&json!("Sea"), found));
    let fields = [("labels-at-first", ""), ("labels", "beach")];
    let saved = server.form("/s/main/e/1/describe", &fields, JSON).await.json()["entry"].clone();
    assert!(names(&saved).contains(&"beach") && names(&saved).len() > 1, "both are kept: {saved}");
}

#[tokio::test]
async fn listing_and_page_are_filtered_by_all_labels() {
    let (server, entry) = with_a_photo().await;
    let found = names(&entry)[0].to_owned();
    server.save("a code").await;
    let patch = Request::patch("/api/v1/spaces/main/entries/2").header("content-type", JSON);
    server.ask(patch.body(json!({ "labels": [found, "menu"] }).to_string().into()).unwrap()).await;
    let encoded = found.replace(' ', "%20");
    for (query, ids) in [
        (format!("label={encoded}"), json!([2, 1])),
        (format!("label={encoded}&label=menu"), json!([2])),
        ("label=menu&label=menu".to_owned(), json!([2])),
        ("label=nothing".to_owned(), json!([])),
    ] {
        let listing = server.get(&format!("/api/v1/spaces/main/entries?{query}")).await.json();
        let entries = listing["entries"].as_array().unwrap();
        assert_eq!(entries.iter().map(|entry| entry["id"].clone()).collect::<Value>(), ids, "{query}");
        let page = server.get(&format!("/s/main/labels?{query}")).await;
        assert_eq!(page.status, StatusCode::OK);
        for id in [1, 2] {
            let is_there = page.text().contains(&format!("data-id=\"{id}\""));
            assert_eq!(is_there, ids.as_array().unwrap().contains(&json!(id)), "{query} #{id}");
        }
    }
    let page = server.get("/s/main/labels").await;
    let all = page.text();
    assert!(all.contains("All labels") && all.contains("label=menu"), "{all}");
    let beside = server.get("/s/main/labels?label=menu").await;
    assert!(beside.text().contains(&format!("<bdi>{found}</bdi> 1</a>")), "{}", beside.text());
    let unknown = server.get("/s/main/labels?label=zebra").await;
    let unknown = unknown.text();
    assert!(
        unknown.contains("No entry has the label zebra.") && !unknown.contains("that also have"),
        "{unknown}"
    );
    let bad = server.get("/s/main/labels?label=a%2Cb").await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn wrong_labels_are_refused_on_the_page() {
    let (server, _) = with_a_photo().await;
    let long = "x".repeat(65);
    let refused = server.form("/s/main/e/1/labels", &[("add", &long)], HTML).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.text().contains("1 character too long"), "{}", refused.text());
    for blank in ["", "  ", " , ,, "] {
        let refused = server.form("/s/main/e/1/labels", &[("add", blank)], JSON).await;
        assert_eq!(
            (refused.status, refused.error()),
            (StatusCode::BAD_REQUEST, "Type a label first.".to_owned())
        );
    }
    let many: Vec<String> = (0..50).map(|n| n.to_string()).collect();
    let refused = server.form("/s/main/e/1/labels", &[("add", &many.join(","))], JSON).await;
    assert_eq!(
        (refused.status, refused.error()),
        (StatusCode::UNPROCESSABLE_ENTITY, "An entry can have at most 50 labels.".to_owned())
    );
    server.save("a code").await;
    let refused = server.form("/s/main/e/2/relabel", &[], JSON).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(server.get(ENTRY).await.status, StatusCode::OK);
}

#[test]
fn command_line_says_what_a_labeller_may_say() {
    let said = |arguments: &[&str]| String::from_utf8(qrate(arguments).stdout).unwrap();
    let all = said(&["labels"]);
    assert!(all.lines().count() > 250 && all.contains("0.50 cat (animal)\n"), "{all}");
    let fewer = said(&["labels", "--deny-label", "cat,person", "--label-threshold", "0.9"]);
    assert!(
        !fewer.contains("0.90 cat ") && !fewer.contains("person") && fewer.starts_with("0.90 "),
        "{fewer}"
    );
    assert!(said(&["labels", "--labeller", "none"]).contains("No labels"));
    let wrong = qrate(&["serve", "--labeller", "some"]);
    assert!(!wrong.status.success() && String::from_utf8_lossy(&wrong.stderr).contains("rekognition"));
}

#[test]
fn command_line_refuses_to_deny_what_is_never_said() {
    for command in [&["labels"][..], &["serve", "--listen", "127.0.0.1:0", "--data-dir", "/proc/none"]] {
        let said = refusal(&qrate(&[command, &["--deny-label", "kat"]].concat()));
        assert!(said.contains("never says \"kat\"") && said.contains("\"cat\""), "{said}");
    }
}

#[test]
fn output_that_nobody_reads_is_no_error() {
    let output = unread(&["labels"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.is_empty(), "{said}");
}
