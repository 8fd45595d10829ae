//! The pixels of a picture that is looked at, such as a view: upright, in sRGB, on white where something shows
//! through. Not here: who looks (`labels`).

use crate::colour;
use crate::encode::encode;
use crate::error::PhotoError;
use crate::header::Header;
use crate::picture::Picture;
use crate::pixels::{Layout, Pixels};
use crate::rows;
use crate::turn::Turn;

/// How good a JPEG is, from 1 to 100.
const QUALITY: u8 = 85;

/// Upright pixels: red, green and blue in sRGB, a byte each, row after row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flat {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// `width` × `height` × 3 bytes.
    pub rgb: Vec<u8>,
}

/// Decodes a picture of which no side is longer than `side_max` pixels.
///
/// # Errors
/// `TooLarge` for larger ones; otherwise as for [`crate::derive`].
pub fn flatten(bytes: &[u8], side_max: u32) -> Result<Flat, PhotoError> {
    let Header { facts, upright, opened } = Header::read(bytes)?;
    let (width, height) = (facts.width, facts.height);
    if width.max(height) > side_max {
        let most_pixels = u64::from(side_max) * u64::from(side_max);
        return Err(PhotoError::TooLarge { width, height, most_pixels, most_side: side_max });
    }
    let pixels = colour::keep_useful_profile(opened.decode()?);
    let pixels = if upright == Turn::default() { pixels } else { rows::turned(&pixels, upright) };
    Ok(Flat { width, height, rgb: on_white(colour::to_srgb(pixels)) })
}

impl Flat {
    /// The same as a JPEG file without any metadata.
    ///
    /// # Errors
    /// As for [`crate::derive`].
    pub fn to_jpeg(self) -> Result<Picture, PhotoError> {
        let Self { width, height, rgb: bytes } = self;
        let side = |length: u32| usize::try_from(length).map_err(PhotoError::corrupt);
        let (width, height) = (side(width)?, side(height)?);
        encode(&Pixels { width, height, layout: Layout::Rgb, bytes, profile: None }, Turn::default(), QUALITY)
    }
}

fn on_white(pixels: Pixels) -> Vec<u8> {
    match pixels.layout {
        Layout::Rgb => pixels.bytes,
        Layout::YCbCr => pixels.into_rgb().bytes,
        Layout::Grey => pixels.bytes.iter().flat_map(|grey| [*grey; 3]).collect(),
        Layout::Rgba => pixels.bytes.as_chunks::<4>().0.iter().flat_map(|pixel| blended(*pixel)).collect(),
    }
}

fn blended([red, green, blue, opacity]: [u8; 4]) -> [u8; 3] {
    let (opacity, rest) = (u32::from(opacity), u32::from(u8::MAX - opacity));
    [red, green, blue].map(|colour| {
        let sum = u32::from(colour) * opacity + u32::from(u8::MAX) * rest;
        u8::try_from((sum + 127) / 255).unwrap_or(u8::MAX)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(layout: png::ColorType, bytes: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, 2, 1);
        encoder.set_color(layout);
        encoder.write_header().unwrap().write_image_data(bytes).unwrap();
        file
    }

    #[test]
    fn what_shows_through_is_white() {
        let file = png(png::ColorType::Rgba, &[255, 0, 0, 255, 0, 0, 0, 0]);
        let flat = flatten(&file, 2).unwrap();
        assert_eq!(flat, Flat { width: 2, height: 1, rgb: vec![255, 0, 0, 255, 255, 255] });
        let picture = flat.to_jpeg().unwrap();
        assert_eq!((picture.media, picture.width, picture.height), (crate::Media::Jpeg, 2, 1));
        assert_eq!(flatten(&picture.bytes, 2).unwrap().rgb.len(), 6);
    }

    #[test]
    fn greys_have_three_channels() {
        let file = png(png::ColorType::Grayscale, &[0, 200]);
        assert_eq!(flatten(&file, 2).unwrap().rgb, [0, 0, 0, 200, 200, 200]);
    }

    #[test]
    fn larger_pictures_are_refused_from_the_header() {
        let file = png(png::ColorType::Grayscale, &[0, 200]);
        assert!(matches!(flatten(&file, 1), Err(PhotoError::TooLarge { width: 2, .. })));
    }
}
