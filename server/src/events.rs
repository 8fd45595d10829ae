//! The event stream of a space (Server-Sent Events, HTML 9.2): `hello` with the newest seq and our build, then every
//! `change` with its seq as id, a `beat` now and then, and `reset` when the log no longer reaches back. Where streams end
//! (`SiteOptions::streams_end`), `poll` comes last.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::sse::{self, Sse};
use axum::response::{IntoResponse, Response};
use domain::limits::{BEAT_INTERVAL, POLL_INTERVAL};
use domain::wire::{Beat, Hello};
use domain::{Seq, number};
use futures::Stream;
use gallery::catalog::CatalogError;
use gallery::{Event, Gallery, Read, Subscription};
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Instant, Interval, interval_at};
use tokio_util::sync::CancellationToken;
use ulid::Ulid;

use crate::grants::InSpace;
use crate::inputs::{NUMBER_MAX, Query};
use crate::page_models;
use crate::problem::Problem;
use crate::site::Site;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Tells nginx not to hold events back.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// When browsers come back after we stopped: soon, but not all in the same moment.
const RETRY: std::ops::Range<Duration> = Duration::from_millis(500)..Duration::from_millis(2500);

/// What has happened already comes at once; after this long there is nothing more.
const SETTLED: Duration = Duration::from_millis(50);

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
        catalog_fault: site.gallery.catalog_fault(),
        build: site.shell.build.clone(),
        subscription,
        beats: interval_at(Instant::now() + BEAT_INTERVAL, BEAT_INTERVAL),
        stopping: site.stopping.clone(),
        ends: site.streams_end,
        said: Said::Nothing,
        _permit: permit,
    };
    let headers = [(header::CACHE_CONTROL, "no-store"), (X_ACCEL_BUFFERING, "no")];
    Ok((headers, Sse::new(feed.into_events())).into_response())
}

/// Where a browser that lost its stream was; it wins over `after`, which is where its page was loaded.
fn last_event_id(headers: &HeaderMap) -> Result<Option<Seq>, Problem> {
    let Some(value) = headers.get(LAST_EVENT_ID).filter(|value| !value.is_empty()) else { return Ok(None) };
    Ok(Some(number("Last-Event-ID", value.to_str().unwrap_or_default(), 0..=NUMBER_MAX)?))
}

/// An open stream: only its place in the feed.
struct Feed {
    gallery: Gallery,
    catalog_fault: watch::Receiver<Option<Arc<CatalogError>>>,
    build: String,
    subscription: Subscription,
    beats: Interval,
    stopping: CancellationToken,
    /// Whether it ends once it has said what has happened.
    ends: bool,
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
    fn into_events(self) -> impl Stream<Item = Result<sse::Event, Infallible>> + Send {
        futures::stream::unfold(self, |mut feed| async move {
            let event = feed.next().await?;
            Some((Ok(event), feed))
        })
    }

    /// The next event; none after the last.
    async fn next(&mut self) -> Option<sse::Event> {
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
    fn hello(&self) -> sse::Event {
        let Beat { behind_seconds, unnamed_files, fault } = self.beat();
        let (seq, build) = (self.subscription.newest(), self.build.clone());
        event("hello", &Hello { seq, build, behind_seconds, unnamed_files, fault })
    }

    fn beat(&self) -> Beat {
        Beat {
            behind_seconds: self.subscription.behind_for().map(|behind| behind.as_secs()),
            unnamed_files: Some(self.gallery.unnamed_files()).filter(|files| *files > 0),
            fault: page_models::fault(&self.gallery),
        }
    }

    /// What happens next. Browsers drop an event without data, so all have some.
    async fn wait(&mut self) -> sse::Event {
        let next = tokio::select! {
            biased;
            () = self.stopping.cancelled() => None,
            Ok(()) = self.catalog_fault.changed() => return event("beat", &self.beat()),
            next = self.subscription.next() => next,
            () = tokio::time::sleep(SETTLED), if self.ends => {
                self.said = Said::Goodbye;
                return event("poll", &serde_json::json!({})).retry(POLL_INTERVAL);
            }
            _ = self.beats.tick() => return event("beat", &self.beat()),
        };
        match next {
            Some(Event::Change { seq, json }) => {
                sse::Event::default().event("change").id(seq.to_string()).data(json)
            }
            Some(Event::Reset) => {
                self.said = Said::Goodbye;
                sse::Event::default().event("reset").data("{}")
            }
            None => {
                self.said = Said::Goodbye;
                sse::Event::default().retry(retry_after())
            }
        }
    }
}

fn event(name: &str, data: &impl Serialize) -> sse::Event {
    let json = serde_json::to_string(data).expect("our own types become JSON");
    sse::Event::default().event(name).data(json)
}

/// A random moment in `RETRY`.
fn retry_after() -> Duration {
    let span_ms = (RETRY.end - RETRY.start).as_millis();
    let offset_ms = Ulid::generate().random() % span_ms;
    RETRY.start + Duration::from_millis(u64::try_from(offset_ms).expect("less than the span"))
}
