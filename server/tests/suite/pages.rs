//! The pages: what each URL shows, and what is shown instead when it cannot be.

use axum::body::Body;
use axum::http::StatusCode;
use server::SiteOptions;

use crate::support::{Answer, Server, delete, get, options, post_json};

const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

async fn page(server: &Server, path: &str) -> Answer {
    server.ask(get(path).header("accept", HTML).body(Body::empty()).unwrap()).await
}

/// A page without its request id.
fn without_request_id(page: &Answer) -> String {
    let text = page.text();
    let (_, rest) = text.split_once("name=\"request\"").unwrap();
    let (_, rest) = rest.split_once("value=\"").unwrap();
    text.replace(rest.split_once('"').unwrap().0, "")
}

#[tokio::test]
async fn space_page_lists_its_entries() {
    let server = Server::new().await;
    server.save("first").await;
    server.save("https://example.org/second").await;
    let front = page(&server, "/").await;
    assert_eq!(front.status, StatusCode::OK);
    assert_eq!(front.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(front.header("cache-control"), "no-store");
    assert!(front.header("content-security-policy").contains("default-src 'none'"));
    assert!(!front.header("x-request-id").is_empty());
    let (first, second) =
        (front.text().find("data-id=\"1\"").unwrap(), front.text().find("data-id=\"2\"").unwrap());
    assert!(second < first, "newest first");
    assert!(front.text().contains(">https://example.org/second</bdi>"));
    assert!(front.text().starts_with("<!DOCTYPE html>") && front.text().ends_with("</html>"));

    let main = page(&server, "/s/main").await;
    assert_eq!(without_request_id(&main), without_request_id(&front));
    let empty = page(&server, "/s/team-7").await;
    assert_eq!(empty.status, StatusCode::OK);
    assert!(!empty.text().contains("data-id="));
}

#[tokio::test]
async fn hostile_text_is_escaped() {
    let server = Server::new().await;
    for text in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "javascript:alert(1)",
        "</script>\u{202e}",
    ] {
        let id = server.save(text).await;
        for path in ["/".to_owned(), format!("/s/main/e/{id}")] {
            let shown = page(&server, &path).await;
            assert_eq!(shown.status, StatusCode::OK);
            for alive in ["<script>alert", "<img src=x", "href=\"javascript", "</script>\u{202e}"] {
                assert!(!shown.text().contains(alive), "{path} {alive}");
            }
        }
    }
}

#[tokio::test]
async fn invalid_addresses_are_not_found() {
    let server = Server::new().await;
    server.save("a").await;
    for (path, status) in [
        ("/s/No-Such", 400),
        ("/s/%FF", 400),
        ("/?saved=%FF", 400),
        ("/?page=0", 400),
        ("/?page=x", 400),
        ("/?page=4294967296", 400),
        ("/?at=9007199254740992", 400),
        ("/?at=-1", 400),
        ("/?saved=0", 400),
        ("/s/main/e/x", 400),
        ("/s/main/e/0", 400),
        ("/s/main/e/9007199254740992", 400),
        ("/s/main/e/2", 404),
        ("/s/other/e/1", 404),
        ("/nowhere", 404),
        ("/s", 404),
        ("//evil.example/", 404),
    ] {
        let shown = page(&server, path).await;
        assert_eq!(shown.status.as_u16(), status, "{path}");
        assert_eq!(shown.header("content-type"), "text/html; charset=utf-8", "{path}");
        assert!(shown.text().contains(shown.header("x-request-id")), "{path} shows the request id");
        assert!(shown.text().ends_with("</html>"), "{path}");
    }
    // A page number past the last one shows the last page.
    assert_eq!(page(&server, "/?page=99").await.status, StatusCode::OK);
    assert_eq!(page(&server, "/?saved=77").await.status, StatusCode::OK);
    // Other clients get one line of text, or JSON if they accept it.
    assert_eq!(server.get("/nowhere").await.text(), "There is nothing at this address.\n");
    let json =
        server.ask(get("/nowhere").header("accept", "application/json").body(Body::empty()).unwrap()).await;
    assert_eq!(json.error(), "There is nothing at this address.");
}

#[tokio::test]
async fn entry_page_and_its_tombstone() {
    let server = Server::new().await;
    let id = server.save("hello").await;
    assert_eq!(page(&server, "/s/main/e/1").await.status, StatusCode::OK);
    server.ask(delete(&format!("/api/v1/spaces/main/entries/{id}")).body(Body::empty()).unwrap()).await;
    let tombstone = page(&server, "/s/main/e/1").await;
    assert_eq!(tombstone.status, StatusCode::GONE);
    assert!(tombstone.text().contains("/s/main/e/1/restore"), "it offers to restore");
}

