//! The gallery: keeps entries, and tells everyone who listens.
//!
//! `Gallery` is the facade; its verbs are the only way in. Below it, one folder a port: `bucket` (the bytes) and
//! `catalog` (the truth about entries). Not here: HTTP, configuration, pages.

mod gallery;

pub mod bucket;
pub mod catalog;

#[cfg(test)]
mod conformance;

pub use gallery::{
    Draft, Event, Gallery, GalleryError, Options, Page, Published, Subscription, WindowRequest,
};
