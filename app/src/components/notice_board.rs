//! What the last write did, and the way back from a removal.

use leptos::prelude::*;

use super::actions::restore_form;
use crate::page_data::Notice;
use crate::page_state::{PageState, page_state};

/// The last notice, and beside it what is only said: the region is there from the first HTML on.
#[island]
pub fn NoticeBoard() -> impl IntoView {
    let page = page_state();
    let content = move || page.notice.get().map(|notice| words(page, notice));
    view! {
        <p class="visually-hidden" role="status">
            {move || page.status.get()}
        </p>
        <div class="notice" data-notice="" tabindex="-1" hidden=move || page.notice.with(Option::is_none)>
            {content}
        </div>
    }
}

fn words(page: PageState, notice: Notice) -> impl IntoView {
    let (verb, id) = match notice {
        Notice::Saved(id) => ("Saved ".to_owned(), Some(id)),
        Notice::Removed(id) => (format!("Removed #{id}"), None),
        Notice::Restored(id) => ("Restored ".to_owned(), Some(id)),
        Notice::Failed(ref sentence) => (sentence.clone(), None),
    };
    let link = id.map(|id| view! { <a href=page.addresses().entry(id)>{format!("#{id}")}</a> });
    let undo = match notice {
        Notice::Removed(id) => Some(restore_form(page, id, "Undo")),
        _ => None,
    };
    view! {
        <span class="notice-words">{verb} {link}</span>
        {undo}
        <button
            class="notice-close awake-only"
            type="button"
            aria-label="Dismiss"
            on:click=move |_| page.notice.set(None)
        ></button>
    }
}

