//! Whether the page receives changes, whether anything can be saved, and whether the page is outdated.

use leptos::prelude::*;

use crate::browser;
use crate::page_state::{Connection, page_state};

/// The minimum age of what the page shows.
fn behind(seconds: u64) -> String {
    let age = if seconds < 120 { format!("{seconds} s") } else { format!("{} min", seconds / 60) };
    format!("Storage unavailable: as of {age} ago")
}

/// The state of the connection, in a word. Hydrating it activates the page.
#[island]
pub fn LiveStatus() -> impl IntoView {
    let page = page_state();
    Effect::new(move || browser::activate(page));
    move || {
        let link = page.connection.get();
        let (state, words) = match link.connection {
            Connection::Off => ("off", "Connecting …".to_owned()),
            Connection::Connecting => ("connecting", "Connecting …".to_owned()),
            Connection::Live => ("live", "Live".to_owned()),
            Connection::Behind(seconds) => ("behind", behind(seconds)),
            Connection::Reconnecting => ("reconnecting", "Server unreachable, reconnecting …".to_owned()),
        };
        let fault = link.fault.unwrap_or_default();
        view! {
            <p class="connection" data-connection=state>
                {words}
            </p>
            <p class="fault" hidden=fault.is_empty()>
                {fault.clone()}
            </p>
            <p class="outdated" hidden=!link.is_outdated>
                "A new version is available "
                <button class="button" type="button" data-do="reload">
                    "Reload"
                </button>
            </p>
        }
    }
}
