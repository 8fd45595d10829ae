//! The pages and islands of Qrate. On the server: `render` turns a model into a whole HTML document. In the browser:
//! the islands hydrate in it. Not here: HTTP, the gallery, where a model comes from.
//!
//! Components run on both sides, so `browser` compiles on the host as well; nothing there calls it, because effects and
//! event handlers only run in the browser.

pub mod addresses;
pub mod functions;
pub mod label_sheet;
pub mod many;
pub mod messages;
pub mod model;
#[cfg(feature = "ssr")]
pub mod preferences;

#[cfg(feature = "ssr")]
mod look_words;
#[cfg(feature = "ssr")]
mod page_data;
#[cfg(feature = "ssr")]
mod picture_size;
#[cfg(feature = "ssr")]
mod render;
#[cfg(feature = "ssr")]
mod shell;

#[allow(unreachable_pub, reason = "what the island macro writes is public")]
mod components;

mod composer_state;
mod drawing;
mod live_listing;
mod open_jobs;
mod page_state;

#[cfg(test)]
mod test_entries;

mod browser;
mod words;

#[cfg(feature = "ssr")]
pub use render::{render, render_panel};
pub use words::named_by_another;

/// Prepares hydration: reads the browser's kanji table, without which its codes would differ from the server's, and
/// the page's data, once for all islands. Returns whether that worked. `wake.js` calls it first.
#[cfg(feature = "hydrate")]
pub fn wake(shift_jis: &str) -> bool {
    leptos::mount::hydrate_islands();
    let data = qr::learn_kanji(shift_jis).ok().and_then(|()| browser::page_data());
    let Some(data) = data else { return false };
    // Once, and for as long as the page is open.
    let base = data.base.trim_end_matches('/').to_owned().leak();
    let is_set = leptos::server_fn::client::try_set_server_url(base).is_ok();
    leptos::prelude::provide_context(page_state::PageState::new(data));
    is_set
}
