//! Pages that are rendered once for many requests: each response is the current page, in the requested encoding, with
//! its own request id.

use std::collections::BTreeSet;
use std::io::Read as _;

use axum::body::Body;
use axum::http::StatusCode;
use flate2::read::GzDecoder;
use server::SiteOptions;

use crate::looks::put_look;
use crate::support::{Answer, Server, delete, get};

const CODINGS: [&str; 3] = ["", "gzip", "br"];

/// A page: its part that all responses share, and its request id.
async fn page(server: &Server, path: &str, coding: &str) -> (String, String) {
    let request = get(path).header("accept", "text/html").header("accept-encoding", coding);
    let answer = server.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    assert_eq!(answer.header("content-encoding"), coding, "{path}");
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("vary"), "accept-encoding");
    assert_eq!(answer.header("etag"), "");
    let html = decoded(&answer, coding);
    assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>"), "{path}");
    let (before, rest) = html.split_once(r#"name="request" autocomplete="off" value=""#).unwrap();
    let (request, after) = rest.split_once('"').unwrap();
    // The form for photos has the same one.
    (format!("{before}…{}", after.replace(request, "…")), request.to_owned())
}

fn decoded(answer: &Answer, coding: &str) -> String {
    let (mut text, bytes) = (String::new(), &*answer.body);
    match coding {
        "gzip" => GzDecoder::new(bytes).read_to_string(&mut text).unwrap(),
        "br" => brotli::Decompressor::new(bytes, 4096).read_to_string(&mut text).unwrap(),
        _ => return answer.text().to_owned(),
    };
    text
}

/// The shared part, which is the same in each encoding.
async fn shown(server: &Server, path: &str) -> String {
    let (first, _) = page(server, path, "").await;
    for coding in CODINGS {
        for _ in 0..2 {
            assert!(page(server, path, coding).await.0 == first, "{path} {coding}");
        }
    }
    first
}

#[tokio::test]
async fn every_page_has_a_new_request_id() {
    let server = Server::new().await;
    server.save("https://example.org/größer").await;
    let mut seen = BTreeSet::new();
    for coding in CODINGS {
        for _ in 0..3 {
            let (_, request) = page(&server, "/", coding).await;
            assert_eq!(request.len(), 26, "{request}");
            assert!(seen.insert(request), "a request id was reused");
        }
    }
    // Each page that a browser received saves once.
    for (request, id) in seen.iter().take(2).zip([2, 3]) {
        for _ in 0..2 {
            let saved =
                server.form("/s/main/save", &[("text", "a"), ("request", request)], "text/html").await;
            assert!(saved.header("location").contains(&format!("&saved={id}")), "{:?}", saved.headers);
        }
    }
}

#[tokio::test]
async fn cached_pages_are_not_mixed_up() {
    let server = Server::new().await;
    for n in 0..30 {
        server.save(&format!("text {n}")).await;
    }
    let paths = [
        "/",
        "/?page=2",
        "/?kind=wifi",
        "/?kind=wifi&page=2",
        "/?level=H",
        "/?shape=dots",
        "/?text=a",
        "/?text=b",
        "/?name=a",
        "/?kind=link",
        "/?saved=3",
        "/s/team",
        "/s/team?kind=wifi",
    ];
    let mut first = Vec::new();
    for path in paths {
        first.push(shown(&server, path).await);
    }
    for (path, first) in paths.iter().zip(&first) {
        assert!(shown(&server, path).await == *first, "{path}");
    }
    assert_eq!(first.iter().collect::<BTreeSet<_>>().len(), paths.len());
    assert!(shown(&server, "/s/main?at=30").await == first[0], "the same page");

    let below = SiteOptions { base: "/qrate/".parse().unwrap(), ..SiteOptions::default() };
    let other = Server::with(below).await;
    assert!(shown(&other, "/qrate/s/team").await.contains("action=\"/qrate/s/team/save\""));
}

#[tokio::test]
async fn cached_page_shows_every_change() {
    let server = Server::new().await;
    let another = server.another().await;
    let mut before = shown(&server, "/").await;
    let mut changes = async |what: &str| {
        let now = shown(&server, "/").await;
        assert!(now != before, "{what}");
        before.clone_from(&now);
        now
    };
    let id = server.save("https://example.org/new").await;
    assert!(changes("a save").await.contains(">https://example.org/new</bdi>"));
    let entry = format!("/api/v1/spaces/main/entries/{id}");
    server.ask(delete(&entry).body(Body::empty()).unwrap()).await;
    assert!(!changes("a removal").await.contains("data-id="));
    server.form(&format!("/s/main/e/{id}/restore"), &[], "text/html").await;
    changes("a restored entry").await;
    put_look(&server, "shape=dots&ink=0b3d91").await;
    assert!(changes("the look of the space").await.contains("0b3d91"));

    // A change of another instance is visible to a client that knows its seq.
    let id = another.save("https://example.org/elsewhere").await;
    assert!(!shown(&server, "/s/team").await.contains("elsewhere"));
    let (now, _) = page(&server, "/?at=4", "br").await;
    assert!(now.contains(">https://example.org/elsewhere</bdi>"), "entry {id}");
}

#[tokio::test]
async fn refused_form_is_not_cached() {
    let server = Server::new().await;
    let before = shown(&server, "/").await;
    let refused = server.form("/s/main/save", &[("text", ""), ("request", "mine")], "text/html").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("value=\"mine\"") && refused.text().contains("role=\"alert\""));
    assert!(shown(&server, "/").await == before);
}
