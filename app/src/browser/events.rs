//! The event stream: opened when the page is hydrated, closed while it is hidden, reopened by us when it fails or
//! falls silent.

use core::cell::{Cell, RefCell};
use core::time::Duration;
use std::rc::Rc;

use domain::limits::{POLL_INTERVAL, SILENCE_MAX};
use domain::wire::{Beat, Hello, parse};
use domain::{Applied, ChangeKind, ChangeWire};
use futures::StreamExt as _;
use gloo_net::eventsource::futures::{EventSource, EventSourceSubscription};
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::VisibilityState;

use super::refresh::refresh;
use super::{describe, document as browser};
use crate::functions::{self, Refused};
use crate::live_listing::LiveListing;
use crate::page_state::{Connection, PageState};
use crate::words::grouped;

/// The events that we subscribe to. gloo reports an error only once the browser has given up; subscribed to like any
/// other event, it is reported while the browser still retries, which it does without backoff.
const EVENTS: [&str; 6] = ["hello", "change", "beat", "poll", "reset", "error"];

/// Longest pause before another attempt.
const PAUSE_MAX: Duration = Duration::from_secs(20);
/// Changes within this time are announced together.
const ANNOUNCE_AFTER: Duration = Duration::from_secs(1);
/// A first page with fewer rows than entries is refilled within this time, at a random moment: many pages see the
/// same removal at once.
const REFILL_WITHIN: Duration = Duration::from_millis(900);

/// Listens to changes for as long as the page is open.
pub(super) fn listen(page: PageState) {
    let stream = Rc::new(Stream {
        page,
        source: RefCell::new(None),
        opened: Cell::new(0),
        timer: Cell::new(None),
        attempts: Cell::new(0),
        is_refilling: Cell::new(false),
    });
    stream.open(Connection::Connecting);
    // Never removed: they live as long as the page.
    for kind in ["visibilitychange", "online"] {
        let stream = stream.clone();
        let _ = window_event_listener_untyped(kind, move |_| stream.open(Connection::Connecting));
    }
}

struct Stream {
    page: PageState,
    source: RefCell<Option<EventSource>>,
    /// How often it was opened or closed; events of an earlier stream are ignored.
    opened: Cell<u32>,
    /// Reopens the stream when it fires: after silence, or after the pause that follows a failure.
    timer: Cell<Option<TimeoutHandle>>,
    /// Failures since the last event.
    attempts: Cell<u32>,
    is_refilling: Cell<bool>,
}

impl Stream {
    /// Opens the stream at the page's seq, unless the page is hidden.
    fn open(self: &Rc<Self>, state: Connection) {
        if document().visibility_state() == VisibilityState::Hidden {
            return self.pause();
        }
        self.close();
        self.page.set_connection(state);
        if let Ok(mut source) = EventSource::new(&self.page.addresses().events(self.page.seq())) {
            for kind in EVENTS {
                if let Ok(events) = source.subscribe(kind) {
                    spawn_local(self.clone().follow(kind, events, self.opened.get()));
                }
            }
            self.source.replace(Some(source));
        }
        self.open_after(SILENCE_MAX);
    }

    async fn follow(self: Rc<Self>, kind: &'static str, mut events: EventSourceSubscription, opened: u32) {
        while let Some(event) = events.next().await {
            if self.opened.get() != opened {
                break;
            }
            match event {
                Ok((_, event)) if kind != "error" => {
                    self.on_event(kind, &event.data().as_string().unwrap_or_default());
                }
                _ => self.retry_later(),
            }
        }
    }

    fn close(&self) {
        self.opened.set(self.opened.get().wrapping_add(1));
        if let Some(source) = self.source.take() {
            source.close();
        }
        if let Some(timer) = self.timer.take() {
            timer.clear();
        }
    }

    /// The page is hidden: close the stream, and catch up when shown.
    fn pause(&self) {
        self.close();
        self.page.set_connection(Connection::Off);
    }

    fn open_after(self: &Rc<Self>, pause: Duration) {
        self.open_later(pause, Connection::Reconnecting);
    }

    fn open_later(self: &Rc<Self>, pause: Duration, state: Connection) {
        let stream = self.clone();
        let timer = set_timeout_with_handle(move || stream.open(state), pause).ok();
        if let Some(before) = self.timer.replace(timer) {
            before.clear();
        }
    }

    /// The server is unreachable: try again after a pause that doubles each time, with jitter.
    fn retry_later(self: &Rc<Self>) {
        self.close();
        self.page.set_connection(Connection::Reconnecting);
        let attempts = self.attempts.get();
        self.attempts.set(attempts.saturating_add(1));
        let pause = Duration::from_millis(500).saturating_mul(1 << attempts.min(6)).min(PAUSE_MAX);
        self.open_after(browser::jittered(pause));
    }

    fn on_event(self: &Rc<Self>, kind: &str, data: &str) {
        self.attempts.set(0);
        self.open_after(SILENCE_MAX);
        match kind {
            "hello" => self.on_hello(parse(data)),
            "change" => match parse(data) {
                Some(change) => self.on_change(change),
                None => self.reload_and_reconnect(),
            },
            "beat" => self.on_beat(parse(data).as_ref()),
            // All is said, and nobody holds the stream open for what may come.
            "poll" => {
                self.close();
                self.open_later(browser::jittered(POLL_INTERVAL), Connection::Live);
            }
            _ => self.reload_and_reconnect(),
        }
    }

