//! The server functions: the same ones for a hydrated page and for a plain form.

use app::addresses::{below, patterns};
use axum::body::Body;
use axum::http::StatusCode;
use serde_json::json;
use server::SiteOptions;

use crate::support::{Server, get, post};

const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
const JSON: &str = "application/json";

fn address(pattern: &str) -> String {
    below("/", pattern).replace("{space}", "main").replace("{id}", "1")
}

#[tokio::test]
async fn server_functions_work_below_the_base_path() {
    let options = SiteOptions { base: "/qrate/".parse().unwrap(), ..SiteOptions::default() };
    let server = Server::with(options).await;
    let at = |pattern: &str| format!("/qrate{}", address(pattern));
    let saved = server.form(&at(patterns::SAVE), &[("text", "hi"), ("request", "once")], JSON).await;
    assert_eq!((saved.status, &saved.json()["seq"]), (StatusCode::OK, &json!(1)));
    for (pattern, kind) in [(patterns::REMOVE, "removed"), (patterns::RESTORE, "restored")] {
        let changed = server.form(&at(pattern), &[], JSON).await;
        assert_eq!((changed.status, &changed.json()["kind"]), (StatusCode::OK, &json!(kind)));
    }
    let kept = server.form(&at(patterns::KEEP_LOOK), &[("shape", "dots")], JSON).await;
    assert_eq!((kept.status, kept.json()), (StatusCode::OK, json!({ "look": "shape=dots" })));
    let listing = server.get(&format!("{}?page=1&per_page=24&at=3", at(patterns::LISTING))).await;
    assert_eq!((listing.status, &listing.json()["total"]), (StatusCode::OK, &json!(1)));
    let known = server.get(&format!("{}?value=hi", at(patterns::KNOWN))).await;
    assert_eq!((known.status, known.json()), (StatusCode::OK, json!({ "id": 1 })));
}

#[tokio::test]
async fn listing_function_agrees_with_the_api() {
    let server = Server::new().await;
    for n in 0..5 {
        server.save(&format!("text {n}")).await;
    }
    let listing = server.get(&format!("{}?page=2&per_page=2&at=5", address(patterns::LISTING))).await;
    assert_eq!(listing.header("content-type"), JSON);
    let mut same = server.get("/api/v1/spaces/main/entries?limit=2&cursor=4&at=5").await.json();
    for entry in same["entries"].as_array_mut().unwrap() {
        entry.as_object_mut().unwrap().remove("links").unwrap();
    }
    assert_eq!((&listing.json()["entries"], &listing.json()["total"]), (&same["entries"], &same["total"]));
    assert_eq!(listing.json()["entries"][0]["id"], 3);
}

#[tokio::test]
async fn unknown_text_is_reported_as_unknown() {
    let server = Server::new().await;
    server.save("a&b=ä").await;
    let known =
        async |query: &str| server.get(&format!("{}?value={query}", address(patterns::KNOWN))).await.json();
    assert_eq!(known("a%26b%3D%C3%A4").await, json!({ "id": 1 }));
    assert_eq!(known("a").await, json!({ "id": null }));
}

#[tokio::test]
async fn invalid_arguments_are_refused_with_a_message() {
    let server = Server::new().await;
    let listing = address(patterns::LISTING);
    for (path, sentence) in [
        (format!("{listing}?page=0"), "page must be a whole number from 1 to 4,294,967,295."),
        (format!("{listing}?per_page=201"), "per_page must be a whole number from 1 to 200."),
        (format!("{listing}?at=x"), "at must be a whole number from 0 below 2^53."),
        (format!("{}?value=%FF", address(patterns::KNOWN)), "The address is not UTF-8."),
        (
            "/s/No/listing".to_owned(),
            "A space's name consists of 1 to 40 lowercase letters, digits and hyphens.",
        ),
    ] {
        let refused = server.ask(get(&path).header("accept", JSON).body(Body::empty()).unwrap()).await;
        assert_eq!(
            (refused.status, refused.error()),
            (StatusCode::BAD_REQUEST, sentence.to_owned()),
            "{path}"
        );
    }
    let no_entry = server.form("/s/main/e/0/remove", &[], JSON).await;
    assert_eq!(no_entry.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn referer_does_not_change_the_response() {
    let server = Server::new().await;
    let send = async |text: &str| {
        let form =
            post("/s/main/save").header("accept", HTML).header("referer", "http://localhost:8080/s/other");
        server.ask(form.body(format!("text={text}").into()).unwrap()).await
    };
    let saved = send("a").await;
    assert_eq!((saved.status, saved.header("location")), (StatusCode::SEE_OTHER, "/?at=1&saved=1"));
    let refused = send("").await;
    assert_eq!((refused.status, refused.header("location")), (StatusCode::UNPROCESSABLE_ENTITY, ""));
    assert!(refused.text().contains("Enter a text first."), "{}", refused.text());
}
