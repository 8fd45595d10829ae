//! Clients: each saves, removes and restores, one after another, and remembers what was acknowledged.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

/// The longest time that a client retries a request.
const PATIENCE: Duration = Duration::from_secs(120);

/// The acknowledged entries: texts by their ids, and whether they are live.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) entries: BTreeMap<u64, (String, bool)>,
    /// Failed or missing responses; each request was repeated.
    pub(crate) troubles: Vec<String>,
}

/// Runs this many clients until the time is over.
pub(crate) async fn work(count: u64, url: &str, time: Duration, random: &mut fastrand::Rng) -> Known {
    let end = Instant::now() + time;
    let clients = (0..count).map(|number| {
        let client = Client::new(number, url, random.fork());
        tokio::spawn(client.work_until(end))
    });
    let mut all = Known::default();
    for known in join_all(clients).await {
        let known = known.unwrap();
        for (id, entry) in known.entries {
            assert!(all.entries.insert(id, entry).is_none(), "#{id} was given to two");
        }
        all.troubles.extend(known.troubles);
    }
    all
}

struct Client {
    number: u64,
    url: String,
    http: reqwest::Client,
    random: fastrand::Rng,
    known: Known,
}

impl Client {
    fn new(number: u64, url: &str, random: fastrand::Rng) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { number, url: url.to_owned(), http, random, known: Known::default() }
    }

    async fn work_until(mut self, end: Instant) -> Known {
        for n in 0.. {
            if Instant::now() >= end {
                break;
            }
            let ids: Vec<u64> = self.known.entries.keys().copied().collect();
            match (self.random.u32(0..10), self.random.choice(ids)) {
                (7..9, Some(id)) => self.set_live(id, false).await,
                (9, Some(id)) => self.set_live(id, true).await,
                _ => self.save(n).await,
            }
        }
        self.known
    }

    async fn save(&mut self, n: u64) {
        let text = format!("https://example.com/client-{}/save-{n}", self.number);
        let wish = json!({"text": text});
        let change = self.ask(Method::POST, "", Some((format!("{}-{n}", self.number), wish))).await;
        assert_eq!(change["entry"]["value"], text.as_str());
        let id = change["entry"]["id"].as_u64().unwrap();
        let before = self.known.entries.insert(id, (text, true));
        assert_eq!(before, None, "#{id} was given twice");
    }

    async fn set_live(&mut self, id: u64, live: bool) {
        let change = if live {
            self.ask(Method::POST, &format!("/{id}/restore"), None).await
        } else {
            self.ask(Method::DELETE, &format!("/{id}"), None).await
        };
        assert_eq!(change["entry"]["state"] == "live", live, "{change}");
        self.known.entries.get_mut(&id).unwrap().1 = live;
    }

    /// Repeats a request until it is acknowledged.
    async fn ask(&mut self, method: Method, path: &str, body: Option<(String, Value)>) -> Value {
        let url = format!("{}api/v1/spaces/main/entries{path}", self.url);
        let started = Instant::now();
        loop {
            let mut request = self.http.request(method.clone(), &url);
            if let Some((key, body)) = &body {
                request = request.header("idempotency-key", key).json(body);
            }
            let trouble = match answer(request).await {
                Ok((status, answer)) if (200..300).contains(&status) => return answer,
                Ok((status, answer)) => {
                    assert!(status >= 500 || status == 429, "{method} {path}: {status} {answer}");
                    format!("{method} {path}: {status} {answer}")
                }
                Err(error) => format!("{method} {path}: {error:#}"),
            };
            assert!(started.elapsed() < PATIENCE, "given up: {trouble}");
            self.known.troubles.push(trouble);
            tokio::time::sleep(Duration::from_millis(self.random.u64(50..250))).await;
        }
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Result<(u16, Value), reqwest::Error> {
    let response = request.send().await?;
    let status = response.status().as_u16();
    let text = response.text().await?;
    Ok((status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
}
