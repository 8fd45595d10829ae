//! The gallery: keeps entries, and tells everyone who listens.
//!
//! `Gallery` is the facade; its verbs are the only way in. Below it, one folder a port: `bucket` (the bytes) and
//! `catalog` (the truth about entries). Not here: HTTP, configuration, pages.

mod error;
mod gallery;
mod options;
mod shared;

mod describe;
mod drawing;
mod logos;
mod publish;
mod removal;
mod settings;
mod verified;

mod follow;
mod hidden;
mod left_out;
mod look;
mod pictures;
mod progress;
mod reading;
mod recognise;
mod reconcile;
mod unnamed;

mod purge;

pub mod check;
mod story;
pub mod transfer;

mod committer;
mod encode;
mod feed;
mod index;
mod kept;
mod log_pages;
mod save_health;
mod spaces;
mod view;

pub mod aws;
mod clock;
mod diagnosis;
mod seldom;

pub mod bucket;
pub mod catalog;

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use clock::Clock;
pub use diagnosis::{Check, Verdict};
pub use drawing::{DrawingError, DrawnEntry, Format, Preview};
pub use error::GalleryError;
pub use feed::{Event, Subscription};
pub use gallery::{Gallery, Page, WindowRequest};
pub use left_out::{LeftOut, LeftOutError};
pub use options::Options;
pub use publish::{Draft, Published};
pub use seldom::Seldom;
