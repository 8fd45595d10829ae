//! A row of the listing.

use domain::{EntryId, EntryRow, Kind};
use leptos::prelude::*;

use super::actions::actions;
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
        </li>
    }
}

fn content(page: PageState, entry: &EntryRow) -> impl IntoView + use<> {
    let address = page.addresses().entry(entry.id);
    let picture = picture(page, entry);
    let value = entry.value.clone().map(|text| value(text, entry.words.clone()));
    let is_awake = page.untracked.with_value(|notes| notes.is_awake);
    let moment = entry.created_at.to_string();
    let (when, in_full) = if is_awake { browser::local_time(&moment) } else { words::utc_time(&moment) };
    let photo = entry.photo.as_deref();
    let pixels = photo.and_then(|photo| photo.width.zip(photo.height));
    let pixels = pixels.map(|(width, height)| format!("{width} × {height}"));
    view! {
        <a class="row-picture" href=address.clone() tabindex="-1" aria-hidden="true" data-format=entry.format()>
            {photo.map(ghost)} <img src=picture alt="" width="72" height="72" loading="lazy" decoding="async" />
        </a>
        <h3 class="row-title">
            <a href=address>
                <span class="row-number">{format!("#{}", entry.id)}</span>
                " "
                <bdi class="row-name">{entry.shown_name().to_owned()}</bdi>
            </a>
        </h3>
        <div class="row-value">{value} {entry.advice()} {progress(page, entry)}</div>
        {labels(page, &entry.labels)}
        <p class="row-facts">
            {pixels.map(|pixels| view! { <span>{pixels}</span> })} <span>{words::size(entry.size_bytes)}</span>
            <time datetime=moment title=in_full>
                {when}
            </time>
        </p>
        <div class="row-actions">{actions(page, entry, "")}</div>
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
