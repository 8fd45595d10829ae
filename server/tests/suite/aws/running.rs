//! A gallery on what `qrate setup` created, as a user with the shipped policy and no other permissions.

use std::fs;

use serde_json::{Value, json};
use tempfile::tempdir;
use test_servers::iam::with_batches;

use super::{Account, Names};
use crate::support::{Program, values};

const SERVER_POLICY: &str = include_str!("../../../../deploy/aws/iam-policy.json");

#[tokio::test(flavor = "multi_thread")]
async fn saves_survive_a_restart_and_a_move_to_other_storage() {
    let (root, names) = (Account::root().await, Names::fresh());
    let url = root.set_up(&names);
    let user = root.user(&with_batches(&names.policy(SERVER_POLICY))).await;
    let folder = tempdir().unwrap();
    let storage = ["--bucket", &*names.bucket, "--table", &*names.table, "--queue", &*url];
    let start =
        || Program::start_in_environment_with(&folder.path().join("data"), &user.variables(), &storage);

    let mut program = start();
    let entries = format!("{}api/v1/spaces/main/entries", program.url);
    let save = reqwest::Client::new().post(entries).json(&json!({ "text": "kept in a bucket" }));
    let saved: Value = save.send().await.unwrap().json().await.unwrap();
    let key = saved["entry"]["key"].as_str().unwrap();
    assert_eq!(root.s3("HEAD", &format!("{}/{key}", names.bucket), "").await.0, 200);
    program.stop();
    assert!(!folder.path().join("data").exists(), "nothing is kept here");
    let mut program = start();
    assert_eq!(values(&program).await, ["kept in a bucket"]);
    // The doctor may run next to the server.
    let doctor = user.qrate(&[&["doctor"], &storage[..]].concat());
    assert_eq!(doctor.code, 0, "{}", doctor.all());
    program.stop();

    let there = &storage[..4];
    let run = |command: &[&str], place: &[&str]| {
        let run = user.qrate(&[command, place].concat());
        assert_eq!(run.code, 0, "{command:?}: {}", run.all());
        run.said
    };
    assert!(run(&["check"], there).contains("nothing is wrong"));
    let tar = folder.path().join("all.tar");
    let tar = tar.to_str().unwrap();
    run(&["export", tar], there);
    assert!(fs::metadata(tar).unwrap().len() > 0);
    let elsewhere = Names::fresh();
    root.set_up(&elsewhere);
    let mover = root.user(&with_batches(&elsewhere.policy(SERVER_POLICY))).await;
    let there = ["--bucket", &*elsewhere.bucket, "--table", &*elsewhere.table];
    let imported = mover.qrate(&[&["import", tar], &there[..]].concat());
    assert!(imported.code == 0 && imported.said.contains("1 object imported"), "{}", imported.all());
    let checked = mover.qrate(&[&["check"], &there[..]].concat());
    assert_eq!(checked.code, 0, "{}", checked.all());
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_queue_is_reported_in_one_sentence() {
    let (root, names) = (Account::root().await, Names::fresh());
    let url = format!("{}-2", root.set_up(&names));
    let folder = tempdir().unwrap();
    let storage = ["--bucket", &*names.bucket, "--table", &*names.table, "--queue", &*url];
    let data = folder.path().join("data");
    let mut program = Program::start_in_environment_with(&data, &root.variables(), &storage);
    let line = loop {
        let log = program.log();
        // Whole lines only: the last one may be half written.
        let mut lines = log.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        if let Some(line) = lines.find(|line| line.contains("WARN") && line.contains("queue")) {
            break line.to_owned();
        }
        tokio::task::yield_now().await;
    };
    assert!(line.contains("there is no such queue") && line.contains(&url), "{line}");
    assert!(line.len() < 500, "{} bytes: {line}", line.len());
    program.stop();
}
