//! Logos: uploaded, served, drawn, missing, refused.

use axum::http::{Request, StatusCode};
use gallery::bucket::Bucket as _;
use serde_json::json;

use crate::looks::{HTML, JSON, TEXT, api, logo, once, svg};
use crate::support::{Answer, Server};

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
async fn logo_uploads_by_form_and_api() {
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
    let wish = json!({"text": TEXT, "look": look});
    assert_eq!(once(&server, "twice", wish.clone()).await.status, StatusCode::CREATED);
    assert_eq!(once(&server, "twice", wish).await.status, StatusCode::OK);
    let other = json!({"text": TEXT, "look": look, "level": "H", "name": "N"});
    assert_eq!(once(&server, "twice", other).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn thumbnail_without_its_logo_is_not_immutable() {
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
async fn invalid_logo_uploads_are_refused() {
    let server = Server::new().await;
    for (file, sentence) in [
        (&b""[..], "not a picture"),
        (b"GIF89a", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>", "transparent"),
    ] {
        let response = logo(&server, file.to_vec()).await;
        assert_eq!((response.status.as_u16(), &response.json()["field"]), (422, &json!("look")));
        assert!(response.error().contains(sentence), "{}", response.error());
    }
    let none = upload(&server, &[("text", "kept")], None, HTML).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.text().contains("Choose a file") && none.text().contains("kept</textarea>"));
    let broken = upload(&server, &[("text", "kept")], Some(b"nothing"), HTML).await;
    assert_eq!(broken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(broken.text().contains("not a picture") && broken.text().contains("kept</textarea>"));

    let large = vec![b'x'; 2 * 1024 * 1024 + 1];
    assert_eq!(logo(&server, large.clone()).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let response = upload(&server, &[], Some(&large), JSON).await;
    assert_eq!(response.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(response.error().contains("the maximum is 2 MiB"), "{}", response.error());
    let larger = vec![b'x'; 3 * 1024 * 1024];
    assert_eq!(upload(&server, &[], Some(&larger), JSON).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    // The other fields have their own bound, each and all together.
    let half = "x".repeat(130 * 1024);
    let response = upload(&server, &[("text", &half), ("name", &half)], Some(b"<svg"), JSON).await;
    assert_eq!(response.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(response.error().contains("the maximum is 262,144 bytes"), "{}", response.error());

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
async fn repeated_save_does_not_need_its_logo() {
    let server = Server::new().await;
    let id = logo(&server, svg("#c00")).await.json()["logo"].as_str().unwrap().to_owned();
    let look = format!("logo={id}&logo-size=20");
    let wish = json!({"text": TEXT, "look": look});
    let saved = once(&server, "p", wish.clone()).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text());
    let level = saved.json()["entry"]["style"]["level"].clone();
    assert!(level == "Q" || level == "H", "{level}");
    let key = domain::Key::of_logo(&id.parse().unwrap());
    server.bucket.delete(&key).await.unwrap();
    // An instance without the logo in memory.
    let again = once(&server.another().await, "p", wish).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.text());
}

#[tokio::test]
async fn oversized_logo_loses_no_input() {
    let server = Server::new().await;
    let fields = [("text", "my text"), ("name", "my name"), ("shape", "dots"), ("request", "r5")];
    // Larger than a logo may be, and than a form that is kept.
    for size_mib in [2, 3, 20] {
        let file = vec![b'x'; size_mib * 1024 * 1024 + 1];
        let shown = upload(&server, &fields, Some(&file), HTML).await;
        assert_eq!(shown.status, StatusCode::PAYLOAD_TOO_LARGE, "{size_mib}");
        let page = shown.text();
        assert!(page.contains("The logo’s file") || page.contains("The logo's file"), "{size_mib}");
        assert!(page.contains("my text</textarea>") && page.contains("value=\"my name\""), "{size_mib}");
        assert!(page.contains("value=\"dots\" checked") && page.contains("value=\"r5\""), "{size_mib}");
    }
}

#[tokio::test]
async fn logo_file_is_the_last_form_field() {
    let page = Server::new().await.get("/").await;
    let form = page.text().split_once("class=\"composer\"").unwrap().1.split_once("</form>").unwrap().0;
    let is_field =
        |tag: &&str| ["input", "select", "textarea"].iter().any(|element| tag.starts_with(element));
    let last = form.rsplit('<').find(is_field).unwrap();
    assert!(last.contains("name=\"logo-file\""), "{last}");
}
