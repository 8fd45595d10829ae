//! What only a browser can do: fetch, events, clipboard, files, local time. It compiles on the server, too, but is
//! never called there.

mod compose;
mod copy;
mod delegation;
mod describe;
mod document;
mod events;
mod focus;
mod form;
pub(crate) mod http;
mod panel;
mod refresh;
mod search;
mod verbs;

pub(crate) use describe::entry_changed;
pub(crate) use document::relative_time;
pub(crate) use form::mark;

use core::time::Duration;

use leptos::prelude::*;

use crate::page_state::PageState;

/// The data that the page came with.
#[cfg(feature = "hydrate")]
pub(crate) fn page_data() -> Option<domain::wire::PageData> {
    let script = document().query_selector("script[type='application/json']").ok()??;
    domain::wire::parse(&script.text_content()?)
}

/// Activates a page once its islands are drawn: listens to input; then, if that works, opens the event stream and
/// makes times local.
pub(crate) fn activate(page: PageState) {
    delegation::delegate(page);
    compose::take_look(page);
    compose::restore_draft(page);
    // What was typed before hydration, or on an earlier visit.
    compose::read(page);
    compose::look_up_known(page);
    describe::show_typed();
    search::catch_up(page);
    let rest = move || {
        events::listen(page);
        page.untracked.update_value(|untracked| untracked.is_awake = true);
        if let Some(root) = leptos::prelude::document().document_element() {
            document::localise_times(&root);
        }
        document::keep_times_current();
        verbs::dismiss_notice_later(page);
    };
    set_timeout(rest, Duration::ZERO);
}
