//! The port for what finds labels in photos.
//!
//! Here: the trait and its promises. `embedded`: networks that are part of the program. `rekognition`: a service of
//! AWS. `none`: nothing is looked for. Not here: when a photo is looked at, and what a person changes (`worker`,
//! `verbs`).

mod embedded;
mod error;
mod none;
mod rekognition;

use std::fmt::Debug;

use async_trait::async_trait;
use bytes::Bytes;
use domain::Label;

pub use embedded::{Embedded, EmbeddedOptions, LabelWord, label_words};
pub use error::LabellerError;
pub use none::NoLabeller;
#[cfg(test)]
pub(crate) use rekognition::stub;
pub use rekognition::{REKOGNITION_THRESHOLD, Rekognition, RekognitionOptions};

/// Pictures with a longer side are not looked at: views have none.
pub const LOOKED_AT_MAX_SIDE: u32 = domain::limits::VIEW_SIDE;

/// What was found in a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Which model looked.
    pub model: String,
    /// The surest first; empty if nothing is sure enough. Each with its confidence and the model, all with different
    /// names.
    pub labels: Vec<Label>,
}

/// Says what a picture shows. It never says who a person is.
///
/// The picture is a view: JPEG or PNG, upright, no side longer than `LOOKED_AT_MAX_SIDE`, without EXIF data and place.
/// The same picture gets the same labels until the model or the options change. A call may be cancelled at any time.
/// After an error that may pass the next call works as soon as the cause is gone.
#[async_trait]
pub trait Labeller: Debug + Send + Sync + 'static {
    /// Looks at a picture. Errors: `Refused` for bytes that are no such picture.
    async fn label(&self, view: Bytes) -> Result<Found, LabellerError>;

    /// Whether it looks at anything at all.
    fn is_on(&self) -> bool {
        true
    }

    /// Whether this is the model that it looks with now.
    fn is_current(&self, model: &str) -> bool;

    /// What it may say, as far as that is known beforehand.
    fn words(&self) -> Vec<&'static str> {
        Vec::new()
    }
}
