//! The actions of an entry, with the same words in a row and on its page. On a hydrated page `browser::delegate`
//! handles them; otherwise they are links and forms.

use domain::{EntryId, EntryRow, Kind, Step};
use leptos::prelude::*;

use crate::page_state::PageState;

/// Downloads of the object and, for a code, of the SVG; copying; removing. The server sets the name of a downloaded
/// file, which takes precedence over the link anyway. `verb` stands before the name of a format.
pub(super) fn actions(page: PageState, entry: &EntryRow, verb: &'static str) -> impl IntoView + use<> {
    let addresses = page.addresses();
    let (id, format) = (entry.id, entry.format().filter(|_| entry.kind == Kind::Code));
    let format = format.as_deref();
    let svg = (entry.kind == Kind::Code).then(|| {
        view! {
            <a class="action" href=addresses.drawn(entry) download="" aria-label=format!("Download SVG #{id}")>
                {format!("{verb}SVG")}
            </a>
        }
    });
    let has_result = entry.photo.as_ref().is_some_and(|photo| photo.has(Step::Result));
    let result = has_result.then(|| {
        let href = addresses.derived_download(entry, Step::Result);
        view! {
            <a class="action" href=href download="" aria-label=format!("Download result #{id}")>
                "Result"
            </a>
        }
    });
    view! {
        <a
            class="action"
            href=addresses.download(entry)
            download=""
            aria-label=format!("Download {}#{id}", format.map(|format| format!("{format} ")).unwrap_or_default())
        >
            {format.map_or_else(|| "Download".to_owned(), |format| format!("{verb}{format}"))}
        </a>
        {svg}
        {result}
        {other_actions(page, entry)}
    }
}

/// The actions that are no downloads.
pub(super) fn other_actions(page: PageState, entry: &EntryRow) -> impl IntoView + use<> {
    let (id, address) = (entry.id, page.addresses().remove(entry.id));
    let copy_value = entry.value.is_some().then(|| copy_button("value", "Copy value", id));
    view! {
        {copy_button("link", "Copy link", id)}
        {copy_value}
        <form method="post" action=address data-verb="remove">
            <button class="action is-remove" type="submit" aria-label=format!("Remove #{id}")>
                "Remove"
            </button>
        </form>
    }
}

fn copy_button(what: &'static str, words: &'static str, id: EntryId) -> impl IntoView {
    view! {
        <button class="action awake-only" type="button" data-copy=what aria-label=format!("{words} #{id}")>
            {words}
        </button>
    }
}

/// A form that restores an entry.
pub(super) fn restore_form(page: PageState, id: EntryId, words: &'static str) -> impl IntoView {
    view! {
        <form method="post" action=page.addresses().restore(id) data-verb="restore" data-id=id.to_string()>
            <button class="button" type="submit">
                {words}
            </button>
        </form>
    }
}
