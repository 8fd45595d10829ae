//! What only a browser can do: fetch, events, clipboard, files, local time. Never called on the server, where it
//! compiles all the same.

mod compose;
mod delegation;
mod document;
mod events;
mod focus;
mod form;
mod http;
mod json;
mod verbs;

pub(crate) use document::{local_time, reload};
pub(crate) use form::mark;
pub(crate) use http::{get, post};

use core::time::Duration;

use leptos::prelude::*;

use crate::page_state::PageState;

/// What the page came with.
#[cfg(feature = "hydrate")]
pub(crate) fn page_data() -> Option<domain::wire::PageData> {
    let script = document().query_selector("script[type='application/json']").ok()??;
    json::read(&script.text_content()?)
}

/// Brings a page to life, once its islands are drawn: what is typed and pressed is heard; and when that works, changes
/// come in and times become local.
pub(crate) fn enliven(page: PageState) {
    delegation::delegate(page);
    compose::take_look(page);
    compose::restore_draft(page);
    // What was typed while the page was asleep, or before it was left.
    compose::read(page);
    compose::look_up_known(page);
    let rest = move || {
        events::listen(page);
        page.notes.update_value(|notes| notes.is_awake = true);
        document::localise_times();
        verbs::let_go_of_notice(page);
    };
    set_timeout(rest, Duration::ZERO);
}
