//! Finds and reads codes in any picture: a scan, a photograph, a file that another program drew.
//!
//! `rxing` binarises, confirms finder patterns and samples modules. What to search, in which order and for how long
//! is decided here, and decoding the modules is ours too. Memory (`picture`) and work (`work`) are bounded for every
//! picture. Not here: reading our own PNGs (`read_png`), although that is tried first.

mod binarise;
mod corners;
mod error;
mod finders;
mod greys;
mod picture;
mod planes;
mod png_rows;
mod search;
mod threshold;
mod work;

#[cfg(test)]
pub(crate) mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::BitMatrix;

use self::corners::in_reading_order;
pub use self::error::DetectError;
use self::greys::Greys;
pub use self::picture::MAX_PICTURE_PIXELS;
use self::picture::Picture;
use self::search::{FoundCode, search};
use self::work::Work;
use crate::Reading;
use crate::png::read_png_symbol;

/// At most this many codes are read from a picture.
pub const MAX_CODES: usize = 64;

/// Fewer finder patterns than this outside the codes already read cannot be another code.
const FINDERS_PER_CODE: usize = 3;

/// The first code in a picture: the first of `detect_all`.
pub fn detect(picture: &[u8]) -> Result<Reading, DetectError> {
    detect_all(picture).and_then(|readings| readings.into_iter().next().ok_or(DetectError::NoCode))
}

/// The readable codes in an encoded picture (PNG, JPEG, GIF, WebP), at least one and at most `MAX_CODES`: in any
/// position, rotated, mirrored, or light on dark. They come in reading order: top to bottom, and left to right within
/// a row. Transparent pixels count as white or, if no code is found that way, as black.
pub fn detect_all(picture: &[u8]) -> Result<Vec<Reading>, DetectError> {
    if let Ok(reading) = read_png_symbol(picture) {
        return Ok(vec![reading]);
    }
    let planes = decoded(|| Picture::open(picture)?.into_planes())?;
    let found = in_reading_order(find(&planes, &mut Work::for_picture()), |found| &found.corners);
    if found.is_empty() {
        Err(DetectError::NoCode)
    } else {
        Ok(found.into_iter().map(|found| found.reading).collect())
    }
}

/// The most memory that `detect` takes for this picture, not counting the encoded picture itself.
pub fn detection_bytes(picture: &[u8]) -> u64 {
    decoded(|| Ok(Picture::open(picture)?.memory_bytes())).unwrap_or(0)
}

/// Runs a decoder; a panic in it means that this is not a picture.
fn decoded<T>(decode: impl FnOnce() -> Result<T, DetectError>) -> Result<T, DetectError> {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or(Err(DetectError::NotAPicture))
}

/// The codes in the first plane that has any, or else in the first one enlarged twofold.
fn find(planes: &[Greys], work: &mut Work) -> Vec<FoundCode> {
    let mut found = Vec::new();
    for plane in planes {
        for (scale, layer) in plane.layers() {
            search_layer(layer.as_ref().unwrap_or(plane), scale, &mut found, work);
        }
        if !found.is_empty() {
            return found;
        }
    }
    if let Some(twice) = planes.first().and_then(|plane| plane.enlarged(2)) {
        search_layer(&twice, 2.0, &mut found, work);
    }
    found
}

/// Adds the codes in a layer, with one threshold after another, until no unread code can be left.
fn search_layer(greys: &Greys, scale: f32, found: &mut Vec<FoundCode>, work: &mut Work) {
    let mut may_hold_more = |bits: Option<&mut BitMatrix>| {
        let unclaimed = bits.map_or(usize::MAX, |bits| search_both_ways(bits, scale, found, work));
        !work.is_exhausted() && (found.is_empty() || unclaimed >= FINDERS_PER_CODE && found.len() < MAX_CODES)
    };
    let mut local = threshold::local(greys);
    if may_hold_more(local.as_mut()) {
        let mut closed = local.as_ref().and_then(threshold::closed);
        let _ = may_hold_more(closed.as_mut()) && may_hold_more(threshold::global(greys).as_mut());
    }
}

/// Adds the codes that are dark on light and those that are light on dark. Returns the number of unclaimed finder
/// patterns.
fn search_both_ways(bits: &mut BitMatrix, scale: f32, found: &mut Vec<FoundCode>, work: &mut Work) -> usize {
    let dark = search(bits, scale, MAX_CODES, found, work);
    bits.flip_self();
    let light = search(bits, scale, MAX_CODES, found, work);
    bits.flip_self();
    dark.max(light)
}
