//! The stream of changes: opened when the page wakes, closed while it is hidden, opened again by ourselves when it
//! fails or falls silent.

use core::cell::{Cell, RefCell};
use core::time::Duration;
use std::rc::Rc;

use domain::limits::SILENCE_MAX;
use domain::wire::{Beat, Hello};
use domain::{Applied, ChangeKind, ChangeWire};
use futures::StreamExt as _;
use gloo_net::eventsource::futures::{EventSource, EventSourceSubscription};
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::VisibilityState;

use super::{document as browser, json};
use crate::functions::{self, Refused};
use crate::live_listing::LiveListing;
use crate::page_state::{Connection, PageState};
use crate::words::grouped;

/// What is heard. Of an error gloo tells only once the browser has given up: asked for like any other event, it is heard
/// while the browser still tries by itself, which it does without a pause that grows.
const KINDS: [&str; 5] = ["hello", "change", "beat", "reset", "error"];

/// Longest pause before another attempt.
const PAUSE_MAX: Duration = Duration::from_secs(20);
/// Changes within this time are announced together.
const ANNOUNCE_AFTER: Duration = Duration::from_secs(1);
/// A page that shows fewer rows than there are fills up within this time, each at its own moment: many pages see the
/// same removal at once.
const REFILL_WITHIN: Duration = Duration::from_millis(900);

/// Hears of changes for as long as the page is open.
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
    // Never removed: the page is what they live for.
    for kind in ["visibilitychange", "online"] {
        let stream = stream.clone();
        let _ = window_event_listener_untyped(kind, move |_| stream.open(Connection::Connecting));
    }
}

struct Stream {
    page: PageState,
    source: RefCell<Option<EventSource>>,
    /// How often it was opened or closed: what is still heard of an earlier one does not count.
    opened: Cell<u32>,
    /// Opens the stream anew when it fires: after silence, or after the pause that follows a failure.
    timer: Cell<Option<TimeoutHandle>>,
    /// Failures since the last word from the server.
    attempts: Cell<u32>,
    is_refilling: Cell<bool>,
}

