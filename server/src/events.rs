//! The event stream of a space (Server-Sent Events, HTML 9.2): `hello` with the newest seq and our build, then every
//! `change` with its seq as id, a `beat` now and then, and `reset` when the log no longer reaches back.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use domain::limits::BEAT_INTERVAL;
use domain::wire::{Beat, Hello};
use domain::{Seq, number};
use futures::Stream;
use gallery::{Event, Gallery, Read, Subscription};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, Interval, interval_at};
use tokio_util::sync::CancellationToken;
use ulid::Ulid;

use crate::grants::InSpace;
use crate::inputs::{NUMBER_MAX, Query};
use crate::problem::Problem;
use crate::site::Site;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Tells nginx not to hold events back.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// When browsers come back after we stopped: soon, but not all in the same moment.
const RETRY: std::ops::Range<Duration> = Duration::from_millis(500)..Duration::from_millis(2500);

/// `GET /s/{space}/events?after=SEQ`
pub(crate) async fn events(
    State(site): State<Arc<Site>>,
    InSpace(grant): InSpace<Read>,
    Query(query): Query,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let after = match last_event_id(&headers)? {
        Some(seq) => Some(seq),
        None => query.number("after", 0..=NUMBER_MAX)?,
    };
    let permit = Arc::clone(&site.streams)
        .try_acquire_owned()
        .map_err(|_| Problem::busy("Too many pages are listening at once. Try again in a moment."))?;
    let subscription = site.gallery.subscribe(&grant, after).await?;
    let feed = Feed {
        gallery: site.gallery.clone(),
        build: site.shell.build.clone(),
        subscription,
        beats: interval_at(Instant::now() + BEAT_INTERVAL, BEAT_INTERVAL),
        stopping: site.stopping.clone(),
        said: Said::Nothing,
        _permit: permit,
    };
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        (X_ACCEL_BUFFERING, "no"),
    ];
    Ok((headers, Body::from_stream(feed.into_stream())).into_response())
}

/// Where a browser that lost its stream was; it wins over `after`, which is where its page was loaded.
fn last_event_id(headers: &HeaderMap) -> Result<Option<Seq>, Problem> {
    let Some(value) = headers.get(LAST_EVENT_ID).filter(|value| !value.is_empty()) else { return Ok(None) };
    Ok(Some(number("Last-Event-ID", value.to_str().unwrap_or_default(), 0..=NUMBER_MAX)?))
}

/// An open stream: only its place in the feed.
struct Feed {
    gallery: Gallery,
    build: String,
    subscription: Subscription,
    beats: Interval,
    stopping: CancellationToken,
    said: Said,
    _permit: OwnedSemaphorePermit,
}

/// How far a stream has come.
#[derive(PartialEq)]
enum Said {
    Nothing,
    Hello,
    Goodbye,
}

impl Feed {
    fn into_stream(self) -> impl Stream<Item = Result<String, std::convert::Infallible>> + Send {
        futures::stream::unfold(self, |mut feed| async move {
            let frame = feed.next().await?;
            Some((Ok(frame), feed))
        })
    }

    /// The next frame; none after the last.
    async fn next(&mut self) -> Option<String> {
        match self.said {
            Said::Nothing => {
                self.said = Said::Hello;
                Some(self.hello())
            }
            Said::Hello => Some(self.wait().await),
            Said::Goodbye => None,
        }
    }

    /// Without an id, so that a browser does not take it for its place.
    fn hello(&self) -> String {
        let Beat { behind_seconds, unnamed_files } = self.beat();
        let (seq, build) = (self.subscription.newest(), self.build.clone());
        let hello = Hello { seq, build, behind_seconds, unnamed_files };
        let data = serde_json::to_string(&hello).expect("our own types become JSON");
        format!("event: hello\ndata: {data}\n\n")
    }

    fn beat(&self) -> Beat {
        Beat {
            behind_seconds: self.subscription.behind_for().map(|behind| behind.as_secs()),
            unnamed_files: Some(self.gallery.unnamed_files()).filter(|files| *files > 0),
        }
    }

    /// A change, and with it those that are at hand: one after the other they would cost a write each.
    fn changes(&mut self, seq: Seq, json: &str) -> String {
        let mut frames = String::new();
        write_change(&mut frames, seq, json);
        while frames.len() < TOGETHER_BYTES
            && let Some((seq, json)) = self.subscription.next_at_hand()
        {
            write_change(&mut frames, seq, &json);
        }
        frames
    }

    /// What happens next. Browsers drop an event without data, so all have some.
    async fn wait(&mut self) -> String {
        let event = tokio::select! {
            biased;
            () = self.stopping.cancelled() => None,
            event = self.subscription.next() => event,
            _ = self.beats.tick() => {
                let data = serde_json::to_string(&self.beat()).expect("our own types become JSON");
                return format!("event: beat\ndata: {data}\n\n");
            }
        };
        match event {
            Some(Event::Change { seq, json }) => self.changes(seq, &json),
            Some(Event::Reset) => {
                self.said = Said::Goodbye;
                "event: reset\ndata: {}\n\n".to_owned()
            }
            None => {
                self.said = Said::Goodbye;
                format!("retry: {}\n\n", retry_ms())
            }
        }
    }
}

/// Changes are sent together up to so many bytes.
const TOGETHER_BYTES: usize = 64 * 1024;

fn write_change(frames: &mut String, seq: Seq, json: &str) {
    write!(frames, "event: change\nid: {seq}\ndata: {json}\n\n").expect("a String takes everything");
}

fn retry_ms() -> u128 {
    let span_ms = (RETRY.end - RETRY.start).as_millis();
    RETRY.start.as_millis() + Ulid::generate().random() % span_ms
}
