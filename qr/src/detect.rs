//! A code somewhere in any picture: a scan, a photo, a file that another program drew.
//!
//! `rqrr` finds the symbol and gives its modules; reading them is ours, because rqrr's text is wrong for kanji and its
//! character sets. Whatever the picture, it takes bounded memory (`picture`) and some seconds at most (`sheet`). Not
//! here: reading our own PNG in general (`read_png`), though it is tried first.

mod picture;
mod sheet;

use std::panic::{AssertUnwindSafe, catch_unwind};

use image::GrayImage;
use image::imageops::{self, FilterType};
use rqrr::{BitGrid, PreparedImage};

pub use self::picture::MAX_PICTURE_PIXELS;
use self::picture::{Picture, scaled_to};
use self::sheet::Sheet;
use crate::png::read_png_symbol;
use crate::{Reading, read};

/// The symbol is looked for in the picture at these sizes (of its longer side), then as it is: noise goes away in a small
/// one, a small symbol is only found in a large one.
const SEARCH_SIDES_PIXELS: [u32; 2] = [1_000, 2_000];

/// Below this longer side a picture is also searched enlarged: modules of one pixel are too small for the search.
const SMALL_SIDE_PIXELS: u32 = 400;
const ENLARGEMENT: u32 = 4;

/// Why a picture gives no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DetectError {
    /// Not a picture in a format that we read, or a broken one.
    #[error("not a readable picture")]
    NotAPicture,
    /// More pixels than `MAX_PICTURE_PIXELS`, or fewer that take more memory.
    #[error("the picture is too large")]
    TooLarge,
    /// No code that can be read.
    #[error("no readable code in the picture")]
    NoCode,
}

/// The first readable code in an encoded picture (PNG, JPEG, GIF, WebP): in any place, turned, mirrored, or light on
/// dark. What is transparent counts as white. May take some seconds for a large photo.
pub fn detect(picture: &[u8]) -> Result<Reading, DetectError> {
    if let Ok(reading) = read_png_symbol(picture) {
        return Ok(reading);
    }
    let greys = Picture::open(picture)?.into_greys()?;
    sizes(&greys)
        .into_iter()
        .find_map(|size| {
            let mut sized = resized(&greys, size);
            search(&sized).or_else(|| {
                imageops::invert(&mut sized);
                search(&sized)
            })
        })
        .ok_or(DetectError::NoCode)
}

/// Bytes of memory that `detect` takes for this picture at most, the picture itself not among them.
pub fn detection_bytes(picture: &[u8]) -> u64 {
    Picture::open(picture).map_or(0, |picture| picture.memory_bytes())
}

/// Widths and heights to search at.
fn sizes(greys: &GrayImage) -> Vec<(u32, u32)> {
    let (width, height) = greys.dimensions();
    let longer = width.max(height);
    let smaller = SEARCH_SIDES_PIXELS.into_iter().filter(|side| *side < longer);
    let mut sizes: Vec<_> = smaller.map(|side| scaled_to((width, height), side)).collect();
    sizes.push((width, height));
    if longer < SMALL_SIDE_PIXELS {
        sizes.push((width * ENLARGEMENT, height * ENLARGEMENT));
    }
    sizes
}

fn resized(greys: &GrayImage, (width, height): (u32, u32)) -> GrayImage {
    if width == greys.width() {
        greys.clone()
    } else if width > greys.width() {
        imageops::resize(greys, width, height, FilterType::Nearest)
    } else {
        imageops::thumbnail(greys, width, height)
    }
}

/// The first symbol that can be read.
fn search(greys: &GrayImage) -> Option<Reading> {
    // Ends by unwinding when it takes too long; and rqrr asserts where three finders do not make a square:
    // https://github.com/WanzenBug/rqrr/issues/54
    catch_unwind(AssertUnwindSafe(|| {
        PreparedImage::prepare(Sheet::new(greys)).detect_grids().iter().find_map(|found| {
            let side = found.grid.size();
            read(side, |x, y| found.grid.bit(y, x)).or_else(|_| read(side, |x, y| found.grid.bit(x, y))).ok()
        })
    }))
    .unwrap_or_default()
}
