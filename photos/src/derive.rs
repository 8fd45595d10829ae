//! Everything that is made of a photo, in one pass over its pixels. Not here: each of the steps.

use crate::colour;
use crate::encode::encode;
use crate::error::PhotoError;
use crate::hash;
use crate::header::{Facts, Header};
use crate::picture::Picture;
use crate::pixels::Pixels;
use crate::resize::{self, THUMBNAIL_SIDE, VIEW_SIDE};
use crate::rows;
use crate::turn::{Recipe, Turn};

/// How good a JPEG is, from 1 to 100.
const THUMBNAIL_QUALITY: u8 = 80;
const VIEW_QUALITY: u8 = 85;
const RESULT_QUALITY: u8 = 90;

/// What is made of a photo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    /// What [`crate::inspect`] says.
    pub facts: Facts,
    /// A ThumbHash, to show until the thumbnail is there: at most some 25 bytes.
    pub placeholder: Vec<u8>,
    /// A 64-bit difference hash, for [`crate::is_similar`].
    pub hash: u64,
    /// At most [`THUMBNAIL_SIDE`] a side, in sRGB.
    pub thumbnail: Picture,
    /// At most [`VIEW_SIDE`] a side.
    pub view: Picture,
    /// What the recipe makes, at full size; `None` if it makes nothing.
    pub result: Option<Picture>,
}

/// Decodes a photo and makes all of its pictures. The same bytes and recipe give the same pictures on processors with
/// the same instruction sets. Drops `bytes` as soon as they are decoded.
///
/// # Errors
/// Everything that [`crate::inspect`] refuses, and pictures that turn out to be damaged.
pub fn derive<B: AsRef<[u8]>>(bytes: B, recipe: Recipe) -> Result<Derived, PhotoError> {
    let (facts, upright, pixels) = decode(bytes.as_ref())?;
    drop(bytes);
    derive_from(facts, upright, &pixels, recipe)
}

fn derive_from(facts: Facts, upright: Turn, pixels: &Pixels, recipe: Recipe) -> Result<Derived, PhotoError> {
    let view_pixels = colour::for_view(resize::fit(pixels, VIEW_SIDE)?);
    let view = encode(&view_pixels, upright, VIEW_QUALITY)?;
    let thumbnail_pixels = resize::fit(&view_pixels, THUMBNAIL_SIDE)?;
    drop(view_pixels);
    let thumbnail_pixels = colour::to_srgb(rows::turned(&thumbnail_pixels, upright));
    let thumbnail = encode(&thumbnail_pixels, Turn::default(), THUMBNAIL_QUALITY)?;
    let placeholder = hash::placeholder(&thumbnail_pixels)?;
    let hash = hash::difference_hash(&thumbnail_pixels)?;
    let result = result(pixels, upright, recipe)?;
    Ok(Derived { facts, placeholder, hash, thumbnail, view, result })
}

/// Only the result, for a photo whose recipe changes: the same as in [`derive`].
///
/// # Errors
/// As for [`derive`].
pub fn derive_result<B: AsRef<[u8]>>(bytes: B, recipe: Recipe) -> Result<Option<Picture>, PhotoError> {
    let (_, upright, pixels) = decode(bytes.as_ref())?;
    drop(bytes);
    result(&pixels, upright, recipe)
}

fn decode(bytes: &[u8]) -> Result<(Facts, Turn, Pixels), PhotoError> {
    let Header { facts, upright, opened } = Header::read(bytes)?;
    Ok((facts, upright, colour::keep_useful_profile(opened.decode()?)))
}

fn result(pixels: &Pixels, upright: Turn, recipe: Recipe) -> Result<Option<Picture>, PhotoError> {
    recipe.turn().map(|turn| encode(pixels, upright.then(turn), RESULT_QUALITY)).transpose()
}
