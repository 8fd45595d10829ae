//! Photos on several machines: three instances that only serve and two workers that only work share a bucket, a table and
//! a queue of jobs, with faults on the way, and all of them are killed at random. Every acknowledged photo ends with its
//! pictures, or with a failure that names its reason.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use futures::future::join_all;
use serde_json::Value;
use tempfile::TempDir;

use super::backend::Backend;
use super::instance::Cluster;
use super::{at_work, random};
use crate::photo_kills::{is_end, photo, states};
use crate::support::{Background, all_entries};

const CLIENTS: u64 = 6;
const WORKERS: usize = 2;
/// Uploads of one client: so that the work left over is bounded.
const UPLOADS_MAX: u64 = 12;
/// Faults in a thousand requests.
const FAULTS_PER_MILLE: u32 = 40;
/// Longest time that a client goes on asking for the same thing, and without any progress at the end.
const PATIENCE: Duration = Duration::from_secs(300);

/// The workers, which can be ended and started again.
struct Workers {
    environment: Vec<(&'static str, String)>,
    folder: TempDir,
    running: Vec<Background>,
}

impl Workers {
    fn start(backend: &Backend) -> Self {
        let (environment, folder) = (backend.environment(), tempfile::tempdir().unwrap());
        let mut workers = Self { environment, folder, running: Vec::new() };
        workers.running = (0..WORKERS).map(|which| workers.one(which)).collect();
        workers
    }

    fn one(&self, which: usize) -> Background {
        let variables: Vec<_> = self.environment.iter().map(|(name, value)| (*name, &**value)).collect();
        Background::start(&["worker"], &variables, self.folder.path().join(format!("worker-{which}.log")))
    }

    /// Whoever watches over them starts those that ended.
    fn keep_running(&mut self) {
        for which in 0..WORKERS {
            if !self.running[which].is_running() {
                self.running[which] = self.one(which);
            }
        }
    }

    fn kill(&mut self, which: usize) {
        if self.running[which].is_running() {
            self.running[which].kill();
        }
    }