    /// The stream has begun.
    fn on_hello(&self, hello: Option<Hello>) {
        let Some(Hello { build, behind_seconds, unnamed_files, fault, .. }) = hello else { return };
        self.on_beat(Some(&Beat { behind_seconds, unnamed_files, fault }));
        if self.page.untracked.with_value(|untracked| untracked.build != build) {
            self.page.connection.update(|link| link.is_outdated = true);
        }
    }

    /// The server answers and reports its state.
    fn on_beat(&self, beat: Option<&Beat>) {
        let Some(Beat { behind_seconds, unnamed_files, fault }) = beat else { return };
        self.page.withdraw_unreachable();
        self.page.set_connection(behind_seconds.map_or(Connection::Live, Connection::Behind));
        self.page.set_unnamed_files(unnamed_files.unwrap_or(0));
        self.page.set_fault(fault.as_deref());
    }

    fn on_change(self: &Rc<Self>, change: ChangeWire) {
        let (seq, kind) = (change.seq, change.kind);
        let is_photo = change.entry.photo.is_some();
        let is_read = browser::is_scrolled_past(".row");
        // Nothing is drawn for that alone.
        self.page.listing.update_untracked(|listing| if is_read { listing.stay() } else { listing.follow() });
        match self.page.apply(seq, kind, change.entry) {
            // The caller has announced it itself.
            Applied::Taken if self.page.is_entry_page() => {}
            Applied::Taken if self.page.is_jobs_page() => {
                if is_photo || browser::is_there("[data-live=labelled],[data-live=trash]") {
                    refresh(self.page);
                }
            }
            Applied::Taken => {
                if self.page.untracked.with_value(|untracked| untracked.own_seq != seq) {
                    self.announce(kind);
                }
                if self.has_moved_rows(kind) {
                    super::verbs::rows_moved(self.page);
                }
                self.refill();
            }
            Applied::Gap => self.reload_and_reconnect(),
            Applied::Ignored => {}
        }
    }

    /// Whether such a change moves rows under the person's eyes. A save from this page does too, but expectedly.
    fn has_moved_rows(&self, kind: ChangeKind) -> bool {
        match kind {
            ChangeKind::Updated => false,
            ChangeKind::Removed | ChangeKind::Restored => true,
            ChangeKind::Added => {
                self.page.untracked.with_value(|untracked| !untracked.is_saving)
                    && self.page.listing.with_untracked(|listing| listing.page() == 1)
            }
        }
    }

    /// The changes do not continue from what the page shows: load the listing, then listen from there.
    fn reload_and_reconnect(self: &Rc<Self>) {
        if self.page.is_jobs_page() {
            return browser::reload();
        }
        if self.page.is_entry_page() {
            return describe::show_newer_page(self.page);
        }
        self.close();
        let stream = self.clone();
        spawn_local(async move {
            match stream.load().await {
                Ok(()) => stream.open(Connection::Connecting),
                Err(_) => stream.retry_later(),
            }
        });
    }

    async fn load(&self) -> Result<(), Refused> {
        let request = self.page.listing.with_untracked(|listing| listing.request(0));
        let loaded = functions::listing(self.page.addresses().space, request).await?;
        self.page.listing.update(|listing| listing.start_from(loaded));
        Ok(())
    }

    /// The listing lacks what it should show: load it again shortly.
    fn refill(self: &Rc<Self>) {
        let is_read = browser::is_scrolled_past(".row");
        let is_outdated = self.page.listing.with_untracked(|listing| listing.is_outdated(is_read));
        if !is_outdated || self.is_refilling.replace(true) {
            return;
        }
        let stream = self.clone();
        set_timeout(
            move || {
                stream.is_refilling.set(false);
                super::verbs::load_again(stream.page);
            },
            browser::jittered(REFILL_WITHIN),
        );
    }

    /// Announces how many entries came and went, once for all within a second.
    fn announce(&self, kind: ChangeKind) {
        let page = self.page;
        let is_first = page.untracked.try_update_value(|untracked| {
            let is_first = untracked.unannounced == (0, 0);
            match kind {
                ChangeKind::Added | ChangeKind::Restored => untracked.unannounced.0 += 1,
                ChangeKind::Removed => untracked.unannounced.1 += 1,
                ChangeKind::Updated => {}
            }
            is_first && untracked.unannounced != (0, 0)
        });
        if is_first == Some(true) {
            set_timeout(move || announce_counts(page), ANNOUNCE_AFTER);
        }
    }
}

fn announce_counts(page: PageState) {
    if page.untracked.with_value(|untracked| untracked.is_saving) {
        // One of them may be the save from this page: its answer will tell.
        set_timeout(move || announce_counts(page), ANNOUNCE_AFTER);
        return;
    }
    let (added, removed) = page
        .untracked
        .try_update_value(|untracked| core::mem::take(&mut untracked.unannounced))
        .unwrap_or_default();
    let part = |count: u64, word: &str| {
        if count > 0 { format!("{} {word}, ", grouped(count)) } else { String::new() }
    };
    if (added, removed) != (0, 0) {
        let total = page.listing.with_untracked(LiveListing::total);
        page.say(format!(
            "{}{}{} in the bucket",
            part(added, "added"),
            part(removed, "removed"),
            grouped(total)
        ));
    }
}
