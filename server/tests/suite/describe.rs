//! Changing an entry's name and labels, through the API and through a form; and showing every text of an entry.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, Server, delete};

const ENTRY: &str = "/api/v1/spaces/main/entries/1";

fn patch() -> axum::http::request::Builder {
    Request::patch(ENTRY).header("content-type", "application/json")
}

async fn describe(server: &Server, wish: Value) -> Answer {
    server.ask(patch().body(wish.to_string().into()).unwrap()).await
}

#[tokio::test]
async fn name_and_labels_change_and_are_found() {
    let server = Server::new().await;
    server.save("https://example.com/menu").await;
    server.save("other").await;
    let answer =
        describe(&server, json!({"name": " Menu ", "labels": ["printed", "cafe\u{301}", "printed"]})).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("etag"), "\"3\"");
    let change = answer.json();
    assert_eq!(
        (&change["seq"], &change["kind"], &change["entry"]["name"]),
        (&json!(3), &json!("updated"), &json!("Menu"))
    );
    let labels = json!([{"name": "printed", "source": "person"}, {"name": "café", "source": "person"}]);
    assert_eq!(change["entry"]["labels"], labels);
    assert_eq!(server.get(ENTRY).await.json(), change["entry"]);

    let found = server.get("/api/v1/spaces/main/entries?label=caf%C3%A9").await.json();
    assert_eq!((&found["total"], &found["entries"][0]["id"]), (&json!(1), &json!(1)));
    assert_eq!(server.get("/api/v1/spaces/main/entries?label=other").await.json()["total"], 0);
    let both = server.get("/api/v1/spaces/main/entries?label=printed&value=other").await;
    assert_eq!((both.status, both.error()), (StatusCode::BAD_REQUEST, "Send `value` alone.".to_owned()));
    let renamed = describe(&server, json!({"name": ""})).await.json();
    assert_eq!((&renamed["entry"]["name"], &renamed["entry"]["labels"]), (&json!(""), &labels));
    let unlabelled = describe(&server, json!({"labels": []})).await.json();
    assert_eq!((&unlabelled["seq"], &unlabelled["entry"]["labels"]), (&json!(5), &json!([])));
}

