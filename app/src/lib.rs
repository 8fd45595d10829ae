//! The pages and islands of Qrate. On the server: `render` turns a model into a whole HTML document. In the browser: the
//! islands wake up in it. Not here: HTTP, the gallery, where a model comes from.
//!
//! Components run on both sides, so `browser` compiles on the host as well; nothing there calls it, because effects and
//! event handlers only run in the browser.

pub mod model;

#[cfg(feature = "ssr")]
mod look_words;
#[cfg(feature = "ssr")]
mod render;
#[cfg(feature = "ssr")]
mod shell;

#[allow(unreachable_pub, reason = "what the island macro writes is public")]
mod components;

mod composer_state;
mod drawing;
mod live_listing;
mod page_data;
mod page_state;
mod shown;

mod addresses;
mod browser;
mod words;

#[cfg(feature = "ssr")]
pub use render::render;

/// Prepares the islands to be woken: takes over the browser's table of kanji, without which its codes would not be the
/// server's, and reads the page's data, once for all islands. Whether it could. `wake.js` calls it first.
#[cfg(feature = "hydrate")]
pub fn wake(shift_jis: &str) -> bool {
    leptos::mount::hydrate_islands();
    let data = qr::learn_kanji(shift_jis).ok().and_then(|()| browser::page_data());
    data.map(|data| leptos::prelude::provide_context(page_state::PageState::new(data))).is_some()
}
