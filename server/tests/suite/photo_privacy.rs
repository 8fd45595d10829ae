//! The phone number that somebody leaves with a photo, with the real program: in no line of the log, no event, no file
//! of the bucket and no export; and once the notice is out, nowhere at all. Which tables hold it before is the
//! gallery's to test.

use std::path::Path;

use futures::StreamExt as _;
use serde_json::Value;

use crate::photo_kills::{is_end, photo, states};
use crate::support::{Program, qrate};

const NUMBER: &str = "+491701234567";
/// The number as any part of the program might write it.
const DIGITS: &str = "1701234567";

#[tokio::test(flavor = "multi_thread")]
async fn phone_number_leaves_no_trace_outside_the_records() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut program = Program::start(&data);
    let http = reqwest::Client::new();
    let address = format!("{}api/v1/spaces/main/photos?name=photo.jpg", program.url);
    let events = http.get(format!("{}s/main/events?after=0", program.url)).send().await.unwrap();
    let answer = http
        .post(address)
        .header("qrate-phone", NUMBER)
        .header("idempotency-key", "r")
        .body(photo(1, 2, 3))
        .send()
        .await
        .unwrap();
    let mut told = answer.text().await.unwrap();
    let last = worked_on(&http, &program).await;
    told.push_str(&until_seq(events, last).await);
    for page in
        ["", "s/main/e/1", "s/main/jobs", "api/v1/spaces/main/entries", "api/v1/spaces/main/entries/1"]
    {
        told.push_str(&reqwest::get(format!("{}{page}", program.url)).await.unwrap().text().await.unwrap());
    }
    let form = format!("phone-number={}", NUMBER.replace('+', "%2B"));
    let test = http.post(format!("{}s/main/notices/test", program.url)).body(form);
    let test = test.header("content-type", "application/x-www-form-urlencoded");
    told.push_str(&test.send().await.unwrap().error_for_status().unwrap().text().await.unwrap());
    assert!(told.contains("The test message is in the outbox") && told.contains("+49 … 67"), "{told}");
    program.stop();
    let tar = folder.path().join("export.tar");
    let exported = qrate(&["export", tar.to_str().unwrap(), "--data-dir", data.to_str().unwrap()]);
    assert!(exported.status.success());
    told.push_str(&String::from_utf8_lossy(&std::fs::read(tar).unwrap()));
    told.push_str(&program.log());
    read_all(&data.join("bucket"), &mut told);
    assert!(told.contains("photo.jpg") && !told.contains(DIGITS), "the number appears outside the records");

    let mut kept = String::new();
    for file in ["catalog.sqlite", "catalog.sqlite-wal"] {
        kept.push_str(
            &std::fs::read(data.join(file)).map_or(String::new(), |b| String::from_utf8_lossy(&b).into()),
        );
    }
    assert!(kept.contains("+49 … 67"), "the outbox has the message");
    assert!(!kept.contains(DIGITS), "the number was used, and deleted");
}

/// Waits until the photo is worked on; the seq of its last change.
async fn worked_on(http: &reqwest::Client, program: &Program) -> u64 {
    loop {
        let entry = http.get(format!("{}api/v1/spaces/main/entries/1", program.url)).send().await.unwrap();
        let entry: Value = entry.json().await.unwrap();
        if states(&entry).all(is_end) {
            return entry["revision"].as_u64().unwrap();
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// What a stream tells up to a change.
async fn until_seq(events: reqwest::Response, seq: u64) -> String {
    let (mut stream, mut told) = (events.bytes_stream(), String::new());
    while !told.contains(&format!("id: {seq}\n")) && !told.contains(&format!("id:{seq}\n")) {
        told.push_str(&String::from_utf8_lossy(&stream.next().await.expect("the stream goes on").unwrap()));
    }
    told
}

fn read_all(folder: &Path, told: &mut String) {
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        told.push_str(&path.to_string_lossy());
        if path.is_dir() {
            read_all(&path, told);
        } else {
            told.push_str(&String::from_utf8_lossy(&std::fs::read(&path).unwrap()));
        }
    }
}
