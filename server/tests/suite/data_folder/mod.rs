//! The data folder in the hands of others: a bucket that is moved away, a disk that is not mounted, a catalog that is
//! deleted, and (`permissions`) folders that may not be read or written. Nothing is taken for deleted that may come back.

#[cfg(target_os = "linux")]
mod permissions;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use crate::support::{Program, qrate};

/// Longest wait for what must come.
const DEADLINE: Duration = Duration::from_secs(60);

/// A data folder in a folder of its own, beside which things can be put.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempdir().unwrap() }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn bucket(&self) -> PathBuf {
        self.data().join("bucket")
    }

    fn aside(&self) -> PathBuf {
        self.folder.path().join("aside")
    }

    /// A server that compares the bucket with the catalog every second.
    fn start(&self) -> Program {
        Program::start_with(&self.data(), &["--reconcile-seconds", "1"])
    }

    /// Runs a command to its end.
    fn run(&self, command: &str) -> Output {
        let (data, file) = (self.data(), self.folder.path().join("file.tar"));
        let mut arguments = vec![command, "--data-dir", data.to_str().unwrap()];
        match command {
            "serve" => arguments.extend(["--listen", "127.0.0.1:0"]),
            "export" | "import" => arguments.push(file.to_str().unwrap()),
            _ => {}
        }
        if command == "import" {
            fs::write(&file, "").unwrap();
        }
        qrate(&arguments)
    }

    /// Rebuilds the catalog from the bucket.
    fn rebuild(&self) {
        let output = qrate(&["import", "--from-bucket", "--data-dir", self.data().to_str().unwrap()]);
        assert!(output.status.success(), "{output:?}");
    }

    /// The one line that a command which could not start leaves.
    fn refused(&self, command: &str) -> String {
        let output = self.run(command);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.lines().count() == 1 && said.starts_with("qrate: "), "{said}");
        said
    }
}

