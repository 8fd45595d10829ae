//! Drafts: shared in a URL, previewed, drawn as files. None is saved.

use axum::http::StatusCode;
use futures::future::join_all;
use gallery::bucket::{Bucket as _, BucketError};
use serde_json::json;

use crate::looks::{HTML, TEXT, api, draw, logo, put_look, svg};
use crate::support::Server;

#[tokio::test]
async fn address_fills_the_composer() {
    let server = Server::new().await;
    let shown = server.get("/s/team?text=Hello&level=H&name=Mine&shape=dots&ink=0b3d91").await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(shown.text().contains("Hello</textarea>") && shown.text().contains("value=\"Mine\""));
    assert!(shown.text().contains("value=\"H\" checked"));
    for (query, status, sentence) in [
        ("shape=stars&text=Hello", 422, "is not a value of"),
        ("ink=eeeeee", 422, "is too close to the background"),
        ("level=X", 400, "An error correction level is L, M, Q or H."),
    ] {
        let shown = server.get(&format!("/s/team?{query}")).await;
        assert_eq!(shown.status.as_u16(), status, "{query}");
        assert!(shown.text().contains(sentence), "{query}");
        assert!(shown.text().contains("<textarea"), "{query}: the page all the same");
    }
}

#[tokio::test]
async fn preview_saves_nothing_and_keeps_input() {
    let server = Server::new().await;
    let typed =
        [("text", "my text"), ("name", "my name"), ("level", "Q"), ("shape", "dots"), ("request", "r7")];
    let shown = server.form("/s/main/preview", &typed, HTML).await;
    assert_eq!((shown.status, shown.header("cache-control")), (StatusCode::OK, "no-store"));
    assert!(shown.text().contains("my text</textarea>") && shown.text().contains("value=\"my name\""));
    assert!(shown.text().contains("value=\"r7\"") && shown.text().contains("value=\"Q\" checked"));
    let preset = [&typed[..], &[("preset", "ocean")]].concat();
    assert_eq!(server.form("/s/main/preview", &preset, HTML).await.status, StatusCode::OK);
    for fields in [
        &[("text", "")][..],
        &[("text", " "), ("preset", "dots")],
        &[("kind", "wifi"), ("security", "wpa"), ("ssid", " ")],
        &[("shape", "stars"), ("preset", "dots")],
    ] {
        assert_eq!(server.form("/s/main/preview", fields, HTML).await.status, StatusCode::OK, "{fields:?}");
    }
    let chosen = [("text", "a"), ("logo-file", "logo.png")];
    let refused = server.form("/s/main/save", &chosen, HTML).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("was chosen but not uploaded") && refused.text().contains("\na</textarea>")
    );
    for (fields, status) in [
        (&[("text", "a"), ("preset", "nope")][..], 422),
        (&[("text", "a"), ("shape", "stars")], 422),
        (&[("text", &*"a".repeat(3000))], 422),
        (&[("text", "a"), ("level", "X")], 400),
    ] {
        assert_eq!(server.form("/s/main/preview", fields, HTML).await.status.as_u16(), status);
    }
    assert_eq!(server.get("/api/v1/spaces").await.json(), json!({"spaces": []}));
    assert_eq!(server.get("/s/main/preview").await.header("location"), "/", "the URL opened with GET");
}

#[tokio::test]
async fn draft_is_a_file() {
    let server = Server::new().await;
    let fields = [("text", "hi"), ("name", "Menu of the Week"), ("shape", "dots")];
    for (format, content_type, beginning) in [
        ("png", "image/png", &b"\x89PNG"[..]),
        ("svg", "image/svg+xml", b"<svg"),
        ("pdf", "application/pdf", b"%PDF-"),
        ("txt", "text/plain; charset=utf-8", "█".as_bytes()),
        ("uri", "text/plain; charset=utf-8", b"data:image/png;base64,"),
    ] {
        let typed = [&fields[..], &[("as", format)]].concat();
        let file = server.form("/s/main/draw", &typed, HTML).await;
        assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, content_type));
        assert!(file.body.starts_with(beginning), "{format}");
        // People copy a data URI, and do not save it.
        let kind = if format == "uri" { "inline" } else { "attachment" };
        let name = format!("{kind}; filename=\"menu-of-the-week.{format}\"");
        let disposition = file.header("content-disposition");
        assert!(disposition.starts_with(&name), "{disposition}");
        assert_eq!(file.header("content-security-policy"), "sandbox; default-src 'none'");
        let wish = json!({"text": "hi", "look": "shape=dots", "as": format});
        let response = draw(&server, wish).await;
        assert_eq!((response.status, &response.body), (StatusCode::OK, &file.body));
    }
    for (fields, status) in [
        (&[("text", "hi")][..], 400),
        (&[("text", "hi"), ("as", "exe")], 400),
        (&[("text", ""), ("as", "png")], 422),
        (&[("text", "hi"), ("as", "png"), ("shape", "stars")], 422),
    ] {
        let shown = server.form("/s/main/draw", fields, HTML).await;
        assert_eq!(shown.status.as_u16(), status, "{fields:?}");
        assert!(shown.text().contains("<textarea"), "the page again");
    }
    let wrong = api(&server, "entries", json!({"text": "hi", "as": "svg"})).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert_eq!(server.get("/api/v1/spaces").await.json(), json!({"spaces": []}));
}

