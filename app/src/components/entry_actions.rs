//! Everything that can be done with an entry, on its page and in its menu in a list. Server only.

use domain::{EntryId, EntryRow, Kind, Step};
use leptos::prelude::*;

use super::actions::{copy_button, download};
use crate::page_state::PageState;
use crate::words::{entry_title, link_target};

/// Formats that a code is drawn in on request: extension and name.
const DRAWN: [(&str, &str); 3] = [("svg", "SVG"), ("pdf", "PDF"), ("txt", "Text")];

/// The files of an entry.
pub(super) fn files(page: PageState, entry: &EntryRow) -> impl IntoView + use<> {
    let addresses = page.addresses();
    let (id, is_code) = (entry.id, entry.kind == Kind::Code);
    let format = entry.format().unwrap_or_default();
    let original = view! {
        <a
            class="action is-download"
            href=addresses.download(entry)
            download=""
            aria-label=format!("Download {format} #{id}")
        >
            {format!("Download {format}")}
        </a>
    };
    let drawn = |(extension, name): (&'static str, &'static str)| {
        download(addresses.drawn_as(entry, extension), format!("Download {name} #{id}"), name)
    };
    let has_result = entry.photo.as_ref().is_some_and(|photo| photo.has(Step::Result));
    let result = has_result.then(|| {
        let href = addresses.derived_download(entry, Step::Result);
        download(href, format!("Download result #{id}"), "Result")
    });
    view! { {original} {is_code.then(|| DRAWN.map(drawn).into_iter().collect_view())} {result} }
}

/// What can be copied, and shared.
pub(super) fn copies(page: PageState, entry: &EntryRow) -> impl IntoView + use<> {
    let (id, addresses, is_code) = (entry.id, page.addresses(), entry.kind == Kind::Code);
    let link = entry.value.as_deref().and_then(link_target).map(str::to_owned);
    let link = link.map(|href| {
        view! {
            <a class="action" href=href rel="noopener noreferrer nofollow" aria-label=format!("Open link of #{id}")>
                "Open link"
            </a>
        }
    });
    // Without JavaScript it shows the text, which can be copied from there.
    let uri = is_code.then(|| {
        view! {
            <a
                class="action is-copy"
                href=addresses.drawn_as(entry, "uri")
                data-copy="text"
                aria-label=format!("Copy data URI #{id}")
            >
                "Copy data URI"
            </a>
        }
    });
    let is_png = entry.key.content_type() == "image/png";
    let picture = is_png.then(|| {
        view! {
            <button
                class="action is-copy awake-only"
                type="button"
                data-extra="picture"
                data-source=addresses.file(entry)
                aria-label=format!("Copy image #{id}")
            >
                "Copy image"
            </button>
        }
    });
    view! {
        {entry.value.is_some().then(|| copy_button("value", "Copy value", "Copy value", id))}
        {copy_button("link", "Copy link", "Copy link", id)}
        {picture}
        {uri}
        <button
            class="action is-share awake-only"
            type="button"
            data-extra="share"
            data-source=addresses.entry(id)
            data-title=entry_title(entry)
            aria-label=format!("Share #{id}")
        >
            "Share"
        </button>
        {link}
    }
}

/// What makes another entry, and what removes this one.
pub(super) fn changes(page: PageState, entry: &EntryRow) -> impl IntoView + use<> {
    let (id, addresses) = (entry.id, page.addresses());
    let again = (entry.kind == Kind::Code).then(|| {
        view! {
            <a class="action" href=addresses.edit_as_new(id) aria-label=format!("Edit as new: #{id}")>
                "Edit as new"
            </a>
            <form method="post" action=addresses.duplicate(id) data-verb="act" data-said=format!("Duplicated #{id}")>
                <button class="action" type="submit" aria-label=format!("Duplicate #{id}")>
                    "Duplicate"
                </button>
            </form>
        }
    });
    view! { {again} {remove_form(page, id)} }
}

/// The form that removes an entry.
pub(super) fn remove_form(page: PageState, id: EntryId) -> impl IntoView {
    view! {
        <form class="remove" method="post" action=page.addresses().remove(id) data-verb="remove">
            <button class="action is-remove" type="submit" aria-label=format!("Remove #{id}")>
                "Remove"
            </button>
        </form>
    }
}
