//! The pages and islands of Qrate. On the server: `render` turns a model into a whole HTML document. In the browser: the
//! islands wake up in it. Not here: HTTP, the gallery, where a model comes from.

#[cfg(feature = "ssr")]
pub mod model;
