//! The catalog is deleted, damaged or emptied.

use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::SystemTime;

use super::*;

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
        "clients do not learn its path: {said} {answer}"
    );
    assert!(program.log().contains(&data), "the log names it");
    assert_eq!(total(&program).await, 1, "reads still succeed");
    assert_eq!(save(&program, "three").await.0, 503);
    assert_eq!(count(&program, "nothing is saved until it is back"), 1, "logged once: {}", program.log());
    for command in ["serve", "import"] {
        let said = place.refused(command);
        assert!(said.contains("in use by another program"), "{said}");
        assert!(!catalog.exists(), "nothing is created in its place");
    }
    fs::rename(place.aside(), &catalog).unwrap();
    assert_eq!(save(&program, "four").await.0, 201);
    assert!(is_ready(&program).await);
}

/// Overwrites a file in place, like a program that ignores locks.
fn overwrite(file: &Path, from: usize) {
    let mut bytes = fs::read(file).unwrap();
    bytes[from..].fill(0x5a);
    let open = fs::OpenOptions::new().write(true).open(file).unwrap();
    open.write_all_at(&bytes, 0).unwrap();
    // Later than the server's last write, however coarse the file system's clock.
    open.set_modified(SystemTime::now() + Duration::from_secs(1)).unwrap();
}

/// The status and the text of `/readyz`.
async fn readiness(program: &Program) -> (u16, String) {
    let answer = reqwest::get(format!("{}readyz", program.url)).await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// Pages report it before anyone saves.
async fn pages_report_damage(program: &Program) {
    let mut events = reqwest::get(format!("{}s/main/events", program.url)).await.unwrap();
    let mut received = String::new();
    let words = "The catalog is damaged, so nothing can be saved";
    while !received.contains(words) {
        let chunk = tokio::time::timeout(DEADLINE, events.chunk()).await;
        received += &String::from_utf8_lossy(&chunk.expect("a report in time").unwrap().unwrap());
    }
    for page in ["", "s/main/e/1"] {
        let page = reqwest::get(format!("{}{page}", program.url)).await.unwrap().text().await.unwrap();
        assert!(page.contains(words), "{page}");
    }
}

async fn reports_damage(place: &Place, program: &Program) {
    pages_report_damage(program).await;
    let (status, said) = readiness(program).await;
    assert!(status == 503 && said.contains("the catalog is damaged"), "{status} {said}");
    let (status, answer) = save(program, "too late").await;
    let said = answer["detail"].as_str().unwrap();
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
    reports_damage(&place, &program).await;
    program.stop();
    for command in ["check", "serve", "export"] {
        let said = place.refused(command);
        assert!(said.contains("another program wrote into catalog.sqlite-wal"), "{said}");
        assert!(said.contains("--from-bucket"), "{said}");
    }
    let said = String::from_utf8(place.run("doctor").stdout).unwrap();
    assert!(said.contains("WRONG catalog") && said.contains("another program wrote"), "{said}");
    // The remedy in the message works.
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
    reports_damage(&place, &program).await;
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
    assert_eq!(count(&program, warning), 0, "earlier foreign pictures cause no warning: {}", program.log());

    // An empty file, as a crash or a full disk leaves it, or none at all.
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
