//! `qrate export` and `qrate import`: a whole gallery in one file, and back.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support::{Program, qrate};

async fn json(url: &str) -> Value {
    reqwest::get(url).await.unwrap().json().await.unwrap()
}

/// Everything that the API shows of a space.
async fn seen(program: &Program, space: &str) -> Value {
    let listing = json(&format!("{}api/v1/spaces/{space}/entries", program.url)).await;
    let mut files = Vec::new();
    for entry in listing["entries"].as_array().unwrap() {
        let url = format!("{}s/{space}/files/{}/code.png", program.url, entry["id"]);
        files.push(reqwest::get(url).await.unwrap().bytes().await.unwrap().to_vec());
    }
    let tombstone = json(&format!("{}api/v1/spaces/{space}/entries/2", program.url)).await;
    // An etag names an object's version in its bucket: another bucket has another.
    let untagged = |mut value: Value| {
        let entries = value["entries"].as_array_mut().into_iter().flatten();
        entries.for_each(|entry| entry["etag"] = Value::Null);
        // So does the id of the request that was refused.
        for other in ["etag", "request_id"] {
            value[other] = Value::Null;
        }
        value
    };
    json!([untagged(listing), untagged(tombstone), files])
}

/// A gallery with two spaces and a tombstone.
async fn fill(program: &Program) {
    let http = reqwest::Client::new();
    for space in ["main", "team-7"] {
        let entries = format!("{}api/v1/spaces/{space}/entries", program.url);
        for n in 1..=5 {
            let wish = json!({"text": format!("{space} {n}"), "name": "Ä"});
            assert_eq!(http.post(&entries).json(&wish).send().await.unwrap().status(), 201);
        }
        assert!(http.delete(format!("{entries}/2")).send().await.unwrap().status().is_success());
    }
}

