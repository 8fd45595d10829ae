//! What only a browser can do: fetch, events, clipboard, files, local time. Never called on the server, where it
//! compiles all the same.

mod delegation;
mod document;
mod events;
mod http;
mod json;
mod verbs;

pub(crate) use delegation::delegate;
pub(crate) use document::{checked_value, download, local_minute, localise_times, random_id, reload};
pub(crate) use events::listen;
pub(crate) use http::{get_part, post_form};
pub(crate) use json::Change;
#[cfg(feature = "hydrate")]
pub(crate) use json::page_data;
pub(crate) use verbs::{load_again, take_own_change};
