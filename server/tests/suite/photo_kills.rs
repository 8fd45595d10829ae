//! Killed, nothing lost: the real program, sixteen clients that upload photos, SIGKILL at a random moment, and again.
//! Every acknowledged photo ends with its pictures, or with a failure that names its reason.
//!
//! `QRATE_TEST_PHOTO_KILLS` is the number of rounds, `QRATE_TEST_SEED` repeats the random choices of a run.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use futures::future::join_all;
use serde_json::Value;

use crate::support::{Program, all_entries, jpeg, qrate};

const CLIENTS: u64 = 16;
/// Longest time from the first upload of a round to its kill.
const ROUND_MAX_MS: u64 = 700;
/// Kills of one gallery: each start continues what all of them left.
const ROUNDS_MAX: u64 = 25;
/// Uploads of one client in a round: so that the work left over is bounded.
const UPLOADS_MAX: u64 = 4;
/// Longest time without any progress.
const PATIENCE: Duration = Duration::from_secs(120);

/// A photo that was sent.
#[derive(Debug, Clone)]
struct Sent {
    request: String,
    bytes: Vec<u8>,
}

/// What the clients know.
#[derive(Default)]
struct Known {
    /// The photos by the id that the server answered.
    acknowledged: BTreeMap<u64, Sent>,
    /// Sent, but killed before the answer.
    unanswered: Vec<Sent>,
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_survive_kills() {
    let mut rounds: u64 = std::env::var("QRATE_TEST_PHOTO_KILLS").map_or(10, |kills| kills.parse().unwrap());
    let seed: u64 =
        std::env::var("QRATE_TEST_SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    eprintln!("{rounds} kills, QRATE_TEST_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    while rounds > 0 {
        let some = rounds.min(ROUNDS_MAX);
        let (photos, crashed) = kill_again_and_again(some, &mut random).await;
        rounds -= some;
        eprintln!("{photos} photos, {crashed} given up after two crashes, {rounds} kills to go");
    }
}

/// Kills one gallery so many times. The number of photos, and of those that failed.
async fn kill_again_and_again(rounds: u64, random: &mut fastrand::Rng) -> (usize, usize) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut known = Known::default();
    for round in 0..rounds {
        let mut program = Program::start(&data);
        let clients =
            (0..CLIENTS).map(|client| tokio::spawn(upload_until_killed(program.url.clone(), round, client)));
        let clients: Vec<_> = clients.collect();
        tokio::time::sleep(Duration::from_millis(random.u64(1..ROUND_MAX_MS))).await;
        program.kill();
        for told in join_all(clients).await {
            let told = told.unwrap();
            known.acknowledged.extend(told.acknowledged);
            known.unanswered.extend(told.unanswered);
        }
    }
    let mut program = Program::start(&data);
    let http = reqwest::Client::new();
    for sent in std::mem::take(&mut known.unanswered) {
        let id = upload(&http, &program.url, &sent).await.unwrap();
        assert_eq!(upload(&http, &program.url, &sent).await, Some(id), "{}", sent.request);
        known.acknowledged.insert(id, sent);
    }
    assert!(known.acknowledged.len() as u64 > rounds, "the rounds were long enough to upload something");
    let entries = worked_on(&http, &program).await;
    let crashed = verify(&http, &program, &known, &entries).await;
    program.stop();
    assert_is_clean(&data);
    (known.acknowledged.len(), crashed)
}

/// One client: an upload after the other, until there is no answer.
async fn upload_until_killed(url: String, round: u64, client: u64) -> Known {
    let http = reqwest::Client::new();
    let mut known = Known::default();
    for n in 0..UPLOADS_MAX {
        let sent = Sent { request: format!("{round}-{client}-{n}"), bytes: photo(round, client, n) };
        match upload(&http, &url, &sent).await {
            Some(id) => drop(known.acknowledged.insert(id, sent)),
            None => {
                known.unanswered.push(sent);
                break;
            }
        }
    }
    known
}

/// A photo that no other client sends.
pub(crate) fn photo(round: u64, client: u64, n: u64) -> Vec<u8> {
    let seed = round * 1_000_003 + client * 1009 + n;
    let mut random = fastrand::Rng::with_seed(seed);
    jpeg(480, 320, [random.u8(..), random.u8(..), random.u8(..)])
}

/// The id of the entry; none without a whole answer.
async fn upload(http: &reqwest::Client, url: &str, sent: &Sent) -> Option<u64> {
    let address = format!("{url}api/v1/spaces/main/photos?name=photo.jpg");
    loop {
        let answer = http
            .post(&address)
            .header("idempotency-key", &sent.request)
            .body(sent.bytes.clone())
            .send()
            .await
            .ok()?;
        let status = answer.status();
        let answer: Value = answer.json().await.ok()?;
        if status.as_u16() == 503 {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        }
        assert!(status.is_success(), "{status} {answer}");
        return Some(answer["entry"]["id"].as_u64().unwrap());
    }
}

/// All entries, once nothing happens to any of them.
pub(crate) async fn worked_on(http: &reqwest::Client, program: &Program) -> Vec<Value> {
    let (mut fewest, mut progress_at) = (usize::MAX, Instant::now());
    loop {
        let entries = all_entries(http, &program.url, "").await;
        let unfinished = entries.iter().filter(|entry| states(entry).any(|state| !is_end(state))).count();
        if unfinished == 0 {
            return entries;
        }
        if unfinished < fewest {
            (fewest, progress_at) = (unfinished, Instant::now());
        }
        assert!(progress_at.elapsed() < PATIENCE, "{unfinished} photos wait: {}", program.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

pub(crate) fn states(entry: &Value) -> impl Iterator<Item = &str> {
    let stages = entry["photo"]["stages"].as_array().expect("a photo");
    stages.iter().map(|stage| stage["state"].as_str().unwrap())
}

pub(crate) fn is_end(state: &str) -> bool {
    state == "done" || state == "failed"
}

/// Every acknowledged photo is there once, with its bytes and its pictures. The number of those that failed.
async fn verify(http: &reqwest::Client, program: &Program, known: &Known, entries: &[Value]) -> usize {
    assert_eq!(entries.len(), known.acknowledged.len(), "each once, and nothing that nobody sent");
    let mut failed = 0;
    for entry in entries {
        let id = entry["id"].as_u64().unwrap();
        let sent = &known.acknowledged[&id];
        assert_eq!(entry["size_bytes"].as_u64().unwrap(), sent.bytes.len() as u64, "#{id} {}", sent.request);
        let picture = |name: &str| http.get(format!("{}s/main/files/{id}/{name}", program.url)).send();
        if states(entry).all(|state| state == "done") {
            for step in ["thumbnail", "view", "result"] {
                let bytes = picture(step).await.unwrap().error_for_status().unwrap().bytes().await.unwrap();
                let made = image::load_from_memory(&bytes).unwrap();
                assert_eq!(made.width(), if step == "thumbnail" { 320 } else { 480 }, "#{id} {step}");
            }
        } else {
            // Two kills in the middle of the same photo.
            let words = entry["photo"]["progress"].as_str().unwrap();
            assert!(words.contains("stopped twice"), "#{id}: {words}");
            failed += 1;
        }
    }
    failed
}

/// The check finds nothing, and its repair leaves nothing behind.
fn assert_is_clean(data: &Path) {
    let data = data.to_str().unwrap();
    for arguments in [
        &["check", "--data-dir", data][..],
        &["check", "--repair", "--data-dir", data],
        &["check", "--data-dir", data],
    ] {
        let checked = qrate(arguments);
        let said =
            String::from_utf8_lossy(&checked.stdout).into_owned() + &String::from_utf8_lossy(&checked.stderr);
        assert!(checked.status.success(), "{arguments:?}: {said}");
    }
    let last = qrate(&["check", "--data-dir", data]);
    let said = String::from_utf8_lossy(&last.stdout).into_owned();
    assert!(!said.contains("derived"), "nothing is left over: {said}");
}
