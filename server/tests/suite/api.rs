//! The API of programs.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, Server, delete, get, post_json, post_once};

const ENTRIES: &str = "/api/v1/spaces/main/entries";

async fn save(server: &Server, wish: Value) -> Answer {
    server.ask(post_json(ENTRIES, wish.to_string())).await
}

/// With an id by which a repetition is recognised.
async fn save_once(server: &Server, key: &str, wish: Value) -> Answer {
    server.ask(post_once(ENTRIES, key, wish.to_string())).await
}

#[tokio::test]
async fn entry_is_saved_removed_and_restored() {
    let server = Server::new().await;
    let saved = save(&server, json!({"text": "hi\r\n", "level": "H", "name": "N"})).await;
    assert_eq!(saved.status, StatusCode::CREATED);
    assert_eq!(saved.header("location"), "/api/v1/spaces/main/entries/1");
    assert_eq!(saved.header("content-type"), "application/json");
    let change = saved.json();
    assert_eq!(
        (&change["seq"], &change["kind"], &change["entry"]["id"]),
        (&json!(1), &json!("added"), &json!(1))
    );
    assert_eq!(change["entry"]["value"], "hi\r\n", "a program's text is kept unchanged");

    let read = server.get(saved.header("location")).await;
    assert_eq!((read.status, read.json()), (StatusCode::OK, change["entry"].clone()));
    let removed = server.ask(delete(saved.header("location")).body(Body::empty()).unwrap()).await;
    assert_eq!((removed.status, &removed.json()["kind"]), (StatusCode::OK, &json!("removed")));
    let tombstone = server.get(saved.header("location")).await;
    assert_eq!(tombstone.status, StatusCode::GONE);
    assert!(tombstone.error().starts_with("This entry was removed. POST …/restore"), "{}", tombstone.error());
    let restored = server.ask(post_json(&format!("{ENTRIES}/1/restore"), String::new())).await;
    assert_eq!((&restored.json()["kind"], &restored.json()["seq"]), (&json!("restored"), &json!(3)));
    assert_eq!(server.get(saved.header("location")).await.json()["revision"], 3);
}

/// A client may refuse every coding, even `identity`.
#[tokio::test]
async fn no_write_is_refused_for_its_accept_encoding() {
    let server = Server::new().await;
    let entry = format!("{ENTRIES}/1");
    let look = "/api/v1/spaces/main/look";
    for accepted in ["identity;q=0", "*;q=0", "deflate, identity;q=0"] {
        let api = |method: &str, path: &str, wish: Value| {
            let request = Request::builder().method(method).uri(path).header("accept-encoding", accepted);
            request.header("content-type", "application/json").body(wish.to_string().into()).unwrap()
        };
        let form = |path: &str| {
            let request = crate::support::post(path).header("accept-encoding", accepted);
            request.body("text=b&level=M&look=".into()).unwrap()
        };
        for (request, status) in [
            (api("POST", ENTRIES, json!({"text": "a"})), 201),
            (api("PATCH", &entry, json!({"name": accepted})), 200),
            (api("DELETE", &entry, Value::Null), 200),
            (api("POST", &format!("{entry}/restore"), Value::Null), 200),
            (api("PUT", look, json!({"look": "shape=dots"})), 200),
            (api("GET", "/qr?text=a&format=svg", Value::Null), 200),
            (api("GET", ENTRIES, Value::Null), 200),
            (form("/s/main/save"), 303),
            (form("/s/main/look"), 200),
            (form("/s/main/preview"), 200),
            (get("/").header("accept-encoding", accepted).body(Body::empty()).unwrap(), 200),
        ] {
            let what = format!("{} {}", request.method(), request.uri());
            let answer = server.ask(request).await;
            assert_eq!(answer.status.as_u16(), status, "{accepted}: {what}");
            assert_eq!(answer.header("content-encoding"), "", "{accepted}: {what}");
        }
    }
}