async fn save(program: &Program, text: &str) -> (u16, Value) {
    let entries = format!("{}api/v1/spaces/main/entries", program.url);
    let answer = reqwest::Client::new().post(entries).json(&json!({"text": text})).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn total(program: &Program) -> u64 {
    let entries = format!("{}api/v1/spaces/main/entries", program.url);
    reqwest::get(entries).await.unwrap().json::<Value>().await.unwrap()["total"].as_u64().unwrap()
}

async fn is_ready(program: &Program) -> bool {
    reqwest::get(format!("{}readyz", program.url)).await.unwrap().status() == 200
}

/// Asks again and again until it is so.
async fn until(what: &str, program: &Program, mut is_so: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !is_so().await {
        assert!(Instant::now() < deadline, "{what}: {}", program.log());
        tokio::task::yield_now().await;
    }
}

async fn logs(program: &Program, words: &str) {
    until(words, program, async || program.log().contains(words)).await;
}

fn count(program: &Program, words: &str) -> usize {
    program.log().matches(words).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn moved_bucket_deletes_nothing() {
    let place = Place::new();
    let mut program = place.start();
    assert_eq!(save(&program, "before").await.0, 201);
    for round in 1..=2 {
        fs::rename(place.bucket(), place.aside()).unwrap();
        let told = |words: &str| count(&program, words) as u64 == round;
        until("it is told", &program, async || told("the bucket's directory is gone")).await;
        let (status, answer) = save(&program, &format!("meanwhile {round}")).await;
        assert_eq!(status, 503, "{answer}");
        assert!(!is_ready(&program).await);
        logs(&program, "could not be compared").await;
        assert_eq!(total(&program).await, round, "nothing is taken for deleted");
        assert!(!place.bucket().exists(), "nothing is made in its place");
        fs::write(place.aside().join(format!("put while away {round}")), "x").unwrap();
        fs::rename(place.aside(), place.bucket()).unwrap();
        until("it is adopted", &program, async || total(&program).await == round + 1).await;
        until("it is told", &program, async || told("the bucket's directory is back")).await;
        assert!(told("the bucket's directory is gone"), "once: {}", program.log());
    }
    assert_eq!(save(&program, "after").await.0, 201);
    assert!(is_ready(&program).await);
    program.stop();
    assert!(place.run("check").status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn watch_resumes_after_the_bucket_returns() {
    let place = Place::new();
    // No comparison but the one that the watch asks for.
    let mut program = Program::start_with(&place.data(), &["--reconcile-seconds", "3600"]);
    fs::rename(place.bucket(), place.aside()).unwrap();
    logs(&program, "the bucket's directory is gone").await;
    fs::write(place.aside().join("a"), "x").unwrap();
    fs::rename(place.aside(), place.bucket()).unwrap();
    until("what is in it shows", &program, async || total(&program).await == 1).await;
    fs::write(place.bucket().join("b"), "x").unwrap();
    until("what comes later shows", &program, async || total(&program).await == 2).await;
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
            assert_eq!(bucket.exists(), is_mount_point, "nothing is made");
        }
    }
    fs::remove_dir(place.bucket()).unwrap();
    fs::rename(place.aside(), place.bucket()).unwrap();
    let mut program = place.start();
    assert_eq!(total(&program).await, 1);
    program.stop();

    // What the sentence says can be done.
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
    fs::write(&main, "x").unwrap();
    let (status, answer) = save(&program, "a").await;
    assert_eq!(
        (status, &answer["error"]),
        (
            503,
            &json!(
                "Nothing was saved: `main` in the bucket is a file, but a folder must be there; move it away."
            )
        )
    );
    fs::remove_file(&main).unwrap();
    std::os::unix::fs::symlink("nowhere", &main).unwrap();
    let (status, answer) = save(&program, "a").await;
    assert_eq!(
        (status, &answer["error"]),
        (
            503,
            &json!(
                "Nothing was saved: `main` in the bucket is a link, but a folder must be there; move it away."
            )
        )
    );
    fs::remove_file(&main).unwrap();
    assert_eq!(save(&program, "a").await.0, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn deleted_catalog_stops_saves() {
    let place = Place::new();
    let program = place.start();
    assert_eq!(save(&program, "one").await.0, 201);
    let catalog = place.data().join("catalog.sqlite");
    fs::rename(&catalog, place.aside()).unwrap();
    let (status, answer) = save(&program, "two").await;
    assert_eq!(status, 503, "{answer}");
    assert!(!is_ready(&program).await);
    let said = reqwest::get(format!("{}readyz", program.url)).await.unwrap().text().await.unwrap();
    assert!(said.contains("its file catalog.sqlite was deleted, moved or replaced"), "{said}");
    let data = place.data().display().to_string();
    assert!(
        !said.contains(&data) && !answer.to_string().contains(&data),
        "where it lies is not told: {said} {answer}"
    );
    assert!(program.log().contains(&data), "but in the log");
    assert_eq!(total(&program).await, 1, "reading goes on");
    assert_eq!(save(&program, "three").await.0, 503);
    assert_eq!(count(&program, "nothing is saved until it is back"), 1, "said once: {}", program.log());
    for command in ["serve", "import"] {
        let said = place.refused(command);
        assert!(said.contains("in use by another program"), "{said}");
        assert!(!catalog.exists(), "nothing is made in its place");
    }
    fs::rename(place.aside(), &catalog).unwrap();
    assert_eq!(save(&program, "four").await.0, 201);
    assert!(is_ready(&program).await);
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
    until("the rest is taken in", &program, async || total(&program).await == 1).await;
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

/// Writes into a file where it is, as a program that ignores locks does.
fn overwrite(file: &Path, from: usize) {
    let mut bytes = fs::read(file).unwrap();
    bytes[from..].fill(0x5a);
    let open = fs::OpenOptions::new().write(true).open(file).unwrap();
    open.write_all_at(&bytes, 0).unwrap();
    // Later than what the server wrote last, however slowly the clock of the file system ticks.
    open.set_modified(SystemTime::now() + Duration::from_secs(1)).unwrap();
}

/// The status and the sentence of `/readyz`.
async fn readiness(program: &Program) -> (u16, String) {
    let answer = reqwest::get(format!("{}readyz", program.url)).await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// Pages say it before anybody saves.
async fn pages_tell_damage(program: &Program) {
    let mut events = reqwest::get(format!("{}s/main/events", program.url)).await.unwrap();
    let mut heard = String::new();
    let words = "The catalog is damaged, so nothing can be saved";
    while !heard.contains(words) {
        let chunk = tokio::time::timeout(DEADLINE, events.chunk()).await;
        heard += &String::from_utf8_lossy(&chunk.expect("it is told in time").unwrap().unwrap());
    }
    for page in ["", "s/main/e/1"] {
        let page = reqwest::get(format!("{}{page}", program.url)).await.unwrap().text().await.unwrap();
        assert!(page.contains(words), "{page}");
    }
}

async fn is_told_damaged(place: &Place, program: &Program) {
    pages_tell_damage(program).await;
    let (status, said) = readiness(program).await;
    assert!(status == 503 && said.contains("the catalog is damaged"), "{status} {said}");
    let (status, answer) = save(program, "too late").await;
    let said = answer["error"].as_str().unwrap();
    assert!(status == 500 && said.starts_with("The catalog is damaged"), "{status} {said}");
    assert!(said.contains("qrate check") && !said.contains("in a moment"), "{said}");
    assert_eq!(count(program, "the catalog is damaged: no more saves are accepted"), 1, "{}", program.log());
    for text in [said, &*readiness(program).await.1] {
        assert!(!text.contains(place.data().to_str().unwrap()), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn overwritten_catalog_log_stops_acknowledgements() {
    let place = Place::new();
    let mut program = place.start();
    assert_eq!(save(&program, "one").await.0, 201);
    overwrite(&place.data().join("catalog.sqlite-wal"), 0);
    is_told_damaged(&place, &program).await;
    program.stop();
    for command in ["check", "serve", "export"] {
        let said = place.refused(command);
        assert!(said.contains("another program wrote into catalog.sqlite-wal"), "{said}");
        assert!(said.contains("--from-bucket"), "{said}");
    }
    let said = String::from_utf8(place.run("doctor").stdout).unwrap();
    assert!(said.contains("WRONG catalog") && said.contains("another program wrote"), "{said}");
    // What the sentence says can be done.
    for name in ["catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-damaged"] {
        fs::remove_file(place.data().join(name)).unwrap();
    }
    place.rebuild();
    let program = place.start();
    let (status, answer) = save(&program, "two").await;
    assert!(status == 201 && answer["entry"]["id"].as_u64() > Some(1), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_found_after_a_kill() {
    let place = Place::new();
    let mut program = place.start();
    assert_eq!(save(&program, "one").await.0, 201);
    program.kill();
    overwrite(&place.data().join("catalog.sqlite-wal"), 0);
    for command in ["serve", "check"] {
        let said = place.refused(command);
        assert!(said.contains("damaged") && said.contains("--from-bucket"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn server_doctor_and_check_report_a_damaged_catalog() {
    let place = Place::new();
    let mut program = place.start();
    for n in 0..40 {
        assert_eq!(save(&program, &format!("{n} {}", "x".repeat(600))).await.0, 201);
    }
    program.stop();
    let mut program = place.start();
    assert_eq!(save(&program, "one more").await.0, 201);
    overwrite(&place.data().join("catalog.sqlite"), 8 * 4096);
    is_told_damaged(&place, &program).await;
    program.stop();
    let said = String::from_utf8(place.run("doctor").stdout).unwrap();
    assert!(
        said.contains("WRONG catalog") && said.contains("damaged") && said.contains("--from-bucket"),
        "{said}"
    );
    for command in ["check", "serve"] {
        let said = place.refused(command);
        assert!(said.contains("damaged") && said.contains("--from-bucket"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_catalog_beside_a_used_bucket_is_refused() {
    let place = Place::new();
    let warning = "the catalog is new and the bucket is not";
    let (catalog, mark) = (place.data().join("catalog.sqlite"), place.bucket().join("_qrate/used"));
    fs::create_dir_all(place.bucket()).unwrap();
    fs::write(place.bucket().join("theirs"), "x").unwrap();
    let mut program = place.start();
    until("it is adopted", &program, async || total(&program).await == 1).await;
    until("its use is noted", &program, async || mark.exists()).await;
    program.stop();
    assert_eq!(count(&program, warning), 0, "pictures that were there before are no loss: {}", program.log());

    // Lost, or what a crash or a full disk left of it.
    for lost in [false, true] {
        fs::remove_file(&catalog).unwrap();
        if !lost {
            fs::write(&catalog, "").unwrap();
        }
        let said = place.refused("serve");
        assert!(said.contains("is empty") && said.contains("qrate import --from-bucket"), "{said}");
        assert!(said.contains("delete _qrate/used"), "{said}");
        for command in ["check", "export"] {
            assert_eq!(place.refused(command), said, "{command}");
        }
    }
    place.rebuild();
    let mut program = place.start();
    assert_eq!((total(&program).await, save(&program, "two").await.1["entry"]["id"].as_u64()), (1, Some(2)));
    program.stop();

    // Without the mark, as in a bucket that an earlier version used.
    fs::remove_file(&catalog).unwrap();
    fs::remove_file(&mark).unwrap();
    let mut program = place.start();
    until("both are adopted", &program, async || total(&program).await >= 1).await;
    program.stop();
    assert_eq!(count(&program, warning), 1, "{}", program.log());
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
    // A check is no run that tidies up.
    assert!(place.run("check").status.success());
    assert!(run.join("half").exists());
    let mut program = place.start();
    assert_eq!(count(&program, half), 1, "{}", program.log());
    program.stop();
    assert_eq!(fs::read_dir(&aside).unwrap().count(), 0);
}
