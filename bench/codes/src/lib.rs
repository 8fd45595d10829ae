//! `qr` and its peers behind one door: text to symbol, to one SVG path, to PNG; all at level M, with the mask that each
//! chooses. Compiled into the bench, and for the browser.
//!
//! Peers draw symbols only: their path and their PNG are made the way their users do it, a line for each run of dark
//! modules, and the `png` crate. Not here: the clock (`bench/src/codes.rs`, `page.js`).

mod makers;
mod payloads;
#[cfg(target_arch = "wasm32")]
pub mod wasm;

pub use makers::{MAKERS, Maker};
pub use payloads::{PAYLOADS, Payload};
