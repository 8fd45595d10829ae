//! Whether the page hears of changes as they happen, and whether it is still the right page.

use leptos::prelude::*;

use crate::browser;
use crate::page_state::{Connection, page_state};

/// The state of the connection, in a word. Waking it opens the connection.
#[island]
pub fn LiveStatus() -> impl IntoView {
    let page = page_state();
    Effect::new(move || {
        page.is_awake.set_value(true);
        browser::localise_times();
        browser::delegate(page);
        browser::listen(page);
    });
    let state = move || match page.connection.get() {
        Connection::Off => "off",
        Connection::Connecting => "connecting",
        Connection::Live => "live",
        Connection::Reconnecting => "reconnecting",
    };
    let words = move || match page.connection.get() {
        Connection::Off | Connection::Connecting => "Connecting …",
        Connection::Live => "Live",
        Connection::Reconnecting => "Server away, reconnecting …",
    };
    view! {
        <p class="connection" data-connection=state>
            {words}
        </p>
        <p class="outdated" hidden=move || !page.is_outdated.get()>
            "A new version is running "
            <button class="button" type="button" on:click=move |_| browser::reload()>
                "Reload"
            </button>
        </p>
    }
}
