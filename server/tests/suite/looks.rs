//! Looks: shared in an address, previewed, drawn as files, saved, with logos, and made the space's.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use gallery::bucket::Bucket as _;
use serde_json::{Value, json};

use crate::support::{Answer, Server, get, post, post_json};

const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
const JSON: &str = "application/json";
/// Long enough that a logo needs a higher level.
const TEXT: &str = "https://example.org/menu";
const LOOK: &str = "/api/v1/spaces/main/look";

fn svg(colour: &str) -> String {
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="{colour}"/></svg>"#
    )
}

async fn api(server: &Server, path: &str, wish: Value) -> Answer {
    server.ask(post_json(&format!("/api/v1/spaces/main/{path}"), wish.to_string())).await
}

async fn put_look(server: &Server, look: &str) -> Answer {
    let request = Request::put(LOOK).header("content-type", JSON);
    server.ask(request.body(json!({ "look": look }).to_string().into()).unwrap()).await
}

/// Uploads a logo as a program does, and gives its id.
async fn logo(server: &Server, file: impl Into<Body>) -> Answer {
    server.ask(Request::post("/api/v1/spaces/main/logos").body(file.into()).unwrap()).await
}

/// A form with a file in it.
async fn upload(server: &Server, fields: &[(&str, &str)], file: Option<&[u8]>, accept: &str) -> Answer {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--B\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let name = if file.is_some() { "us.svg" } else { "" };
    let head =
        format!("--B\r\ncontent-disposition: form-data; name=\"logo-file\"; filename=\"{name}\"\r\n\r\n");
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(file.unwrap_or_default());
    body.extend_from_slice(b"\r\n--B--\r\n");
    let request = Request::post("/s/main/logo").header("accept", accept);
    server
        .ask(request.header("content-type", "multipart/form-data; boundary=B").body(body.into()).unwrap())
        .await
}

#[tokio::test]
async fn a_save_in_a_look_by_the_form_and_by_the_api() {
    let server = Server::new().await;
    // A colour and the checkbox after it: of a look's fields the last counts, of all others the first.
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

    let wish = json!({"text": "hi", "look": "shape=dots&quiet=4&paper=none", "request": "p"});
    let saved = api(&server, "entries", wish.clone()).await;
    assert_eq!((saved.status, &saved.json()["entry"]["style"]), (StatusCode::CREATED, &style));
    assert_eq!(api(&server, "entries", wish).await.status, StatusCode::OK);
    let other = api(&server, "entries", json!({"text": "hi", "look": "shape=rounded", "request": "p"})).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    let plain = api(&server, "entries", json!({"text": "hi", "look": "shape=square"})).await.json();
    assert_eq!(plain["entry"]["style"], json!({"level": "M"}), "as before");
}

#[tokio::test]
async fn a_repeated_save_does_not_need_its_logo() {
    let server = Server::new().await;
    let id = logo(&server, svg("#c00")).await.json()["logo"].as_str().unwrap().to_owned();
    let look = format!("logo={id}&logo-size=20");
    let wish = json!({"text": TEXT, "look": look, "request": "p"});
    let saved = api(&server, "entries", wish.clone()).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text());
    let level = saved.json()["entry"]["style"]["level"].clone();
    assert!(level == "Q" || level == "H", "{level}");
    let key = domain::Key::of_logo(&id.parse().unwrap());
    server.bucket.delete(&key).await.unwrap();
    // One that has it not in memory.
    let again = api(&server.another().await, "entries", wish).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.text());
}