#[tokio::test]
async fn wrong_methods_are_refused() {
    let server = Server::new().await;
    let head = server.ask(axum::http::Request::head("/").body(Body::empty()).unwrap()).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    assert!(head.header("content-length").parse::<usize>().unwrap() > 1000);
    let asked = server.ask(options("/s/main/save").body(Body::empty()).unwrap()).await;
    assert_eq!((asked.status, asked.header("allow")), (StatusCode::NO_CONTENT, "GET,HEAD,POST"));
    let wrong = server.ask(delete("/s/main").body(Body::empty()).unwrap()).await;
    assert_eq!((wrong.status, wrong.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD"));
    assert_eq!(wrong.text(), "This address does not support DELETE.\n");
}

#[tokio::test]
async fn trailing_slash_redirects() {
    let server = Server::new().await;
    let seen = server.get("/s/main/?page=2").await;
    assert_eq!((seen.status, seen.header("location")), (StatusCode::PERMANENT_REDIRECT, "/s/main?page=2"));
    let seen = server.get("/api/v1/spaces/main/entries/").await;
    assert_eq!(seen.header("location"), "/api/v1/spaces/main/entries");
}

#[tokio::test]
async fn base_path_is_honoured() {
    let server =
        Server::with(SiteOptions { base: "/qrate/".parse().unwrap(), ..SiteOptions::default() }).await;
    assert_eq!(server.get("/").await.status, StatusCode::NOT_FOUND);
    let bare = server.get("/qrate").await;
    assert_eq!((bare.status, bare.header("location")), (StatusCode::PERMANENT_REDIRECT, "/qrate/"));
    let front = page(&server, "/qrate/").await;
    assert_eq!(front.status, StatusCode::OK);
    assert!(front.text().contains("action=\"/qrate/s/main/save\""));
    let saved = server.form("/qrate/s/team/save", &[("text", "a")], HTML).await;
    assert_eq!(saved.header("location"), "/qrate/s/team?at=1&saved=1");
    let slash = server.get("/qrate/s/team/").await;
    assert_eq!(slash.header("location"), "/qrate/s/team");
    assert_eq!(server.get("/qrate/healthz").await.text(), "ok");
    let wrong = server.ask(get("/qrate/api/v1/nothing").body(Body::empty()).unwrap()).await;
    assert_eq!(wrong.error(), "There is nothing at this address.");
}

#[tokio::test]
async fn every_link_resolves() {
    let server = Server::new().await;
    for n in 0..30 {
        server.save(&format!("text {n}")).await;
    }
    for path in ["/", "/?page=2", "/s/main/e/3", "/s/main/e/99"] {
        let shown = page(&server, path).await;
        let links =
            shown.text().split(['"', '\'']).filter(|part| part.starts_with('/') && !part.starts_with("/>"));
        // A form's URL opened with GET redirects to its page.
        let forms = [
            "/save",
            "/remove",
            "/restore",
            "/describe",
            "/preview",
            "/draw",
            "/logo",
            "/look",
            "/photos",
            "/chosen/zip",
            "/chosen/label",
            "/chosen/remove",
            "/sheet",
            "/duplicate",
            "/preferences",
        ];
        let mut seen = 0;
        // The page appends the ids of logos, the ids of entries and the digests of photos to these.
        let begun = ["/logos/", "/e/", "/photos/known"];
        for link in links.filter(|link| !begun.iter().any(|begun| link.ends_with(begun))) {
            let link = link.replace("&amp;", "&");
            let is_form = forms.iter().any(|form| link.ends_with(form));
            let status = if is_form { StatusCode::SEE_OTHER } else { StatusCode::OK };
            assert_eq!(page(&server, &link).await.status, status, "{link} in {path}");
            seen += 1;
        }
        assert!(seen > 2, "{path} has links");
    }
}

#[tokio::test]
async fn responses_have_request_ids() {
    let server = Server::new().await;
    for (given, kept) in [("abc-1_X", true), ("a b", false), ("", false), (&*"x".repeat(65), false)] {
        let answer =
            server.ask(get("/healthz").header("x-request-id", given).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.header("x-request-id") == given, kept, "{given}");
    }
}

#[tokio::test]
async fn pages_are_compressed_if_accepted() {
    let server = Server::new().await;
    let ask = |coding| server.ask(get("/").header("accept-encoding", coding).body(Body::empty()).unwrap());
    let plain = ask("identity").await;
    for coding in ["br", "gzip"] {
        let small = ask(coding).await;
        assert_eq!(small.header("content-encoding"), coding);
        assert!(small.header("vary").contains("accept-encoding"));
        assert!(small.body.len() * 2 < plain.body.len());
    }
}

#[tokio::test]
async fn health_checks_answer() {
    let server = Server::new().await;
    assert_eq!(server.get("/healthz").await.text(), "ok");
    assert_eq!(server.get("/readyz").await.text(), "ok");
    server.gallery.shutdown().await;
    let stopping = server.get("/readyz").await;
    assert_eq!(stopping.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(stopping.json()["reasons"][0], "The server is stopping. Try again in a moment.");
    assert_eq!(server.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn spaces_are_listed_and_opened_by_name() {
    let server = Server::new().await;
    let wish = r#"{"text":"a"}"#.to_owned();
    server.ask(post_json("/api/v1/spaces/team-7/entries", wish)).await;
    let page = server.get("/spaces").await;
    assert!(
        page.text().contains("href=\"/s/team-7\"") && page.text().contains("href=\"/\""),
        "{}",
        page.text()
    );
    for (name, to) in [("team-7", "/s/team-7"), ("main", "/"), ("+brand-new+", "/s/brand-new")] {
        let opened = server.get(&format!("/spaces?open={name}")).await;
        assert_eq!((opened.status, opened.header("location")), (StatusCode::SEE_OTHER, to));
    }
    let refused = server.get("/spaces?open=No%3Cb%3E").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(
        refused.text().contains("lowercase letters") && !refused.text().contains("<b>"),
        "{}",
        refused.text()
    );
    let new = server.get("/s/brand-new").await;
    assert!(new.text().contains("There is no such space yet."), "{}", new.text());
}
