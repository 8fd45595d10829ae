//! Codes in any picture: a scan, a photograph, a file that another program drew.
//!
//! `rxing` tells dark from light, confirms finders and samples modules; what is looked at, in which order and how long is
//! ours, and so is reading the modules. Whatever the picture, it takes bounded memory (`picture`) and a counted amount of
//! work (`work`). Not here: reading our own PNG in general (`read_png`), though it is tried first.

mod binarise;
mod error;
mod finders;
mod greys;
mod picture;
mod place;
mod planes;
mod png_rows;
mod search;
mod threshold;
mod work;

#[cfg(test)]
pub(crate) mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::BitMatrix;

pub use self::error::DetectError;
use self::greys::Greys;
pub use self::picture::MAX_PICTURE_PIXELS;
use self::picture::Picture;
use self::place::in_reading_order;
use self::search::{Found, search};
use self::work::Work;
use crate::Reading;
use crate::png::read_png_symbol;

/// Of more codes in a picture, only so many are read.
pub const MAX_CODES: usize = 64;

/// So few finders that belong to no code that was read cannot be another code.
const FINDERS_OF_A_CODE: usize = 3;

/// The first code in a picture: the first of `detect_all`.
pub fn detect(picture: &[u8]) -> Result<Reading, DetectError> {
    detect_all(picture).and_then(|readings| readings.into_iter().next().ok_or(DetectError::NoCode))
}

/// The readable codes in an encoded picture (PNG, JPEG, GIF, WebP), `MAX_CODES` at most and at least one: in any place,
/// turned, mirrored, or light on dark. In reading order: from top to bottom, and from left to right where they stand in
/// a row. What is transparent counts as white, or, when there is no code so, as black.
pub fn detect_all(picture: &[u8]) -> Result<Vec<Reading>, DetectError> {
    if let Ok(reading) = read_png_symbol(picture) {
        return Ok(vec![reading]);
    }
    let planes = decoded(|| Picture::open(picture)?.into_planes())?;
    let found = in_reading_order(find(&planes, &mut Work::of_a_picture()), |found| &found.place);
    if found.is_empty() {
        Err(DetectError::NoCode)
    } else {
        Ok(found.into_iter().map(|found| found.reading).collect())
    }
}

/// Bytes of memory that `detect` takes for this picture at most, the picture itself not among them.
pub fn detection_bytes(picture: &[u8]) -> u64 {
    decoded(|| Ok(Picture::open(picture)?.memory_bytes())).unwrap_or(0)
}

/// What a decoder gives; it is no picture when one panics on it.
fn decoded<T>(decode: impl FnOnce() -> Result<T, DetectError>) -> Result<T, DetectError> {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or(Err(DetectError::NotAPicture))
}

/// The codes in the first plane that has any; else those in the first one at twice the size.
fn find(planes: &[Greys], work: &mut Work) -> Vec<Found> {
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

/// Adds the codes in a layer, by each threshold, until nothing is left that could be another one.
fn search_layer(greys: &Greys, scale: f32, found: &mut Vec<Found>, work: &mut Work) {
    let mut goes_on = |bits: Option<&mut BitMatrix>| {
        let free = bits.map_or(usize::MAX, |bits| search_both_ways(bits, scale, found, work));
        !work.is_used_up() && (found.is_empty() || free >= FINDERS_OF_A_CODE && found.len() < MAX_CODES)
    };
    let mut local = threshold::local(greys);
    if goes_on(local.as_mut()) {
        let mut closed = local.as_ref().and_then(threshold::closed);
        let _ = goes_on(closed.as_mut()) && goes_on(threshold::global(greys).as_mut());
    }
}

/// Adds the codes that are dark on light and those that are light on dark. Gives the number of finders left over.
fn search_both_ways(bits: &mut BitMatrix, scale: f32, found: &mut Vec<Found>, work: &mut Work) -> usize {
    let dark = search(bits, scale, MAX_CODES, found, work);
    bits.flip_self();
    let light = search(bits, scale, MAX_CODES, found, work);
    bits.flip_self();
    dark.max(light)
}
