//! Removing, restoring and reloading the listing.

use core::pin::Pin;
use core::time::Duration;

use domain::wire::parse;
use domain::{Applied, ChangeKind, ChangeWire, EntryId, EntryRow, Failure, Notice, Parameters};
use js_sys::Date;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::Element;

use super::document::{is_scrolled_past, is_there};
use super::focus::{focus_if_lost, focus_on};
use super::refresh::refresh;
use super::{form, http, panel};
use crate::functions::{self, Refused};
use crate::live_listing::LiveListing;
use crate::page_state::{Connection, Messages, PageState, Undo};
use crate::words;

/// Nobody sees and presses within this time of a row having moved.
const REACTION_TIME_MS: f64 = 500.0;

/// What was just sent of a form.
const SENT: &str = "data-sent";

/// Within this time after the answer a press is still the same.
const DOUBLE_CLICK: Duration = Duration::from_millis(500);

/// How long a purely informative notice stays: it is short, and the page shows what it says.
const NOTICE_DURATION: Duration = Duration::from_secs(8);

/// Shows the outcome of a write.
pub(super) fn show_outcome(page: PageState, notice: Notice, words: String) {
    page.show(notice, words);
    dismiss_notice_later(page);
}

/// Removes a purely informative notice after a while, unless it has the pointer or the focus. One that offers to undo
/// something or reports an error stays.
pub(super) fn dismiss_notice_later(page: PageState) {
    let shown = page.messages.with_untracked(|messages| messages.notice.clone());
    let passes_by = matches!(
        shown,
        Some(
            Notice::Saved { .. }
                | Notice::Uploaded { .. }
                | Notice::Restored { .. }
                | Notice::Described
                | Notice::Undone
        )
    );
    if !passes_by {
        return;
    }
    let let_go = move || {
        let is_kept = |messages: &Messages| messages.notice != shown || messages.undo.is_some();
        if page.messages.with_untracked(is_kept) {
            return;
        }
        if is_there("[data-notice]:is(:hover, :focus-within)") {
            dismiss_notice_later(page);
        } else {
            page.messages.update(|messages| messages.notice = None);
        }
    };
    set_timeout(let_go, NOTICE_DURATION);
}

/// Removes an entry and offers to undo it.
pub(super) fn remove(page: PageState, id: EntryId) {
    let removed = functions::remove(page.addresses().space, id);
    let focus = "[data-notice] form button".to_owned();
    write(page, Box::pin(removed), Notice::Removed { id }, format!("Removed #{id}"), focus);
}

/// Restores an entry.
pub(super) fn restore(page: PageState, id: EntryId) {
    let restored = functions::restore(page.addresses().space, id);
    let focus = format!("li[data-id='{id}'] h3 a");
    write(page, Box::pin(restored), Notice::Restored { id }, format!("Restored #{id}"), focus);
}

/// Waits for the answer to a write.
fn write(
    page: PageState,
    answer: Pin<Box<dyn Future<Output = Result<ChangeWire, Refused>>>>,
    notice: Notice,
    status: String,
    focus: String,
) {
    spawn_local(async move { finish_write(page, answer.await, notice, status, focus) });
}

