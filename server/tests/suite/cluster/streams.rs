//! Event streams as browsers use them: a lost one is reopened after its last seq, on whichever instance answers.

use std::time::Duration;

use futures::StreamExt as _;
use futures::future::join_all;
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The longest wait for a change that every stream must receive.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(100);

/// Streams that read until each has received the last change.
pub(crate) struct Streams {
    tasks: Vec<JoinHandle<Received>>,
    /// The seq of the last change, once it is known.
    last: watch::Sender<u64>,
}

/// What one stream received.
#[derive(Default)]
pub(crate) struct Received {
    /// Every change, in the order in which it came.
    pub(crate) changes: Vec<Value>,
    /// How often it was reopened.
    pub(crate) reopened: u64,
}

impl Received {
    fn seq(&self) -> u64 {
        self.changes.last().map_or(0, |change| change["seq"].as_u64().unwrap())
    }
}

impl Streams {
    /// This many streams from the very beginning of `main`, spread over these URLs.
    pub(crate) fn open(count: usize, urls: &[String]) -> Self {
        let last = watch::Sender::new(u64::MAX);
        let tasks = (0..count).map(|number| {
            let urls = [&urls[number % urls.len()..], urls].concat();
            tokio::spawn(listen(urls, last.subscribe()))
        });
        Self { tasks: tasks.collect(), last: last.clone() }
    }

    /// Waits until each has received the change with this seq, and returns what they received.
    pub(crate) async fn up_to(self, last: u64) -> Vec<Received> {
        self.last.send_replace(last);
        let received = tokio::time::timeout(PATIENCE, join_all(self.tasks)).await;
        received.expect("every stream receives the last change").into_iter().map(Result::unwrap).collect()
    }
}

async fn listen(urls: Vec<String>, mut last: watch::Receiver<u64>) -> Received {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut received = Received::default();
    for url in urls.iter().cycle() {
        let known = last.clone();
        let is_lost = tokio::select! {
            () = receive(&http, url, &known, &mut received) => true,
            // A stream that has received every change stops reading.
            changed = last.changed() => {
                changed.unwrap();
                false
            }
        };
        if received.seq() >= *last.borrow() {
            break;
        }
        received.reopened += u64::from(is_lost);
        tokio::time::sleep(PAUSE).await;
    }
    received
}

/// Reads until the stream ends, or the last change has arrived.
async fn receive(http: &reqwest::Client, url: &str, last: &watch::Receiver<u64>, received: &mut Received) {
    let request = http.get(format!("{url}s/main/events?after=0"));
    let request = match received.seq() {
        0 => request,
        seq => request.header("last-event-id", seq),
    };
    let Ok(answer) = request.send().await else { return };
    if !answer.status().is_success() {
        return;
    }
    let mut pieces = answer.bytes_stream();
    let mut text = String::new();
    while let Some(Ok(piece)) = pieces.next().await {
        text.push_str(std::str::from_utf8(&piece).expect("a frame arrives complete"));
        while let Some((event, rest)) = text.split_once("\n\n") {
            take(event, received);
            text = rest.to_owned();
        }
        if received.seq() >= *last.borrow() {
            return;
        }
    }
}

fn take(event: &str, received: &mut Received) {
    let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    match field("event") {
        Some("change") => {
            let change: Value = serde_json::from_str(field("data").unwrap()).unwrap();
            assert_eq!(field("id"), Some(&*change["seq"].to_string()));
            received.changes.push(change);
        }
        Some("reset") => panic!("a reset, although no change was missed"),
        _ => {}
    }
}
