//! Photos over HTTP: uploaded in each way, refused, interrupted, shown, made into something else, tried again.

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use futures::stream;
use serde_json::{Value, json};
use server::SiteOptions;
use sha2::Digest as _;
use tempfile::tempdir;

use crate::support::{Answer, Server, delete, get, jpeg, post};

const HTML: &str = "text/html";
const JSON: &str = "application/json";
const PHONE: &str = "+49 170 1234567";

/// A JPEG that differs for each seed.
fn photo(seed: u8) -> Vec<u8> {
    jpeg(96, 64, [0, 0, seed])
}

/// Uploads a file by itself, as a hydrated page does.
async fn upload(server: &Server, query: &str, bytes: Vec<u8>) -> Answer {
    upload_for(server, query, bytes, "").await
}

async fn upload_for(server: &Server, query: &str, bytes: Vec<u8>, phone: &str) -> Answer {
    let request = Request::post(format!("/s/main/photos?{query}")).header("accept", JSON);
    let request = request.header("content-type", "application/octet-stream");
    let request = if phone.is_empty() { request } else { request.header("qrate-phone", phone) };
    server.ask(request.body(bytes.into()).unwrap()).await
}

/// Posts the form of a page without JavaScript.
async fn upload_form(server: &Server, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--B\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    for (name, bytes) in files {
        let head =
            format!("--B\r\ncontent-disposition: form-data; name=\"photos\"; filename=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--B--\r\n");
    let request = Request::post("/s/main/photos").header("accept", HTML);
    server
        .ask(request.header("content-type", "multipart/form-data; boundary=B").body(body.into()).unwrap())
        .await
}

/// The entry once nothing happens to it any more.
async fn finished(server: &Server, id: u64) -> Value {
    for _ in 0..100 {
        let entry = server.get(&format!("/api/v1/spaces/main/entries/{id}")).await.json();
        let stages = entry["photo"]["stages"].as_array().unwrap();
        if stages.iter().all(|stage| stage["state"] == "done" || stage["state"] == "failed") {
            return entry;
        }
        // Waits for the next change, however long that takes.
        let next = entry["revision"].as_u64().unwrap() + 1;
        server.get(&format!("/api/v1/spaces/main/entries?at={next}")).await;
    }
    panic!("a worker is still at #{id}");
}

#[tokio::test]
async fn upload_answers_with_the_number_and_knows_the_same_bytes() {
    let server = Server::new().await;
    let first = upload(&server, "name=B%C3%A4r.jpg&request=r1", photo(1)).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text());
    assert_eq!(first.json(), json!({"id": 1, "seq": 1, "same": null}));
    let again = upload(&server, "name=B%C3%A4r.jpg&request=r1", photo(1)).await;
    assert_eq!((again.status, again.json()["id"].clone()), (StatusCode::OK, json!(1)), "the same request");
    let same = upload(&server, "name=other.jpg&request=r2", photo(1)).await;
    assert_eq!(same.status, StatusCode::CREATED, "never refused");
    assert_eq!(same.json()["same"], 1);
    let entry = server.get("/api/v1/spaces/main/entries/1").await.json();
    assert_eq!(
        (&entry["kind"], &entry["name"], &entry["photo"]["recipe"]),
        (&json!("photo"), &json!("Bär.jpg"), &json!("flip"))
    );

    let digest: String = sha2::Sha256::digest(photo(1)).iter().map(|byte| format!("{byte:02x}")).collect();
    let known = server.get(&format!("/s/main/photos/known?sha256={digest}")).await;
    assert_eq!(known.json()["id"].as_u64(), same.json()["id"].as_u64(), "the newest");
    let unknown = server.get(&format!("/s/main/photos/known?sha256={}", "0".repeat(64))).await;
    assert_eq!(unknown.json(), json!({"id": null}));
    assert_eq!(server.get("/s/main/photos/known?sha256=x").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn api_upload_answers_with_the_entry() {
    let server = Server::new().await;
    let request = Request::post("/api/v1/spaces/team/photos?name=a.jpg&recipe=rotate-90");
    let answer = server.ask(request.body(photo(1).into()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    assert_eq!(answer.header("location"), "/api/v1/spaces/team/entries/1");
    assert_eq!(answer.json()["entry"]["photo"]["recipe"], "rotate-90");
    assert_eq!((&answer.json()["kind"], &answer.json()["same"]), (&json!("added"), &Value::Null));
    let form =
        Request::post("/api/v1/spaces/team/photos").header("content-type", "multipart/form-data; boundary=B");
    let refused = server.ask(form.body("--B--".into()).unwrap()).await;
    assert_eq!(refused.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn wrong_uploads_are_refused_with_a_sentence() {
    let server = Server::new().await;
    for (query, phone, bytes, status, words) in [
        ("recipe=sepia", "", photo(1), 400, "flip"),
        ("request=a%20b", "", photo(1), 400, "request id"),
        ("", "0170 1234567", photo(1), 422, "country code"),
        ("", "", Vec::new(), 422, "empty"),
    ] {
        let answer = upload_for(&server, query, bytes, phone).await;
        assert_eq!(answer.status.as_u16(), status, "{query}: {}", answer.text());
        assert!(answer.error().contains(words), "{query}: {}", answer.error());
    }
    assert_eq!(upload_for(&server, "", photo(1), "1").await.json()["field"], "photo-phone");
    let packed = Request::post("/s/main/photos").header("content-encoding", "gzip");
    let packed = server.ask(packed.header("accept", JSON).body(photo(1).into()).unwrap()).await;
    assert_eq!(packed.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(server.get("/api/v1/spaces/main/entries").await.json()["total"], 0);
}

#[tokio::test]
async fn oversized_upload_is_refused_and_leaves_nothing() {
    let folder = tempdir().unwrap();
    let options = SiteOptions { uploads_folder: Some(folder.path().to_owned()), ..SiteOptions::default() };
    let server = Server::with(options).await;
    let piece = Bytes::from(vec![7; 1024 * 1024]);
    let pieces = stream::iter((0..51).map(move |_| Ok::<_, std::io::Error>(piece.clone())));
    let request = Request::post("/s/main/photos?name=a.jpg").header("accept", JSON);
    let answer = server.ask(request.body(Body::from_stream(pieces)).unwrap()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.error().contains("50 MiB"), "{}", answer.error());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn interrupted_upload_leaves_nothing() {
    let folder = tempdir().unwrap();
    let options = SiteOptions { uploads_folder: Some(folder.path().to_owned()), ..SiteOptions::default() };
    let server = Server::with(options).await;
    let pieces = [Ok(Bytes::from_static(b"\xff\xd8\xff\xe0")), Err(std::io::Error::other("gone"))];
    let request = Request::post("/s/main/photos?name=a.jpg").header("accept", JSON);
    let answer = server.ask(request.body(Body::from_stream(stream::iter(pieces))).unwrap()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    assert_eq!(server.get("/api/v1/spaces/main/entries").await.json()["total"], 0);
}

#[tokio::test]
async fn missing_upload_folder_is_told_without_its_path() {
    let folder = tempdir().unwrap().path().join("gone");
    let options = SiteOptions { uploads_folder: Some(folder.clone()), ..SiteOptions::default() };
    let answer = upload(&Server::with(options).await, "name=a.jpg", photo(1)).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!answer.text().contains(folder.to_str().unwrap()), "{}", answer.text());
}

#[tokio::test(start_paused = true)]
async fn slow_uploads_give_way() {
    let server = Server::with(SiteOptions { uploads_max: 2, ..SiteOptions::default() }).await;
    let slow = |n: u32| {
        let router = server.router.clone();
        let body = stream::once(async { Ok::<_, std::io::Error>(Bytes::from_static(b"\xff\xd8")) });
        let body = Body::from_stream(futures::StreamExt::chain(body, stream::pending()));
        let request = Request::post(format!("/s/main/photos?name={n}.jpg")).header("host", "localhost:8080");
        tokio::spawn(tower::ServiceExt::oneshot(router, request.header("accept", JSON).body(body).unwrap()))
    };
    let both = [slow(1), slow(2)];
    tokio::task::yield_now().await;
    let fast = upload(&server, "name=a.jpg", photo(1)).await;
    assert_eq!(fast.status, StatusCode::CREATED, "{}", fast.text());
    let cut_off = both.iter().filter(|task| task.is_finished()).count();
    assert_eq!(cut_off, 1, "one makes room for one");
    both.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn form_redirects_to_the_page_with_all_photos() {
    let server = Server::new().await;
    let one =
        upload_form(&server, &[("recipe", "none"), ("phone-number", "")], &[("a.jpg", &photo(1))]).await;
    assert_eq!(
        (one.status, one.header("location")),
        (StatusCode::SEE_OTHER, "/?at=1&saved=1"),
        "{}",
        one.text()
    );
    let same = upload_form(&server, &[], &[("b.jpg", &photo(1))]).await;
    assert!(same.header("location").ends_with("&saved=2&known=1"), "{}", same.header("location"));
    let shown = server.get(same.header("location")).await;
    assert!(shown.text().contains("You had this one already"), "{}", shown.text());
    let two = upload_form(&server, &[], &[("c.jpg", &photo(2)), ("d.png", &photo(3))]).await;
    assert!(two.header("location").ends_with("&uploaded=2"), "{}", two.header("location"));
    assert!(server.get(two.header("location")).await.text().contains("Uploaded 2 photos"));
    assert_eq!(server.get("/s/main/photos").await.header("location"), "/", "a reload of the answer");
}

#[tokio::test]
async fn form_sent_twice_saves_once() {
    let server = Server::new().await;
    for _ in 0..2 {
        let answer =
            upload_form(&server, &[("request", "f1")], &[("a.jpg", &photo(1)), ("b.jpg", &photo(2))]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(server.get("/api/v1/spaces/main/entries").await.json()["total"], 2);
}

#[tokio::test]
async fn refused_form_keeps_what_was_typed_and_saves_the_rest() {
    let server = Server::new().await;
    let fields = [("recipe", "rotate-180"), ("phone-number", PHONE)];
    let answer =
        upload_form(&server, &fields, &[("a.jpg", &photo(1)), ("empty.jpg", b""), ("b.jpg", &photo(2))])
            .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text();
    assert!(page.contains("2 of 3 files were saved. empty.jpg: "), "{page}");
    assert!(page.contains(&format!("value=\"{PHONE}\"")) && page.contains("value=\"rotate-180\" selected"));
    assert_eq!(server.get("/api/v1/spaces/main/entries").await.json()["total"], 2);

    for (fields, files, words) in [
        (&[("phone-number", "12")][..], &[("a.jpg", &photo(3)[..])][..], "country code"),
        (&[][..], &[("", &b""[..])][..], "No photo was chosen"),
    ] {
        let answer = upload_form(&server, fields, files).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().contains(words), "{words}");
    }
    let open = Request::post("/s/main/photos").header("content-type", "multipart/form-data; boundary=B");
    let open = open
        .header("accept", HTML)
        .body("--B\r\ncontent-disposition: form-data; name=\"phone-number\"\r\n\r\n+4".into());
    assert_eq!(server.ask(open.unwrap()).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        server.get("/api/v1/spaces/main/entries").await.json()["total"],
        2,
        "and nothing else was saved"
    );
}

#[tokio::test]
async fn derived_pictures_are_served() {
    let server = Server::new().await;
    upload(&server, "name=beach.jpg", photo(1)).await;
    let entry = finished(&server, 1).await;
    let short = &entry["sha256"].as_str().unwrap()[..8];
    for (path, version) in
        [("thumbnail", short.to_owned()), ("view", short.to_owned()), ("result", format!("{short}-flip"))]
    {
        let answer = server.get(&format!("/s/main/files/1/{path}?v={version}")).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "image/jpeg"), "{path}");
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable", "{path}");
        assert!(answer.header("content-security-policy").contains("sandbox"));
        assert!(answer.body.starts_with(b"\xff\xd8\xff"), "{path}");
        let etag = answer.header("etag").to_owned();
        for other in ["", "?v=00000000"] {
            let answer = server.get(&format!("/s/main/files/1/{path}{other}")).await;
            assert_eq!(answer.header("cache-control"), "no-cache", "{path}{other}");
        }
        let request = get(&format!("/s/main/files/1/{path}")).header("if-none-match", &etag);
        assert_eq!(server.ask(request.body(Body::empty()).unwrap()).await.status, StatusCode::NOT_MODIFIED);
    }
    let download = server.get("/s/main/files/1/result?download").await;
    assert!(download.header("content-disposition").contains("attachment; filename=\"beach-result.jpg\""));

    server.save("a code").await;
    assert_eq!(
        server.get("/s/main/files/2/thumbnail").await.status,
        StatusCode::OK,
        "its file, whatever its name"
    );
    server.ask(delete("/api/v1/spaces/main/entries/1").body(Body::empty()).unwrap()).await;
    let removed = server.get("/s/main/files/1/thumbnail").await;
    assert_eq!(removed.status, StatusCode::GONE);
    assert_eq!(server.get("/s/main/files/9/view").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn missing_derived_picture_says_why() {
    let server = Server::new().await;
    upload(&server, "name=a.jpg&recipe=none", photo(1)).await;
    finished(&server, 1).await;
    let none = server.get("/s/main/files/1/result").await;
    assert_eq!((none.status, none.text()), (StatusCode::NOT_FOUND, "Of this photo no result is made.\n"));
    let mut corrupt = photo(1);
    corrupt.truncate(300);
    upload(&server, "name=corrupt.jpg", corrupt).await;
    finished(&server, 2).await;
    let failed = server.get("/s/main/files/2/thumbnail").await;
    assert_eq!(failed.status, StatusCode::NOT_FOUND);
    assert!(failed.text().contains("damaged"), "{}", failed.text());
}

#[tokio::test]
async fn failed_photo_is_on_the_page_of_jobs_and_is_tried_again() {
    let server = Server::refused_by_the_labeller().await;
    upload(&server, "name=a.jpg", photo(1)).await;
    let before = finished(&server, 1).await["revision"].as_u64().unwrap();
    let page = server.get("/s/main/jobs").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("a.jpg") && page.text().contains("labeller refuses"), "{}", page.text());
    assert!(page.text().contains("action=\"/s/main/e/1/retry\"") && page.text().contains("Try all again"));
    assert!(server.get("/").await.text().contains("1 failed"));

    let retried = server.form("/s/main/e/1/retry", &[], HTML).await;
    assert_eq!(retried.status, StatusCode::SEE_OTHER);
    assert!(retried.header("location").starts_with("/s/main/e/1?at="));
    assert!(finished(&server, 1).await["revision"].as_u64().unwrap() > before);
    let all = server.form("/s/main/jobs/retry", &[], HTML).await;
    assert_eq!((all.status, all.header("location")), (StatusCode::SEE_OTHER, "/s/main/jobs"));
    finished(&server, 1).await;
    let awake = server.form("/s/main/jobs/retry", &[], JSON).await;
    assert_eq!(awake.json(), json!({"count": 1}));
    assert_eq!(server.form("/s/main/e/9/retry", &[], JSON).await.status, StatusCode::NOT_FOUND);
    let reload = server.get("/s/main/jobs/retry").await;
    assert_eq!((reload.status, reload.header("location")), (StatusCode::SEE_OTHER, "/s/main/jobs"));
}

#[tokio::test]
async fn damaged_photo_is_not_tried_again() {
    let server = Server::new().await;
    let mut corrupt = photo(1);
    corrupt.truncate(300);
    upload(&server, "name=corrupt.jpg", corrupt).await;
    let before = finished(&server, 1).await;
    for address in ["/", "/s/main/jobs", "/s/main/e/1"] {
        let page = server.get(address).await.text().to_owned();
        assert!(page.contains("damaged") && !page.contains("/retry"), "{page}");
    }
    assert_eq!(server.form("/s/main/jobs/retry", &[], JSON).await.json(), json!({"count": 0}));
    server.form("/s/main/e/1/retry", &[], JSON).await;
    assert_eq!(finished(&server, 1).await["revision"], before["revision"], "it would fail again");
}

#[tokio::test]
async fn photo_is_made_into_something_else() {
    let server = Server::new().await;
    upload(&server, "name=a.jpg", photo(1)).await;
    finished(&server, 1).await;
    let changed = server.form("/s/main/e/1/reprocess", &[("recipe", "rotate-90")], HTML).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER);
    let entry = finished(&server, 1).await;
    assert_eq!(entry["photo"]["recipe"], "rotate-90");
    let result = image::load_from_memory(&server.get("/s/main/files/1/result").await.body).unwrap();
    assert_eq!((result.width(), result.height()), (64, 96));
    let wrong = server.form("/s/main/e/1/reprocess", &[("recipe", "sepia")], HTML).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.text().contains("Make something else of it"), "the page with the sentence");
    let none = server.form("/s/main/e/1/reprocess", &[("recipe", "none")], JSON).await;
    assert_eq!(none.json()["entry"]["photo"]["recipe"], "none");
}

#[tokio::test]
async fn phone_number_is_only_shown_masked() {
    let server = Server::new().await;
    // Before the worker is done with it the number is there.
    let uploaded = upload_for(&server, "name=a.jpg", photo(1), PHONE).await;
    assert_eq!(uploaded.status, StatusCode::CREATED);
    for path in
        ["/", "/s/main/e/1", "/s/main/jobs", "/api/v1/spaces/main/entries/1", "/api/v1/spaces/main/entries"]
    {
        let answer = server.get(path).await;
        for form in [PHONE, "+491701234567", "1701234567", "1234567"] {
            assert!(!answer.text().contains(form), "{path} tells {form}");
        }
    }
    let events = post("/s/main/e/1/describe").header("accept", JSON);
    let described = server.ask(events.body("name=b".into()).unwrap()).await;
    assert!(!described.text().contains("1234567"));
}

#[tokio::test]
async fn photos_of_other_sites_are_refused() {
    let server = Server::new().await;
    let request = Request::post("/s/main/photos?name=a.jpg").header("sec-fetch-site", "cross-site");
    let answer = server.ask(request.header("accept", JSON).body(photo(1).into()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}
