//! Whether the page hears of changes as they happen, and whether it is still the right page.

use leptos::prelude::*;

use crate::browser;
use crate::page_state::{Connection, page_state};

/// The state of the connection, in a word. Waking it brings the page to life.
#[island]
pub fn LiveStatus() -> impl IntoView {
    let page = page_state();
    Effect::new(move || browser::enliven(page));
    move || {
        let (state, words) = match page.connection.get() {
            Connection::Off => ("off", "Connecting …"),
            Connection::Connecting => ("connecting", "Connecting …"),
            Connection::Live => ("live", "Live"),
            Connection::Reconnecting => ("reconnecting", "Server away, reconnecting …"),
        };
        view! {
            <p class="connection" data-connection=state>
                {words}
            </p>
            <p class="outdated" hidden=!page.is_outdated.get()>
                "A new version is running "
                <button class="button" type="button" on:click=move |_| browser::reload()>
                    "Reload"
                </button>
            </p>
        }
    }
}
