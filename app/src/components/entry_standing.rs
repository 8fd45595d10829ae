//! Whether the entry of the page is live, and how to restore it if not. The server draws everything else about it
//! (`entry_article`).

use domain::State;
use leptos::prelude::*;

use super::actions::restore_form;
use crate::browser;
use crate::page_state::page_state;

/// Live, removed or gone. If anything else about the entry changes, the page is reloaded, unless a name or labels are
/// being typed.
#[island]
pub fn EntryStanding() -> impl IntoView {
    let page = page_state();
    let came_with = page.entry.get_untracked();
    let id = came_with.as_ref().map_or(0, |entry| entry.id);
    Effect::new(move || {
        let is_another = page.entry.with(|now| match (now, &came_with) {
            (Some(now), Some(then)) => !now.has_same_content(then),
            _ => false,
        });
        if is_another {
            browser::show_newer_entry(page);
        }
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