#[tokio::test]
async fn a_look_that_cannot_be_is_told_about_the_look() {
    let server = Server::new().await;
    let long = "x".repeat(100_000);
    let unknown = "ab".repeat(32);
    for (fields, sentence) in [
        (&[("shape", "stars")][..], "“stars” is not a value of “shape”."),
        (&[("shape", &*long)], "x…” is not a value of “shape”."),
        (&[("frame", "label"), ("caption", &*long)], "The caption is 100000 characters long"),
        (&[("finder-ink", "d0d0d0")], "The code cannot be read in this style"),
        (&[("ink", "#zzzzzz")], "A colour is six hexadecimal digits"),
        (&[("ink", "ffffff"), ("paper", "000000")], "The ink must be darker"),
        (&[("unit", "px"), ("size", "9")], "has to be at least"),
        (&[("unit", "mm"), ("size", "1000")], "4,096 are the most"),
        (&[("logo", "../../x")], "A logo's name is"),
        (&[("logo", &*unknown)], "is not there."),
    ] {
        let typed = [&[("text", "my text"), ("name", "my name"), ("request", "same")], fields].concat();
        let shown = server.form("/s/main/save", &typed, HTML).await;
        assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY, "{sentence}");
        assert!(shown.text().contains("my text</textarea>") && shown.text().contains("value=\"my name\""));
        assert!(shown.text().len() < 50_000, "what is wrong is told in short");
        let told = server.form("/s/main/save", &typed, JSON).await;
        assert!(told.error().contains(sentence), "{sentence}: {}", told.error());
        assert_eq!(told.json()["field"], "look", "{sentence}");
    }
    for look in ["shape=stars", "logo=us", &format!("frame=label&caption={}", "x".repeat(50_000))] {
        let told = api(&server, "entries", json!({"text": "a", "look": look})).await;
        assert_eq!((told.status.as_u16(), &told.json()["field"]), (422, &json!("look")), "{}", told.text());
        let told = api(&server, "draw", json!({"text": "a", "look": look, "as": "svg"})).await;
        assert_eq!((told.status.as_u16(), &told.json()["field"]), (422, &json!("look")), "{}", told.text());
        let told = put_look(&server, look).await;
        assert_eq!((told.status.as_u16(), &told.json()["field"]), (422, &json!("look")), "{}", told.text());
    }
    let too_large = api(&server, "entries", json!({"text": "a", "look": long})).await;
    assert_eq!(too_large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(server.get("/api/v1/spaces").await.json(), json!({"spaces": []}), "nothing was saved");
}

#[tokio::test]
async fn an_address_fills_the_composer_in() {
    let server = Server::new().await;
    let shown = server.get("/s/team?text=Hello&level=H&name=Mine&shape=dots&ink=0b3d91").await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(shown.text().contains("Hello</textarea>") && shown.text().contains("value=\"Mine\""));
    assert!(shown.text().contains("value=\"H\" checked"));
    for (query, status, sentence) in [
        ("shape=stars&text=Hello", 422, "is not a value of"),
        ("ink=eeeeee", 422, "can hardly be told from the background"),
        ("level=X", 400, "An error correction level is L, M, Q or H."),
        ("logo=us&text=Hello", 422, "The logo “us” is not there."),
    ] {
        let shown = server.get(&format!("/s/team?{query}")).await;
        assert_eq!(shown.status.as_u16(), status, "{query}");
        assert!(shown.text().contains(sentence), "{query}");
        assert!(shown.text().contains("<textarea"), "{query}: the page all the same");
    }
}

#[tokio::test]
async fn a_preview_saves_nothing_and_keeps_what_was_typed() {
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
        &[("kind", "wifi")],
        &[("shape", "stars"), ("preset", "dots")],
    ] {
        assert_eq!(server.form("/s/main/preview", fields, HTML).await.status, StatusCode::OK, "{fields:?}");
    }
    for (fields, status) in [
        (&[("text", "a"), ("preset", "nope")][..], 422),
        (&[("text", "a"), ("shape", "stars")], 422),
        (&[("text", &*"a".repeat(3000))], 422),
        (&[("text", "a"), ("level", "X")], 400),
    ] {
        assert_eq!(server.form("/s/main/preview", fields, HTML).await.status.as_u16(), status);
    }
    assert_eq!(server.get("/api/v1/spaces").await.json(), json!({"spaces": []}));
    assert_eq!(server.get("/s/main/preview").await.header("location"), "/", "an address opened once more");
}

#[tokio::test]
async fn a_draft_as_a_file() {
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
        let name = format!("attachment; filename=\"menu-of-the-week.{format}\"");
        assert!(
            file.header("content-disposition").starts_with(&name),
            "{}",
            file.header("content-disposition")
        );
        assert_eq!(file.header("content-security-policy"), "sandbox; default-src 'none'");
        let wish = json!({"text": "hi", "name": "Menu of the Week", "look": "shape=dots", "as": format});
        let told = api(&server, "draw", wish).await;
        assert_eq!((told.status, &told.body), (StatusCode::OK, &file.body));
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
async fn the_files_of_an_entry() {
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
        assert_eq!(file.body, api(&server, "draw", wish).await.body, "{format}");
        let known = get(&path).header("if-none-match", file.header("etag")).body(Body::empty()).unwrap();
        assert_eq!(server.ask(known).await.status, StatusCode::NOT_MODIFIED);
        let packed = get(&path).header("accept-encoding", "br").body(Body::empty()).unwrap();
        let is_packed = server.ask(packed).await.header("content-encoding") == "br";
        assert_eq!(is_packed, format != "pdf", "{format}");
    }
    let uri = server.get("/s/main/files/1.uri").await;
    let kept = server.get("/s/main/files/1/hi.png").await;
    assert_eq!(uri.text(), qr::data_uri("image/png", &kept.body), "the kept picture itself");
    for missing in ["1.png", "1.exe", "1", "2.svg", "1.svg.pdf", ".svg"] {
        let status = server.get(&format!("/s/main/files/{missing}")).await.status;
        assert!(status == StatusCode::NOT_FOUND || status == StatusCode::BAD_REQUEST, "{missing}: {status}");
    }
    // The plain code's drawing is the one that it always was.
    server.save("plain").await;
    let symbol = qr::Symbol::encode("plain", qr::Level::M).unwrap();
    assert_eq!(server.get("/s/main/files/2.svg").await.text(), qr::svg(&symbol));
}

