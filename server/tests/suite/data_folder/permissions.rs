//! Folders of the bucket that may not be read or written.

use std::path::Path;
use std::process::Command;

use super::*;

/// Runs a program as an ordinary user: permissions do not bind root.
const AS_USER: [&str; 6] = ["unshare", "--user", "--map-user=1000", "sh", "-c", "exec \"$@\""];

/// Changes permissions.
fn allow(mode: &str, path: &Path) {
    assert!(Command::new("chmod").arg("-R").arg(mode).arg(path).status().unwrap().success());
}

#[test]
fn check_needs_no_write_permission_on_the_bucket() {
    let place = Place::new();
    Program::start_through(&AS_USER, &place.data()).stop();
    allow("a-w", &place.bucket());
    let mut check = Command::new(AS_USER[0]);
    check.args(&AS_USER[1..]).args(["sh", env!("CARGO_BIN_EXE_qrate"), "check", "--data-dir"]);
    let output = check.arg(place.data()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    allow("u+w", &place.bucket());
}

#[tokio::test(flavor = "multi_thread")]
async fn unreadable_folder_is_reported_and_kept() {
    let place = Place::new();
    let closed = place.bucket().join("locked");
    let mut program = Program::start_through(&AS_USER, &place.data());
    fs::create_dir(&closed).unwrap();
    fs::write(closed.join("a"), "x").unwrap();
    until("it is adopted", &program, async || total(&program).await == 1).await;
    program.stop();

    allow("000", &closed);
    let words = "a folder of the bucket cannot be read";
    let seconds = [&AS_USER[..5], &["QRATE_RECONCILE_SECONDS=1 exec \"$@\""]].concat();
    let mut program = Program::start_through(&seconds, &place.data());
    logs(&program, words).await;
    for n in 1..=3 {
        fs::write(place.bucket().join(format!("{n}")), "x").unwrap();
        until("watch and comparison continue", &program, async || total(&program).await == 1 + n).await;
    }
    assert_eq!(count(&program, words), 1, "{}", program.log());
    assert_eq!(count(&program, "could not be compared"), 0);
    program.stop();
    let mut check = Command::new(AS_USER[0]);
    check.args(&AS_USER[1..]).args(["sh", env!("CARGO_BIN_EXE_qrate"), "check", "--data-dir"]);
    let output = check.arg(place.data()).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("The folder locked/ of the bucket cannot be read") && !output.status.success(),
        "{said}"
    );
    let mut program = Program::start_through(&seconds, &place.data());
    logs(&program, words).await;
    allow("700", &closed);
    logs(&program, "can be read again").await;
    fs::write(closed.join("b"), "x").unwrap();
    until("it is watched again", &program, async || total(&program).await == 5).await;
    assert_eq!(count(&program, words), 1);
    program.stop();
}
