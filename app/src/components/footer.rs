//! What ends every page: where else to go, and the colours. Server only.

use leptos::prelude::*;

use crate::addresses::{below, patterns};
use crate::preferences::{Preferences, Theme};

/// Links, and the form that chooses the colours.
pub(crate) fn footer(base: &str, preferences: Preferences) -> impl IntoView + use<> {
    let theme = |theme: Theme| {
        let words = match theme {
            Theme::System => "System",
            Theme::Light => "Light",
            Theme::Dark => "Dark",
        };
        let is_chosen = if theme == preferences.theme { "true" } else { "false" };
        view! {
            <button type="submit" name="theme" value=theme.as_str() aria-pressed=is_chosen>
                {words}
            </button>
        }
    };
    view! {
        <footer class="footer">
            <nav class="footer-links" aria-label="More">
                <a href=below(base, patterns::SPACES_PAGE)>"Spaces"</a>
                <a href=below(base, patterns::API_PAGE)>"API"</a>
            </nav>
            <form id="colours" class="choice" method="post" action=below(base, patterns::PREFERENCES) aria-label="Colours">
                {Theme::ALL.map(theme)}
            </form>
        </footer>
    }
}