#[tokio::test]
async fn a_logo_by_the_form_and_by_the_api() {
    let server = Server::new().await;
    let kept = logo(&server, svg("teal")).await;
    assert_eq!(kept.status, StatusCode::CREATED);
    let id = kept.json()["logo"].as_str().unwrap().to_owned();
    assert_eq!(id.len(), 64);
    let awake = upload(&server, &[("text", "hi")], Some(svg("teal").as_bytes()), JSON).await;
    assert_eq!((awake.status, awake.json()), (StatusCode::OK, json!({ "logo": id })));
    let fields = [("text", "my\r\ntext"), ("name", "ä"), ("shape", "dots"), ("request", "r5"), ("logo", "")];
    let shown = upload(&server, &fields, Some(svg("teal").as_bytes()), HTML).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(shown.text().contains("my\ntext</textarea>") && shown.text().contains("value=\"ä\""));
    assert!(shown.text().contains("value=\"r5\""));

    let file = server.get(&format!("/s/main/logos/{id}.png")).await;
    assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, "image/png"));
    assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
    assert!(file.body.starts_with(b"\x89PNG"));
    for wrong in [
        "us.png",
        &format!("{}.png", "00".repeat(32)),
        &format!("{id}.svg"),
        &id,
        "..%2F..%2Fx.png",
        "%2Fetc%2Fpasswd.png",
        "a/b.png",
    ] {
        let answer = server.get(&format!("/s/main/logos/{wrong}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{wrong}");
    }

    let look = format!("logo={id}&logo-size=20");
    let saved = api(&server, "entries", json!({"text": TEXT, "look": look})).await.json();
    assert_eq!(saved["entry"]["style"]["look"], look);
    assert_ne!(saved["entry"]["style"]["level"], "M", "{saved}");
    let thumbnail = server.get("/s/main/files/1.svg").await;
    assert!(thumbnail.header("content-security-policy").ends_with("img-src data:"));
    assert!(thumbnail.text().contains("data:image/png;base64,") && !thumbnail.header("etag").is_empty());
    // The same request again is the same save, though the level was raised.
    let wish = json!({"text": TEXT, "look": look, "request": "twice"});
    assert_eq!(api(&server, "entries", wish.clone()).await.status, StatusCode::CREATED);
    assert_eq!(api(&server, "entries", wish).await.status, StatusCode::OK);
    let other = json!({"text": TEXT, "look": look, "level": "H", "name": "N", "request": "twice"});
    assert_eq!(api(&server, "entries", other).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_thumbnail_whose_logo_is_gone_is_not_kept_for_ever() {
    let server = Server::new().await;
    let id = logo(&server, svg("teal")).await.json()["logo"].as_str().unwrap().to_owned();
    let look = format!("shape=dots&logo={id}");
    let saved = api(&server, "entries", json!({"text": "hi", "look": look})).await.json();
    let version = saved["entry"]["sha256"].as_str().unwrap()[..8].to_owned();
    let digest = id.parse().unwrap();
    server.bucket.delete(&domain::Key::of_logo(&digest)).await.unwrap();
    let another = server.another().await;
    let drawn = another.get(&format!("/s/main/files/1.svg?v={version}")).await;
    assert_eq!(
        (drawn.status, drawn.header("cache-control"), drawn.header("etag")),
        (StatusCode::OK, "no-store", "")
    );
    assert!(!drawn.text().contains("data:image/png"));
}

#[tokio::test]
async fn uploads_that_are_no_logos() {
    let server = Server::new().await;
    for (file, sentence) in [
        (&b""[..], "not a picture"),
        (b"GIF89a", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>", "transparent"),
    ] {
        let told = logo(&server, file.to_vec()).await;
        assert_eq!((told.status.as_u16(), &told.json()["field"]), (422, &json!("look")));
        assert!(told.error().contains(sentence), "{}", told.error());
    }
    let none = upload(&server, &[("text", "kept")], None, HTML).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.text().contains("Choose a file") && none.text().contains("kept</textarea>"));
    let broken = upload(&server, &[("text", "kept")], Some(b"nothing"), HTML).await;
    assert_eq!(broken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(broken.text().contains("not a picture") && broken.text().contains("kept</textarea>"));

    let large = vec![b'x'; 2 * 1024 * 1024 + 1];
    assert_eq!(logo(&server, large.clone()).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let told = upload(&server, &[], Some(&large), JSON).await;
    assert_eq!(told.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(told.error().contains("at most 2 MiB"), "{}", told.error());
    let larger = vec![b'x'; 3 * 1024 * 1024];
    assert_eq!(upload(&server, &[], Some(&larger), JSON).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    // The other fields have their own bound, each and all together.
    let half = "x".repeat(130 * 1024);
    let told = upload(&server, &[("text", &half), ("name", &half)], Some(b"<svg"), JSON).await;
    assert_eq!(told.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(told.error().contains("at most 262,144 bytes"), "{}", told.error());

    for (content_type, body, status) in [
        ("application/x-www-form-urlencoded", "text=a", 415),
        ("multipart/form-data", "--B--", 400),
        ("multipart/form-data; boundary=B", "--B\r\nnonsense", 400),
        (
            "multipart/form-data; boundary=B",
            "--B\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\ncut",
            400,
        ),
        ("multipart/form-data; boundary=B", "", 400),
    ] {
        let request = Request::post("/s/main/logo").header("content-type", content_type);
        let answer = server.ask(request.body(body.to_owned().into()).unwrap()).await;
        assert_eq!(answer.status.as_u16(), status, "{content_type} {body:?}");
    }
}

#[tokio::test]
async fn the_look_of_a_space() {
    let server = Server::new().await;
    assert_eq!(server.get(LOOK).await.json(), json!({"look": ""}));
    let set = put_look(&server, "ink=0b3d91&shape=dots&quiet=4").await;
    assert_eq!((set.status, set.json()), (StatusCode::OK, json!({"look": "shape=dots&ink=0b3d91"})));
    assert_eq!(server.get(LOOK).await.json(), json!({"look": "shape=dots&ink=0b3d91"}));
    assert_eq!(server.get("/api/v1/spaces/other/look").await.json(), json!({"look": ""}));
    // A program says itself in which look it saves.
    let saved = api(&server, "entries", json!({"text": "hi"})).await.json();
    assert_eq!(saved["entry"]["style"], json!({"level": "M"}));

    let kept = server.form("/s/main/look", &[("text", "hi"), ("shape", "rounded")], HTML).await;
    assert_eq!((kept.status, kept.header("location")), (StatusCode::SEE_OTHER, "/?look-kept=1"));
    assert_eq!(server.get("/?look-kept=1").await.status, StatusCode::OK);
    let awake = server.form("/s/main/look", &[("shape", "connected")], JSON).await;
    assert_eq!(awake.json(), json!({"look": "shape=connected"}));
    assert_eq!(server.get(LOOK).await.json(), json!({"look": "shape=connected"}));
    let plain = server.form("/s/main/look", &[], JSON).await;
    assert_eq!(plain.json(), json!({"look": ""}), "and back");
    assert_eq!(server.get(LOOK).await.json(), json!({"look": ""}));
}

#[tokio::test]
async fn pages_of_other_sites_write_nothing() {
    let server = Server::new().await;
    for path in ["preview", "draw", "look", "save", "logo"] {
        let request = post(&format!("/s/main/{path}")).header("origin", "https://elsewhere.example");
        let answer = server.ask(request.body("text=hi&shape=dots&as=png".into()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    for (method, path) in [("PUT", "look"), ("POST", "logos"), ("POST", "draw")] {
        let request = Request::builder().method(method).uri(format!("/api/v1/spaces/main/{path}"));
        let request = request.header("sec-fetch-site", "cross-site").header("content-type", JSON);
        let answer = server.ask(request.body("{}".into()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(server.get(LOOK).await.json(), json!({"look": ""}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_a_time_in_the_largest_look() {
    let server = Server::new().await;
    let wish = |n: usize| json!({"text": format!("code {n}"), "look": "shape=dots&unit=px&size=4096"});
    let saves = (0..6).map(|n| api(&server, "entries", wish(n)));
    for saved in futures::future::join_all(saves).await {
        assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text());
        assert_eq!(saved.json()["entry"]["style"]["look"], "shape=dots&unit=px&size=4096");
    }
}