#[tokio::test]
async fn if_match_prevents_writes_to_changed_resources() {
    let server = Server::new().await;
    server.save("a").await;
    let path = format!("{ENTRIES}/1");
    let seen = server.get(&path).await.header("etag").to_owned();
    let with = |request: axum::http::request::Builder, tag: &str| {
        request.header("if-match", tag).header("content-type", "application/json")
    };
    let remove = |tag: &str| with(delete(&path), tag).body(Body::empty()).unwrap();
    let restore =
        |tag: &str| with(Request::post(format!("{path}/restore")), tag).body(Body::empty()).unwrap();
    assert_eq!(server.ask(remove("\"other\"")).await.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(server.get(&path).await.status, StatusCode::OK, "nothing was removed");
    assert_eq!(server.ask(remove(&seen)).await.status, StatusCode::OK);
    assert_eq!(server.ask(restore(&seen)).await.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(server.ask(restore("*")).await.status, StatusCode::OK);
    let known = get(&path).header("if-none-match", "\"3\"").body(Body::empty()).unwrap();
    assert_eq!(server.ask(known).await.status, StatusCode::NOT_MODIFIED);

    let look = "/api/v1/spaces/main/look";
    let seen = server.get(look).await.header("etag").to_owned();
    let set = |ink: &str, tag: &str| {
        with(Request::put(look), tag).body(json!({"look": format!("ink={ink}")}).to_string().into()).unwrap()
    };
    assert_eq!(server.ask(set("102030", &seen)).await.status, StatusCode::OK);
    assert_eq!(server.ask(set("405060", &seen)).await.status, StatusCode::PRECONDITION_FAILED);
    let now = server.get(look).await;
    assert!(now.text().contains("102030"), "{}", now.text());
}

#[tokio::test]
async fn repeated_request_id_saves_once() {
    let server = Server::new().await;
    let first = save_once(&server, "r", json!({"text": "a"})).await;
    let again = save_once(&server, "r", json!({"text": "a"})).await;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::OK));
    assert_eq!((first.json(), first.header("location")), (again.json(), again.header("location")));
    for other in [json!({"text": "b"}), json!({"text": "a", "level": "H"})] {
        assert_eq!(save_once(&server, "r", other).await.status, StatusCode::CONFLICT);
    }
    assert_eq!(
        save(&server, json!({"text": "a"})).await.json()["entry"]["id"],
        2,
        "without an id it is a new request"
    );
}

