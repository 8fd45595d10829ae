//! Whether the entry of the page is live, and how to restore it if not. Not here: its title and labels
//! (`entry_heading`), and what never changes while the page is open (`entry_article`).

use domain::{EntryRow, State};
use leptos::prelude::*;

use super::actions::restore_form;
use crate::browser;
use crate::page_state::page_state;

/// Live, removed or gone. Passes every change of the entry on to the form and to the parts that the server drew.
#[island]
pub fn EntryStanding() -> impl IntoView {
    let page = page_state();
    let id = page.entry.with_untracked(|entry| entry.as_ref().map_or(0, |entry| entry.id));
    Effect::new(move |before: Option<Option<EntryRow>>| {
        let now = page.entry.get();
        if let (Some(Some(before)), Some(now)) = (&before, &now) {
            browser::entry_changed(page, before, now);
        }
        now
    });
    move || {
        let state = page.entry.with(|entry| entry.as_ref().map(|entry| entry.state));
        let word = match state {
            Some(State::Removed { .. }) => "removed",
            Some(State::Gone { .. }) => "gone",
            Some(State::Live) | None => "live",
        };
        view! {
            <div class="entry-standing" data-standing=word>
                <div class="entry-tombstone" hidden=word != "removed">
                    <p>"Removed. It can be restored for seven days."</p>
                    {restore_form(page, id, "Restore")}
                </div>
                <p class="entry-tombstone" hidden=word != "gone">
                    "Gone: another program deleted its file from the bucket."
                </p>
            </div>
        }
    }
}
