//! `qrate doctor` on a gallery in a folder. Not here: on one in AWS (`aws`).

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;
use tempfile::tempdir;

use crate::support::{Program, qrate};

/// The doctor's report on a data folder: the exit code, and the subject and text of each check.
fn examined(data: &std::path::Path) -> (i32, Vec<(String, String, String)>) {
    let output = qrate(&["doctor", "--json", "--data-dir", data.to_str().unwrap()]);
    let said: Vec<Value> = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let text = |check: &Value, field| check[field].as_str().unwrap_or_default().to_owned();
    let checks = said.iter().map(|check| (text(check, "what"), text(check, "verdict"), text(check, "says")));
    (output.status.code().unwrap(), checks.collect())
}

fn verdicts(checks: &[(String, String, String)]) -> Vec<&str> {
    checks.iter().map(|(_, verdict, _)| verdict.as_str()).collect()
}

#[test]
fn doctor_checks_a_folder_throughout_its_life() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let (code, checks) = examined(&data);
    assert_eq!((code, &*verdicts(&checks)), (0, &["note"][..]), "{checks:?}");
    assert!(!data.exists(), "it creates nothing");

    let mut program = Program::start(&data);
    let (code, checks) = examined(&data);
    assert_eq!((code, &*verdicts(&checks)), (0, &["fine", "note", "fine", "fine"][..]), "{checks:?}");
    assert!(checks[1].2.contains("another program uses it"), "{checks:?}");
    program.stop();
    let (code, checks) = examined(&data);
    assert_eq!((code, &*verdicts(&checks)), (0, &["fine"; 4][..]), "{checks:?}");
    let left: Vec<_> = fs::read_dir(&data).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("probe")), "{left:?}");
    // It did not keep the folder locked.
    Program::start(&data).stop();

    fs::rename(data.join("bucket"), folder.path().join("aside")).unwrap();
    let (code, checks) = examined(&data);
    assert_eq!((code, &*verdicts(&checks)), (1, &["fine", "fine", "fine", "wrong"][..]), "{checks:?}");
    assert!(checks[3].2.contains("Put the folder back"), "{checks:?}");
}

#[test]
fn doctor_reports_a_missing_folder() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("data");
    fs::write(&file, "x").unwrap();
    let (code, checks) = examined(&file);
    assert!(code == 1 && checks[0].2.contains("is not a folder"), "{checks:?}");
}

#[test]
fn doctor_does_not_block_a_starting_server() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    Program::start(&data).stop();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    assert_eq!(examined(&data).0, 0);
                }
            });
        }
        for _ in 0..5 {
            Program::start(&data).stop();
        }
        is_over.store(true, Ordering::Relaxed);
    });
}