fn ok(arguments: &[&str]) -> String {
    let output = qrate(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn refused(arguments: &[&str]) -> String {
    let output = qrate(arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    said
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn export_and_import_round_trip() {
    let folder = tempdir().unwrap();
    let [old, new, piped, tar] = ["old", "new", "piped", "all.tar"].map(|name| folder.path().join(name));
    let mut program = Program::start(&old);
    fill(&program).await;
    let before = [seen(&program, "main").await, seen(&program, "team-7").await];
    assert!(refused(&["export", text(&tar), "--data-dir", text(&old)]).contains("in use"));
    program.stop();

    ok(&["export", text(&tar), "--data-dir", text(&old)]);
    let said = ok(&["import", text(&tar), "--data-dir", text(&new)]);
    assert_eq!(said, "2 spaces, 10 entries and tombstones, 10 objects imported.\n");
    ok(&["check", "--data-dir", text(&new)]);
    let mut program = Program::start(&new);
    assert_eq!([seen(&program, "main").await, seen(&program, "team-7").await], before);
    // Numbers continue, and removed entries can still be restored.
    let restored =
        reqwest::Client::new().post(format!("{}api/v1/spaces/main/entries/2/restore", program.url));
    assert_eq!(restored.send().await.unwrap().json::<Value>().await.unwrap()["seq"], 7);
    program.stop();

    let again = refused(&["import", text(&tar), "--data-dir", text(&new)]);
    assert!(again.contains("is not empty"), "{again}");

    // A file in place of a space's folder.
    let blocked = folder.path().join("blocked");
    let in_the_way = blocked.join("bucket/team-7");
    Program::start(&blocked).stop();
    fs::write(&in_the_way, "x").unwrap();
    let said = refused(&["import", text(&tar), "--data-dir", text(&blocked)]);
    assert!(said.contains("run the same import again") && said.contains("team-7"), "{said}");
    fs::remove_file(&in_the_way).unwrap();
    let said = ok(&["import", text(&tar), "--data-dir", text(&blocked)]);
    assert_eq!(said, "2 spaces, 10 entries and tombstones, 10 objects imported.\n");

    // Through a pipe, one space alone.
    let mut export = Command::new(env!("CARGO_BIN_EXE_qrate"))
        .args(["export", "-", "--space", "team-7", "--data-dir", text(&old)])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let import = Command::new(env!("CARGO_BIN_EXE_qrate"))
        .args(["import", "-", "--data-dir", text(&piped)])
        .stdin(export.stdout.take().unwrap())
        .output()
        .unwrap();
    assert!(export.wait().unwrap().success() && import.status.success());
    let program = Program::start(&piped);
    assert_eq!(seen(&program, "team-7").await, before[1]);
    assert_eq!(json(&format!("{}api/v1/spaces", program.url)).await, json!({"spaces": [{"id": "team-7"}]}));
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_catalog_is_rebuilt_from_the_bucket() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let mut program = Program::start(&data);
    fill(&program).await;
    let gist = async |program: &Program, space: &str| {
        let listing = json(&format!("{}api/v1/spaces/{space}/entries", program.url)).await;
        let mut entries = listing["entries"].as_array().unwrap().clone();
        for entry in &mut entries {
            for given_again in ["id", "revision"] {
                entry.as_object_mut().unwrap().remove(given_again);
            }
        }
        entries
    };
    // Removed entries come back.
    for space in ["main", "team-7"] {
        let restore = format!("{}api/v1/spaces/{space}/entries/2/restore", program.url);
        reqwest::Client::new().post(restore).send().await.unwrap().error_for_status().unwrap();
    }
    let before = [gist(&program, "main").await, gist(&program, "team-7").await];
    program.stop();
    let used = refused(&["import", "--from-bucket", "--data-dir", text(&data)]);
    assert!(used.contains("not empty"), "{used}");

    fs::remove_file(data.join("catalog.sqlite")).unwrap();
    let said = ok(&["import", "--from-bucket", "--data-dir", text(&data)]);
    assert!(said.contains("2 spaces"), "{said}");
    ok(&["check", "--data-dir", text(&data)]);
    let mut program = Program::start(&data);
    assert_eq!([gist(&program, "main").await, gist(&program, "team-7").await], before);
    let listing = json(&format!("{}api/v1/spaces/main/entries", program.url)).await;
    let ids: Vec<u64> =
        listing["entries"].as_array().unwrap().iter().map(|entry| entry["id"].as_u64().unwrap()).collect();
    assert!(ids.iter().rev().copied().eq(1..=ids.len() as u64), "{ids:?}");
    program.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn incomplete_export_is_refused() {
    let folder = tempdir().unwrap();
    let [old, new, tar] = ["old", "new", "all.tar"].map(|name| folder.path().join(name));
    let missing = refused(&["export", text(&tar), "--data-dir", text(&old)]);
    assert!(missing.contains("there is no gallery in") && !tar.exists(), "{missing}");
    let mut program = Program::start(&old);
    fill(&program).await;
    program.stop();
    // Paths that are not files, and links.
    let elsewhere = tempdir().unwrap();
    let [pipe, link, linked] = ["pipe", "link", "linked"].map(|name| elsewhere.path().join(name));
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for path in [&*pipe, elsewhere.path()] {
        assert!(refused(&["export", text(path), "--data-dir", text(&old)]).contains("is not a file"));
    }
    std::os::unix::fs::symlink(&linked, &link).unwrap();
    assert!(refused(&["export", text(&link), "--data-dir", text(&old)]).contains("cannot write"));
    fs::write(&linked, "old").unwrap();
    ok(&["export", text(&link), "--data-dir", text(&old)]);
    assert!(link.is_symlink() && fs::read(&linked).unwrap().len() > 1000);
    let unknown = refused(&["export", text(&tar), "--space", "nobody", "--data-dir", text(&old)]);
    assert!(unknown.contains("nobody"), "{unknown}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "data and log: nothing half written stays");

    ok(&["export", text(&tar), "--data-dir", text(&old)]);
    let length = fs::metadata(&tar).unwrap().len();
    for kept in [0, 100, length / 2, length - 2048] {
        File::options().write(true).open(&tar).unwrap().set_len(kept).unwrap();
        let said = refused(&["import", text(&tar), "--data-dir", text(&new)]);
        assert!(said.contains("export"), "{kept}: {said}");
    }
    assert!(
        refused(&["import", "/nowhere", "--data-dir", text(&new)]).contains("cannot read the file /nowhere")
    );
    let mut program = Program::start(&new);
    assert_eq!(
        json(&format!("{}api/v1/spaces", program.url)).await,
        json!({"spaces": []}),
        "no partial entry"
    );
    program.stop();
}
