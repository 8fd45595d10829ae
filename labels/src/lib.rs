//! Says what a picture shows: a classifier of a thousand classes and a face detector, both part of the program, and a
//! list of words that may be said.
//!
//! Pure and blocking: pixels in, labels out, the same labels for the same pixels. Not here: decoding photos (`photos`),
//! when they are looked at, and who hears of it. Never here: who a person is.

mod classifier;
mod error;
mod face_detector;
mod feature_map;
mod layers;
mod model;
mod nodes;
mod picture;
mod selection;
mod vocabulary;
mod weights;

pub use crate::error::LabelError;
pub use crate::model::{Model, Seen};
pub use crate::nodes::{Node, nodes};
pub use crate::picture::Picture;
pub use crate::selection::{Label, Options, THRESHOLD};
