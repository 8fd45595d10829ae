//! Codes with looks: saved, refused, their files; and the default look of a space. What the tests of drafts and logos
//! share is here, too.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, Server, get, post, post_json, post_once};

pub(super) const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
pub(super) const JSON: &str = "application/json";
/// Long enough that a logo needs a higher level.
pub(super) const TEXT: &str = "https://example.org/menu";
pub(super) const LOOK: &str = "/api/v1/spaces/main/look";

pub(super) fn svg(colour: &str) -> String {
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="{colour}"/></svg>"#
    )
}

pub(super) async fn api(server: &Server, path: &str, wish: Value) -> Answer {
    server.ask(post_json(&format!("/api/v1/spaces/main/{path}"), wish.to_string())).await
}

/// The same with an id for repetitions.
pub(super) async fn once(server: &Server, key: &str, wish: Value) -> Answer {
    server.ask(post_once("/api/v1/spaces/main/entries", key, wish.to_string())).await
}

/// Draws a code without keeping it; `as` is the format.
pub(super) async fn draw(server: &Server, wish: Value) -> Answer {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in wish.as_object().unwrap() {
        query.append_pair(if name == "as" { "format" } else { name }, value.as_str().unwrap());
    }
    server.get(&format!("/qr?{}", query.finish())).await
}

pub(super) async fn put_look(server: &Server, look: &str) -> Answer {
    let request = Request::put(LOOK).header("content-type", JSON);
    server.ask(request.body(json!({ "look": look }).to_string().into()).unwrap()).await
}

/// Uploads a logo through the API, and returns its id.
pub(super) async fn logo(server: &Server, file: impl Into<Body>) -> Answer {
    server.ask(Request::post("/api/v1/spaces/main/logos").body(file.into()).unwrap()).await
}

#[tokio::test]
async fn look_saves_by_form_and_api() {
    let server = Server::new().await;
    // A colour and the checkbox after it: of repeated look fields the last counts, of all others the first.
    let fields =
        [("text", "hi"), ("shape", "dots"), ("paper", "#ffffff"), ("paper", "none"), ("ink-2", "#ff0000")];
    let fields = [&fields[..], &[("logo-size", "20"), ("request", "r"), ("text", "no")]].concat();
    let saved = server.form("/s/main/save", &fields, JSON).await.json();
    let style = saved["entry"]["style"].clone();
    assert_eq!((&style["level"], &style["look"]), (&json!("M"), &json!("shape=dots&paper=none")));
    assert_eq!((&style["score"]["points"], &style["score"]["reasons"]), (&json!(100), &json!([])));
    assert_eq!(saved["entry"]["value"], "hi");
    let again = server.form("/s/main/save", &fields, JSON).await;
    assert_eq!((again.header("qrate-repeated"), again.json()), ("true", saved));
    // Another look is another code.
    let other = [&[("quiet", "6")], &fields[..]].concat();
    assert_eq!(server.form("/s/main/save", &other, JSON).await.json()["entry"]["id"], 2);

    let wish = json!({"text": "hi", "look": "shape=dots&quiet=4&paper=none"});
    let saved = once(&server, "p", wish.clone()).await;
    assert_eq!((saved.status, &saved.json()["entry"]["style"]), (StatusCode::CREATED, &style));
    assert_eq!(once(&server, "p", wish).await.status, StatusCode::OK);
    let other = once(&server, "p", json!({"text": "hi", "look": "shape=rounded"})).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    let plain = api(&server, "entries", json!({"text": "hi", "look": "shape=square"})).await.json();
    assert_eq!(plain["entry"]["style"], json!({"level": "M"}), "as before");
}

#[tokio::test]
async fn invalid_look_is_reported_at_the_look() {
    let server = Server::new().await;
    let long = "x".repeat(100_000);
    let unknown = "ab".repeat(32);
    for (fields, sentence) in [
        (
            &[("shape", "stars")][..],
            "“stars” is not a value of “shape”: choose square, dots, rounded or connected.",
        ),
        (&[("shape", &*long)], "x…” is not a value of “shape”: choose square, dots"),
        (&[("frame", "label"), ("caption", &*long)], "The caption is 100000 characters long"),
        (&[("finder-ink", "d0d0d0")], "The code cannot be read in this style"),
        (
            &[("ink", "#zzzzzz")],
            "“#zzzzzz” is not a value of “ink”: write a colour in six hexadecimal digits",
        ),
        (&[("ink", "ffffff"), ("paper", "000000")], "The ink must be darker"),
        (&[("unit", "px"), ("size", "9")], "must be at least"),
        (&[("unit", "mm"), ("size", "1000")], "the maximum is 4,096"),
        (&[("logo", "../../x")], "A logo's name consists of"),
        (&[("logo", &*unknown)], "There is no logo “"),
    ] {
        let typed = [&[("text", "my text"), ("name", "my name"), ("request", "same")], fields].concat();
        let shown = server.form("/s/main/save", &typed, HTML).await;
        assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY, "{sentence}");
        assert!(shown.text().contains("my text</textarea>") && shown.text().contains("value=\"my name\""));
        assert!(shown.text().len() < 50_000, "the message quotes only part of the input");
        let response = server.form("/s/main/save", &typed, JSON).await;
        assert!(response.error().contains(sentence), "{sentence}: {}", response.error());
        assert_eq!(response.json()["field"], "look", "{sentence}");
    }
    for look in [
        "shape=stars",
        "colour=0b3d91",
        "shape=dots&logo_size=20",
        "logo=us",
        &format!("frame=label&caption={}", "x".repeat(50_000)),
    ] {
        let response = api(&server, "entries", json!({"text": "a", "look": look})).await;
        assert_eq!(
            (response.status.as_u16(), &response.json()["field"]),
            (422, &json!("look")),
            "{}",
            response.text()
        );
        let response = draw(&server, json!({"text": "a", "look": look, "as": "svg"})).await;
        assert_eq!(
            (response.status.as_u16(), &response.json()["field"]),
            (422, &json!("look")),
            "{}",
            response.text()
        );
        let response = put_look(&server, look).await;
        assert_eq!(
            (response.status.as_u16(), &response.json()["field"]),
            (422, &json!("look")),
            "{}",
            response.text()
        );
    }
    let too_large = api(&server, "entries", json!({"text": "a", "look": long})).await;
    assert_eq!(too_large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(server.get("/api/v1/spaces").await.json(), json!({"spaces": []}), "nothing was saved");
}