#[tokio::test]
async fn terminal_output_ignores_the_look() {
    let server = Server::new().await;
    let plain = draw(&server, json!({"text": "hi", "as": "txt"})).await.body;
    let missing = "ab".repeat(32);
    for (key, value) in [("logo", &*missing), ("shape", "stars"), ("finder-ink", "d0d0d0")] {
        let fields = [("text", "hi"), (key, value), ("as", "txt")];
        let file = server.form("/s/main/draw", &fields, HTML).await;
        assert_eq!((file.status, &file.body), (StatusCode::OK, &plain), "{key}");
        let look = format!("{key}={value}");
        let file = draw(&server, json!({"text": "hi", "look": look, "as": "txt"})).await;
        assert_eq!((file.status, &file.body), (StatusCode::OK, &plain), "{key}");
    }
    // Errors in other fields are reported.
    let refused = server.form("/s/main/draw", &[("text", "hi"), ("level", "X"), ("as", "txt")], HTML).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn unreadable_draft_file_is_refused_like_a_save() {
    let server = Server::new().await;
    let look = "ink=d2d2d2&shape=dots&size=1";
    let saved = api(&server, "entries", json!({"text": TEXT, "look": look})).await;
    assert_eq!(saved.status, StatusCode::UNPROCESSABLE_ENTITY);
    for format in ["png", "svg", "pdf", "uri"] {
        let response = draw(&server, json!({"text": TEXT, "look": look, "as": format})).await;
        assert_eq!((response.status, response.error()), (saved.status, saved.error()), "{format}");
        let fields = [("text", TEXT), ("ink", "d2d2d2"), ("shape", "dots"), ("size", "1"), ("as", format)];
        let shown = server.form("/s/main/draw", &fields, HTML).await;
        assert_eq!(shown.status, saved.status, "{format}");
        assert!(shown.text().contains("The code cannot be read in this style"), "{format}");
    }
}

const NOT_HERE: &str = "The logo of this look is missing and was left out";

#[tokio::test]
async fn look_with_a_missing_logo_is_drawn_without_it() {
    let server = Server::new().await;
    let id = logo(&server, svg("teal")).await.json()["logo"].as_str().unwrap().to_owned();
    put_look(&server, &format!("shape=dots&logo={id}")).await;
    let with_logo = server.get(&format!("/?text={TEXT}")).await;
    assert!(with_logo.text().contains(&format!("logos/{id}.png")) && !with_logo.text().contains(NOT_HERE));
    server.bucket.delete(&domain::Key::of_logo(&id.parse().unwrap())).await.unwrap();
    let server = server.another().await;
    let unknown = "ab".repeat(32);
    for path in [
        format!("/?text={TEXT}"),
        format!("/s/main?text={TEXT}&shape=dots&logo={unknown}"),
        format!("/?text={TEXT}&logo=us"),
        "/".to_owned(),
        format!("/s/main?logo={unknown}"),
    ] {
        let page = server.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.text().contains(NOT_HERE), "{path}");
        assert!(!page.text().contains("logos/ab") && !page.text().contains(&format!("logos/{id}")), "{path}");
        let is_drawn = page.text().contains("data:image/svg+xml");
        assert_eq!(is_drawn, path.contains("text=") && !path.contains("logo=us"), "{path}");
    }
    let fields = [("text", TEXT), ("shape", "dots"), ("logo", &unknown)];
    let page = server.form("/s/main/preview", &fields, HTML).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains(NOT_HERE) && page.text().contains("data:image/svg+xml"));
}

#[tokio::test]
async fn temporarily_unavailable_logo_stays_in_the_look() {
    let server = Server::new().await;
    let id = logo(&server, svg("teal")).await.json()["logo"].as_str().unwrap().to_owned();
    let other = server.another().await;
    server.bucket.fail_when(|_, key| match key.is_reserved() {
        true => Err(BucketError::Unavailable("the line is down".into())),
        false => Ok(()),
    });
    let page = other.get(&format!("/?text={TEXT}&shape=dots&logo={id}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("The logo of this look is currently unavailable"));
    assert!(page.text().contains("data:image/svg+xml"));
    let field = format!("name=\"logo\" autocomplete=\"off\" value=\"{id}\"");
    assert!(page.text().contains(&field), "{}", page.text());
}

/// All of them start before the first one continues.
#[tokio::test]
async fn too_many_drafts_are_asked_to_retry() {
    let server = Server::new().await;
    let path = |n: usize| format!("/?text=code+{n}&shape=dots&size={}", 5 + n % 4);
    let paths: Vec<String> = (0..64).map(path).collect();
    let pages = join_all(paths.iter().map(|path| server.get(path))).await;
    let refused: Vec<_> =
        pages.iter().filter(|page| page.status == StatusCode::SERVICE_UNAVAILABLE).collect();
    assert!(!refused.is_empty() && refused.len() < pages.len(), "{} of {}", refused.len(), pages.len());
    for page in &refused {
        assert_eq!(page.header("retry-after"), "1");
        assert!(page.text().contains("The server is busy. Try again in a moment."));
        assert!(
            page.text().contains("</textarea>") && page.text().contains("code "),
            "the page all the same"
        );
    }
    assert!(pages.iter().all(|page| page.status == StatusCode::OK || page.header("retry-after") == "1"));
    assert_eq!(server.get(&paths[0]).await.status, StatusCode::OK);
    let wish = |n: usize| json!({"text": format!("code {n}"), "look": "shape=dots", "as": "svg"});
    let files = join_all((0..64).map(|n| draw(&server, wish(n)))).await;
    let refused: Vec<_> =
        files.iter().filter(|file| file.status == StatusCode::SERVICE_UNAVAILABLE).collect();
    assert!(!refused.is_empty() && refused.iter().all(|file| file.header("retry-after") == "1"));
}
