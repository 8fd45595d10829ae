//! What is done to many entries at once.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;

use crate::support::{Answer, Server, post_json};

const ENTRIES: &str = "/api/v1/spaces/main/entries";
const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

/// Three codes whose names are hostile to archives and spreadsheets.
async fn filled() -> Server {
    let server = Server::new().await;
    for (text, name) in [("=1+1", "../../etc/passwd"), ("two", "=cmd|' /C calc'!A0"), ("drei", "Menü 日本")]
    {
        let wish = json!({"text": text, "name": name}).to_string();
        assert_eq!(server.ask(post_json(ENTRIES, wish)).await.status, StatusCode::CREATED);
    }
    server
}

/// The names in an archive, and the table in it, as another program reads them.
fn unpacked(zip: &Answer) -> (Vec<String>, String) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &zip.body).unwrap();
    let script = "import sys, zipfile, json\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n\
        print(json.dumps([z.namelist(), z.read('entries.csv').decode('utf-8-sig')]))";
    let output =
        std::process::Command::new("python3").args(["-c", script]).arg(file.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test]
async fn archive_has_the_files_and_a_safe_table() {
    let server = filled().await;
    let zip =
        server.form("/s/main/chosen/zip", &[("id", "3"), ("id", "1"), ("id", "2"), ("id", "1")], HTML).await;
    assert_eq!((zip.status, zip.header("content-type")), (StatusCode::OK, "application/zip"));
    assert!(zip.header("content-disposition").contains("main.zip"));
    let (names, table) = unpacked(&zip);
    assert_eq!(names, ["1-etc-passwd.png", "2-cmd-c-calc-a0.png", "3-menü-日本.png", "entries.csv"]);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "Number,Name,Value,Labels,Saved,File");
    assert!(lines[1].starts_with("1,../../etc/passwd,'=1+1,,"), "{table}");
    assert!(lines[2].starts_with("2,'=cmd|' /C calc'!A0,two,,"), "{table}");

    let all = server.form("/s/main/chosen/zip", &[("all", "q=drei")], HTML).await;
    assert_eq!(unpacked(&all).0, ["3-menü-日本.png", "entries.csv"]);
    let api = server.get("/api/v1/spaces/main/zip?q=two").await;
    assert_eq!(unpacked(&api).0, ["2-cmd-c-calc-a0.png", "entries.csv"]);
    assert_eq!(unpacked(&server.get("/api/v1/spaces/never/zip").await).0, ["entries.csv"]);
}

#[tokio::test]
async fn archive_is_not_begun_by_asking_for_it() {
    let server = Server::new().await;
    let wish = json!({"text": "one", "name": "Menu.PNG"}).to_string();
    assert_eq!(server.ask(post_json(ENTRIES, wish)).await.status, StatusCode::CREATED);
    let asked = [("id", "1"), ("check", "")];
    assert_eq!(server.form("/s/main/chosen/zip", &asked, HTML).await.status, StatusCode::NO_CONTENT);
    // The extension is not there twice.
    let zip = server.form("/s/main/chosen/zip", &asked[..1], HTML).await;
    assert_eq!(unpacked(&zip).0, ["1-menu.png", "entries.csv"]);
    server.form("/s/main/chosen/remove", &asked[..1], HTML).await;
    let gone = server.form("/s/main/chosen/zip", &asked, HTML).await;
    assert_eq!(gone.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn chosen_entries_are_labelled_removed_and_found_in_the_trash() {
    let server = filled().await;
    let labelled =
        server.form("/s/main/chosen/label", &[("id", "1"), ("id", "3"), ("label", "a b, c")], HTML).await;
    assert_eq!(
        (labelled.status, labelled.header("location")),
        (StatusCode::SEE_OTHER, "/s/main/labels?label=a%20b&label=c")
    );
    assert_eq!(server.get(&format!("{ENTRIES}?label=c")).await.json()["total"], 2);
    let removed = server.form("/s/main/chosen/remove", &[("all", "only=code&q=c")], HTML).await;
    assert_eq!(
        (removed.status, removed.header("location")),
        (StatusCode::SEE_OTHER, "/s/main/trash?removed=3")
    );
    assert!(server.get(removed.header("location")).await.text().contains("3 entries are removed."));
    // What is gone already is no error.
    let again = server.form("/s/main/chosen/remove", &[("id", "1"), ("id", "99")], HTML).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn hydrated_page_is_told_how_far_it_is() {
    let server = Server::new().await;
    for n in 0..6 {
        server.save(&format!("menu {n}")).await;
    }
    let json = "application/json";
    let some = [("id", "1"), ("id", "3"), ("id", "99"), ("total", "6")];
    let removed = server.form("/s/main/chosen/remove", &some, json).await;
    assert_eq!(removed.json(), json!({"done": 2, "total": 6, "next": null}));
    let labelled = server.form("/s/main/chosen/label", &[("all", "q=menu"), ("label", "x")], json).await;
    assert_eq!(labelled.json(), json!({"done": 4, "total": 4, "next": null}));
    // It goes on behind a place.
    let rest = [("all", "q=menu"), ("after", "5"), ("label", "y")];
    assert_eq!(server.form("/s/main/chosen/label", &rest, json).await.json()["done"], 2, "numbers 4 and 2");
    let lost =
        server.form("/s/main/chosen/label", &[("all", ""), ("after", "x"), ("label", "y")], json).await;
    assert_eq!(lost.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn ticked_entries_of_the_trash_are_restored() {
    let server = filled().await;
    server.form("/s/main/chosen/remove", &[("all", "")], HTML).await;
    let trash = server.get("/s/main/trash").await;
    assert!(trash.text().contains("src=\"data:image/svg+xml;base64,"), "codes are drawn");
    let restored = server.form("/s/main/trash/restore-chosen", &[("id", "1"), ("id", "3")], HTML).await;
    assert_eq!(restored.header("location"), "/s/main/trash?restored=2");
    assert_eq!(server.get(ENTRIES).await.json()["total"], 2);
    let nothing = server.form("/s/main/trash/restore-chosen", &[], HTML).await;
    assert_eq!(nothing.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn wrong_choices_are_refused() {
    let server = filled().await;
    for (form, sentence) in [
        (vec![], "Nothing is chosen"),
        (vec![("all", "q=nothing")], "Nothing is chosen"),
        (vec![("all", "sort=x")], "An order is"),
        (vec![("all", "%FF")], "The query is not UTF-8"),
        (vec![("id", "x")], "An entry's number is a whole number"),
    ] {
        for act in ["zip", "remove"] {
            let refused = server.form(&format!("/s/main/chosen/{act}"), &form, HTML).await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{form:?}");
            assert!(refused.text().contains(sentence), "{form:?}: {}", refused.text());
        }
    }
    let unnamed = server.form("/s/main/chosen/label", &[("id", "1")], HTML).await;
    assert!(unnamed.text().contains("Type a label first."));
    let foreign =
        Request::post("/s/main/chosen/remove").header("content-type", "application/x-www-form-urlencoded");
    let foreign = foreign.header("origin", "https://elsewhere.example").body(Body::from("id=1")).unwrap();
    assert_eq!(server.ask(foreign).await.status, StatusCode::FORBIDDEN);
    assert_eq!(server.get(ENTRIES).await.json()["total"], 3);
}