#[tokio::test]
async fn entry_files_have_its_look() {
    let server = Server::new().await;
    let saved =
        api(&server, "entries", json!({"text": "hi", "name": "Hi", "look": "shape=dots"})).await.json();
    let version = saved["entry"]["sha256"].as_str().unwrap()[..8].to_owned();
    for (format, content_type) in [
        ("svg", "image/svg+xml"),
        ("pdf", "application/pdf"),
        ("txt", "text/plain; charset=utf-8"),
        ("uri", "text/plain; charset=utf-8"),
    ] {
        let path = format!("/s/main/files/1.{format}?v={version}");
        let file = server.get(&path).await;
        assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, content_type), "{format}");
        assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
        assert!(file.header("content-disposition").contains(&format!("filename=\"hi.{format}\"")));
        let wish = json!({"text": "hi", "look": "shape=dots", "as": format});
        assert_eq!(file.body, draw(&server, wish).await.body, "{format}");
        let known = get(&path).header("if-none-match", file.header("etag")).body(Body::empty()).unwrap();
        assert_eq!(server.ask(known).await.status, StatusCode::NOT_MODIFIED);
        let packed = get(&path).header("accept-encoding", "br").body(Body::empty()).unwrap();
        let is_packed = server.ask(packed).await.header("content-encoding") == "br";
        assert_eq!(is_packed, format != "pdf", "{format}");
    }
    let uri = server.get("/s/main/files/1.uri").await;
    let kept = server.get("/s/main/files/1/hi.png").await;
    assert_eq!(uri.text(), qr::data_uri("image/png", &kept.body), "the stored picture itself");
    for missing in ["1.png", "1.exe", "1", "2.svg", "1.svg.pdf", ".svg"] {
        let status = server.get(&format!("/s/main/files/{missing}")).await.status;
        assert!(status == StatusCode::NOT_FOUND || status == StatusCode::BAD_REQUEST, "{missing}: {status}");
    }
    // The plain code is drawn as always.
    server.save("plain").await;
    let symbol = qr::Symbol::encode("plain", qr::Level::M).unwrap();
    assert_eq!(server.get("/s/main/files/2.svg").await.text(), qr::svg(&symbol));
}

#[tokio::test]
async fn default_look_of_a_space() {
    let server = Server::new().await;
    assert_eq!(server.get(LOOK).await.json(), json!({"look": ""}));
    let set = put_look(&server, "ink=0b3d91&shape=dots&quiet=4").await;
    assert_eq!((set.status, set.json()), (StatusCode::OK, json!({"look": "shape=dots&ink=0b3d91"})));
    assert_eq!(server.get(LOOK).await.json(), json!({"look": "shape=dots&ink=0b3d91"}));
    assert_eq!(server.get("/api/v1/spaces/other/look").await.json(), json!({"look": ""}));
    // A program names the look itself.
    let saved = api(&server, "entries", json!({"text": "hi"})).await.json();
    assert_eq!(saved["entry"]["style"], json!({"level": "M"}));

    let kept = server.form("/s/main/look", &[("text", "hi"), ("shape", "rounded")], HTML).await;
    assert_eq!(kept.status, StatusCode::OK);
    assert!(
        kept.text().contains("start with this look") && kept.text().contains("\nhi</textarea>"),
        "nothing typed is lost"
    );
    let awake = server.form("/s/main/look", &[("shape", "connected")], JSON).await;
    assert_eq!(awake.json(), json!({"look": "shape=connected"}));
    assert_eq!(server.get(LOOK).await.json(), json!({"look": "shape=connected"}));
    let plain = server.form("/s/main/look", &[], JSON).await;
    assert_eq!(plain.json(), json!({"look": ""}), "and back");
    assert_eq!(server.get(LOOK).await.json(), json!({"look": ""}));
}

#[tokio::test]
async fn pages_of_other_sites_cannot_write() {
    let server = Server::new().await;
    for path in ["preview", "draw", "look", "save", "logo"] {
        let request = post(&format!("/s/main/{path}")).header("origin", "https://elsewhere.example");
        let answer = server.ask(request.body("text=hi&shape=dots&as=png".into()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    for (method, path) in [("PUT", "look"), ("POST", "logos"), ("POST", "batch")] {
        let request = Request::builder().method(method).uri(format!("/api/v1/spaces/main/{path}"));
        let request = request.header("sec-fetch-site", "cross-site").header("content-type", JSON);
        let answer = server.ask(request.body("{}".into()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(server.get(LOOK).await.json(), json!({"look": ""}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_concurrent_saves_with_the_largest_look() {
    let server = Server::new().await;
    let wish = |n: usize| json!({"text": format!("code {n}"), "look": "shape=dots&unit=px&size=4096"});
    let saves = (0..6).map(|n| api(&server, "entries", wish(n)));
    for saved in futures::future::join_all(saves).await {
        assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text());
        assert_eq!(saved.json()["entry"]["style"]["look"], "shape=dots&unit=px&size=4096");
    }
}
