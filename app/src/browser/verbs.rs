//! Removing, restoring, and loading the listing again.

use core::time::Duration;

use domain::{Applied, ChangeKind, ChangeWire, EntryId, Failure, Notice};
use js_sys::Date;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::focus::focus_on;
use super::http;
use crate::functions::{self, Refused};
use crate::page_state::{Connection, PageState};

/// Nobody sees and presses within so long that a row has moved.
const SETTLED_AFTER_MS: f64 = 500.0;

/// A notice that only tells stays so long: it is short, and what it tells of can be seen on the page.
const NOTICE_STAYS: Duration = Duration::from_secs(8);

/// Shows what a write did.
pub(super) fn tell(page: PageState, notice: Notice, words: String) {
    page.show(notice, words);
    let_go_of_notice(page);
}

/// A notice that only tells goes after a while, when nobody points at it and the focus is elsewhere. One that offers to
/// undo something or says what went wrong stays.
pub(super) fn let_go_of_notice(page: PageState) {
    let told = page.board.with_untracked(|board| board.notice.clone());
    if !matches!(told, Some(Notice::Saved { .. } | Notice::Restored { .. })) {
        return;
    }
    let let_go = move || {
        if page.board.with_untracked(|board| board.notice != told) {
            return;
        }
        if is_there("[data-notice]:is(:hover, :focus-within)") {
            let_go_of_notice(page);
        } else {
            page.board.update(|board| board.notice = None);
        }
    };
    set_timeout(let_go, NOTICE_STAYS);
}

fn is_there(selector: &str) -> bool {
    document().query_selector(selector).is_ok_and(|found| found.is_some())
}

/// Removes an entry and offers to undo it.
pub(super) fn remove(page: PageState, id: EntryId) {
    let focus = "[data-notice] form button".to_owned();
    spawn_local(async move {
        let removed = functions::remove(page.addresses().space, id).await;
        done(page, removed, Notice::Removed { id }, format!("Removed #{id}"), focus);
    });
}

/// Restores an entry.
pub(super) fn restore(page: PageState, id: EntryId) {
    // The row where there is one: it comes first in the document.
    let focus = format!("li[data-id='{id}'] h3 a,[data-notice]");
    spawn_local(async move {
        let restored = functions::restore(page.addresses().space, id).await;
        done(page, restored, Notice::Restored { id }, format!("Restored #{id}"), focus);
    });
}

/// Leaves the page for something of the server's, such as a file, once it is known that it can be had: a browser that
/// finds nobody there shows an error in the place of the page.
pub(super) fn leave_for(page: PageState, address: String, leave: impl FnOnce() + 'static) {
    spawn_local(async move {
        match http::check(&address).await {
            Ok(()) => leave(),
            Err(failure) => tell_failure(page, failure),
        }
    });
}

/// Puts the notice away. The focus was in it: it goes to the row that follows on the one that the notice is about.
pub(super) fn dismiss(page: PageState) {
    let about = match page.board.try_maybe_update(|board| (true, board.notice.take())).flatten() {
        Some(
            Notice::Saved { id }
            | Notice::Removed { id }
            | Notice::Restored { id }
            | Notice::RemovedSince { id }
            | Notice::GoneSince { id },
        ) => id,
        Some(Notice::Failed { .. }) | None => 0,
    };
    let next = page
        .listing
        .with_untracked(|listing| listing.rows().iter().map(domain::Row::id).find(|id| *id <= about));
    focus_on(&match next {
        Some(id) => format!("li[data-id='{id}'] h3 a"),
        None => ".listing-head h2,.entry-page".to_owned(),
    });
}

/// A write was answered. The button that was pressed goes with its row or its notice, so the focus goes on to what
/// answers.
fn done(page: PageState, answer: Result<ChangeWire, Refused>, notice: Notice, status: String, focus: String) {
    match answer {
        Ok(change) => {
            tell(page, notice, status);
            take_own_change(page, change);
            set_timeout(move || focus_on(&focus), Duration::ZERO);
        }
        Err(Refused(failure)) => tell_failure(page, failure),
    }
}

fn tell_failure(page: PageState, Failure { error, .. }: Failure) {
    tell(page, Notice::Failed { error: error.clone() }, error);
}

/// Shows what was done from here at once, without waiting for the event of it.
pub(super) fn take_own_change(page: PageState, change: ChangeWire) {
    if page.is_entry_page() {
        // Its seq comes with the event: there may be others before it.
        if page.entry.with_untracked(|entry| entry.as_ref().is_some_and(|entry| entry.id == change.entry.id))
        {
            page.entry.set(Some(change.entry));
        }
        return;
    }
    let (seq, is_gone) = (change.seq, change.kind == ChangeKind::Removed);
    if is_gone {
        rows_moved(page);
    }
    let applied = page.apply(seq, change.kind, change.entry);
    if applied == Applied::Ignored {
        // Its event was faster. It was ours: what it did is said already.
        page.notes.update_value(|notes| {
            let (added, removed) = &mut notes.unannounced;
            let count = if is_gone { removed } else { added };
            *count = count.saturating_sub(1);
        });
    }
    if applied == Applied::Gap {
        page.notes.update_value(|notes| notes.own_seq = seq);
    }
    if applied == Applied::Gap && page.link.with_untracked(|link| link.connection != Connection::Live) {
        load_again(page);
    }
}

/// Rows have moved: what is pressed right now may be meant for the row that was there before.
pub(super) fn rows_moved(page: PageState) {
    page.notes.update_value(|notes| notes.rows_moved_at_ms = Date::now());
}

/// Whether they have only just moved.
pub(super) fn have_rows_just_moved(page: PageState) -> bool {
    Date::now() - page.notes.with_value(|notes| notes.rows_moved_at_ms) < SETTLED_AFTER_MS
}

/// Loads what the page shows of the listing again.
pub(super) fn load_again(page: PageState) {
    spawn_local(async move {
        let (number, per_page, seq) =
            page.listing.with_untracked(|listing| (listing.page(), listing.per_page(), listing.seq()));
        if let Ok(loaded) = functions::listing(page.addresses().space, number, per_page, seq).await {
            page.listing.update(|listing| listing.load(loaded));
        }
    });
}
