//! Kills lose nothing: the real program, sixteen clients that save, SIGKILL at a random moment, and again.
//!
//! `QRATE_TEST_KILLS` is the number of rounds, `QRATE_TEST_SEED` repeats the random choices of a run.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use futures::future::join_all;
use serde_json::{Value, json};

use crate::support::{Program, all_entries, qrate};

const CLIENTS: u64 = 16;

/// Longest time from the first save of a round to its kill.
const ROUND_MAX_MS: u64 = 200;

/// A requested save.
#[derive(Debug, Clone)]
struct Wish {
    request: String,
    text: String,
}

/// What the clients know.
#[derive(Default)]
struct Known {
    /// Acknowledged texts by their id.
    acknowledged: BTreeMap<u64, String>,
    /// Sent, but killed before the response.
    unanswered: Vec<Wish>,
}

/// Kills of one gallery: each start reads all of it.
const ROUNDS_MAX: u64 = 50;

#[tokio::test(flavor = "multi_thread")]
async fn kills_lose_nothing() {
    let mut rounds: u64 = std::env::var("QRATE_TEST_KILLS").map_or(10, |kills| kills.parse().unwrap());
    let seed: u64 =
        std::env::var("QRATE_TEST_SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    eprintln!("{rounds} kills, QRATE_TEST_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let mut saves = 0;
    while rounds > 0 {
        let some = rounds.min(ROUNDS_MAX);
        saves += kill_again_and_again(some, &mut random).await;
        rounds -= some;
        eprintln!("{saves} saves so far, all there once, {rounds} kills to go");
    }
}

/// Kills one gallery this many times; returns the number of saves.
async fn kill_again_and_again(rounds: u64, random: &mut fastrand::Rng) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut known = Known::default();
    for round in 0..rounds {
        let mut program = Program::start(&data);
        retry(&program, &mut known).await;
        verify(&program, &known).await;
        let clients =
            (0..CLIENTS).map(|client| tokio::spawn(save_until_killed(program.url.clone(), round, client)));
        let clients: Vec<_> = clients.collect();
        tokio::time::sleep(Duration::from_millis(random.u64(1..ROUND_MAX_MS))).await;
        program.kill();
        for outcome in join_all(clients).await {
            let outcome = outcome.unwrap();
            known.acknowledged.extend(outcome.acknowledged);
            known.unanswered.extend(outcome.unanswered);
        }
    }
    let mut program = Program::start(&data);
    retry(&program, &mut known).await;
    verify(&program, &known).await;
    program.stop();
    assert!(known.acknowledged.len() as u64 > rounds, "the rounds were long enough to save something");

    let checked = qrate(&["check", "--data-dir", data.to_str().unwrap()]);
    let said =
        String::from_utf8_lossy(&checked.stdout).into_owned() + &String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{said}");
    known.acknowledged.len()
}

/// One client: one save after another, until there is no response.
async fn save_until_killed(url: String, round: u64, client: u64) -> Known {
    let http = reqwest::Client::new();
    let mut known = Known::default();
    for n in 0.. {
        let wish = Wish {
            request: format!("{round}-{client}-{n}"),
            text: format!("round {round} client {client} save {n}"),
        };
        match save(&http, &url, &wish).await {
            Some(id) => drop(known.acknowledged.insert(id, wish.text)),
            None => {
                known.unanswered.push(wish);
                break;
            }
        }
    }
    known
}

/// The id of the entry; `None` without a complete response.
async fn save(http: &reqwest::Client, url: &str, wish: &Wish) -> Option<u64> {
    let request = http.post(format!("{url}api/v1/spaces/main/entries")).json(&json!({"text": wish.text}));
    let answer = request.header("idempotency-key", &wish.request).send().await.ok()?;
    let status = answer.status();
    let answer: Value = answer.json().await.ok()?;
    assert!(status.is_success(), "{answer}");
    Some(answer["entry"]["id"].as_u64().unwrap())
}

/// What any client does without a response: it repeats the request, here even twice.
async fn retry(program: &Program, known: &mut Known) {
    let http = reqwest::Client::new();
    for wish in std::mem::take(&mut known.unanswered) {
        let id = save(&http, &program.url, &wish).await.unwrap();
        assert_eq!(save(&http, &program.url, &wish).await, Some(id));
        known.acknowledged.insert(id, wish.text);
    }
}

/// Every acknowledged save is there once, under its id, with its file, and nothing else is.
async fn verify(program: &Program, known: &Known) {
    let http = reqwest::Client::new();
    let entries = all_entries(&http, &program.url, "").await;
    let values: HashMap<&str, u64> = entries
        .iter()
        .map(|entry| (entry["value"].as_str().unwrap(), entry["id"].as_u64().unwrap()))
        .collect();
    assert_eq!(values.len(), entries.len(), "nothing twice");
    for (id, text) in &known.acknowledged {
        assert_eq!(values.get(text.as_str()), Some(id), "{text}");
    }
    assert_eq!(entries.len(), known.acknowledged.len(), "nothing that was not requested");
    // Only the newest files: earlier rounds have read the others.
    for entry in entries.iter().take(100) {
        let id = &entry["id"];
        let file = http.get(format!("{}s/main/files/{id}/code.png", program.url)).send().await.unwrap();
        let bytes = file.error_for_status().unwrap().bytes().await.unwrap();
        assert_eq!(bytes.len() as u64, entry["size_bytes"].as_u64().unwrap());
        assert_eq!(qr::read_png(&bytes).unwrap(), entry["value"].as_str().unwrap());
    }
}
