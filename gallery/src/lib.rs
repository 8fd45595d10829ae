//! The gallery: keeps entries, and notifies all listeners.
//!
//! `Gallery` is the facade; its verbs are the only way in. Below it there is one folder per port: `bucket` (the
//! bytes) and `catalog` (the truth about entries). Not here: HTTP, configuration, pages.

mod catalog_fault;
mod error;
mod gallery;
pub mod grant;
mod options;
mod own_object;
mod save_health;
mod shared;

mod drawing;
mod reconcile;
mod space;
mod verbs;

pub mod check;
pub mod transfer;

pub mod aws;
mod causes;
mod clock;
mod diagnosis;
mod log_throttle;
mod pictures;
mod single_flight;

pub mod bucket;
pub mod catalog;

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use causes::causes;
pub use clock::Clock;
pub use diagnosis::{Check, Verdict};
pub use drawing::{DrawnEntry, Format, Preview};
pub use error::{DrawingError, GalleryError};
pub use gallery::Gallery;
pub use grant::{Administer, AllSpaces, Audience, Grant, MayAdminister, MayRead, MayWrite, Read, Write};
pub use log_throttle::LogThrottle;
pub use options::Options;
pub use reconcile::left_out::{LeftOut, LeftOutError};
pub use space::subscription::{Event, Subscription};
pub use space::window::{Page, WindowRequest};
pub use verbs::publish::{Draft, OnReuse, Published};
