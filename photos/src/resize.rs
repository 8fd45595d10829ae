//! Makes pictures smaller, a band at a time. Not here: turning them (`rows`).

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{InnerPixel, U8, U8x3, U8x4};
use fast_image_resize::{PixelTrait, ResizeOptions, Resizer};

use crate::error::PhotoError;
use crate::pixels::{Layout, Pixels};

/// The longest side of a thumbnail, in pixels.
pub const THUMBNAIL_SIDE: u32 = 320;

/// The longest side of a view, in pixels.
pub const VIEW_SIDE: u32 = 2048;

/// What a band of the source takes at most, but for the margin.
const BAND_BYTES: f64 = 8.0 * 1024.0 * 1024.0;

/// Rows beyond a band that its edges depend on: three times those of the filter (Lanczos, of three lobes) are more
/// than enough, also where the height is not a multiple.
const MARGIN_ROWS: usize = 8;

/// So that neither side is longer than this; smaller pictures stay as they are.
pub(crate) fn fit(pixels: &Pixels, longest_side: u32) -> Result<Pixels, PhotoError> {
    let (width, height) = pixels.size();
    let longest = width.max(height);
    let side = longest_side as usize;
    if longest <= side {
        return Ok(pixels.clone());
    }
    let scaled = |length: usize| (2 * length * side + longest) / (2 * longest);
    to_size(pixels, (scaled(width).max(1), scaled(height).max(1)))
}

/// To this size, of which no side is zero.
pub(crate) fn to_size(pixels: &Pixels, size: (usize, usize)) -> Result<Pixels, PhotoError> {
    let bytes = match pixels.layout {
        Layout::Grey => in_bands::<U8>(pixels, size),
        Layout::YCbCr | Layout::Rgb => in_bands::<U8x3>(pixels, size),
        Layout::Rgba => in_bands::<U8x4>(pixels, size),
    }?;
    let (width, height) = size;
    Ok(Pixels { width, height, layout: pixels.layout, bytes, profile: pixels.profile.clone() })
}

/// The resizer applies its filter from left to right first, and multiplies by the opacity before: of the whole picture,
/// both would be large copies.
fn in_bands<P: PixelTrait + InnerPixel>(
    pixels: &Pixels,
    (width, height): (usize, usize),
) -> Result<Vec<u8>, PhotoError> {
    let (source_row_bytes, row_bytes) =
        (pixels.width * pixels.layout.channels(), width * pixels.layout.channels());
    let scale = pixels.height as f64 / height as f64;
    let band_rows = whole(BAND_BYTES / (scale * source_row_bytes as f64))
        .clamp(2 * MARGIN_ROWS, height.max(2 * MARGIN_ROWS));
    let mut bytes = Vec::with_capacity(height * row_bytes);
    let mut resizer = Resizer::new();
    let mut band = Vec::new();
    for top in (0..height).step_by(band_rows) {
        let bottom = height.min(top + band_rows);
        let (first, last) = (top.saturating_sub(MARGIN_ROWS), height.min(bottom + MARGIN_ROWS));
        // Where the band begins and ends in the source: between two rows.
        let (upper, lower) = (first as f64 * scale, last as f64 * scale);
        let upper_row = whole(upper);
        let lower_row = whole(lower.ceil()).min(pixels.height);
        let rows = &pixels.bytes[upper_row * source_row_bytes..lower_row * source_row_bytes];
        let source = TypedImageRef::<P>::from_buffer(side(pixels.width)?, side(lower_row - upper_row)?, rows)
            .map_err(PhotoError::corrupt)?;
        let upper = upper - upper_row as f64;
        let mut crop_height = lower - upper_row as f64 - upper;
        // Rounded, its end may lie beyond the rows.
        while upper + crop_height > (lower_row - upper_row) as f64 {
            crop_height = crop_height.next_down();
        }
        band.resize((last - first) * row_bytes, 0);
        let mut target = TypedImage::<P>::from_buffer(side(width)?, side(last - first)?, &mut band)
            .map_err(PhotoError::corrupt)?;
        let options = ResizeOptions::new().crop(0.0, upper, pixels.width as f64, crop_height);
        resizer.resize_typed(&source, &mut target, &options).map_err(PhotoError::corrupt)?;
        bytes.extend_from_slice(&band[(top - first) * row_bytes..(bottom - first) * row_bytes]);
    }
    Ok(bytes)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of rows, and not negative"
)]
fn whole(rows: f64) -> usize {
    rows as usize
}

fn side(length: usize) -> Result<u32, PhotoError> {
    u32::try_from(length).map_err(PhotoError::corrupt)
}
