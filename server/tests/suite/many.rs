//! Many codes at once: the form, the first rows, the progress, mistakes, archive and stop; over the API, too.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, Server, post, until};

const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
const JSON: &str = "application/json";
const API: &str = "/api/v1/spaces/main/many";
const GUESTS: &str =
    "Name;Text;level\nAda;https://example.com/ada;h\n=1+1;;\nBob;bob;X\nZoë;\"a \"\"b\"\"; c\";\n";

/// A form with lines and a file, as a browser sends it.
fn form(lines: &str, file: Option<(&str, &[u8])>) -> Vec<u8> {
    let mut body =
        format!("--B\r\ncontent-disposition: form-data; name=\"rows\"\r\n\r\n{lines}\r\n").into_bytes();
    let (name, bytes) = file.unwrap_or(("", b""));
    let head = format!(
        "--B\r\ncontent-disposition: form-data; name=\"table\"; filename=\"{name}\"\r\ncontent-type: text/csv\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--B--\r\n");
    body
}

async fn upload(server: &Server, accept: &str, body: Vec<u8>) -> Answer {
    let request = Request::post("/s/main/many").header("accept", accept);
    let request = request.header("content-type", "multipart/form-data; boundary=B").body(body.into());
    server.ask(request.unwrap()).await
}