    fn logs(&self) -> String {
        self.running.iter().map(Background::log).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn photos_survive_faults_and_kills_of_servers_and_workers() {
    let mut random = random();
    let backend = Backend::with_jobs(&mut random, true).await;
    let mut cluster = Cluster::on(backend, 3, &[("QRATE_NO_WORKER", "true")]).await;
    let mut workers = Workers::start(&cluster.backend);
    cluster.backend.objects.fail(FAULTS_PER_MILLE);
    cluster.backend.items.fail(FAULTS_PER_MILLE);

    let urls = cluster.urls();
    let end = Instant::now() + at_work();
    let clients =
        (0..CLIENTS).map(|client| tokio::spawn(upload_until(end, urls.clone(), client, random.fork())));
    let clients = tokio::spawn(join_all(clients.collect::<Vec<_>>()));
    let mut kills = 0;
    while !clients.is_finished() {
        tokio::time::sleep(Duration::from_millis(random.u64(500..1500))).await;
        workers.keep_running();
        if random.bool() {
            workers.kill(random.usize(..WORKERS));
        } else {
            let which = random.usize(..cluster.instances.len());
            cluster.instances[which].kill().await;
            cluster.instances[which].start_in_trouble().await;
        }
        kills += 1;
    }
    let known: BTreeMap<u64, usize> = clients.await.unwrap().into_iter().flat_map(Result::unwrap).collect();
    let faults: u64 =
        cluster.backend.objects.faults().values().chain(cluster.backend.items.faults().values()).sum();
    cluster.backend.objects.fail(0);
    cluster.backend.items.fail(0);
    let entries = worked_on(&urls[0], &mut workers).await;
    eprintln!("{} photos, {kills} kills, {faults} faults", entries.len());
    assert!(kills > 0 && faults > 0 && !known.is_empty());
    verify(&urls, &known, &entries).await;
    // Nobody had to make a picture again that was said to be made.
    assert_eq!(all_entries(&reqwest::Client::new(), &urls[0], "").await, entries);
    for which in 0..WORKERS {
        workers.kill(which);
    }
    for instance in &mut cluster.instances {
        instance.stop().await;
    }
    for arguments in [&["check"][..], &["check", "--repair"], &["check"]] {
        let said = cluster.backend.run(arguments).await;
        // A server that was killed in between has left the object of an upload, and the client sent it again.
        assert!(said.contains("nothing is wrong") || said.contains("no damage, but"), "{said}");
    }
    let said = cluster.backend.run(&["check"]).await;
    assert!(!said.contains("derived"), "nothing is left over: {said}");
}

/// One client: an upload after the other, each again until it is acknowledged. Sizes of the photos by their ids.
async fn upload_until(
    end: Instant,
    urls: Vec<String>,
    client: u64,
    mut random: fastrand::Rng,
) -> Vec<(u64, usize)> {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut known = Vec::new();
    for n in 0..UPLOADS_MAX {
        if Instant::now() >= end {
            break;
        }
        let (bytes, started) = (photo(0, client, n), Instant::now());
        let id = loop {
            let url = random.choice(&urls).unwrap();
            let address = format!("{url}api/v1/spaces/main/photos?name=photo.jpg");
            if let Some(id) = acknowledged(
                http.post(address).header("idempotency-key", format!("{client}-{n}")).body(bytes.clone()),
            )
            .await
            {
                break id;
            }
            assert!(started.elapsed() < PATIENCE, "client {client} gave up");
            tokio::time::sleep(Duration::from_millis(random.u64(50..250))).await;
        };
        known.push((id, bytes.len()));
    }
    known
}

/// The id that the server answered; none if it could not.
async fn acknowledged(request: reqwest::RequestBuilder) -> Option<u64> {
    let answer = request.send().await.ok()?;
    let status = answer.status();
    let answer: Value = answer.json().await.ok()?;
    assert!(status.is_success() || status.is_server_error() || status.as_u16() == 429, "{status} {answer}");
    if status.is_success() { answer["entry"]["id"].as_u64() } else { None }
}

/// All entries, once nothing happens to any of them.
async fn worked_on(url: &str, workers: &mut Workers) -> Vec<Value> {
    let (mut fewest, mut progress_at) = (usize::MAX, Instant::now());
    loop {
        workers.keep_running();
        let entries = all_entries(&reqwest::Client::new(), url, "").await;
        let unfinished = entries.iter().filter(|entry| states(entry).any(|state| !is_end(state))).count();
        if unfinished == 0 {
            return entries;
        }
        if unfinished < fewest {
            (fewest, progress_at) = (unfinished, Instant::now());
        }
        assert!(progress_at.elapsed() < PATIENCE, "{unfinished} photos wait: {}", workers.logs());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Every acknowledged photo is there once, with its pictures, and each instance shows the same.
async fn verify(urls: &[String], known: &BTreeMap<u64, usize>, entries: &[Value]) {
    assert_eq!(entries.len(), known.len(), "each once, and nothing that nobody sent");
    for url in urls {
        assert_eq!(all_entries(&reqwest::Client::new(), url, "").await.len(), entries.len());
    }
    for entry in entries {
        let id = entry["id"].as_u64().unwrap();
        assert_eq!(entry["size_bytes"].as_u64().unwrap(), known[&id] as u64);
        if states(entry).any(|state| state == "failed") {
            let words = entry["photo"]["progress"].as_str().unwrap();
            assert!(words.contains("stopped twice") || words.contains("did not respond"), "#{id}: {words}");
            continue;
        }
        for step in ["thumbnail", "view", "result"] {
            let made = image::load_from_memory(&derived(&urls[1], id, step).await).unwrap();
            assert_eq!(made.width(), if step == "thumbnail" { 320 } else { 480 }, "#{id} {step}");
        }
    }
}

/// A picture of a photo, from an instance that may have to hear of it first.
async fn derived(url: &str, id: u64, step: &str) -> bytes::Bytes {
    let started = Instant::now();
    loop {
        let answer = reqwest::get(format!("{url}s/main/files/{id}/{step}")).await.unwrap();
        if answer.status() != StatusCode::SERVICE_UNAVAILABLE {
            return answer.error_for_status().unwrap().bytes().await.unwrap();
        }
        assert!(started.elapsed() < PATIENCE, "#{id} {step}: {}", answer.text().await.unwrap());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
