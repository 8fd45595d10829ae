//! What a row offers besides its file: the menu of an entry, another entry like it, and how pages look.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::json;

use crate::support::{Server, get, post_json};

const ENTRIES: &str = "/api/v1/spaces/main/entries";
const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
const JSON: &str = "application/json";

async fn with_a_styled_code() -> Server {
    let server = Server::new().await;
    let wish = json!({
        "text": "line one\r\nline two", "name": "<b>Dots", "level": "Q", "look": "shape=dots&ink=113355",
        "labels": ["kept"],
    });
    assert_eq!(server.ask(post_json(ENTRIES, wish.to_string())).await.status, StatusCode::CREATED);
    server
}

#[tokio::test]
async fn menu_of_an_entry_is_a_part_of_a_page() {
    let server = with_a_styled_code().await;
    let menu = server.get("/s/main/e/1/more").await;
    assert_eq!(menu.status, StatusCode::OK);
    assert!(menu.text().contains("data-panel-content") && !menu.text().contains("<html"));
    assert!(
        menu.text().contains("value=\"&lt;b&gt;Dots\"") && !menu.text().contains("<b>Dots"),
        "{}",
        menu.text()
    );
    assert_eq!(server.get("/s/main/e/2/more").await.status, StatusCode::NOT_FOUND);
    server.form("/s/main/e/1/remove", &[], HTML).await;
    assert_eq!(server.get("/s/main/e/1/more").await.status, StatusCode::GONE);
}

#[tokio::test]
async fn duplicate_has_the_same_text_look_name_and_labels() {
    let server = with_a_styled_code().await;
    let made = server.form("/s/main/e/1/duplicate", &[], HTML).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER);
    assert!(made.header("location").starts_with("/?at=2&saved=2"), "{}", made.header("location"));
    let [one, two] = [1, 2].map(|id| format!("{ENTRIES}/{id}"));
    let (one, two) = (server.get(&one).await.json(), server.get(&two).await.json());
    for field in ["value", "name", "style", "labels", "symbol", "sha256"] {
        assert_eq!(one[field], two[field], "{field}");
    }
    assert_ne!(one["key"], two["key"]);
    // A hydrated page gets the change.
    let change = server.form("/s/main/e/1/duplicate", &[], JSON).await.json();
    assert_eq!((&change["kind"], &change["entry"]["id"]), (&json!("added"), &json!(3)));
    server.form("/s/main/e/1/remove", &[], HTML).await;
    assert_eq!(server.form("/s/main/e/1/duplicate", &[], JSON).await.status, StatusCode::GONE);
    assert_eq!(server.form("/s/main/e/99/duplicate", &[], JSON).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn composer_is_filled_in_from_an_entry() {
    let server = with_a_styled_code().await;
    let page = server.ask(get("/?from=1").header(header::ACCEPT, HTML).body(Body::empty()).unwrap()).await;
    assert_eq!(page.status, StatusCode::OK);
    for part in [
        "line one\r\nline two</textarea>",
        "value=\"&lt;b&gt;Dots\"",
        "name=\"level\" value=\"Q\" checked",
        "name=\"shape\" value=\"dots\" checked",
    ] {
        assert!(page.text().contains(part), "{part}");
    }
    for (address, status) in [("/?from=99", StatusCode::NOT_FOUND), ("/?from=x", StatusCode::BAD_REQUEST)] {
        assert_eq!(server.get(address).await.status, status, "{address}");
    }
}

#[tokio::test]
async fn data_uri_is_shown_and_not_downloaded() {
    let server = with_a_styled_code().await;
    let uri = server.get("/s/main/files/1.uri").await;
    assert_eq!(uri.header("content-type"), "text/plain; charset=utf-8");
    assert!(uri.header("content-disposition").starts_with("inline"));
    assert!(uri.text().starts_with("data:image/"));
    let asked = server.get("/s/main/files/1.uri?download").await;
    assert!(asked.header("content-disposition").starts_with("attachment"));
    let drawn = server.form("/s/main/draw", &[("text", "a"), ("as", "uri")], HTML).await;
    assert_eq!(drawn.status, StatusCode::OK);
    assert!(drawn.header("content-disposition").starts_with("inline"));
}

#[tokio::test]
async fn preferences_are_kept_in_cookies() {
    let server = with_a_styled_code().await;
    let keep = async |body: &'static str, referer: &str| {
        let request = axum::http::Request::builder()
            .method(Method::POST)
            .uri("/preferences")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::REFERER, referer)
            .body(Body::from(body))
            .unwrap();
        server.ask(request).await
    };
    let dark = keep("theme=dark", "http://localhost/s/main?q=dots").await;
    assert_eq!((dark.status, dark.header("location")), (StatusCode::SEE_OTHER, "/s/main?q=dots#colours"));
    let cookie = "qrate-theme=dark; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax";
    assert_eq!(dark.header("set-cookie"), cookie);
    let list = keep("layout=list", "").await;
    assert_eq!(list.header("location"), "/#listing");
    assert!(list.header("set-cookie").contains("Max-Age=0"));
    for wrong in ["theme=blue", "layout=<b>"] {
        assert_eq!(keep(wrong, "").await.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    let shown = async |cookie: &str| {
        let request = get("/").header(header::ACCEPT, HTML).header(header::COOKIE, cookie);
        server.ask(request.body(Body::empty()).unwrap()).await.text().to_owned()
    };
    // Each is cached, and none is shown to who prefers another.
    for _ in 0..2 {
        assert!(shown("qrate-theme=dark").await.contains("data-theme=\"dark\""));
        assert!(shown("qrate-layout=grid").await.contains("data-layout=\"grid\""));
        let usual = shown("a=b").await;
        assert!(usual.contains("data-theme=\"system\"") && usual.contains("data-layout=\"list\""));
    }
}