/// The page of a table that was uploaded.
async fn uploaded(server: &Server, lines: &str, file: Option<(&str, &[u8])>) -> String {
    let answer = upload(server, HTML, form(lines, file)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.header("location").to_owned()
}

async fn send(server: &Server, query: &str, kind: &str, body: impl Into<Body>) -> Answer {
    server
        .ask(Request::post(format!("{API}{query}")).header("content-type", kind).body(body.into()).unwrap())
        .await
}

/// The table once it has ended.
async fn ended(server: &Server, path: &str) -> Value {
    until("the table ends", async || server.get(path).await.json()["state"] != "running").await;
    server.get(path).await.json()
}

fn api(page: &str) -> String {
    page.replace("/s/", "/api/v1/spaces/")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_shown_started_and_made() {
    let server = Server::new().await;
    let form = server.get("/s/main/many").await;
    assert!(
        form.text().contains("enctype=\"multipart/form-data\"")
            && !form.text().contains("Of the last seven days")
    );
    assert!(server.get("/").await.text().contains("href=\"/s/main/many\""));

    let page = uploaded(&server, "", Some(("guests.csv", GUESTS.as_bytes()))).await;
    let preview = server.get(&page).await;
    for words in [
        "guests.csv",
        "All rows",
        "https://example.com/ada",
        "Enter a text first.",
        "An error correction level is L, M, Q or H.",
        "2 of these rows have mistakes",
        "<bdi>a \"b\"; c</bdi>",
        "src=\"data:image/svg+xml;base64,",
        "Make 2 codes",
        "value=\"semicolon\" selected",
    ] {
        assert!(preview.text().contains(words), "{words}: {}", preview.text());
    }
    assert_eq!(server.get("/api/v1/spaces/main/entries").await.json()["total"], 0, "nothing is made yet");

    let columns = [("column", "name"), ("column", "text"), ("column", "level")];
    let as_it_is = [&[("separator", "semicolon"), ("heading", "1"), ("do", "make")][..], &columns].concat();
    let started = server.form(&page, &as_it_is, HTML).await;
    assert_eq!((started.status, started.header("location")), (StatusCode::SEE_OTHER, &*page));
    let table = ended(&server, &api(&page)).await;
    assert_eq!((&table["state"], &table["made"], &table["wrong"]), (&json!("done"), &json!(2), &json!(2)));
    let progress = server.get(&page).await;
    for words in
        ["2 of 4 made, 2 with mistakes", "data-live=\"many\"", "Done.", "/errors\"", "/zip\"", "kept until"]
    {
        assert!(progress.text().contains(words), "{words}: {}", progress.text());
    }
    assert!(!progress.text().contains("data-running") && !progress.text().contains("/stop\""));
    let latest = server.get("/s/main/many").await;
    assert!(latest.text().contains("guests.csv") && latest.text().contains("2 of 4 made"));

    let errors = server.get(&format!("{page}/errors")).await;
    assert_eq!(errors.header("content-type"), "text/csv; charset=utf-8");
    assert!(errors.header("content-disposition").contains("attachment"));
    let lines: Vec<_> = errors.text().trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[0], "Row,Name,Text,level,Mistake");
    assert_eq!(lines[1], "3,'=1+1,,,Enter a text first.");
    assert_eq!(lines[2], "4,Bob,bob,X,\"An error correction level is L, M, Q or H.\"");
    let zip = server.get(&format!("{page}/zip")).await;
    assert_eq!((zip.status, zip.header("content-type")), (StatusCode::OK, "application/zip"));
    assert!(zip.header("content-disposition").contains("main.zip"));
    let entries = server.get("/api/v1/spaces/main/entries").await.json();
    let values = entries["entries"].as_array().unwrap().iter().map(|entry| entry["value"].as_str().unwrap());
    let values: BTreeSet<_> = values.collect();
    assert_eq!(values, BTreeSet::from(["a \"b\"; c", "https://example.com/ada"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn hydrated_page_gets_json() {
    let server = Server::new().await;
    let kept = upload(&server, JSON, form("one\ntwo", None)).await;
    assert_eq!((kept.status, &kept.json()["state"]), (StatusCode::CREATED, &json!("ready")));
    let page = kept.json()["links"]["page"].as_str().unwrap().to_owned();
    let started =
        server.form(&page, &[("do", "make"), ("separator", "line"), ("column", "text")], JSON).await;
    assert_eq!((started.status, &started.json()["rows"]), (StatusCode::OK, &json!(2)));
    assert_eq!(ended(&server, &api(&page)).await["made"], 2);
    let stopped = server.form(&format!("{page}/stop"), &[], JSON).await;
    assert_eq!(stopped.json()["state"], "done", "it has ended already");
    let refused = upload(&server, JSON, form("", None)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.error(), "Paste some lines, or choose a file.");
}

#[tokio::test]
async fn a_table_is_read_in_another_way_before_it_is_made() {
    let server = Server::new().await;
    let page = uploaded(&server, "url,title\r\na,b\r\n", None).await;
    let shown = server.get(&page).await;
    assert!(shown.text().contains("Pasted lines") && shown.text().contains("Make 2 codes"));
    // What nobody has seen is not made.
    let other =
        [("separator", "comma"), ("heading", "1"), ("column", "text"), ("column", "name"), ("do", "make")];
    server.form(&page, &other, HTML).await;
    let shown = server.get(&page).await;
    assert!(shown.text().contains("Make 1 code<") && shown.text().contains(">url<"), "{}", shown.text());
    let refused =
        [("separator", "comma"), ("heading", "1"), ("column", "unused"), ("column", "name"), ("do", "make")];
    let refused = server.form(&page, &refused, HTML).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("Say which column holds the text")
            && refused.text().contains("role=\"alert\"")
    );
    assert_eq!(server.get("/api/v1/spaces/main/entries").await.json()["total"], 0);
    let bad = server.form(&page, &[("separator", "dot"), ("do", "show")], HTML).await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_is_no_table_is_refused_with_what_was_typed() {
    let server = Server::new().await;
    for (lines, file, words) in [
        ("", None, "Paste some lines, or choose a file."),
        ("", Some(("a.csv", &b""[..])), "There is nothing in it"),
        ("kept", Some(("a.xlsx", b"PK\x03\x04")), "file of a spreadsheet program"),
        ("", Some(("a.csv", b"caf\xe9\n")), "Row 1 is not in UTF-8"),
        ("text,name\n", None, "There is nothing in it"),
    ] {
        let refused = upload(&server, HTML, form(lines, file)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(refused.text().contains(words), "{words}: {}", refused.text());
        assert!(refused.text().contains(lines.trim()), "{words}");
    }
    let large = upload(&server, HTML, form("", Some(("a.csv", &vec![b'a'; 50 * 1024 * 1024 + 1])))).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    for path in ["/s/main/many/7", "/s/main/many/7/errors", "/s/main/many/7/zip", &format!("{API}/7")] {
        assert_eq!(server.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(server.get("/s/main/many/x").await.status, StatusCode::BAD_REQUEST);
    let back = server.get("/s/main/many/7/stop").await;
    assert_eq!((back.status, back.header("location")), (StatusCode::SEE_OTHER, "/s/main/many/7"));
    let foreign = post("/s/main/many/7/stop").header("origin", "https://elsewhere.example");
    let foreign = server.ask(foreign.body(Body::empty()).unwrap()).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_make_many_codes() {
    let server = Server::new().await;
    let made = send(&server, "?name=a.csv", "text/csv; charset=utf-8", GUESTS).await;
    assert_eq!(made.status, StatusCode::ACCEPTED, "{}", made.text());
    let table = made.json();
    let this = table["links"]["self"].as_str().unwrap();
    assert_eq!(made.header("location"), this);
    assert_eq!(
        (&table["file_name"], &table["columns"]),
        (&json!("a.csv"), &json!(["name", "text", "level"]))
    );
    assert_eq!(ended(&server, this).await["made"], 2);
    assert!(server.get(&format!("{this}/errors")).await.text().contains("Enter a text first."));
    assert_eq!(server.get(&format!("{this}/zip")).await.header("content-type"), "application/zip");

    // A list, whatever stands in it.
    let list = send(&server, "", "text/plain", "Hello, world\n\"quoted\"\n").await.json();
    assert_eq!((&list["separator"], &list["rows"]), (&json!("line"), &json!(2)));
    ended(&server, list["links"]["self"].as_str().unwrap()).await;
    let told = send(&server, "?separator=tab&heading=true&columns=unused,text", "text/csv", "a\tb\nc\td\n")
        .await
        .json();
    assert_eq!((&told["heading"], &told["rows"]), (&json!(true), &json!(1)));
    ended(&server, told["links"]["self"].as_str().unwrap()).await;
    let entries = server.get("/api/v1/spaces/main/entries").await.json();
    let values: Vec<_> =
        entries["entries"].as_array().unwrap().iter().take(3).map(|entry| &entry["value"]).collect();
    assert_eq!(values[0], "d");
    assert!(values.contains(&&json!("\"quoted\"")) && values.contains(&&json!("Hello, world")), "{values:?}");
    let listed = server.get(API).await.json();
    assert_eq!(listed["tables"].as_array().unwrap().len(), 3);
    assert_eq!(listed["tables"][0]["id"], told["id"], "the newest first");

    for (query, kind, body, status) in [
        ("", "application/json", "{}", 415),
        ("", "text/csv", "", 422),
        ("?heading=yes", "text/csv", "a", 400),
        ("?columns=text,price", "text/csv", "a,b", 400),
        ("?columns=text", "text/csv", "a,b\nc,d\n", 422),
        ("?colums=text", "text/csv", "a", 400),
    ] {
        let refused = send(&server, query, kind, body).await;
        assert_eq!(refused.status.as_u16(), status, "{query} {body}: {}", refused.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_of_a_program_makes_nothing_twice() {
    let server = Server::new().await;
    let again = async |body: &'static str| {
        let request =
            Request::post(API).header("content-type", "text/plain").header("idempotency-key", "k-1");
        server.ask(request.body(body.into()).unwrap()).await
    };
    let first = again("one\ntwo\n").await.json();
    let this = first["links"]["self"].as_str().unwrap();
    ended(&server, this).await;
    assert_eq!(again("one\ntwo\n").await.json()["id"], first["id"]);
    assert_eq!(again("other\n").await.status, StatusCode::CONFLICT);
    assert_eq!(server.get("/api/v1/spaces/main/entries").await.json()["total"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_table_says_so() {
    let server = Server::new().await;
    let rows: String = (0..3000).map(|n| format!("row {n}\n")).collect();
    let table = send(&server, "", "text/plain", rows).await.json();
    let (this, page) = (table["links"]["self"].as_str().unwrap(), table["links"]["page"].as_str().unwrap());
    let running = server.get(page).await;
    assert!(running.text().contains("data-running") && running.text().contains("Codes are being made"));
    let stopped = server.form(&format!("{page}/stop"), &[], HTML).await;
    assert_eq!((stopped.status, stopped.header("location")), (StatusCode::SEE_OTHER, page));
    assert_eq!(ended(&server, this).await["state"], "stopped");
    let shown = server.get(page).await;
    assert!(shown.text().contains("Stopped. What was made stays.") && !shown.text().contains("data-running"));
    let by_program = server.ask(Request::post(format!("{this}/stop")).body(Body::empty()).unwrap()).await;
    assert_eq!((by_program.status, &by_program.json()["state"]), (StatusCode::OK, &json!("stopped")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_is_printed_on_labels_in_the_order_of_the_rows() {
    let server = Server::new().await;
    let page = uploaded(&server, "b\na\nc", None).await;
    let id = page.rsplit('/').next().unwrap();
    let sheet = server.get(&format!("/s/main/sheet?table={id}")).await;
    assert_eq!(sheet.status, StatusCode::BAD_REQUEST, "nothing was made yet");
    server.form(&page, &[("column", "text"), ("do", "make")], HTML).await;
    ended(&server, &api(&page)).await;
    let shown = server.get(&page).await.text().to_owned();
    assert!(shown.contains(&format!("href=\"/s/main/sheet?table={id}\"")), "{shown}");
    let sheet = server.get(&format!("/s/main/sheet?table={id}")).await.text().to_owned();
    assert!(sheet.contains(&format!("name=\"table\" value=\"{id}\"")), "{sheet}");
    let fields = [("table", id), ("format", "avery-l7160"), ("words", "text")];
    let pdf = server.form("/s/main/sheet/pdf", &fields, HTML).await;
    assert_eq!((pdf.status, pdf.header("content-type")), (StatusCode::OK, "application/pdf"));
    let same = server.get(&format!("/api/v1/spaces/main/sheet?table={id}&words=text")).await;
    assert_eq!((same.status, same.header("qrate-labels")), (StatusCode::OK, "3"));
    let both = format!("table={id}&id=1");
    for (query, status) in [("table=1", StatusCode::NOT_FOUND), (&*both, StatusCode::BAD_REQUEST)] {
        let refused = server.get(&format!("/api/v1/spaces/main/sheet?{query}")).await;
        assert_eq!(refused.status, status, "{query}");
    }
}
