//! Folders of the bucket that may not be read or written.

use std::path::Path;
use std::process::Command;

use super::*;

/// Runs a program as somebody whom permissions bind; root they do not.
const AS_SOMEBODY: [&str; 6] = ["unshare", "--user", "--map-user=1000", "sh", "-c", "exec \"$@\""];

/// Gives or takes permissions.
fn allow(mode: &str, path: &Path) {
    assert!(Command::new("chmod").arg("-R").arg(mode).arg(path).status().unwrap().success());
}

#[test]
fn check_needs_no_write_permission_on_the_bucket() {
    let place = Place::new();
    Program::start_through(&AS_SOMEBODY, &place.data()).stop();
    allow("a-w", &place.bucket());
    let mut check = Command::new(AS_SOMEBODY[0]);
    check.args(&AS_SOMEBODY[1..]).args(["sh", env!("CARGO_BIN_EXE_qrate"), "check", "--data-dir"]);
    let output = check.arg(place.data()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    allow("u+w", &place.bucket());
}

#[tokio::test(flavor = "multi_thread")]
async fn unreadable_folder_is_reported_and_kept() {
    let place = Place::new();
    let closed = place.bucket().join("locked");
    let mut somebody = Program::start_through(&AS_SOMEBODY, &place.data());
    fs::create_dir(&closed).unwrap();
    fs::write(closed.join("a"), "x").unwrap();
    until("it is adopted", &somebody, async || total(&somebody).await == 1).await;
    somebody.stop();

    allow("000", &closed);
    let words = "a folder of the bucket cannot be read";
    let seconds = [&AS_SOMEBODY[..5], &["QRATE_RECONCILE_SECONDS=1 exec \"$@\""]].concat();
    let mut somebody = Program::start_through(&seconds, &place.data());
    logs(&somebody, words).await;
    for n in 1..=3 {
        fs::write(place.bucket().join(format!("{n}")), "x").unwrap();
        until("the watch and the comparison go on", &somebody, async || total(&somebody).await == 1 + n)
            .await;
    }
    assert_eq!(count(&somebody, words), 1, "{}", somebody.log());
    assert_eq!(count(&somebody, "could not be compared"), 0);
    somebody.stop();
    let mut check = Command::new(AS_SOMEBODY[0]);
    check.args(&AS_SOMEBODY[1..]).args(["sh", env!("CARGO_BIN_EXE_qrate"), "check", "--data-dir"]);
    let output = check.arg(place.data()).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("The folder locked/ of the bucket cannot be read") && !output.status.success(),
        "{said}"
    );
    let mut somebody = Program::start_through(&seconds, &place.data());
    logs(&somebody, words).await;
    allow("700", &closed);
    logs(&somebody, "can be read again").await;
    fs::write(closed.join("b"), "x").unwrap();
    until("it is heard again", &somebody, async || total(&somebody).await == 5).await;
    assert_eq!(count(&somebody, words), 1);
    somebody.stop();
}
