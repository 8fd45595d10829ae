//! The actions of an entry. On a hydrated page `browser::delegate` handles them; otherwise they are links and forms. Not
//! here: those that only its page and its menu have (`entry_actions`).

use domain::{EntryId, EntryRow};
use leptos::prelude::*;

use crate::page_state::PageState;

/// What a row offers at once: its file, its text, and everything else.
pub(super) fn row_actions(page: PageState, entry: &EntryRow) -> impl IntoView + use<> {
    let (id, addresses) = (entry.id, page.addresses());
    let (what, copied) = if entry.value.is_some() { ("value", "Copy value") } else { ("link", "Copy link") };
    view! {
        {download(addresses.download(entry), format!("Download #{id}"), "Download")}
        {copy_button(what, copied, "Copy", id)}
        <a
            class="action is-more"
            href=addresses.entry(id)
            data-panel=addresses.panel(id)
            aria-controls=format!("more-{id}")
            aria-expanded="false"
            aria-label=format!("More about #{id}")
        >
            "More"
        </a>
    }
}

/// A link to a file. The server sets its name, which takes precedence over the link anyway.
pub(super) fn download(address: String, label: String, words: &'static str) -> impl IntoView {
    view! {
        <a class="action is-download" href=address download="" aria-label=label>
            {words}
        </a>
    }
}

/// A button that copies something of an entry: `browser::copy` knows what `what` stands for.
pub(super) fn copy_button(
    what: &'static str,
    label: &'static str,
    words: &'static str,
    id: EntryId,
) -> impl IntoView {
    view! {
        <button class="action is-copy awake-only" type="button" data-copy=what aria-label=format!("{label} #{id}")>
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
