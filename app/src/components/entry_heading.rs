//! The title and the labels of the entry of the page, which others may change while it is open. The server draws the
//! rest (`entry_article`).

use leptos::prelude::*;

use super::labels::labels;
use crate::page_state::page_state;
use crate::words::entry_title;

/// Its title.
#[island]
pub fn EntryTitle() -> impl IntoView {
    let entry = page_state().entry;
    view! {
        <h1 class="entry-title">
            <bdi>{move || entry.with(|entry| entry.as_ref().map(entry_title))}</bdi>
        </h1>
    }
}

/// Its labels.
#[island]
pub fn EntryLabels() -> impl IntoView {
    let page = page_state();
    move || page.entry.with(|entry| entry.as_ref().map(|entry| labels(page, &entry.labels)))
}
