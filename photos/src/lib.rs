//! Turns a photo into what is shown of it: facts from its header, and derived pictures (a thumbnail, a view, and the
//! result of a [`Recipe`]) with a placeholder and a hash for similar pictures.
//!
//! Pure and blocking: bytes in, bytes out, the same output for the same input. Everything that comes in may be
//! hostile: [`inspect`] reads the header alone, and [`derive`] refuses from the header what would take more memory than
//! [`MEMORY_BYTES`]. Not here: where photos are stored, when they are worked on, and what catches the panic that no
//! input should cause.

mod colour;
mod decode;
mod derive;
mod encode;
mod error;
mod exif_data;
mod flat;
mod format;
mod hash;
mod header;
mod memory;
mod picture;
mod pixels;
mod resize;
mod rows;
mod turn;

pub use crate::derive::{Derived, derive, derive_result};
pub use crate::error::PhotoError;
pub use crate::flat::{Flat, flatten};
pub use crate::format::{Content, Media, SNIFF_BYTES, sniff};
pub use crate::hash::{SIMILAR_BITS, is_similar};
pub use crate::header::{Facts, MAX_SIDE, inspect};
pub use crate::memory::{MAX_PIXELS, MEMORY_BYTES};
pub use crate::picture::Picture;
pub use crate::resize::{THUMBNAIL_SIDE, VIEW_SIDE};
pub use crate::turn::Recipe;

#[cfg(test)]
mod tests;
