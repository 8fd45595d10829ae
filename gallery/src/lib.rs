//! The gallery: keeps entries, and notifies all listeners.
//!
//! `Gallery` is the facade; its verbs are the only way in. Below it there is one folder per port: `bucket` (the
//! bytes), `catalog` (the truth about entries), `records` (small things that are not entries), `queue` (work to be
//! done), `labeller` (what finds labels in photos) and `notifier` (telling people); `sqlite` is the file that the
//! embedded ones share. Not here: HTTP, configuration, pages.

mod catalog_fault;
mod derived;
mod device_verbs;
mod error;
mod function_verbs;
mod gallery;
pub mod grant;
mod label_verbs;
mod notice_verbs;
mod options;
mod own_object;
mod photo_verbs;
mod ports;
mod save_health;
mod shared;
mod sheet_verbs;
mod table_verbs;

mod drawing;
pub mod notices;
mod reconcile;
mod space;
pub mod tables;
mod verbs;
mod worker;

pub mod check;
pub mod transfer;

pub mod aws;
mod background;
mod causes;
mod clock;
mod diagnosis;
mod log_throttle;
mod pictures;
mod single_flight;

pub mod bucket;
pub mod catalog;
pub mod labeller;
pub mod notifier;
pub mod queue;
pub mod records;
pub mod sqlite;

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use causes::causes;
pub use clock::Clock;
pub use device_verbs::device_space;
pub use diagnosis::{Check, Verdict};
pub use drawing::{DrawnEntry, Format, LabelSheet, LabelWords, Preview, SheetPlan};
pub use error::{DrawingError, GalleryError, TableError, UploadError};
pub use function_verbs::JobMessage;
pub use gallery::Gallery;
pub use grant::{Administer, AllSpaces, Audience, Grant, MayAdminister, MayRead, MayWrite, Read, Write};
pub use label_verbs::Relabel;
pub use log_throttle::LogThrottle;
pub use options::Options;
pub use ports::Ports;
pub use reconcile::left_out::{LeftOut, LeftOutError};
pub use space::search_text::{SearchError, SearchWords};
pub use space::subscription::{Event, Subscription};
pub use space::window::{Cursor, Filter, Jobs, Page, Slice, WindowRequest};
pub use verbs::publish::{Draft, OnReuse, Published};
pub use verbs::tables::{RowPreview, TableUpload};
pub use verbs::upload::{Upload, Uploaded};
