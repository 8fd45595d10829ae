//! A row of the listing.

use leptos::prelude::*;

use super::actions::actions;
use super::value::value;
use crate::browser;
use crate::live_listing::LiveRow;
use crate::page_state::PageState;
use crate::shown::Shown;
use crate::words;

/// Pictures up to this size are their own thumbnail.
const THUMBNAIL_MAX_BYTES: u64 = 512 * 1024;

/// A row. What it shows is redrawn in place when its signal changes: no element is made anew.
pub(super) fn row(page: PageState, row: LiveRow) -> impl IntoView {
    let id = domain::Row::id(&row);
    let is_highlighted = move || page.highlighted.get() == Some(id);
    view! {
        <li class="row" class:is-highlighted=is_highlighted class:has-arrived=row.has_arrived data-id=id.to_string()>
            {move || content(page, &row.shown.get())}
        </li>
    }
}

fn content(page: PageState, shown: &Shown) -> impl IntoView + use<> {
    let address = page.addresses().entry(shown.id);
    let picture = picture(page, shown);
    let value = shown.value.clone().map(|text| value(text, shown.words.clone()));
    let is_awake = page.notes.with_value(|notes| notes.is_awake);
    let moment = &shown.created_at;
    let (when, in_full) = if is_awake { browser::local_time(moment) } else { words::utc_time(moment) };
    let name = if shown.name.is_empty() && shown.value.is_none() { &shown.file_name } else { &shown.name };
    view! {
        <a class="row-picture" href=address.clone() tabindex="-1" aria-hidden="true" data-format=shown.format()>
            <img src=picture alt="" width="72" height="72" loading="lazy" decoding="async" />
        </a>
        <h3 class="row-title">
            <a href=address>
                <span class="row-number">{format!("#{}", shown.id)}</span>
                " "
                <bdi class="row-name">{name.clone()}</bdi>
            </a>
        </h3>
        <p class="row-value">{value}</p>
        <p class="row-facts">
            <span>{words::size(shown.size_bytes)}</span>
            <time datetime=moment.clone() title=in_full>
                {when}
            </time>
        </p>
        <div class="row-actions">{actions(page, shown, "")}</div>
    }
}

/// Where the picture of an entry is, if it has one that is small enough: codes are drawn from their value.
pub(super) fn picture(page: PageState, shown: &Shown) -> Option<String> {
    let addresses = page.addresses();
    if shown.is_code {
        Some(addresses.drawn(shown))
    } else {
        (shown.is_picture && shown.size_bytes <= THUMBNAIL_MAX_BYTES).then(|| addresses.file(shown))
    }
}
