//! What the last write did, and the way back from a removal.

use leptos::prelude::*;

use super::actions::restore_form;
use crate::page_data::Notice;
use crate::page_state::{Board, page_state};

/// The last notice, and beside it what is only said: the region is there from the first HTML on.
#[island]
pub fn NoticeBoard() -> impl IntoView {
    let page = page_state();
    move || {
        let Board { notice, status } = page.board.get();
        let (words, link, undo) = match &notice {
            Some(Notice::Saved(id)) => ("Saved ".to_owned(), Some(*id), None),
            Some(Notice::Removed(id)) => (format!("Removed #{id}"), None, Some(*id)),
            Some(Notice::Restored(id)) => ("Restored ".to_owned(), Some(*id), None),
            Some(Notice::Failed(sentence)) => (sentence.clone(), None, None),
            None => (String::new(), None, None),
        };
        let link = link.map(|id| view! { <a href=page.addresses().entry(id)>{format!("#{id}")}</a> });
        view! {
            <p class="visually-hidden" role="status">
                {status}
            </p>
            <div class="notice" data-notice="" tabindex="-1" hidden=notice.is_none()>
                <span class="notice-words">{words} {link}</span>
                {undo.map(|id| restore_form(page, id, "Undo"))}
                <button
                    class="notice-close awake-only"
                    type="button"
                    aria-label="Dismiss"
                    data-do="dismiss"
                ></button>
            </div>
        }
    }
}
