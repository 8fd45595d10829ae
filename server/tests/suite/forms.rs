//! Forms, with and without JavaScript: success and refusal.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use gallery::bucket::{Bucket as _, BucketError, FaultPoint};
use serde_json::json;

use crate::support::{Answer, Server, post};

const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
const JSON: &str = "application/json";

#[tokio::test]
async fn save_redirects_to_the_page_with_the_entry() {
    let server = Server::new().await;
    let saved =
        server.form("/s/main/save", &[("text", "hi"), ("level", "Q"), ("name", " Menu ")], HTML).await;
    assert_eq!((saved.status, saved.header("location")), (StatusCode::SEE_OTHER, "/?at=1&saved=1"));
    let shown = server.get(saved.header("location")).await;
    assert!(shown.text().contains("<li data-id=\"1\""));
    assert!(
        shown.text().contains("\"kind\":\"saved\"") || shown.text().contains("Saved"),
        "{}",
        shown.text()
    );
    let entry = server.get("/api/v1/spaces/main/entries/1").await.json();
    assert_eq!(
        (&entry["value"], &entry["name"], &entry["style"]),
        (&json!("hi"), &json!("Menu"), &json!({"level": "Q"}))
    );
}

#[tokio::test]
async fn text_that_was_saved_before_is_said_to_be_known() {
    let server = Server::new().await;
    let form = [("text", "hi"), ("level", "M")];
    assert_eq!(server.form("/s/main/save", &form, HTML).await.header("location"), "/?at=1&saved=1");
    let preview = server.form("/s/main/preview", &form, HTML).await;
    let preview = preview.text();
    assert!(preview.contains("You have this one: ") && preview.contains("<a data-known"), "{preview}");
    let saved = server.form("/s/main/save", &form, HTML).await;
    assert_eq!(saved.header("location"), "/?at=2&saved=2&known=1");
    let known = "You had this one already: ";
    let shown = server.get(saved.header("location")).await;
    let shown = shown.text();
    assert!(shown.contains(known) && !shown.contains("<a data-known"), "{shown}");
    server.save("other").await;
    for address in ["/?saved=3&known=1", "/?saved=1&known=2", "/?saved=2&known=9"] {
        let shown = server.get(address).await;
        let shown = shown.text();
        assert!(shown.contains("Saved ") && !shown.contains(known), "{address}: {shown}");
    }
    server.form("/s/main/e/1/remove", &[], JSON).await;
    assert!(!server.get(saved.header("location")).await.text().contains(known), "it was removed since");
}

#[tokio::test]
async fn hydrated_page_gets_json() {
    let server = Server::new().await;
    let fields = [("text", "hi"), ("level", "M"), ("name", ""), ("request", "once")];
    let saved = server.form("/s/main/save", &fields, JSON).await;
    assert_eq!((saved.status, saved.header("qrate-repeated")), (StatusCode::OK, ""));
    assert_eq!((&saved.json()["seq"], &saved.json()["kind"]), (&json!(1), &json!("added")));
    let again = server.form("/s/main/save", &fields, JSON).await;
    assert_eq!((again.status, again.header("qrate-repeated")), (StatusCode::OK, "true"));
    assert_eq!(again.json(), saved.json());
    let removed = server.form("/s/main/e/1/remove", &[], JSON).await.json();
    assert_eq!((&removed["seq"], &removed["kind"]), (&json!(2), &json!("removed")));
    let restored = server.form("/s/main/e/1/restore", &[], JSON).await.json();
    assert_eq!((&restored["seq"], &restored["kind"]), (&json!(3), &json!("restored")));
}

