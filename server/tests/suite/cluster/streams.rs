//! Event streams as browsers hold them: a lost one is opened again where it was, on whichever instance answers.

use std::time::Duration;

use futures::StreamExt as _;
use futures::future::join_all;
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Longest wait for a change that all must hear.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(100);

/// Streams that listen until each has heard the last change.
pub(crate) struct Streams {
    tasks: Vec<JoinHandle<Heard>>,
    /// The seq of the last change, once it is known.
    last: watch::Sender<u64>,
}

/// What one stream heard.
#[derive(Default)]
pub(crate) struct Heard {
    /// Every change, in the order in which it came.
    pub(crate) changes: Vec<Value>,
    /// How often it had to be opened again.
    pub(crate) reopened: u64,
}

impl Heard {
    fn seq(&self) -> u64 {
        self.changes.last().map_or(0, |change| change["seq"].as_u64().unwrap())
    }
}

impl Streams {
    /// So many streams from the very beginning of `main`, spread over these addresses.
    pub(crate) fn open(count: usize, urls: &[String]) -> Self {
        let last = watch::Sender::new(u64::MAX);
        let tasks = (0..count).map(|number| {
            let urls = [&urls[number % urls.len()..], urls].concat();
            tokio::spawn(listen(urls, last.subscribe()))
        });
        Self { tasks: tasks.collect(), last: last.clone() }
    }

    /// Waits until each has heard the change with this seq, and gives what they heard.
    pub(crate) async fn up_to(self, last: u64) -> Vec<Heard> {
        self.last.send_replace(last);
        let heard = tokio::time::timeout(PATIENCE, join_all(self.tasks)).await;
        heard.expect("every stream hears of the last change").into_iter().map(Result::unwrap).collect()
    }
}

async fn listen(urls: Vec<String>, mut last: watch::Receiver<u64>) -> Heard {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut heard = Heard::default();
    for url in urls.iter().cycle() {
        let known = last.clone();
        let is_lost = tokio::select! {
            () = hear(&http, url, &known, &mut heard) => true,
            // A stream that has heard all there will be waits for nothing more.
            changed = last.changed() => {
                changed.unwrap();
                false
            }
        };
        if heard.seq() >= *last.borrow() {
            break;
        }
        heard.reopened += u64::from(is_lost);
        tokio::time::sleep(PAUSE).await;
    }
    heard
}

/// Until the stream ends, or the last change was heard.
async fn hear(http: &reqwest::Client, url: &str, last: &watch::Receiver<u64>, heard: &mut Heard) {
    let request = http.get(format!("{url}s/main/events?after=0"));
    let request = match heard.seq() {
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
        text.push_str(std::str::from_utf8(&piece).expect("a frame comes whole"));
        while let Some((event, rest)) = text.split_once("\n\n") {
            take(event, heard);
            text = rest.to_owned();
        }
        if heard.seq() >= *last.borrow() {
            return;
        }
    }
}

fn take(event: &str, heard: &mut Heard) {
    let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    match field("event") {
        Some("change") => {
            let change: Value = serde_json::from_str(field("data").unwrap()).unwrap();
            assert_eq!(field("id"), Some(&*change["seq"].to_string()));
            heard.changes.push(change);
        }
        Some("reset") => panic!("nothing was missed, so there is nothing to begin again"),
        _ => {}
    }
}