/// Sends a form that the server drew, as it is. The entry shows the outcome; what is announced stands in the form, or
/// is what became of the labels.
pub(super) fn act(page: PageState, form: Element) {
    let address = form.get_attribute("action").unwrap_or_default();
    let fields = form::fields_of(&form);
    // Whoever presses twice means once.
    let sent = fields.to_string();
    if form.get_attribute(SENT).as_ref() == Some(&sent) {
        return;
    }
    let _ = form.set_attribute(SENT, &sent);
    spawn_local(async move {
        let before = labels(page.entry.get_untracked());
        let answer = http::send(&address, fields.clone()).await;
        let pressed = form.clone();
        set_timeout(move || drop(pressed.remove_attribute(SENT)), DOUBLE_CLICK);
        match answer {
            Ok(answer) => {
                form::forget_explanation();
                let said = form.get_attribute("data-said");
                match parse::<ChangeWire>(&answer) {
                    Some(change) if fields.text("name-at-first").is_some() => {
                        panel::close_around(&form);
                        described(page, address, &fields, change);
                    }
                    Some(change) => {
                        let said = said.unwrap_or_else(|| {
                            form::empty(&form);
                            let now = labels(Some(change.entry.clone()));
                            words::of_added(&before, &now, fields.text("add").unwrap_or_default())
                        });
                        finish_job(page, change, said);
                    }
                    // It was done to many.
                    None => page.say(said.unwrap_or_default()),
                }
            }
            Err(failure) if failure.field.is_some() && form::explain(&form, &failure) => {
                page.say(failure.error);
            }
            Err(failure) => {
                // Another has named it meanwhile, which is said: pressing again replaces that name.
                let id =
                    form.closest("[data-id]").ok().flatten().and_then(|row| row.get_attribute("data-id"));
                if let Some(now) = id.and_then(|id| page.entry_of(id.parse().ok()?)) {
                    form::set_in(&form, "[name=name-at-first]", now.name.as_str());
                }
                show_failure(page, failure);
            }
        }
    });
}

/// An entry has another name or other labels, which can be undone.
fn described(page: PageState, address: String, sent: &Parameters, change: ChangeWire) {
    let undo = undo(address, sent, &change.entry);
    show_outcome(page, Notice::Described, words::of_notice(&Notice::Described));
    page.messages.update(|messages| messages.undo = Some(undo));
    take_own_change(page, change);
}

/// The form that gives an entry what it had before: what is and what was change places.
pub(super) fn undo(address: String, sent: &Parameters, now: &EntryRow) -> Undo {
    let before = |name| sent.text(name).unwrap_or_default();
    let form = Parameters::from([
        ("name", before("name-at-first")),
        ("name-at-first", now.name.as_str()),
        ("labels", before("labels-at-first")),
        ("labels-at-first", &now.label_list()),
    ]);
    Undo { address, form }
}

/// Undoes what the notice is about.
pub(super) fn undo_last(page: PageState) {
    let undo = page.messages.try_update(|messages| messages.undo.take()).flatten();
    let Some(Undo { address, form }) = undo else { return };
    spawn_local(async move {
        match http::post::<ChangeWire>(&address, form).await {
            Ok(change) => {
                show_outcome(page, Notice::Undone, words::of_notice(&Notice::Undone));
                take_own_change(page, change);
            }
            Err(failure) => show_failure(page, failure),
        }
    });
}

fn labels(entry: Option<EntryRow>) -> Vec<String> {
    let labels = entry.map(|entry| entry.labels).unwrap_or_default();
    labels.into_iter().map(|label| label.name.to_string()).collect()
}

/// Handles a change whose outcome the entry itself shows. The pressed button may disappear: the focus stays near it.
fn finish_job(page: PageState, change: ChangeWire, status: String) {
    let id = change.entry.id;
    page.say(status);
    take_own_change(page, change);
    let focus = format!(":is(li,article)[data-id='{id}'] :is(h2,h3) a,.photo-progress");
    set_timeout(move || focus_if_lost(&focus), Duration::ZERO);
}

/// Leaves the page for a resource of the server, such as a file, once it is known to be available: otherwise the
/// browser would replace the page by an error.
pub(super) fn leave_for(page: PageState, address: String, leave: impl FnOnce() + 'static) {
    spawn_local(async move {
        match http::check(&address).await {
            Ok(()) => leave(),
            Err(failure) => show_failure(page, failure),
        }
    });
}

