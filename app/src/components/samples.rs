//! What an empty listing offers, and a page that does not exist: what this is, and three codes to begin with. Server only;
//! in a listing the style sheet shows it while there are no rows.

use domain::Parameters;
use leptos::prelude::*;

/// Words and text of each.
pub(super) const SAMPLES: [(&str, &str); 3] = [
    ("a link", "https://example.com/menu"),
    ("a Wi-Fi login", "WIFI:T:WPA;S:Guests;P:come on in;;"),
    ("a plain text", "Back in ten minutes."),
];

/// A sentence, and links that fill in the composer.
pub(crate) fn samples(space_page: &str) -> impl IntoView + use<> {
    let sample = |(words, text): (&'static str, &'static str)| {
        let address = format!("{space_page}?{}", Parameters::from([("text", text)]));
        view! {
            <a class="button" href=address>
                {words}
            </a>
        }
    };
    view! {
        <div class="samples">
            <p>"Qrate makes QR codes and keeps them, and photos, in a bucket of your own."</p>
            <p class="samples-links">"Begin with " {SAMPLES.map(sample)}</p>
        </div>
    }
}
