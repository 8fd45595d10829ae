//! Each error that docs/api.md lists, brought about: its status, its `type`, its explanation, and what it must carry.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use futures::StreamExt as _;
use futures::stream;
use gallery::bucket::{BucketError, FaultPoint};
use serde_json::json;

use crate::support::{Answer, Server, get, post_json, post_once};

const ENTRIES: &str = "/api/v1/spaces/main/entries";
const PHOTOS: &str = "/api/v1/spaces/main/photos?name=a.jpg";

/// The statuses and names in the table of errors.
fn documented() -> BTreeMap<u16, String> {
    let (_, errors) = include_str!("../../../docs/api.md").split_once("\n## Errors\n").unwrap();
    let (errors, _) = errors.split_once("\n## ").unwrap();
    let rows = errors.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | `"));
    let known =
        rows.filter_map(|(status, rest)| Some((status.parse().ok()?, rest.split_once('`')?.0.to_owned())));
    known.collect()
}

/// Brings about the error with this status.
async fn brought_about(server: &Server, status: u16) -> Answer {
    let wish = |text: &str| json!({ "text": text }).to_string();
    let save = post_json(ENTRIES, wish("b"));
    let with = |mut request: Request<Body>, name: &'static str, value: &str| {
        request.headers_mut().insert(name, value.parse().unwrap());
        request
    };
    let body =
        |request: axum::http::request::Builder, body: &str| request.body(body.to_owned().into()).unwrap();
    let request = match status {
        400 => post_json(ENTRIES, wish("b").replace("text", "txet")),
        403 => with(save, "sec-fetch-site", "cross-site"),
        404 => body(get(&format!("{ENTRIES}/99")), ""),
        405 => body(Request::put(ENTRIES), ""),
        408 => {
            let stuck = stream::iter([Ok::<_, std::io::Error>("begun")]).chain(stream::pending());
            Request::post(PHOTOS).body(Body::from_stream(stuck)).unwrap()
        }
        409 => {
            server.ask(post_once(ENTRIES, "again", wish("c"))).await;
            post_once(ENTRIES, "again", wish("d"))
        }
        410 => {
            let id = server.save("e").await;
            server.ask(body(Request::delete(format!("{ENTRIES}/{id}")), "")).await;
            body(get(&format!("{ENTRIES}/{id}")), "")
        }
        412 => with(body(Request::delete(format!("{ENTRIES}/1")), ""), "if-match", "\"99\""),
        413 => post_json(ENTRIES, wish(&"x".repeat(65 * 1024))),
        415 => with(save, "content-type", "text/plain"),
        416 => with(body(get(&format!("{ENTRIES}/1/file")), ""), "range", "bytes=99999999-"),
        421 => with(save, "host", "evil.example"),
        422 => post_json(ENTRIES, wish("")),
        500 => {
            server.bucket.fail_when(|_, _| panic!("a defect, made by this test"));
            save
        }
        503 => {
            let away = |point, _: &_| match point {
                FaultPoint::BeforePut => Err(BucketError::Unavailable("away".into())),
                _ => Ok(()),
            };
            server.bucket.fail_when(away);
            save
        }
        507 => {
            let full = |point, _: &_| match point {
                FaultPoint::BeforePut => Err(BucketError::Full(std::io::Error::other("disk"))),
                _ => Ok(()),
            };
            server.bucket.fail_when(full);
            save
        }
        other => panic!("docs/api.md lists {other}: bring it about here"),
    };
    let answer = server.ask(request).await;
    server.bucket.fail_when(|_, _| Ok(()));
    answer
}

/// Time is paused, so that nobody waits for the slow client.
#[tokio::test(start_paused = true)]
async fn each_documented_error_is_as_documented() {
    let server = Server::new().await;
    server.save("a").await;
    let documented = documented();
    assert_eq!(documented.len(), 16, "the table is read: {documented:?}");
    for (status, name) in documented {
        let answer = brought_about(&server, status).await;
        assert_eq!(answer.status.as_u16(), status, "{name}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "application/problem+json", "{name}");
        let problem = answer.json();
        assert_eq!(problem["type"], format!("/api/v1/problems/{name}"));
        assert_eq!(problem["status"], status, "{name}");
        assert_eq!(problem["request_id"], answer.header("x-request-id"), "{name}");
        assert!(!problem["title"].as_str().unwrap().is_empty(), "{name}");
        assert!(answer.error().ends_with('.') && answer.error().len() > 10, "{name}: {}", answer.error());
        match status {
            405 => assert_eq!(answer.header("allow"), "GET,HEAD,POST"),
            416 => assert!(answer.header("content-range").starts_with("bytes */")),
            503 => assert!(!answer.header("retry-after").is_empty()),
            _ => {}
        }
        // Its address leads to the row of this kind on the page.
        let explained = server.get(problem["type"].as_str().unwrap()).await;
        let (page, row) = explained.header("location").split_once('#').unwrap();
        let page = server.ask(get(page).header("accept", "text/html").body(Body::empty()).unwrap()).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text().contains(&format!("id=\"{row}\"")) && row.ends_with(&name), "{name}: {row}");
    }
}

/// Every operation of the description names only errors of that table, and the address and the headers that are too
/// long for any page.
#[tokio::test]
async fn described_operations_have_documented_errors_only() {
    let server = Server::new().await;
    let description = server.get("/api/v1/openapi.json").await.json();
    let documented = documented();
    let mut seen = BTreeMap::<u16, usize>::new();
    for (path, operations) in description["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            for status in
                operation["responses"].as_object().unwrap().keys().filter_map(|status| status.parse().ok())
            {
                if status >= 400 {
                    *seen.entry(status).or_default() += 1;
                    assert!(
                        documented.contains_key(&status) || [414, 431].contains(&status),
                        "{method} {path}: {status}"
                    );
                }
            }
        }
    }
    // A wrong method is no operation's.
    let unseen: Vec<_> = documented.keys().filter(|status| !seen.contains_key(status)).collect();
    assert_eq!(unseen, [&405]);
}