/// Closes the notice, if there is one. If it had the focus, the focus moves to the row after the one that the notice
/// is about.
pub(super) fn dismiss(page: PageState) {
    let had_focus = is_there("[data-notice]:focus-within");
    let taken = page.messages.try_maybe_update(|messages| {
        let notice = messages.notice.take();
        (notice.is_some(), notice)
    });
    let about = match taken.flatten() {
        Some(
            Notice::Saved { id, .. }
            | Notice::Removed { id }
            | Notice::Restored { id }
            | Notice::RemovedSince { id }
            | Notice::GoneSince { id },
        ) => id,
        Some(Notice::Described | Notice::Undone | Notice::Failed { .. } | Notice::Uploaded { .. }) | None => {
            0
        }
    };
    if !had_focus {
        return;
    }
    let next = page
        .listing
        .with_untracked(|listing| listing.rows().iter().map(domain::Row::id).find(|id| *id <= about));
    focus_on(&match next {
        Some(id) => format!("li[data-id='{id}'] h3 a"),
        None => ".listing-head h2,.entry-page".to_owned(),
    });
}

/// Handles the answer to a write. The pressed button disappears with its row or notice, so the focus moves to the
/// result, or to the notice if the page does not show it.
fn finish_write(
    page: PageState,
    answer: Result<ChangeWire, Refused>,
    notice: Notice,
    status: String,
    focus: String,
) {
    match answer {
        Ok(change) => {
            show_outcome(page, notice, status);
            take_own_change(page, change);
            let move_focus = move || {
                if !focus_on(&focus) {
                    focus_on("[data-notice]");
                }
            };
            set_timeout(move_focus, Duration::ZERO);
        }
        Err(Refused(failure)) => show_failure(page, failure),
    }
}

fn show_failure(page: PageState, Failure { error, .. }: Failure) {
    show_outcome(page, Notice::Failed { error: error.clone() }, error);
}

/// Applies a change made from this page at once, without waiting for its event.
pub(super) fn take_own_change(page: PageState, change: ChangeWire) {
    if page.is_entry_page() {
        // Its seq comes with the event: other changes may come first.
        if page.entry.with_untracked(|entry| entry.as_ref().is_some_and(|entry| entry.id == change.entry.id))
        {
            page.entry.set(Some(change.entry));
        }
        return;
    }
    if page.is_jobs_page() {
        // Its event brings the rest.
        refresh(page);
        return;
    }
    // What this person has done is shown, whatever they read, and with it what was only counted.
    page.listing.update_untracked(LiveListing::follow);
    let is_counted = change.kind == ChangeKind::Added
        && page.listing.with_untracked(|listing| listing.page() == 1 && listing.newer() > 0);
    let (seq, is_gone) = (change.seq, change.kind == ChangeKind::Removed);
    if is_gone {
        rows_moved(page);
    }
    let applied = page.apply(seq, change.kind, change.entry);
    if applied == Applied::Ignored {
        // Its event was faster. The change was made here and is announced already.
        page.untracked.update_value(|untracked| {
            let (added, removed) = &mut untracked.unannounced;
            let count = if is_gone { removed } else { added };
            *count = count.saturating_sub(1);
        });
    }
    if applied == Applied::Gap {
        page.untracked.update_value(|untracked| untracked.own_seq = seq);
    }
    let is_alone = page.connection.with_untracked(|link| link.connection != Connection::Live);
    if is_counted || applied == Applied::Gap && is_alone {
        load_again(page);
    }
}

/// Rows have moved: a press right now may be meant for the row that was there before.
pub(super) fn rows_moved(page: PageState) {
    page.untracked.update_value(|untracked| untracked.rows_moved_at_ms = Date::now());
}

/// Whether rows have only just moved.
pub(super) fn have_rows_moved_just_now(page: PageState) -> bool {
    Date::now() - page.untracked.with_value(|untracked| untracked.rows_moved_at_ms) < REACTION_TIME_MS
}

/// Reloads the page's part of the listing.
pub(super) fn load_again(page: PageState) {
    spawn_local(async move {
        let request = page.listing.with_untracked(|listing| listing.request(listing.seq()));
        let searches = page.searches();
        if let Ok(loaded) = functions::listing(page.addresses().space, request).await
            && page.searches() == searches
        {
            let is_read = is_scrolled_past(".row");
            page.listing.update(
                |listing| {
                    if is_read { listing.load_in_place(loaded) } else { listing.load(loaded) }
                },
            );
        }
    });
}