#[tokio::test]
async fn if_match_protects_name_and_labels() {
    let server = Server::new().await;
    server.save("a").await;
    let with = |tag: &str, name: &str| {
        let wish = json!({ "name": name });
        patch().header("if-match", tag).body(wish.to_string().into()).unwrap()
    };
    assert_eq!(server.ask(with("\"1\"", "A")).await.status, StatusCode::OK);
    assert_eq!(server.ask(with("\"1\"", "B")).await.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(server.ask(with("*", "C")).await.status, StatusCode::OK);
    server.ask(delete(ENTRY).body(Body::empty()).unwrap()).await;
    assert_eq!(describe(&server, json!({"name": "D"})).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn invalid_descriptions_are_refused_with_a_message() {
    let server = Server::new().await;
    server.save("a").await;
    let long = "x".repeat(65);
    for (wish, sentence) in [
        (json!({}), "Send `name`, `labels`, or both."),
        (json!({"labels": "a"}), "The field labels must be a list of strings."),
        (json!({"labels": [""]}), "A label cannot be empty."),
        (json!({"labels": ["a,b"]}), "A label must not contain a comma: commas separate labels."),
        (json!({"labels": ["a\nb"]}), "A label must be one line without control characters."),
        (json!({"labels": [long]}), "The label is 1 character too long: the maximum is 64."),
        (
            json!({"labels": (0..51).map(|n| n.to_string()).collect::<Vec<_>>()}),
            "An entry can have at most 50 labels.",
        ),
        (json!({"name": "a\nb"}), "A name must be one line without control characters."),
        (json!({"labels": ["a\u{202e}b"]}), "A label must be one line without control characters."),
        (json!({"value": "b"}), "There is no field value. The fields are name, labels."),
    ] {
        let answer = describe(&server, wish.clone()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wish}");
        assert!(answer.text().contains(sentence), "{wish}: {}", answer.text());
    }
    assert_eq!(server.get(ENTRY).await.json()["revision"], 1, "nothing was changed");
}

#[tokio::test]
async fn description_form_saves_or_returns_the_refused_input() {
    let server = Server::new().await;
    server.save("a").await;
    let post = async |at_first, name, labels| {
        let fields = [("name-at-first", at_first), ("name", name), ("labels", labels)];
        server.form("/s/main/e/1/describe", &fields, "text/html").await
    };
    let done = post("", "Menu", "printed, café").await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/s/main/e/1?at=2&described"));
    let answer = server.get(done.header("location")).await;
    let page = answer.text();
    for part in [
        "<bdi>printed</bdi>",
        "<bdi>café</bdi>",
        r#"value="printed, café""#,
        r#"name="name-at-first" autocomplete="off" value="Menu""#,
        r#"name="labels-at-first" autocomplete="off" value="printed, café""#,
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!page.contains("<details open"), "{page}");
    let long = "x".repeat(65);
    for (at_first, name, labels, status, sentence) in [
        (
            "",
            "Late",
            "late",
            StatusCode::PRECONDITION_FAILED,
            "changed this entry: it now has the name “Menu”. Save",
        ),
        ("Menu", "Menu", &*long, StatusCode::BAD_REQUEST, "The label is 1 character too long"),
    ] {
        let refused = post(at_first, name, labels).await;
        assert_eq!(refused.status, status, "{sentence}");
        let page = refused.text();
        for part in [sentence, "<details open class=\"describe disclosure\"", &format!("value=\"{labels}\"")]
        {
            assert!(page.contains(part), "{part} in {page}");
        }
    }
    assert_eq!(server.get(ENTRY).await.json()["name"], "Menu", "nothing was changed");
    let awake =
        server.form("/s/main/e/1/describe", &[("name", ""), ("labels", "")], "application/json").await;
    assert_eq!((awake.status, &awake.json()["entry"]["labels"]), (StatusCode::OK, &json!([])));
    let back = server.get("/s/main/e/1/describe").await;
    assert_eq!((back.status, back.header("location")), (StatusCode::SEE_OTHER, "/s/main/e/1"));
}

#[tokio::test]
async fn every_text_of_a_picture_is_listed() {
    let server = Server::new().await;
    let sheet = include_bytes!("../../../gallery/tests/last_build/data/bucket/sheet.png");
    server.bucket.overwrite(&"sheet.png".parse().unwrap(), bytes::Bytes::from_static(sheet));
    server.gallery.reconcile().await.unwrap();
    let entry = server.get(ENTRY).await.json();
    assert_eq!(
        (&entry["kind"], &entry["value"], &entry["values"]),
        (&json!("photo"), &json!("first of two"), &json!(["first of two", "second of two"]))
    );
    let found = server.get("/api/v1/spaces/main/entries?value=second+of+two").await.json();
    assert_eq!(found["entries"][0]["id"], 1);
    let page = server.get("/s/main/e/1").await;
    assert!(page.text().contains("second of two"), "{}", page.text());
    assert!(!page.text().contains("1.svg"), "the picture is shown, not one of its codes");
    server.save("one").await;
    assert_eq!(server.get("/api/v1/spaces/main/entries/2").await.json()["values"], json!(["one"]));
}

/// The form as it came with the page of an entry with this name and these labels, after somebody typed.
fn typed<'a>(at_first: [&'a str; 2], now: [&'a str; 2]) -> [(&'static str, &'a str); 4] {
    let [name, labels] = now;
    [("name-at-first", at_first[0]), ("name", name), ("labels-at-first", at_first[1]), ("labels", labels)]
}

#[tokio::test]
async fn untouched_fields_keep_what_others_made_of_them() {
    let server = Server::new().await;
    server.save("a").await;
    describe(&server, json!({"name": "Menu", "labels": ["found", "old"]})).await;
    let post = async |at_first, now| {
        let done = server.form("/s/main/e/1/describe", &typed(at_first, now), "text/html").await;
        let entry = server.get(ENTRY).await.json();
        let labels = entry["labels"].as_array().unwrap().iter().map(|label| label["name"].as_str().unwrap());
        (
            done.status,
            format!("{}: {}", entry["name"].as_str().unwrap(), labels.collect::<Vec<_>>().join(", ")),
        )
    };
    // The page was made before somebody else gave the labels.
    let done = post(["Menu", ""], ["Card", ""]).await;
    assert_eq!(done, (StatusCode::SEE_OTHER, "Card: found, old".to_owned()));
    // Before somebody else gave the name.
    let done = post(["Menu", "found, old"], ["Menu", "old, found, new"]).await;
    assert_eq!(done, (StatusCode::SEE_OTHER, "Card: old, found, new".to_owned()));
    // Both changed the labels: nothing is lost, and what was removed is gone.
    let done = post(["Menu", "old"], ["Menu", "mine"]).await;
    assert_eq!(done, (StatusCode::SEE_OTHER, "Card: found, new, mine".to_owned()));
    // Both chose the same name.
    let done = post(["Menu", ""], ["Card", ""]).await;
    assert_eq!(done, (StatusCode::SEE_OTHER, "Card: found, new, mine".to_owned()));
    let done = post(["Menu", ""], ["Mine", ""]).await;
    assert_eq!(done, (StatusCode::PRECONDITION_FAILED, "Card: found, new, mine".to_owned()));
}

#[tokio::test]
async fn refused_form_follows_where_nobody_typed() {
    let server = Server::new().await;
    server.save("a").await;
    describe(&server, json!({"name": "Menu", "labels": ["x"]})).await;
    let fields = typed(["", ""], ["Mine", ""]);
    let refused = server.form("/s/main/e/1/describe", &fields, "text/html").await;
    assert_eq!(refused.status, StatusCode::PRECONDITION_FAILED);
    let page = refused.text();
    for (name, value) in [("name-at-first", "Menu"), ("labels-at-first", "x")] {
        let part = format!("name=\"{name}\" autocomplete=\"off\" value=\"{value}\"");
        assert!(page.contains(&part), "{part} in {page}");
    }
    let again = server.form("/s/main/e/1/describe", &typed(["Menu", "x"], ["Mine", "x"]), "text/html").await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "the next press saves");
}
