//! The verbs of the pages as server functions: a hydrated page calls them through the stubs that the macro generates,
//! a page without JavaScript posts its forms to the same addresses. What they do is behind `Verbs`, which `server`
//! implements: nothing here knows the gallery.
//!
//! The default protocol would add `serde_qs` and `serde_json` to the browser's WASM, some 60 KB: ours sends form text
//! and answers with JSON for the browser's `JSON.parse`.

mod arguments;
mod endpoints;
mod form;
mod protocol;
mod refused;
#[cfg(feature = "ssr")]
mod registration;
#[cfg(feature = "ssr")]
mod verbs;

pub use arguments::Target;
pub use endpoints::*;
pub use refused::Refused;
#[cfg(feature = "ssr")]
pub use registration::register;
#[cfg(feature = "ssr")]
pub use server_fn::ServerFn;
#[cfg(feature = "ssr")]
pub use verbs::{Verbs, provide};
