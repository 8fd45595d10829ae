//! A button that copies something and says so.

use core::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser;
use crate::page_state::PageState;

/// How long the button says that it has copied.
const COPIED: Duration = Duration::from_millis(1600);

/// «Copy link», «Copy value»: `what` is the word, `subject` the number of the entry.
pub(super) fn copy_button(
    page: PageState,
    what: &'static str,
    subject: String,
    text: impl Fn() -> String + Clone + Send + 'static,
) -> impl IntoView {
    let is_copied = RwSignal::new(false);
    let on_click = move |_| {
        let text = text();
        spawn_local(async move {
            if browser::copy(&text).await {
                page.status.set("Copied".to_owned());
                is_copied.set(true);
                let end = move || {
                    let _ = is_copied.try_set(false);
                };
                set_timeout(end, COPIED);
            } else {
                page.status.set("The browser does not allow copying".to_owned());
            }
        });
    };
    view! {
        <button
            class="action awake-only"
            class:is-copied=is_copied
            type="button"
            aria-label=format!("Copy {what} {subject}")
            on:click=on_click
        >
            "Copy "
            {what}
        </button>
    }
}
