//! A row of the listing.

use domain::{EntryId, EntryRow, Kind, Step};
use leptos::prelude::*;

use super::actions::row_actions;
use super::labels::labels;
use super::photo_parts::{ghost, progress, thumbnail};
use super::value::value;
use crate::browser;
use crate::live_listing::LiveRow;
use crate::page_state::PageState;
use crate::words;

/// Pictures up to this size are their own thumbnail.
const THUMBNAIL_MAX_BYTES: u64 = 512 * 1024;

/// A row. When its signal changes, it is updated in place: no element is recreated.
pub(super) fn row(page: PageState, row: LiveRow) -> impl IntoView {
    let id = domain::Row::id(&row);
    let is_highlighted = move || page.highlighted.get() == Some(id);
    view! {
        <li class="row" class:is-highlighted=is_highlighted class:has-arrived=row.has_arrived data-id=id.to_string()>
            {chooser(id)} {move || content(page, &row.entry.get())}
            // What is there stays when the content changes (`browser::panel`).
            <div class="row-panel" id=format!("more-{id}")></div>
        </li>
    }
}

fn content(page: PageState, entry: &EntryRow) -> impl IntoView + use<> {
    let (id, address) = (entry.id, page.addresses().entry(entry.id));
    let second = words::second_line(entry).map(|text| value(text.to_owned(), entry.words.clone()));
    let is_awake = page.untracked.with_value(|notes| notes.is_awake);
    let moment = entry.created_at.to_string();
    let [when, in_full] = if is_awake { browser::relative_time(&moment) } else { words::utc_day(&moment) };
    view! {
        {picture_link(page, entry, address.clone())}
        <h3 class="row-title">
            <a href=address>
                <bdi class="row-name">{words::entry_title(entry)}</bdi>
            </a>
        </h3>
        <p class="row-facts">
            <span class="row-number">{format!("#{id}")}</span>
            <time datetime=moment title=in_full.clone() aria-hidden="true" data-relative="">
                {when}
            </time>
            <span class="visually-hidden">{in_full}</span>
        </p>
        <div class="row-value">{second} {entry.advice()} {progress(page, entry)} {labels(page, &entry.labels)}</div>
        <div class="row-actions">{row_actions(page, entry)}</div>
    }
}

/// The picture. On a hydrated page it is enlarged where it is (`frontend/on_demand.js`); otherwise it leads to the entry's
/// page, where it is large.
fn picture_link(page: PageState, entry: &EntryRow, address: String) -> impl IntoView + use<> {
    let has_view = entry.photo.as_ref().is_some_and(|photo| photo.has(Step::View));
    let large = has_view.then(|| page.addresses().derived(entry, Step::View));
    view! {
        <a
            class="row-picture"
            href=address
            aria-label=format!("Enlarge #{}", entry.id)
            data-extra="enlarge"
            data-source=large
            data-format=entry.format()
        >
            {entry.photo.as_deref().map(ghost)}
            <img src=picture(page, entry) alt="" width="72" height="72" loading="lazy" decoding="async" />
        </a>
    }
}

/// The box that chooses an entry. It belongs to the form below the search (`chosen`).
fn chooser(id: EntryId) -> impl IntoView {
    view! {
        <input
            class="row-choose"
            type="checkbox"
            name="id"
            value=id.to_string()
            form="chosen"
            autocomplete="off"
            aria-label=format!("Choose #{id}")
        />
    }
}

/// The address of an entry's picture, if it has one that is small enough; codes are drawn from their value.
pub(super) fn picture(page: PageState, entry: &EntryRow) -> Option<String> {
    let addresses = page.addresses();
    if entry.kind == Kind::Code {
        Some(addresses.drawn(entry))
    } else if entry.photo.is_some() {
        thumbnail(page, entry)
    } else {
        (entry.is_picture() && entry.size_bytes <= THUMBNAIL_MAX_BYTES).then(|| addresses.file(entry))
    }
}
