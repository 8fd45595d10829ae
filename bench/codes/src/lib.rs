//! `qr` and its peers behind one interface: text to symbol, to one SVG path, to PNG; all at level M, with the mask
//! that each chooses. Compiled into the bench, and for the browser.
//!
//! Peers only draw symbols: their path and PNG are made the way their users do it, with a line for each run of dark
//! modules, and with the `png` crate. Not here: timing (`bench/src/codes.rs`, `page.js`).

mod makers;
mod payloads;
#[cfg(target_arch = "wasm32")]
pub mod wasm;

pub use makers::{MAKERS, Maker};
pub use payloads::{PAYLOADS, Payload};