#[tokio::test]
async fn form_line_breaks_are_normalised() {
    let server = Server::new().await;
    server.form("/s/main/save", &[("text", "a\r\nb\r\n\r\nc")], HTML).await;
    assert_eq!(server.get("/api/v1/spaces/main/entries/1").await.json()["value"], "a\nb\n\nc");
    // At the limit, counted after that.
    let longest = format!("{}\r\n", "x".repeat(2952));
    let saved = server.form("/s/main/save", &[("text", &longest), ("level", "L")], HTML).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn refused_form_keeps_input() {
    let server = Server::new().await;
    let long = "<b>é".repeat(700);
    for (fields, status, sentence) in [
        ([("text", "  "), ("level", "H"), ("name", "Empty one")], 422, "Enter a text first."),
        ([("text", &*long), ("level", "H"), ("name", "Long one")], 422, "too long for level H"),
        ([("text", "a"), ("level", "H"), ("name", "two\nlines")], 400, "A name must be one line"),
        (
            [("text", "a"), ("level", "X"), ("name", "Level X")],
            400,
            "An error correction level is L, M, Q or H.",
        ),
    ] {
        let fields = [&fields[..], &[("request", "same-id")]].concat();
        let shown = server.form("/s/team/save", &fields, HTML).await;
        assert_eq!(shown.status.as_u16(), status);
        assert!(shown.text().contains(sentence), "{sentence}");
        assert!(shown.text().contains("value=\"same-id\""), "a retry is the same request");
        assert!(shown.text().contains(&format!("value=\"{}\"", fields[2].1)), "{}", fields[2].1);
        let typed = fields[0].1.replace('<', "&lt;");
        assert!(shown.text().contains(&format!("{typed}</textarea>")), "{sentence}");
        assert!(fields[1].1 == "X" || shown.text().contains("value=\"H\" checked"), "{sentence}");

        let response = server.form("/s/team/save", &fields, JSON).await;
        assert_eq!(response.status.as_u16(), status);
        assert!(response.error().contains(sentence));
        assert_eq!(response.json()["request_id"], response.header("x-request-id"));
    }
    let field = |answer: Answer| answer.json()["field"].clone();
    assert_eq!(field(server.form("/s/main/save", &[("text", "")], JSON).await), "text");
    assert_eq!(field(server.form("/s/main/save", &[("text", "a"), ("name", "\u{0}")], JSON).await), "name");
    assert_eq!(
        field(server.form("/s/main/save", &[("text", "a"), ("request", "?")], JSON).await),
        json!(null)
    );
    assert_eq!(server.get("/api/v1/spaces").await.json(), json!({"spaces": []}));
}

#[tokio::test]
async fn reused_form_with_another_text_saves_a_second_entry() {
    let server = Server::new().await;
    let save = |text| [("text", text), ("request", "from-the-form")];
    for (text, location) in [
        ("first", "/?at=1&saved=1"),
        ("edited after Back", "/?at=2&saved=2"),
        ("edited after Back", "/?at=2&saved=2"),
        ("first", "/?at=1&saved=1"),
    ] {
        assert_eq!(server.form("/s/main/save", &save(text), HTML).await.header("location"), location);
    }
}

#[tokio::test]
async fn repeated_save_of_a_removed_entry_says_so() {
    let server = Server::new().await;
    let fields = [("text", "a"), ("request", "lost-answer")];
    let save = async |accept| server.form("/s/main/save", &fields, accept).await;
    assert_eq!(save(HTML).await.header("location"), "/?at=1&saved=1");
    server.form("/s/main/e/1/remove", &[], HTML).await;
    let again = save(HTML).await;
    assert_eq!(again.header("location"), "/?at=2&removed=1");
    let shown = server.get(again.header("location")).await;
    assert!(shown.text().contains("Removed #1") && shown.text().contains("/s/main/e/1/restore"), "with Undo");
    let response = save(JSON).await;
    assert_eq!((response.status, response.header("qrate-repeated")), (StatusCode::OK, "true"));
    assert_eq!((&response.json()["seq"], &response.json()["kind"]), (&json!(2), &json!("removed")));
    assert!(response.json()["entry"]["state"]["removed"]["at"].is_string());

    server.form("/s/main/e/1/restore", &[], HTML).await;
    assert_eq!(save(HTML).await.header("location"), "/?at=3&saved=1");
    let key = response.json()["entry"]["key"].as_str().unwrap().parse().unwrap();
    server.bucket.delete(&key).await.unwrap();
    server.gallery.reconcile().await.unwrap();
    let gone = save(HTML).await;
    assert_eq!((gone.status, gone.header("location")), (StatusCode::SEE_OTHER, "/s/main/e/1"));
    assert!(save(JSON).await.json()["entry"]["state"]["gone"]["at"].is_string());
    assert_eq!(server.get("/api/v1/spaces/main/entries").await.json()["total"], 0, "no second entry");
}

#[tokio::test]
async fn double_click_saves_once() {
    let server = Server::new().await;
    let fields = [("text", "a"), ("request", "one-click")];
    let clicks = futures::future::join_all((0..20).map(|_| server.form("/s/main/save", &fields, JSON))).await;
    let first = clicks[0].json();
    assert!(clicks.iter().all(|click| click.json() == first));
    assert_eq!(server.get("/api/v1/spaces/main/entries").await.json()["total"], 1);
}

#[tokio::test]
async fn removal_can_be_undone() {
    let server = Server::new().await;
    server.save("a").await;
    let removed = server.form("/s/main/e/1/remove", &[], HTML).await;
    assert_eq!((removed.status, removed.header("location")), (StatusCode::SEE_OTHER, "/?at=2&removed=1"));
    let shown = server.get(removed.header("location")).await;
    assert!(!shown.text().contains("<li data-id=\"1\""));
    assert!(shown.text().contains("action=\"/s/main/e/1/restore\""), "it offers to undo");
    let restored = server.form("/s/main/e/1/restore", &[], HTML).await;
    assert_eq!(restored.header("location"), "/?at=3&restored=1");
    for path in ["/s/main/e/7/remove", "/s/main/e/7/restore"] {
        assert_eq!(server.form(path, &[], HTML).await.status, StatusCode::NOT_FOUND);
        assert_eq!(server.form(path, &[], JSON).await.error(), "There is no such entry.");
    }
}

#[tokio::test]
async fn bucket_failure_is_reported_and_recovers() {
    let server = Server::new().await;
    let fields = [("text", "keep me"), ("request", "try")];
    let full = || BucketError::Full(std::io::Error::other("disk"));
    let away = || BucketError::Unavailable("cable".into());
    server
        .bucket
        .fail_when(move |moment, _| if moment == FaultPoint::BeforePut { Err(full()) } else { Ok(()) });
    let shown = server.form("/s/main/save", &fields, HTML).await;
    assert_eq!(shown.status, StatusCode::INSUFFICIENT_STORAGE);
    assert!(shown.text().contains("disk is full") && shown.text().contains("keep me</textarea>"));
    assert!(shown.text().contains(shown.header("x-request-id")), "the log tells more under this id");
    server
        .bucket
        .fail_when(move |moment, _| if moment == FaultPoint::BeforePut { Err(away()) } else { Ok(()) });
    let shown = server.form("/s/main/save", &fields, HTML).await;
    assert_eq!((shown.status, shown.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "1"));
    assert!(shown.text().contains("keep me</textarea>"));
    assert_eq!(server.get("/api/v1/spaces/main/entries").await.json()["total"], 0);
    server.bucket.fail_when(|_, _| Ok(()));
    assert_eq!(server.form("/s/main/save", &fields, HTML).await.header("location"), "/?at=1&saved=1");
}

#[tokio::test]
async fn panic_is_reported_and_the_server_continues() {
    let server = Server::new().await;
    server.bucket.fail_when(|_, _| panic!("a defect, made by this test"));
    let response = server.form("/s/main/save", &[("text", "a")], JSON).await;
    assert_eq!(response.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        !response.error().contains("defect")
            && response.json()["request_id"] == response.header("x-request-id")
    );
    assert!(!response.header("content-security-policy").is_empty());
    server.bucket.fail_when(|_, _| Ok(()));
    assert_eq!(server.form("/s/main/save", &[("text", "a")], JSON).await.status, StatusCode::OK);
}

#[tokio::test]
async fn invalid_bodies_are_refused() {
    let server = Server::new().await;
    let plain =
        Request::post("/s/main/save").header("content-type", "text/plain").body("text=a".into()).unwrap();
    assert_eq!(server.ask(plain).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let packed = post("/s/main/save").header("content-encoding", "gzip").body("text=a".into()).unwrap();
    assert_eq!(server.ask(packed).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let broken = Body::from_stream(futures::stream::iter([Ok("text=a"), Err(std::io::Error::other("cut"))]));
    assert_eq!(server.ask(post("/s/main/save").body(broken).unwrap()).await.status, StatusCode::BAD_REQUEST);
    for bad in ["text=%FF", "text=a&name=%C3", "text=a&level=M&%80"] {
        let odd = server.ask(post("/s/main/save").body(bad.into()).unwrap()).await;
        assert_eq!((odd.status, odd.text()), (StatusCode::BAD_REQUEST, "The form is not UTF-8.\n"), "{bad}");
    }
    let odd = server.ask(post("/s/main/save").body("text=%00&text=b&&=".into()).unwrap()).await;
    assert_eq!(odd.header("location"), "/?at=1&saved=1", "the refused forms saved nothing");
}

#[tokio::test]
async fn oversized_text_returns_to_the_page() {
    let server = Server::new().await;
    let pasted = "far too much\n".repeat(10_000);
    let fields = [("text", &*pasted), ("level", "Q"), ("name", "Menu")];
    let shown = server.form("/s/main/save", &fields, HTML).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(shown.text().contains("The text is 128,337 bytes too long for level Q."), "and by how much");
    assert!(
        shown.text().contains(&format!("{pasted}</textarea>")) && shown.text().contains("value=\"Menu\"")
    );

    let pasted = "x".repeat(256 * 1024);
    let shown = server.form("/s/main/save", &[("text", &*pasted)], HTML).await;
    assert_eq!(shown.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(shown.header("content-type"), "text/html; charset=utf-8");
    assert!(shown.text().contains("The form exceeds 256 KiB, so nothing was saved. Go back"));
}

#[tokio::test]
async fn form_address_opened_with_get_redirects_to_its_page() {
    let server = Server::new().await;
    for (path, location) in [
        ("/s/main/save", "/"),
        ("/s/team-7/save", "/s/team-7"),
        ("/s/main/e/7/remove", "/s/main/e/7"),
        ("/s/team-7/e/7/restore", "/s/team-7/e/7"),
    ] {
        let seen = server.get(path).await;
        assert_eq!((seen.status, seen.header("location")), (StatusCode::SEE_OTHER, location), "{path}");
    }
    assert_eq!(server.get("/s/No-Such/save").await.status, StatusCode::BAD_REQUEST);
}
