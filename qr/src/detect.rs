//! A code somewhere in any picture: a scan, a photo, a file that another program drew.
//!
//! `rqrr` finds the symbol and gives its modules; reading them is ours, because rqrr's text is wrong for kanji and its
//! character sets. Not here: reading our own PNG in general (`read_png`), though it is tried first.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::imageops::{self, FilterType};
use image::{DynamicImage, GrayImage, ImageDecoder, ImageReader, Limits};
use rqrr::{BitGrid, PreparedImage};

use crate::png::read_png_symbol;
use crate::{Reading, read};

/// Pictures of more pixels are refused before they are decoded: a few kilobytes can claim to be gigapixels.
pub const MAX_PICTURE_PIXELS: u64 = 50_000_000;

/// What decoding may take: the largest picture in 8-bit RGBA, and some room to work.
const MAX_DECODING_BYTES: u64 = 5 * MAX_PICTURE_PIXELS;

/// The symbol is looked for in the picture at these sizes (of its longer side): noise goes away in a small one, a
/// small symbol is only found in a large one. Beyond the last, the search itself takes too long.
const SEARCH_SIDES_PIXELS: [u32; 3] = [1_000, 2_000, 4_000];

/// Below this longer side a picture is also searched enlarged: modules of one pixel are too small for the search.
const SMALL_SIDE_PIXELS: u32 = 400;
const ENLARGEMENT: u32 = 4;

/// Pictures with more finder-like patterns are not searched: rqrr tries them in threes, so that a picture full of them
/// would take minutes. A sheet of a hundred codes has 300.
const MAX_FINDERS: usize = 500;

/// Why a picture gives no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DetectError {
    /// Not a picture in a format that we read, or a broken one.
    #[error("not a readable picture")]
    NotAPicture,
    /// More pixels than `MAX_PICTURE_PIXELS`.
    #[error("the picture has more than {MAX_PICTURE_PIXELS} pixels")]
    TooLarge,
    /// No code that can be read.
    #[error("no readable code in the picture")]
    NoCode,
}

/// The first readable code in an encoded picture (PNG, JPEG, GIF, WebP): in any place, turned, mirrored, or light on
/// dark. What is transparent counts as white. May take a second for a large photo.
pub fn detect(picture: &[u8]) -> Result<Reading, DetectError> {
    if let Ok(reading) = read_png_symbol(picture) {
        return Ok(reading);
    }
    let grey = on_white(decode(picture)?);
    sizes(&grey)
        .into_iter()
        .find_map(|(width, height)| {
            let mut sized = resized(&grey, width, height);
            search(&sized).or_else(|| {
                imageops::invert(&mut sized);
                search(&sized)
            })
        })
        .ok_or(DetectError::NoCode)
}

fn decode(picture: &[u8]) -> Result<DynamicImage, DetectError> {
    let broken = |_| DetectError::NotAPicture;
    let mut reader =
        ImageReader::new(Cursor::new(picture)).with_guessed_format().map_err(|_| DetectError::NotAPicture)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODING_BYTES);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PICTURE_PIXELS {
        return Err(DetectError::TooLarge);
    }
    DynamicImage::from_decoder(decoder).map_err(broken)
}

/// Greys, with what is transparent as white.
fn on_white(picture: DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.into_luma8();
    }
    let picture = picture.into_luma_alpha8();
    let mixed = |grey: u8, alpha: u8| {
        let (grey, alpha) = (u16::from(grey), u16::from(alpha));
        u8::try_from((grey * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
    };
    let (width, height) = picture.dimensions();
    GrayImage::from_fn(width, height, |x, y| {
        let [grey, alpha] = picture.get_pixel(x, y).0;
        image::Luma([mixed(grey, alpha)])
    })
}

/// Widths and heights to search at.
fn sizes(grey: &GrayImage) -> Vec<(u32, u32)> {
    let (width, height) = grey.dimensions();
    let longer = width.max(height);
    let scaled = |side: u32| {
        let scale = |pixels: u32| {
            u32::try_from(u64::from(pixels) * u64::from(side) / u64::from(longer.max(1)))
                .unwrap_or(side)
                .max(1)
        };
        (scale(width), scale(height))
    };
    let mut sizes: Vec<_> = SEARCH_SIDES_PIXELS.into_iter().filter(|s| *s < longer).map(scaled).collect();
    if sizes.len() < SEARCH_SIDES_PIXELS.len() {
        sizes.push((width, height));
    }
    if longer < SMALL_SIDE_PIXELS {
        sizes.push((width * ENLARGEMENT, height * ENLARGEMENT));
    }
    sizes
}

fn resized(grey: &GrayImage, width: u32, height: u32) -> GrayImage {
    if width == grey.width() {
        grey.clone()
    } else if width > grey.width() {
        imageops::resize(grey, width, height, FilterType::Nearest)
    } else {
        imageops::thumbnail(grey, width, height)
    }
}

/// The first symbol that can be read.
fn search(grey: &GrayImage) -> Option<Reading> {
    let (width, height) = (grey.width() as usize, grey.height() as usize);
    let pixels = grey.as_raw();
    // rqrr asserts where three finders do not make a square: https://github.com/WanzenBug/rqrr/issues/54
    catch_unwind(AssertUnwindSafe(|| {
        let mut picture = PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
        if has_too_many_finders(width, height, |x, y| picture.get_pixel_at(x, y)) {
            return None;
        }
        picture.detect_grids().iter().find_map(|found| {
            let side = found.grid.size();
            read(side, |x, y| found.grid.bit(y, x)).or_else(|_| read(side, |x, y| found.grid.bit(x, y))).ok()
        })
    }))
    .unwrap_or_default()
}

/// Whether more than `MAX_FINDERS` places look like finders: runs of 1:1:3:1:1 along a row, below each other in three
/// rows at least. Stops counting there.
fn has_too_many_finders<C: PartialEq>(
    width: usize,
    height: usize,
    colour: impl Fn(usize, usize) -> C,
) -> bool {
    let mut finders = 0;
    // Middles of the patterns in the row above, and in how many rows they have been seen.
    let mut above: Vec<(usize, u32)> = Vec::new();
    for y in 0..height {
        let mut here = Vec::new();
        let mut runs = [0; 5];
        let mut start = 0;
        for x in 1..=width {
            if x < width && colour(x, y) == colour(x - 1, y) {
                continue;
            }
            runs.rotate_left(1);
            runs[4] = x - start;
            start = x;
            if let Some(module) = finder_module(&runs) {
                let middle = x - runs[4] - runs[3] - runs[2] / 2;
                let seen = above.iter().find(|(other, _)| other.abs_diff(middle) <= module);
                let rows = seen.map_or(1, |(_, rows)| rows + 1);
                finders += usize::from(rows == 3);
                here.push((middle, rows));
            }
        }
        if finders > MAX_FINDERS {
            return true;
        }
        above = here;
    }
    false
}

/// The width of a module in pixels if the runs are those of a finder, as generously as rqrr takes them.
fn finder_module(runs: &[usize; 5]) -> Option<usize> {
    let module = (runs[0] + runs[1] + runs[3] + runs[4]) / 4;
    let is_near = |run: usize, modules: usize| run.abs_diff(modules * module) <= module * 3 / 4;
    let fits = runs.iter().zip([1, 1, 3, 1, 1]).all(|(run, modules)| is_near(*run, modules));
    (module > 0 && fits).then_some(module)
}