#[tokio::test]
async fn listing_is_paged() {
    let server = Server::new().await;
    for n in 1..=5 {
        server.save(&format!("text {n}")).await;
    }
    let ids = |listing: &Value| {
        listing["entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["id"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    let first = server.get(&format!("{ENTRIES}?limit=2")).await.json();
    assert_eq!((ids(&first), &first["next"], &first["total"]), (vec![5, 4], &json!("4"), &json!(5)));
    let next = server.get(&format!("{ENTRIES}?limit=2&cursor=4")).await.json();
    assert_eq!((ids(&next), &next["next"], &next["seq"]), (vec![3, 2], &json!("2"), &json!(5)));
    let last = server.get(&format!("{ENTRIES}?limit=2&cursor=2")).await.json();
    assert_eq!((ids(&last), &last["next"]), (vec![1], &Value::Null));
    let removed = server.ask(delete(&format!("{ENTRIES}/5")).body(Body::empty()).unwrap()).await;
    assert_eq!(removed.status, StatusCode::OK);
    let next = server.get(&format!("{ENTRIES}?limit=2&cursor=4")).await.json();
    assert_eq!(ids(&next), [3, 2], "nothing moves when others come and go");

    let same = server.save("text 2").await;
    let known = server.get(&format!("{ENTRIES}?value=text+2&limit=1")).await.json();
    assert_eq!((ids(&known), &known["total"], &known["next"]), (vec![same], &json!(1), &Value::Null));
    let unknown = server.get(&format!("{ENTRIES}?value=text")).await.json();
    assert_eq!((ids(&unknown), &unknown["total"], &unknown["seq"]), (vec![], &json!(0), &json!(7)));
    let files = server.get(&format!("{ENTRIES}?kind=file")).await.json();
    assert_eq!((ids(&files), &files["total"]), (vec![], &json!(0)));
    assert_eq!(ids(&server.get(&format!("{ENTRIES}?kind=code&limit=1")).await.json()), [same]);
    assert_eq!(server.get("/api/v1/spaces").await.json(), json!({"spaces": [{"id": "main"}]}));
}

#[tokio::test(start_paused = true)]
async fn at_waits_for_the_change() {
    let server = Server::new().await;
    let path = format!("{ENTRIES}?at=1");
    let (listing, _) = tokio::join!(server.get(&path), server.save("a"));
    assert_eq!(listing.json()["total"], 1);
    let started = tokio::time::Instant::now();
    assert_eq!(server.get(&format!("{ENTRIES}?at=99")).await.json()["seq"], 1, "not for ever");
    assert!(started.elapsed().as_secs() < 10);
}

#[tokio::test]
async fn invalid_requests_get_a_clear_error() {
    let server = Server::new().await;
    for (wish, status, sentence) in [
        (r#"{"text":""}"#, 422, "Enter a text first."),
        (r#"{"text":"a","level":"m"}"#, 400, "An error correction level is L, M, Q or H."),
        (r#"{"text":"a","name":"a\nb"}"#, 400, "A name must be one line without control characters."),
        (
            r#"{"text":"a","levle":"M"}"#,
            400,
            "There is no field levle. The fields are text, content, level, look, name, labels, picture.",
        ),
        (r#"{"text":7}"#, 400, "The field text must be a string."),
        (r#"{"text":"a","content":["a"]}"#, 400, "The field content must be an object"),
        (r#"{"text":"\ud800"}"#, 400, "This is not JSON: look at column 16."),
        (r#"["a"]"#, 400, "Send a JSON object."),
        (r#"["a", null, "M", null, null, null, null]"#, 400, "Send a JSON object."),
        (r#""a""#, 400, "Send a JSON object."),
        ("", 400, "The JSON ends too early."),
    ] {
        let answer = server.ask(post_json(ENTRIES, wish.to_owned())).await;
        assert_eq!(answer.status.as_u16(), status, "{wish}");
        assert!(answer.error().contains(sentence), "{wish}: {}", answer.error());
        assert!(!answer.error().contains("Json") && !answer.error().contains("struct"), "{}", answer.error());
        let problem = answer.json();
        assert_eq!(problem["request_id"], answer.header("x-request-id"));
        assert_eq!(
            (answer.header("content-type"), &problem["status"]),
            ("application/problem+json", &json!(status))
        );
        let explained = server.get(problem["type"].as_str().unwrap()).await;
        assert_eq!(explained.status, StatusCode::PERMANENT_REDIRECT, "{problem}");
    }
    let text = "x".repeat(2954);
    let long = save(&server, json!({"text": text, "level": "L"})).await;
    assert_eq!(
        (long.error().as_str(), &long.json()["field"]),
        ("The text is 1 byte too long for level L.", &json!("text"))
    );
    let large = save(&server, json!({"text": "x".repeat(65 * 1024)})).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    let untyped = Request::post(ENTRIES).body(r#"{"text":"a"}"#.into()).unwrap();
    assert_eq!(server.ask(untyped).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);

    for (path, status) in [
        ("/api/v1/spaces/Main/entries", 400),
        ("/api/v1/spaces/main/entries?page=2", 400),
        ("/api/v1/spaces/main/entries?kind=x", 400),
        ("/api/v1/spaces/main/entries?cursor=0", 400),
        ("/api/v1/spaces/main/entries?limit=201", 400),
        ("/api/v1/spaces/main/entries?limit=", 400),
        ("/api/v1/spaces/main/entries?at=1e3", 400),
        ("/api/v1/spaces/main/entries/9007199254740992", 400),
        ("/api/v1/spaces/main/entries/1", 404),
        ("/api/v2/spaces", 404),
    ] {
        let answer = server.ask(get(path).header("accept", "text/html").body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert!(answer.error().ends_with('.'), "{path}");
    }
    let wrong = server.ask(delete(ENTRIES).body(Body::empty()).unwrap()).await;
    assert_eq!((wrong.status, wrong.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD,POST"));
}
