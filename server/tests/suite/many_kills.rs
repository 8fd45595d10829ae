//! Many codes at once survive kills: the real program makes codes of a table, is killed twice on the way, and in the end
//! every row was saved once or has its mistake.
//!
//! `QRATE_TEST_ROWS` is the number of rows, `QRATE_TEST_SEED` repeats the random choices of a run.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;

use crate::support::{Program, all_entries, qrate, total};

/// Every so many rows one has a mistake.
const WRONG_EVERY: u64 = 97;
/// Longer than any number of rows takes between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(20);

fn row(n: u64) -> String {
    if n.is_multiple_of(WRONG_EVERY) {
        format!("row {n},ok,X\n")
    } else {
        format!("row {n},\"Guest, {n}\",L\n")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_codes_survive_two_kills() {
    let rows: u64 = std::env::var("QRATE_TEST_ROWS").map_or(5000, |rows| rows.parse().unwrap());
    let seed: u64 =
        std::env::var("QRATE_TEST_SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    eprintln!("{rows} rows, QRATE_TEST_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let table: String = (1..=rows).map(row).collect();
    let http = reqwest::Client::new();

    let mut program = Program::start(&data);
    let address = format!("{}api/v1/spaces/main/many?columns=text,name,level&heading=false", program.url);
    let sent = http.post(address).header("content-type", "text/csv").body(table).send().await.unwrap();
    assert_eq!(sent.status(), 202);
    let sent: Value = sent.json().await.unwrap();
    let this = sent["links"]["self"].as_str().unwrap().trim_start_matches('/').to_owned();
    for part in [random.u64(1..40), random.u64(45..90)] {
        let saved = rows * part / 100;
        while total(&program).await < saved {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        tokio::time::sleep(Duration::from_millis(random.u64(0..50))).await;
        program.kill();
        program = Program::start(&data);
        eprintln!("killed at {} entries", total(&program).await);
    }
    let table = loop {
        let table: Value =
            http.get(format!("{}{this}", program.url)).send().await.unwrap().json().await.unwrap();
        if table["state"] != "running" {
            break table;
        }
        assert_eq!(table["trouble"], Value::Null);
        tokio::time::sleep(LOOK_EVERY).await;
    };

    let wrong = rows / WRONG_EVERY;
    assert_eq!(table["state"], "done");
    assert_eq!(
        (table["made"].as_u64(), table["wrong"].as_u64()),
        (Some(rows - wrong), Some(wrong)),
        "{table}"
    );
    let entries = all_entries(&http, &program.url, "").await;
    let values: HashMap<&str, &Value> =
        entries.iter().map(|entry| (entry["value"].as_str().unwrap(), entry)).collect();
    assert_eq!(
        (values.len(), entries.len() as u64),
        (entries.len(), rows - wrong),
        "nothing twice, nothing else"
    );
    for n in (1..=rows).filter(|n| !n.is_multiple_of(WRONG_EVERY)) {
        let entry = values.get(&*format!("row {n}")).unwrap_or_else(|| panic!("row {n} is missing"));
        assert_eq!((&entry["name"], &entry["style"]["level"]), (&format!("Guest, {n}").into(), &"L".into()));
    }
    let errors =
        http.get(format!("{}{this}/errors", program.url)).send().await.unwrap().text().await.unwrap();
    let lines: Vec<&str> = errors.lines().skip(1).collect();
    let expected = (1..=rows).filter(|n| n.is_multiple_of(WRONG_EVERY));
    assert_eq!(lines.len() as u64, wrong);
    for (line, n) in lines.iter().zip(expected) {
        assert!(line.starts_with(&format!("{n},row {n},ok,X,")), "{line}");
    }
    program.stop();
    let checked = qrate(&["check", "--data-dir", data.to_str().unwrap()]);
    let said =
        String::from_utf8_lossy(&checked.stdout).into_owned() + &String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{said}");
}
