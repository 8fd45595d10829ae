//! Strangers: names that are not ours, and pages of other sites that write to us.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use server::SiteOptions;
use tower::ServiceExt as _;

use crate::support::{Server, get, post};

async fn status_for_host(server: &Server, host: &str) -> StatusCode {
    server.ask(get("/").header("host", host).body(Body::empty()).unwrap()).await.status
}

#[tokio::test]
async fn only_under_our_own_names() {
    let allowed = vec!["qrate.example.org".parse().unwrap(), "10.0.0.7:8080".parse().unwrap()];
    let server = Server::with(SiteOptions { allowed_hosts: allowed, ..SiteOptions::default() }).await;
    for host in [
        "localhost",
        "LOCALHOST:1",
        "127.0.0.1:8080",
        "[::1]:8080",
        "[::1]",
        "qrate.example.org:443",
        "10.0.0.7:8080",
    ] {
        assert_eq!(status_for_host(&server, host).await, StatusCode::OK, "{host}");
    }
    // The last ones are what DNS rebinding looks like.
    for host in [
        "",
        "10.0.0.7",
        "10.0.0.7:81",
        "localhost.evil.example",
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "a@localhost",
    ] {
        assert_eq!(status_for_host(&server, host).await, StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
    for hosts in [&[][..], &["localhost", "evil.example"]] {
        let mut request = get("/").body(Body::empty()).unwrap();
        for host in hosts {
            request.headers_mut().append("host", host.parse().unwrap());
        }
        let answer = server.router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{hosts:?}");
    }
    // A request line with a whole address speaks for itself.
    let absolute = get("http://evil.example/").header("host", "localhost").body(Body::empty()).unwrap();
    assert_eq!(server.ask(absolute).await.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn only_our_own_pages_write() {
    let server = Server::new().await;
    let home = ("host", "localhost:8080");
    for (headers, lets_in) in [
        (vec![home], true),
        (vec![home, ("sec-fetch-site", "same-origin")], true),
        (vec![home, ("sec-fetch-site", "none")], true),
        (vec![home, ("origin", "http://localhost:8080")], true),
        (vec![home, ("origin", "http://LOCALHOST:8080")], true),
        (vec![home, ("sec-fetch-site", "same-origin"), ("origin", "http://localhost:8080")], true),
        (vec![home, ("sec-fetch-site", "cross-site")], false),
        (vec![home, ("sec-fetch-site", "same-site")], false),
        (vec![home, ("sec-fetch-site", "cross-site"), ("origin", "http://localhost:8080")], false),
        (vec![home, ("origin", "https://evil.example")], false),
        (vec![home, ("origin", "http://localhost:8081")], false),
        (vec![home, ("origin", "http://localhost")], false),
        (vec![home, ("origin", "null")], false),
        (vec![home, ("origin", "")], false),
        (vec![("host", "evil.example"), ("origin", "http://evil.example")], false),
    ] {
        let with = |request: axum::http::request::Builder| {
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
        };
        for request in [
            with(post("/s/main/save")).body("text=a".into()).unwrap(),
            with(Request::delete("/api/v1/spaces/main/entries/99")).body(Body::empty()).unwrap(),
            with(Request::put("/")).body(Body::empty()).unwrap(),
        ] {
            let answer = server.ask(request).await;
            let refused = matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::MISDIRECTED_REQUEST);
            assert_eq!(!refused, lets_in, "{headers:?}");
        }
    }
    let total = server.get("/api/v1/spaces/main/entries").await.json()["total"].clone();
    assert_eq!(total, 6, "what was refused changed nothing");
    // Reading is allowed: no page of another site can see the answer.
    let read = get("/").header("sec-fetch-site", "cross-site").header("origin", "https://evil.example");
    assert_eq!(server.ask(read.body(Body::empty()).unwrap()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn no_page_of_another_site_listens() {
    let server = Server::new().await;
    let ours = ("host", "localhost:8080");
    for (header, lets_in) in [
        (("accept", "text/event-stream"), true),
        (("sec-fetch-site", "same-origin"), true),
        (("sec-fetch-site", "same-site"), true),
        (("sec-fetch-site", "none"), true),
        (("origin", "http://localhost:8080"), true),
        (("sec-fetch-site", "cross-site"), false),
        // Where browsers send no Sec-Fetch-Site: to plain http elsewhere than on this machine.
        (("origin", "http://evil.example"), false),
        (("origin", "null"), false),
    ] {
        let request = get("/s/main/events").header(ours.0, ours.1).header(header.0, header.1);
        let status = server.open(request.body(Body::empty()).unwrap()).await.status();
        assert_eq!(status, if lets_in { StatusCode::OK } else { StatusCode::FORBIDDEN }, "{header:?}");
    }
}