impl Stream {
    /// Opens the stream where the page is, unless nobody looks.
    fn open(self: &Rc<Self>, state: Connection) {
        if document().visibility_state() == VisibilityState::Hidden {
            return self.rest();
        }
        self.close();
        self.page.set_connection(state);
        if let Ok(mut source) = EventSource::new(&self.page.addresses().events(self.page.seq())) {
            for kind in KINDS {
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
                    self.hear(kind, &event.data().as_string().unwrap_or_default());
                }
                _ => self.fail(),
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

    /// The page is hidden: nobody looks, and it catches up when shown.
    fn rest(&self) {
        self.close();
        self.page.set_connection(Connection::Off);
    }

    fn open_after(self: &Rc<Self>, pause: Duration) {
        let stream = self.clone();
        let timer = set_timeout_with_handle(move || stream.open(Connection::Reconnecting), pause).ok();
        if let Some(before) = self.timer.replace(timer) {
            before.clear();
        }
    }

    /// The server is away: another attempt after a pause that doubles each time, with jitter.
    fn fail(self: &Rc<Self>) {
        self.close();
        self.page.set_connection(Connection::Reconnecting);
        let attempts = self.attempts.get();
        self.attempts.set(attempts.saturating_add(1));
        let pause = Duration::from_millis(500).saturating_mul(1 << attempts.min(6)).min(PAUSE_MAX);
        self.open_after(browser::jittered(pause));
    }

    fn hear(self: &Rc<Self>, kind: &str, data: &str) {
        self.attempts.set(0);
        self.open_after(SILENCE_MAX);
        match kind {
            "hello" => self.greet(json::read(data)),
            "change" => match json::read(data) {
                Some(change) => self.take(change),
                None => self.start_again(),
            },
            "beat" => self.beat(json::read(data)),
            _ => self.start_again(),
        }
    }

    /// The stream has begun.
    fn greet(&self, hello: Option<Hello>) {
        let Some(Hello { build, behind_seconds, unnamed_files, .. }) = hello else { return };
        self.beat(Some(Beat { behind_seconds, unnamed_files }));
        self.page.forget_unreachable();
        if self.page.notes.with_value(|notes| notes.build != build) {
            self.page.link.update(|link| link.is_outdated = true);
        }
    }

    /// The server is there, and says whether all is well.
    fn beat(&self, beat: Option<Beat>) {
        let Some(Beat { behind_seconds, unnamed_files }) = beat else { return };
        self.page.set_connection(behind_seconds.map_or(Connection::Live, Connection::Behind));
        self.page.set_unnamed_files(unnamed_files.unwrap_or(0));
    }

    fn take(self: &Rc<Self>, change: ChangeWire) {
        let (seq, kind) = (change.seq, change.kind);
        match self.page.apply(seq, kind, change.entry) {
            // It has said itself what concerns it.
            Applied::Taken if self.page.is_entry_page() => {}
            Applied::Taken => {
                if self.page.notes.with_value(|notes| notes.own_seq != seq) {
                    self.announce(kind);
                }
                if self.has_moved_rows(kind) {
                    super::verbs::rows_moved(self.page);
                }
                self.refill();
            }
            Applied::Gap => self.start_again(),
            Applied::Ignored => {}
        }
    }

    /// Whether such a change moves rows that the person looks at. A save from here does so too, but as expected.
    fn has_moved_rows(&self, kind: ChangeKind) -> bool {
        match kind {
            ChangeKind::Updated => false,
            ChangeKind::Removed | ChangeKind::Restored => true,
            ChangeKind::Added => {
                self.page.notes.with_value(|notes| !notes.is_saving)
                    && self.page.listing.with_untracked(|listing| listing.page() == 1)
            }
        }
    }

    /// The changes no longer follow on what the page shows: load that, then listen from there.
    fn start_again(self: &Rc<Self>) {
        if self.page.is_entry_page() {
            // Nothing is typed there that could be lost.
            return browser::reload();
        }
        self.close();
        let stream = self.clone();
        spawn_local(async move {
            match stream.load().await {
                Ok(()) => stream.open(Connection::Connecting),
                Err(_) => stream.fail(),
            }
        });
    }

    async fn load(&self) -> Result<(), Refused> {
        let (page, per_page) =
            self.page.listing.with_untracked(|listing| (listing.page(), listing.per_page()));
        let loaded = functions::listing(self.page.addresses().space, page, per_page, 0).await?;
        self.page.listing.update(|listing| listing.start_from(loaded));
        Ok(())
    }

    /// Removals have left room on the first page: fill it, a little later.
    fn refill(self: &Rc<Self>) {
        let is_short = self.page.listing.with_untracked(|listing| listing.is_short());
        if !is_short || self.is_refilling.replace(true) {
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

    /// Says how many came and went, once for all that happen within a second.
    fn announce(&self, kind: ChangeKind) {
        let page = self.page;
        let is_first = page.notes.try_update_value(|notes| {
            let is_first = notes.unannounced == (0, 0);
            match kind {
                ChangeKind::Added | ChangeKind::Restored => notes.unannounced.0 += 1,
                ChangeKind::Removed => notes.unannounced.1 += 1,
                ChangeKind::Updated => {}
            }
            is_first && notes.unannounced != (0, 0)
        });
        if is_first == Some(true) {
            set_timeout(move || say_what_came_and_went(page), ANNOUNCE_AFTER);
        }
    }
}

fn say_what_came_and_went(page: PageState) {
    if page.notes.with_value(|notes| notes.is_saving) {
        // One of them may be the one that is being saved from here: its answer will tell.
        set_timeout(move || say_what_came_and_went(page), ANNOUNCE_AFTER);
        return;
    }
    let (added, removed) =
        page.notes.try_update_value(|notes| core::mem::take(&mut notes.unannounced)).unwrap_or_default();
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
