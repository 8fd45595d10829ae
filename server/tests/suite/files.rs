//! Files: the objects of entries and the drawn SVG.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use bytes::Bytes;
use domain::Space;
use gallery::bucket::{BucketError, FaultPoint};
use gallery::{Audience, Grant, Read};

use crate::support::{Answer, Server, delete, get};

async fn ask(server: &Server, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = headers.iter().fold(get(path), |request, (name, value)| request.header(*name, *value));
    server.ask(request.body(Body::empty()).unwrap()).await
}

/// Puts an object into the bucket like another program, and returns the id of its entry.
async fn put_foreign(server: &Server, key: &str, bytes: impl Into<Bytes>) -> u64 {
    let grant = Grant::<Read>::issue(Space::main(), Audience::Everyone);
    let mut changes = server.gallery.subscribe(&grant, None).await.unwrap();
    server.bucket.overwrite(&key.parse().unwrap(), bytes.into());
    let Some(gallery::Event::Change { json, .. }) = changes.next().await else { panic!("no change") };
    serde_json::from_str::<serde_json::Value>(&json).unwrap()["entry"]["id"].as_u64().unwrap()
}

#[tokio::test]
async fn saved_picture_is_served() {
    let server = Server::new().await;
    let id = server.save("hello").await;
    let path = format!("/s/main/files/{id}/hello.png");
    let file = ask(&server, &path, &[]).await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(file.header("content-type"), "image/png");
    assert_eq!(file.header("cache-control"), "no-cache", "the URL does not name a version");
    assert_eq!(file.header("content-security-policy"), "sandbox; default-src 'none'");
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert!(file.header("content-disposition").starts_with("inline; filename=\""));
    assert_eq!(file.header("content-length"), file.body.len().to_string());
    assert!(file.body.starts_with(b"\x89PNG"));

    let saved = ask(&server, &format!("{path}?download"), &[]).await;
    assert!(saved.header("content-disposition").starts_with("attachment; filename=\""));
    let known = ask(&server, &path, &[("if-none-match", file.header("etag"))]).await;
    assert_eq!((known.status, known.body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(
        (known.header("etag"), known.header("cache-control")),
        (file.header("etag"), file.header("cache-control"))
    );
    let head = server.ask(Request::head(&path).body(Body::empty()).unwrap()).await;
    assert_eq!(
        (head.status, head.header("content-length"), head.body.len()),
        (StatusCode::OK, file.header("content-length"), 0)
    );
}

#[tokio::test]
async fn ranges_of_a_file_are_served() {
    let server = Server::new().await;
    let id = server.save("hello").await;
    let path = format!("/s/main/files/{id}/hello.png");
    let whole = ask(&server, &path, &[]).await;
    let size = whole.body.len();
    let part = ask(&server, &path, &[("range", "bytes=1-3")]).await;
    assert_eq!((part.status, part.text()), (StatusCode::PARTIAL_CONTENT, "PNG"));
    assert_eq!(part.header("content-range"), format!("bytes 1-3/{size}"));
    assert_eq!((part.header("content-length"), part.header("accept-ranges")), ("3", "bytes"));
    let end = ask(&server, &path, &[("range", "bytes=-5"), ("if-range", whole.header("etag"))]).await;
    assert_eq!((end.status, &end.body[..]), (StatusCode::PARTIAL_CONTENT, &whole.body[size - 5..]));
    let changed = ask(&server, &path, &[("range", "bytes=-5"), ("if-range", "\"other\"")]).await;
    assert_eq!((changed.status, changed.body.len()), (StatusCode::OK, size));
    let outside = ask(&server, &path, &[("range", "bytes=999999-")]).await;
    assert_eq!(outside.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(outside.header("content-range"), format!("bytes */{size}"));
}

#[tokio::test]
async fn download_keeps_a_name_in_any_script() {
    let server = Server::new().await;
    let id = server.save("日本語").await;
    let saved = ask(&server, &format!("/s/main/files/{id}/x.png?download"), &[]).await;
    assert_eq!(
        saved.header("content-disposition"),
        "attachment; filename=\"file.png\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC%E8%AA%9E.png"
    );
    let drawn = ask(&server, &format!("/s/main/files/{id}.svg?download"), &[]).await;
    assert!(drawn.header("content-disposition").ends_with("UTF-8''%E6%97%A5%E6%9C%AC%E8%AA%9E.svg"));
}

#[tokio::test]
async fn only_get_honours_range() {
    let server = Server::new().await;
    let id = server.save("hello").await;
    let path = format!("/s/main/files/{id}/hello.png");
    let whole = ask(&server, &path, &[]).await;
    for range in ["bytes=1-3", "bytes=999999-"] {
        let head = server.ask(Request::head(&path).header("range", range).body(Body::empty()).unwrap()).await;
        assert_eq!((head.status, head.header("content-range")), (StatusCode::OK, ""), "{range}");
        assert_eq!(head.header("content-length"), whole.body.len().to_string());
    }
}

#[tokio::test]
async fn if_match_refuses_another_file() {
    let server = Server::new().await;
    let id = server.save("hello").await;
    let asset = addresses(&server.get("/").await, "/assets/").remove(0);
    let drawn = format!("/s/main/files/{id}.svg");
    for path in [format!("/s/main/files/{id}/hello.png"), drawn.clone(), asset] {
        let other = ask(&server, &path, &[("if-match", "\"other\""), ("range", "bytes=0-3")]).await;
        assert_eq!(other.status, StatusCode::PRECONDITION_FAILED, "{path}");
        let tag = ask(&server, &path, &[]).await.header("etag").to_owned();
        let is_strong = path != drawn;
        let same = ask(&server, &path, &[("if-match", &format!("\"other\", {tag}"))]).await;
        assert_eq!(same.status == StatusCode::OK, is_strong, "{path}: a weak tag never matches");
        assert_eq!(ask(&server, &path, &[("if-match", "*")]).await.status, StatusCode::OK, "{path}");
        // A missing file is 404, whatever the conditions.
        let missing = ask(&server, "/s/main/files/99/a.png", &[("if-match", "\"other\"")]).await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn foreign_files_are_served() {
    let server = Server::new().await;
    let id = put_foreign(&server, "holiday/ä \"page\".html", &b"<script>alert(1)</script>"[..]).await;
    let page = ask(&server, &format!("/s/main/files/{id}/page.html"), &[]).await;
    assert_eq!(page.header("content-type"), "application/octet-stream");
    assert!(page.header("content-disposition").starts_with("attachment; "), "never shown as a page of ours");
    assert!(page.header("content-disposition").ends_with("filename*=UTF-8''%C3%A4%20_page_.html"));
    assert_eq!(page.header("cache-control"), "no-cache", "another program may replace it");
    assert_eq!(page.body, b"<script>alert(1)</script>");
    let svg = put_foreign(&server, "drawing.svg", &b"<svg/>"[..]).await;
    let svg = ask(&server, &format!("/s/main/files/{svg}/drawing.svg"), &[]).await;
    assert_eq!(svg.header("content-type"), "application/octet-stream");
    assert_eq!(ask(&server, &format!("/s/main/files/{id}.svg"), &[]).await.status, StatusCode::NOT_FOUND);

    let before = page.header("etag").to_owned();
    put_foreign(&server, "holiday/ä \"page\".html", &b"other bytes"[..]).await;
    let after = ask(&server, &format!("/s/main/files/{id}/page.html"), &[("if-none-match", &before)]).await;
    assert_eq!((after.status, &after.body[..]), (StatusCode::OK, &b"other bytes"[..]));
}

#[tokio::test]
async fn code_is_served_in_drawn_formats() {
    let server = Server::new().await;
    let id = server.save("hello").await;
    let svg = ask(&server, &format!("/s/main/files/{id}.svg"), &[]).await;
    assert_eq!((svg.status, svg.header("content-type")), (StatusCode::OK, "image/svg+xml"));
    let symbol = qr::Symbol::encode("hello", qr::Level::M).unwrap();
    assert_eq!(svg.text(), qr::svg(&symbol));
    assert_eq!(svg.header("cache-control"), "no-cache");
    assert_eq!(svg.header("content-security-policy"), "sandbox; default-src 'none'");
    let small = ask(&server, &format!("/s/main/files/{id}.svg"), &[("accept-encoding", "br")]).await;
    assert_eq!((small.header("content-encoding"), small.header("etag")), ("br", svg.header("etag")));
    let known =
        ask(&server, &format!("/s/main/files/{id}.svg"), &[("if-none-match", svg.header("etag"))]).await;
    assert_eq!(known.status, StatusCode::NOT_MODIFIED);
    let saved = ask(&server, &format!("/s/main/files/{id}.svg?download"), &[]).await;
    assert!(
        saved.header("content-disposition").starts_with("attachment; ")
            && saved.header("content-disposition").ends_with(".svg")
    );
}

/// The text of a page between these words and the next quote, at each occurrence.
fn addresses(page: &Answer, start: &str) -> Vec<String> {
    let rest = page.text().split(start).skip(1);
    rest.map(|rest| format!("{start}{}", rest.split('"').next().unwrap()).replace("&amp;", "&")).collect()
}

#[tokio::test]
async fn linked_files_are_immutable() {
    let server = Server::new().await;
    let id = server.save("hello").await;
    for page in ["/".to_owned(), format!("/s/main/e/{id}")] {
        let links = addresses(&server.get(&page).await, "/s/main/files/");
        assert!(links.iter().any(|link| link.ends_with("&download")), "{links:?}");
        assert!(links.iter().any(|link| link.contains(".svg?v=")), "{links:?}");
        for link in links {
            let file = ask(&server, &link, &[]).await;
            assert_eq!(
                (file.status, file.header("cache-control")),
                (StatusCode::OK, "public, max-age=31536000, immutable"),
                "{link}"
            );
        }
    }
}

#[tokio::test]
async fn overwritten_file_gets_a_new_address() {
    let server = Server::new().await;
    let id = server.save("hello").await;
    let links = addresses(&server.get("/").await, "/s/main/files/");
    let entry = server.get(&format!("/api/v1/spaces/main/entries/{id}")).await.json();
    let other = qr::png(&qr::Symbol::encode("other", qr::Level::M).unwrap());
    let bare = format!("/s/main/files/{id}/x.png");
    let before = ask(&server, &bare, &[]).await;
    assert_eq!(before.header("etag"), format!("\"{}\"", entry["sha256"].as_str().unwrap()));

    assert_eq!(put_foreign(&server, entry["key"].as_str().unwrap(), Bytes::from(other.clone())).await, id);
    let now = addresses(&server.get("/").await, "/s/main/files/");
    assert_eq!(now.len(), links.len());
    for (old, new) in links.iter().zip(&now) {
        assert_ne!(old, new, "other content has another address");
        assert_eq!(ask(&server, old, &[]).await.header("cache-control"), "no-cache", "{old}");
        assert!(ask(&server, new, &[]).await.header("cache-control").ends_with("immutable"), "{new}");
        assert_eq!(ask(&server, old, &[]).await.body, ask(&server, new, &[]).await.body);
    }
    let after = ask(&server, &bare, &[("if-none-match", before.header("etag"))]).await;
    assert_eq!((after.status, &after.body), (StatusCode::OK, &other));
    let known = ask(&server, &bare, &[("if-none-match", after.header("etag"))]).await;
    assert_eq!(known.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn just_overwritten_file_is_not_served_under_the_old_digest() {
    let server = Server::new().await;
    let id = server.save("hello").await;
    let entry = server.get(&format!("/api/v1/spaces/main/entries/{id}")).await.json();
    let path = format!("/s/main/files/{id}/x.png?v={}", &entry["sha256"].as_str().unwrap()[..8]);
    let before = ask(&server, &path, &[]).await;
    assert!(before.header("cache-control").ends_with("immutable"));
    // The inspection, a background task, fails, so the index stays behind.
    server.bucket.fail_when(|moment, _| match moment {
        FaultPoint::BeforeRead if tokio::task::try_id().is_some() => {
            Err(BucketError::Unavailable("cable".into()))
        }
        _ => Ok(()),
    });
    let key = entry["key"].as_str().unwrap().parse().unwrap();
    server.bucket.overwrite(&key, Bytes::from_static(b"other bytes"));
    for headers in
        [&[][..], &[("range", "bytes=0-3")], &[("range", "bytes=0-3"), ("if-range", before.header("etag"))]]
    {
        let file = ask(&server, &path, headers).await;
        assert_eq!((file.status, &file.body[..]), (StatusCode::OK, &b"other bytes"[..]), "{headers:?}");
        assert_eq!(file.header("cache-control"), "no-cache");
        assert_ne!(file.header("etag"), before.header("etag"));
        assert_eq!(file.header("content-length"), "11");
    }
}

#[tokio::test]
async fn missing_files_are_not_found() {
    let server = Server::new().await;
    for id in 1..=2 {
        server.save(&format!("text {id}")).await;
    }
    server.ask(delete("/api/v1/spaces/main/entries/1").body(Body::empty()).unwrap()).await;
    for (path, status) in [
        ("/s/main/files/1/a.png", 410),
        ("/s/main/files/1.svg", 410),
        ("/s/main/files/3/a.png", 404),
        ("/s/main/files/3.svg", 404),
        ("/s/other/files/2/a.png", 404),
        ("/s/main/files/2.gif", 404),
        ("/s/main/files/2", 404),
        ("/s/main/files/x/a.png", 400),
        ("/s/main/files/x.svg", 400),
        ("/s/main/files/2/a/b.png", 404),
    ] {
        let answer = ask(&server, path, &[]).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
    server.bucket.fail_when(|moment, _| match moment {
        FaultPoint::BeforeRead => Err(BucketError::NotFound),
        _ => Ok(()),
    });
    assert_eq!(
        ask(&server, "/s/main/files/2/a.png", &[]).await.status,
        StatusCode::GONE,
        "someone else was faster"
    );
    server.bucket.fail_when(|_, _| Err(BucketError::Unavailable("cable".into())));
    assert_eq!(ask(&server, "/s/main/files/2/a.png", &[]).await.status, StatusCode::SERVICE_UNAVAILABLE);
}
