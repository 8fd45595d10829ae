//! The rule for everything that a stranger can send, or put into the bucket: none of it takes more than 256 MB or 5 s
//! of processor beyond what the server holds at rest, and others are served meanwhile. A table of the worst known
//! inputs of each parser; a new parser adds its rows.

#[path = "../../../../qr/tests/hostile/drawings.rs"]
mod drawings;
mod inputs;
mod pictures;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::photo_kills::{is_end, photo};
use crate::support::{Program, qrate_within};
use inputs::{Input, Way};

const MOST_BYTES: u64 = 256 * 1024 * 1024;
/// What the allocator may keep of all inputs together.
const MOST_KEPT_BYTES: u64 = 240 * 1024 * 1024;
const MOST_PROCESSOR: Duration = Duration::from_secs(5);
/// The longest wait of other clients. Generous, for a busy machine: on an idle one it is a tenth of a second.
const MOST_WAIT: Duration = Duration::from_secs(20);
/// The labeller's networks are dropped after this at the latest.
const NETWORKS_LOADED: Duration = Duration::from_secs(3);
/// The limit of the address space, in KiB: a server that allocates more fails instead of exhausting the machine.
const ADDRESS_SPACE_KIB: &str = "ulimit -v 3000000; exec \"$@\"";

#[tokio::test(flavor = "multi_thread")]
async fn requests_stay_within_intake_limits() {
    hold_to_the_rule(inputs::sent()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bucket_files_stay_within_intake_limits() {
    hold_to_the_rule(inputs::in_the_bucket()).await;
}

/// Separate, because the picture reader has its own bounds.
#[tokio::test(flavor = "multi_thread")]
async fn bucket_pictures_stay_within_intake_limits() {
    hold_to_the_rule(inputs::pictures_in_the_bucket()).await;
}

/// What a worker does is nobody's waiting, but its memory and its processor are the server's.
#[tokio::test(flavor = "multi_thread")]
async fn photos_stay_within_intake_limits() {
    hold_to_the_rule(inputs::photos()).await;
}

/// A separate process reads the tar, and nobody waits for it.
#[test]
fn imported_tars_stay_within_intake_limits() {
    let folder = tempdir().unwrap();
    for (name, tar) in inputs::tars() {
        let file = folder.path().join("import.tar");
        std::fs::write(&file, tar).unwrap();
        let data = folder.path().join(name);
        let output = qrate_within(
            "export MALLOC_ARENA_MAX=1; ulimit -v 800000; ulimit -t 5; exec \"$@\"",
            &["import", file.to_str().unwrap(), "--data-dir", data.to_str().unwrap()],
        );
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}: {} {said}", output.status);
    }
}

async fn hold_to_the_rule(inputs: Vec<Input>) {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let server = Served::start(&data).await;
    let rest_bytes = server.memory("VmRSS");
    let mut broken = Vec::new();
    for Input { name, way } in inputs {
        server.forget_peak();
        // What the allocator kept of the inputs before is not this one's.
        let before_bytes = server.memory("VmRSS");
        if before_bytes.saturating_sub(rest_bytes) > MOST_KEPT_BYTES {
            broken.push(format!("before {name}: {} MB are kept", (before_bytes - rest_bytes) >> 20));
        }
        let (before, begun) = (server.processor(), Instant::now());
        let (refused, waited) = tokio::join!(server.give(name, way), server.others());
        let took = server.processor() - before;
        let peak_bytes = server.memory("VmHWM").saturating_sub(before_bytes);
        eprintln!("{name}: {took:?}, {} MB, others {waited:?}, all {:?}", peak_bytes >> 20, begun.elapsed());
        if took > MOST_PROCESSOR || peak_bytes > MOST_BYTES || waited > MOST_WAIT {
            broken.push(format!("{name}: {took:?} of processor, {} MB, others {waited:?}", peak_bytes >> 20));
        }
        if let Err(answer) = refused {
            broken.push(format!("{name}: {answer}"));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The program, and a client that works with it.
struct Served {
    program: Program,
    client: reqwest::Client,
    bucket: PathBuf,
}

impl Served {
    async fn start(data: &Path) -> Self {
        let program = Program::start_through(&["sh", "-c", ADDRESS_SPACE_KIB], data);
        let client = reqwest::Client::builder().timeout(Duration::from_secs(120)).build().unwrap();
        let server = Self { program, client, bucket: data.join("bucket") };
        // Warm up what is initialised once, and what the allocator keeps of the labeller's networks once they were
        // loaded.
        server.others().await;
        server.work_on("first", photo(0, 0, 0)).await.unwrap();
        tokio::time::sleep(NETWORKS_LOADED).await;
        server
    }

    /// What other clients do: the page, a save, a save with a look. Returns the longest time of one of them.
    async fn others(&self) -> Duration {
        let mut longest = Duration::ZERO;
        for wish in
            [None, Some(json!({"text": "plain"})), Some(json!({"text": "styled", "look": "shape=dots"}))]
        {
            let begun = Instant::now();
            let request = match &wish {
                None => self.client.get(&self.program.url),
                Some(wish) => self.client.post(self.api("entries")).json(wish),
            };
            let answer = request.send().await.unwrap_or_else(|error| panic!("{wish:?}: {error:?}"));
            assert!(answer.status().is_success(), "{wish:?}: {}", answer.status());
            answer.bytes().await.unwrap();
            longest = longest.max(begun.elapsed());
        }
        longest
    }

    /// Sends an input, and waits until it is processed. An error if it was not handled as it should be.
    async fn give(&self, name: &str, way: Way) -> Result<(), String> {
        match way {
            Way::Sent { method, path, content_type, body } => {
                let url = format!("{}{}", self.program.url, path.trim_start_matches('/'));
                let request =
                    self.client.request(method, url).header("content-type", content_type).body(body);
                let answer = request.send().await.map_err(|error| format!("{error:?}"))?;
                let status = answer.status();
                answer.bytes().await.map_err(|error| format!("{error:?}"))?;
                if status.is_server_error() { Err(format!("{status}")) } else { Ok(()) }
            }
            Way::Photo(bytes) => self.work_on(name, bytes).await,
            Way::LogoInBucket(bytes) => {
                let id = digest(&bytes);
                let logos = self.bucket.join("_qrate/logos");
                std::fs::create_dir_all(&logos).unwrap();
                std::fs::write(logos.join(format!("{id}.png")), bytes).unwrap();
                let url = format!("{}s/main/logos/{id}.png", self.program.url);
                let status =
                    self.client.get(url).send().await.map_err(|error| format!("{error:?}"))?.status();
                if status.as_u16() == 404 { Ok(()) } else { Err(format!("{status}")) }
            }
            Way::Object(bytes) => {
                let file = format!("{}.png", name.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
                // Written elsewhere, then renamed, so that it appears as a whole.
                let aside = self.bucket.with_extension("aside");
                std::fs::write(&aside, bytes).unwrap();
                std::fs::rename(aside, self.bucket.join(&file)).unwrap();
                let deadline = Instant::now() + Duration::from_secs(60);
                while !self.lists(&file).await {
                    if Instant::now() > deadline {
                        return Err("it is not listed after a minute".to_owned());
                    }
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                Ok(())
            }
        }
    }

    /// Uploads a photo, and waits until nothing more happens to it.
    async fn work_on(&self, name: &str, bytes: Vec<u8>) -> Result<(), String> {
        let url =
            self.api(&format!("photos?name={}", name.replace(|c: char| !c.is_ascii_alphanumeric(), "-")));
        let request = self.client.post(url).body(bytes);
        let answer = request.send().await.map_err(|error| format!("{error:?}"))?;
        let change: Value = answer.json().await.map_err(|error| format!("{error:?}"))?;
        let id = change["entry"]["id"].as_u64().ok_or_else(|| change.to_string())?;
        let deadline = Instant::now() + Duration::from_secs(120);
        loop {
            let answer = self.client.get(self.api(&format!("entries/{id}"))).send().await.unwrap();
            let entry: Value = answer.json().await.unwrap();
            let is_over = |stage: &Value| stage["state"] == "done" || stage["state"] == "failed";
            if entry["photo"]["stages"].as_array().is_none_or(|stages| stages.iter().all(is_over)) {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(format!("it is worked on for two minutes: {}", entry["photo"]));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Whether it is listed, and all that is made of a photo is made or has failed.
    async fn lists(&self, file: &str) -> bool {
        let answer = self.client.get(self.api("entries?limit=8")).send().await.unwrap();
        let listing: Value = answer.json().await.unwrap();
        let entries = listing["entries"].as_array().unwrap();
        let is_done = |entry: &Value| {
            let stages = entry["photo"]["stages"].as_array();
            stages.is_none_or(|stages| stages.iter().all(|stage| is_end(stage["state"].as_str().unwrap())))
        };
        entries.iter().any(|entry| entry["name"] == file && is_done(entry))
    }

    fn api(&self, path: &str) -> String {
        format!("{}api/v1/spaces/main/{path}", self.program.url)
    }

    /// Resets the peak of its memory to what it holds now (proc(5), `clear_refs`).
    fn forget_peak(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.program.pid()), "5").unwrap();
    }

    /// Bytes that it holds (`VmRSS`), or held at most (`VmHWM`).
    fn memory(&self, which: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.program.pid()))
            .unwrap_or_else(|error| panic!("{error}: {}", self.program.log()));
        let line = status.lines().find(|line| line.starts_with(which)).unwrap_or_default();
        let kib = line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok());
        kib.unwrap_or_else(|| panic!("it has ended: {}", self.program.log())) * 1024
    }

    /// Its processor time so far, in ticks of 10 ms: the 14th and 15th field (proc(5), `stat`).
    fn processor(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.program.pid())).unwrap();
        // The name may contain spaces; it ends with the last parenthesis.
        let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
        let ticks: u64 = fields[11..13].iter().map(|ticks| ticks.parse::<u64>().unwrap()).sum();
        Duration::from_millis(10 * ticks)
    }
}

fn digest(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
