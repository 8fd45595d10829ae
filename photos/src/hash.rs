//! Placeholder and hash of a picture, both from its thumbnail. Not here: which photos are compared.

use crate::error::PhotoError;
use crate::pixels::{Layout, Pixels};
use crate::resize;

/// Photos whose hashes differ in at most this many bits look alike.
pub const SIMILAR_BITS: u32 = 4;

/// Whether two photos look alike, by their hashes.
pub fn is_similar(a: u64, b: u64) -> bool {
    (a ^ b).count_ones() <= SIMILAR_BITS
}

/// The longest side that a placeholder is made of.
const PLACEHOLDER_SIDE: u32 = 100;

/// A ThumbHash (https://evanw.github.io/thumbhash/) of an upright picture in sRGB: some 25 bytes.
pub(crate) fn placeholder(thumbnail: &Pixels) -> Result<Vec<u8>, PhotoError> {
    let small = resize::fit(thumbnail, PLACEHOLDER_SIDE)?;
    let channels = small.layout.channels();
    let rgba = |pixel: &[u8]| match small.layout {
        Layout::Grey => [pixel[0], pixel[0], pixel[0], u8::MAX],
        Layout::Rgba => [pixel[0], pixel[1], pixel[2], pixel[3]],
        Layout::YCbCr | Layout::Rgb => [pixel[0], pixel[1], pixel[2], u8::MAX],
    };
    let bytes: Vec<u8> = small.bytes.chunks_exact(channels).flat_map(rgba).collect();
    Ok(thumbhash::rgba_to_thumb_hash(small.width, small.height, &bytes))
}

/// The difference hash of an upright picture in sRGB: 9 by 8 greys, and for each but the last of a row whether the
/// next one is brighter.
pub(crate) fn difference_hash(thumbnail: &Pixels) -> Result<u64, PhotoError> {
    let (width, height) = thumbnail.size();
    let channels = thumbnail.layout.channels();
    let greys = Pixels {
        width,
        height,
        layout: Layout::Grey,
        bytes: thumbnail.bytes.chunks_exact(channels).map(|pixel| grey(pixel, thumbnail.layout)).collect(),
        profile: None,
    };
    let greys = resize::to_size(&greys, (9, 8))?;
    let brighter = greys.bytes.chunks_exact(9).flat_map(|row| row.windows(2).map(|pair| pair[1] > pair[0]));
    Ok(brighter.fold(0, |hash, is_brighter| hash << 1 | u64::from(is_brighter)))
}

/// Luma (ITU-R BT.601), over white where something shows through.
fn grey(pixel: &[u8], layout: Layout) -> u8 {
    let luma = |red: u8, green: u8, blue: u8| {
        let sum = 77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue);
        sum.to_le_bytes()[1]
    };
    match layout {
        Layout::Grey | Layout::YCbCr => pixel[0],
        Layout::Rgb => luma(pixel[0], pixel[1], pixel[2]),
        Layout::Rgba => {
            let opacity = u32::from(pixel[3]);
            let luma = u32::from(luma(pixel[0], pixel[1], pixel[2]));
            let over_white = (luma * opacity + 255 * (255 - opacity)) / 255;
            over_white.to_le_bytes()[0]
        }
    }
}
