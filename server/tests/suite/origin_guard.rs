//! Requests with a foreign `Host`, and writes from pages of other sites.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use server::SiteOptions;
use tower::ServiceExt as _;

use crate::support::{Server, get, post};

async fn status_for_host(server: &Server, host: &str) -> StatusCode {
    server.ask(get("/").header("host", host).body(Body::empty()).unwrap()).await.status
}

#[tokio::test]
async fn only_allowed_hosts_are_served() {
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
    // The last ones look like DNS rebinding.
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
    // An absolute URL in the request line takes precedence over `Host`.
    let absolute = get("http://evil.example/").header("host", "localhost").body(Body::empty()).unwrap();
    assert_eq!(server.ask(absolute).await.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn health_is_told_under_any_name() {
    let server = Server::new().await;
    for path in ["/healthz", "/readyz"] {
        for request in
            [get(path), get(path).header("host", "10.0.0.7:5000"), get(path).header("host", "evil.example")]
        {
            let answer = server.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
        }
        let other = post(path).header("host", "evil.example").body(Body::empty()).unwrap();
        assert_eq!(server.ask(other).await.status, StatusCode::MISDIRECTED_REQUEST, "{path}");
    }
}

#[tokio::test]
async fn only_our_pages_can_write() {
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
    assert_eq!(total, 6, "refused writes changed nothing");
    // Reading is allowed: no page of another site can see the answer.
    let read = get("/").header("sec-fetch-site", "cross-site").header("origin", "https://evil.example");
    assert_eq!(server.ask(read.body(Body::empty()).unwrap()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn our_pages_can_write_behind_a_host_changing_proxy() {
    let allowed = vec!["qrate.example.org".parse().unwrap(), "qrate.example.net:8443".parse().unwrap()];
    let listened_on = Some(server::AllowedHost::listened_on("10.0.0.7".parse().unwrap()));
    let server =
        Server::with(SiteOptions { allowed_hosts: allowed, listened_on, ..SiteOptions::default() }).await;
    for (origin, fetch_site, lets_in) in [
        ("http://qrate.example.org", None, true),
        ("https://qrate.example.org", None, true),
        ("https://qrate.example.net:8443", None, true),
        ("http://qrate.example.org", Some("same-origin"), true),
        // Sec-Fetch-Site takes precedence.
        ("http://qrate.example.org", Some("cross-site"), false),
        // Another program on the same machine.
        ("http://qrate.example.org:8081", None, false),
        ("https://qrate.example.net", None, false),
        ("http://localhost:3000", None, false),
        ("http://localhost", None, false),
        ("http://10.0.0.7", None, false),
        ("http://evil.example", None, false),
        ("http://qrate.example.org.evil.example", None, false),
        ("null", None, false),
    ] {
        let request = post("/s/main/save").header("host", "127.0.0.1:8080").header("origin", origin);
        let request =
            fetch_site.into_iter().fold(request, |request, site| request.header("sec-fetch-site", site));
        let answer = server.ask(request.body("text=a".into()).unwrap()).await;
        assert_eq!(
            answer.status == StatusCode::SEE_OTHER,
            lets_in,
            "{origin} {fetch_site:?} {}",
            answer.text()
        );
        let listens = get("/s/main/events").header("host", "127.0.0.1:8080").header("origin", origin);
        let listens =
            fetch_site.into_iter().fold(listens, |request, site| request.header("sec-fetch-site", site));
        let status = server.open(listens.body(Body::empty()).unwrap()).await.status();
        assert_eq!(status == StatusCode::OK, lets_in, "{origin} {fetch_site:?}");
    }
}

#[tokio::test]
async fn proxy_refusal_names_the_missing_setting() {
    let server = Server::new().await;
    let request =
        post("/s/main/save").header("host", "127.0.0.1:8080").header("origin", "http://qrate.example.org");
    let response = server.ask(request.body("text=a".into()).unwrap()).await;
    assert_eq!(response.status, StatusCode::FORBIDDEN);
    for word in ["proxy", "proxy_set_header Host $http_host", "--allowed-host"] {
        assert!(response.text().contains(word), "{}", response.text());
    }
    // If Sec-Fetch-Site itself names another site, no setting would help.
    let request = post("/s/main/save").header("sec-fetch-site", "cross-site");
    let sure = server.ask(request.body("text=a".into()).unwrap()).await;
    assert!(sure.status == StatusCode::FORBIDDEN && !sure.text().contains("proxy"), "{}", sure.text());
}

#[tokio::test]
async fn pages_of_other_sites_cannot_open_streams() {
    let server = Server::new().await;
    let ours = ("host", "localhost:8080");
    for (header, lets_in) in [
        (("accept", "text/event-stream"), true),
        (("sec-fetch-site", "same-origin"), true),
        (("sec-fetch-site", "same-site"), true),
        (("sec-fetch-site", "none"), true),
        (("origin", "http://localhost:8080"), true),
        (("sec-fetch-site", "cross-site"), false),
        // Browsers send no Sec-Fetch-Site over plain http to another machine.
        (("origin", "http://evil.example"), false),
        (("origin", "null"), false),
    ] {
        let request = get("/s/main/events").header(ours.0, ours.1).header(header.0, header.1);
        let status = server.open(request.body(Body::empty()).unwrap()).await.status();
        assert_eq!(status, if lets_in { StatusCode::OK } else { StatusCode::FORBIDDEN }, "{header:?}");
    }
}
