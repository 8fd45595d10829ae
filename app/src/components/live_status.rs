//! Whether the page hears of changes as they happen, and whether it is still the right page.

use leptos::prelude::*;

use crate::browser;
use crate::page_state::{Connection, page_state};

/// How old what the page shows is, at least.
fn behind(seconds: u64) -> String {
    let age = if seconds < 120 { format!("{seconds} s") } else { format!("{} min", seconds / 60) };
    format!("Storage away: as of {age} ago")
}

/// The state of the connection, in a word. Waking it brings the page to life.
#[island]
pub fn LiveStatus() -> impl IntoView {
    let page = page_state();
    Effect::new(move || browser::enliven(page));
    move || {
        let link = page.link.get();
        let (state, words) = match link.connection {
            Connection::Off => ("off", "Connecting …".to_owned()),
            Connection::Connecting => ("connecting", "Connecting …".to_owned()),
            Connection::Live => ("live", "Live".to_owned()),
            Connection::Behind(seconds) => ("behind", behind(seconds)),
            Connection::Reconnecting => ("reconnecting", "Server away, reconnecting …".to_owned()),
        };
        view! {
            <p class="connection" data-connection=state>
                {words}
            </p>
            <p class="outdated" hidden=!link.is_outdated>
                "A new version is running "
                <button class="button" type="button" data-do="reload">
                    "Reload"
                </button>
            </p>
        }
    }
}
