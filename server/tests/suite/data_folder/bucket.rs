//! The bucket's directory is moved away, replaced or full of files that become no entries.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use serde_json::json;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn moved_bucket_deletes_nothing() {
    let place = Place::new();
    let mut program = place.start();
    assert_eq!(save(&program, "before").await.0, 201);
    for round in 1..=2 {
        fs::rename(place.bucket(), place.aside()).unwrap();
        let is_logged = |words: &str| count(&program, words) as u64 == round;
        until("it is logged", &program, async || is_logged("the bucket's directory is gone")).await;
        let (status, answer) = save(&program, &format!("meanwhile {round}")).await;
        assert_eq!(status, 503, "{answer}");
        assert!(!is_ready(&program).await);
        logs(&program, "could not be compared").await;
        assert_eq!(total(&program).await, round, "nothing counts as deleted");
        assert!(!place.bucket().exists(), "nothing is created in its place");
        fs::write(place.aside().join(format!("put while away {round}")), "x").unwrap();
        fs::rename(place.aside(), place.bucket()).unwrap();
        until("it is adopted", &program, async || total(&program).await == round + 1).await;
        until("it is logged", &program, async || is_logged("the bucket's directory is back")).await;
        assert!(is_logged("the bucket's directory is gone"), "once: {}", program.log());
    }
    assert_eq!(save(&program, "after").await.0, 201);
    assert!(is_ready(&program).await);
    program.stop();
    assert!(place.run("check").status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn watch_resumes_after_the_bucket_returns() {
    let place = Place::new();
    // The only comparison is the one that the watch triggers.
    let mut program = Program::start_with(&place.data(), &["--reconcile-seconds", "3600"]);
    fs::rename(place.bucket(), place.aside()).unwrap();
    logs(&program, "the bucket's directory is gone").await;
    fs::write(place.aside().join("a"), "x").unwrap();
    fs::rename(place.aside(), place.bucket()).unwrap();
    until("its content is listed", &program, async || total(&program).await == 1).await;
    fs::write(place.bucket().join("b"), "x").unwrap();
    until("later files are listed", &program, async || total(&program).await == 2).await;
    program.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn start_without_the_bucket_is_refused() {
    let place = Place::new();
    let mut program = place.start();
    save(&program, "one").await;
    program.stop();
    fs::rename(place.bucket(), place.aside()).unwrap();
    for is_mount_point in [false, true] {
        if is_mount_point {
            fs::create_dir(place.bucket()).unwrap();
        }
        for command in ["serve", "check", "export"] {
            let said = place.refused(command);
            let bucket = place.bucket();
            assert!(said.contains("Put the folder back, or mount its disk"), "{said}");
            assert!(said.contains(&format!("mkdir -p '{}/_qrate'", bucket.display())), "{said}");
            assert_eq!(bucket.exists(), is_mount_point, "nothing is created");
        }
    }
    fs::remove_dir(place.bucket()).unwrap();
    fs::rename(place.aside(), place.bucket()).unwrap();
    let mut program = place.start();
    assert_eq!(total(&program).await, 1);
    program.stop();

    // The remedy in the message works.
    fs::rename(place.bucket(), place.aside()).unwrap();
    fs::create_dir_all(place.bucket().join("_qrate")).unwrap();
    let program = place.start();
    until("it is gone", &program, async || total(&program).await == 0).await;
    assert_eq!(save(&program, "two").await.0, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn file_or_link_in_place_of_a_folder_is_reported() {
    let place = Place::new();
    let program = place.start();
    let main = place.bucket().join("main");
    let is_refused = async |what: &str| {
        let sentence = format!(
            "Nothing was saved: `main` in the bucket is a {what}, but a folder must be there; move it away."
        );
        let (status, answer) = save(&program, "a").await;
        assert_eq!((status, &answer["detail"]), (503, &json!(sentence)));
    };
    fs::write(&main, "x").unwrap();
    is_refused("file").await;
    fs::remove_file(&main).unwrap();
    std::os::unix::fs::symlink("nowhere", &main).unwrap();
    is_refused("link").await;
    fs::remove_file(&main).unwrap();
    assert_eq!(save(&program, "a").await.0, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn left_out_files_are_counted_and_named() {
    let place = Place::new();
    let mut program = place.start();
    for name in [&b"caf\xe9.png"[..], b".DS_Store", b"whole.txt"] {
        fs::write(place.bucket().join(OsStr::from_bytes(name)), "x").unwrap();
    }
    let page = async || reqwest::get(&program.url).await.unwrap().text().await.unwrap();
    let words = "1 file in the bucket is left out: its name is not UTF-8";
    until("the page says so", &program, async || page().await.contains(words)).await;
    until("the rest is added", &program, async || total(&program).await == 1).await;
    assert_eq!(count(&program, "xe9.png"), 1, "{}", program.log());
    let mut events = reqwest::get(format!("{}s/main/events", program.url)).await.unwrap();
    let hello = events.chunk().await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&hello).contains(r#""unnamed_files":1"#), "{hello:?}");
    drop(events);
    program.stop();
    let check = place.run("check");
    let said = String::from_utf8(check.stdout).unwrap();
    assert!(said.contains(r"caf\xe9.png is left out: its path is not UTF-8"), "{said}");
    assert!(said.contains("(QRATE_LEAVE_OUT): 1 object.") && check.status.success(), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn clean_stop_leaves_no_temporary_files() {
    let place = Place::new();
    let half = "deleting the temporary files of an earlier run";
    let aside = place.bucket().join("_qrate/tmp");
    let mut program = place.start();
    save(&program, "one").await;
    program.stop();
    assert_eq!(fs::read_dir(&aside).unwrap().count(), 0);
    let mut program = place.start();
    assert_eq!(count(&program, half), 0, "{}", program.log());
    let run = fs::read_dir(&aside).unwrap().next().unwrap().unwrap().path();
    fs::write(run.join("half"), "ha").unwrap();
    program.kill();
    // `check` deletes no temporary files.
    assert!(place.run("check").status.success());
    assert!(run.join("half").exists());
    let mut program = place.start();
    assert_eq!(count(&program, half), 1, "{}", program.log());
    program.stop();
    assert_eq!(fs::read_dir(&aside).unwrap().count(), 0);
}
