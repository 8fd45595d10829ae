//! A row of the listing.

use domain::EntryId;
use leptos::ev;
use leptos::prelude::*;

use super::copy_button::copy_button;
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
    let LiveRow { shown, has_arrived, .. } = row;
    let is_highlighted = move || page.highlighted.get() == Some(id);
    view! {
        <li class="row" class:is-highlighted=is_highlighted class:has-arrived=has_arrived data-id=id.to_string()>
            {
                let shown = shown.clone();
                move || facts(page, shown.get())
            }
            <div class="row-actions">
                {
                    let shown = shown.clone();
                    move || downloads(page, &shown.get())
                }
                {copy_button(page, "link", format!("#{id}"), move || browser::absolute(&page.addresses().entry(id)))}
                {move || {
                    shown
                        .get()
                        .value
                        .map(|value| copy_button(page, "value", format!("#{id}"), move || value.clone()))
                }}
                {remove_form(page, id)}
            </div>
        </li>
    }
}

fn facts(page: PageState, shown: Shown) -> impl IntoView {
    let addresses = page.addresses();
    let picture = thumbnail(page, &shown);
    let moment = shown.created_at.clone();
    let when = if page.is_awake.get() {
        browser::local_minute(&shown.created_at)
    } else {
        words::utc_minute(&shown.created_at)
    };
    let name = if shown.name.is_empty() && shown.value.is_none() { shown.file_name } else { shown.name };
    view! {
        <a class="row-picture" href=addresses.entry(shown.id) tabindex="-1" aria-hidden="true">
            {picture.map(|source| {
                view! { <img src=source alt="" width="64" height="64" loading="lazy" decoding="async" /> }
            })}
        </a>
        <div class="row-words">
            <h3 class="row-title">
                <a href=addresses.entry(shown.id)>
                    <span class="row-number">{format!("#{}", shown.id)}</span>
                    " "
                    <bdi class="row-name">{name}</bdi>
                </a>
            </h3>
            <p class="row-value">{shown.value.map(value)}</p>
            <p class="row-facts">
                <span>{words::size(shown.size_bytes)}</span>
                " "
                <time datetime=moment>{when}</time>
            </p>
        </div>
    }
}

/// Where the picture of an entry is, if it has one that is small enough: codes are drawn from their value.
pub(super) fn thumbnail(page: PageState, shown: &Shown) -> Option<String> {
    let addresses = page.addresses();
    if shown.value.is_some() {
        Some(addresses.drawn(shown.id))
    } else {
        (shown.is_picture && shown.size_bytes <= THUMBNAIL_MAX_BYTES)
            .then(|| addresses.file(shown.id, &shown.file_name))
    }
}

/// The object, and the code as SVG if it is one.
pub(super) fn downloads(page: PageState, shown: &Shown) -> impl IntoView + use<> {
    let addresses = page.addresses();
    let (id, format) = (shown.id, shown.format());
    let label = match (&format, shown.is_code) {
        (Some(format), true) => format!("Download {format} #{id}"),
        _ => format!("Download #{id}"),
    };
    let words = format.filter(|_| shown.is_code).unwrap_or_else(|| "Download".to_owned());
    let svg = shown.value.is_some().then(|| {
        view! {
            <a
                class="action"
                href=addresses.drawn(id)
                download=format!("{}.svg", words::file_stem(&shown.file_name))
                aria-label=format!("Download SVG #{id}")
            >
                "SVG"
            </a>
        }
    });
    view! {
        <a
            class="action"
            href=format!("{}?download", addresses.file(id, &shown.file_name))
            download=shown.file_name.clone()
            aria-label=label
        >
            {words}
        </a>
        {svg}
    }
}

/// A form that removes, by itself or by fetch.
pub(super) fn remove_form(page: PageState, id: EntryId) -> impl IntoView {
    let on_submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        browser::remove(page, id);
    };
    view! {
        <form method="post" action=page.addresses().remove(id) on:submit=on_submit>
            <button class="action is-remove" type="submit" aria-label=format!("Remove #{id}")>
                "Remove"
            </button>
        </form>
    }
}
