//! What only a browser can do: fetch, events, clipboard, files, local time. Never called on the server, where it
//! compiles all the same.

mod compose;
mod delegation;
mod document;
mod events;
mod form;
mod http;
mod json;
mod verbs;

pub(crate) use document::{local_minute, reload};
pub(crate) use form::mark;
#[cfg(feature = "hydrate")]
pub(crate) use json::page_data;

use leptos::prelude::*;

use crate::page_state::PageState;

/// Brings a page to life, once its islands are drawn: times become local, what is typed and pressed is heard, and
/// changes come in.
pub(crate) fn enliven(page: PageState) {
    page.notes.update_value(|notes| notes.is_awake = true);
    document::localise_times();
    delegation::delegate(page);
    compose::restore_draft(page);
    // What was typed while the page was asleep, or before it was left.
    compose::read(page);
    compose::look_up_known(page);
    events::listen(page);
}
