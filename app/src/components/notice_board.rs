//! The outcome of the last write, and how to undo a removal.

use domain::Notice;
use leptos::prelude::*;

use super::actions::restore_form;
use crate::page_state::{Messages, page_state};
use crate::words;

/// The last notice, and beside it announcements for screen readers: the live region exists from the first HTML on. It
/// comes first in the page, so that “Undo” is soon reached from wherever the focus is.
#[island]
pub fn NoticeBoard() -> impl IntoView {
    let page = page_state();
    move || {
        let Messages { notice, status, undo: description } = page.messages.get();
        let words = notice.as_ref().map(words::of_notice);
        let (link, undo) = match &notice {
            Some(Notice::Saved { id, .. } | Notice::Restored { id }) => (Some(*id), None),
            Some(Notice::Removed { id }) => (None, Some((*id, "Undo"))),
            Some(Notice::RemovedSince { id }) => (None, Some((*id, "Restore"))),
            Some(
                Notice::Described
                | Notice::Undone
                | Notice::GoneSince { .. }
                | Notice::Failed { .. }
                | Notice::Uploaded { .. },
            )
            | None => (None, None),
        };
        let known = match notice {
            Some(Notice::Saved { known, .. }) => known,
            _ => None,
        };
        let to = move |id| view! { <a href=page.addresses().entry(id)>{format!("#{id}")}</a> };
        let known = known.map(|id| view! { ". You had this one already: " {to(id)} });
        view! {
            <p class="visually-hidden" role="status">
                {status}
            </p>
            <div class="notice" data-notice="" role="region" aria-label="Notice" tabindex="-1" hidden=notice.is_none()>
                <span class="notice-words">{words} {link.map(to)}{known}</span>
                {undo.map(|(id, words)| restore_form(page, id, words))}
                {description
                    .map(|_| {
                        view! {
                            <button class="button" type="button" data-do="undo">
                                "Undo"
                            </button>
                        }
                    })}
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
