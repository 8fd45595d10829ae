//! The pixels that come in, and what the networks see of them. Not here: decoding files.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};

use crate::error::LabelError;
use crate::feature_map::FeatureMap;

/// Upright pixels: red, green and blue in sRGB, a byte each, row after row.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    width: u32,
    height: u32,
    rgb: &'a [u8],
}

impl<'a> Picture<'a> {
    /// Fails unless both sides have pixels, and `rgb` has three bytes for each.
    pub fn new(width: u32, height: u32, rgb: &'a [u8]) -> Result<Self, LabelError> {
        if width == 0 || height == 0 {
            return Err(LabelError::Empty { width, height });
        }
        let expected = (u64::from(width) * u64::from(height)).saturating_mul(3);
        let found = rgb.len() as u64;
        if expected != found {
            return Err(LabelError::Length { width, height, expected, found });
        }
        Ok(Self { width, height, rgb })
    }

    /// The centre: of the shorter side, this share; as a square of `side` pixels, each channel through `scaled`.
    pub(crate) fn centre(
        self,
        share: f64,
        side: u32,
        scaled: impl Fn(u8) -> f32,
    ) -> Result<FeatureMap, LabelError> {
        let (width, height) = (f64::from(self.width), f64::from(self.height));
        let cropped = width.min(height) * share;
        let options =
            ResizeOptions::new().crop((width - cropped) / 2.0, (height - cropped) / 2.0, cropped, cropped);
        let pixels = self.resized(side, side, options)?;
        Ok(FeatureMap {
            height: side as usize,
            width: side as usize,
            channels: 3,
            values: pixels.into_iter().map(scaled).collect(),
        })
    }

    /// All of it, in the middle of a black square of `side` pixels, each channel through `scaled`.
    pub(crate) fn letterboxed(self, side: u32, scaled: impl Fn(u8) -> f32) -> Result<FeatureMap, LabelError> {
        let longest = u64::from(self.width.max(self.height));
        let fitted = |length: u32| {
            let rounded = (2 * u64::from(length) * u64::from(side) + longest) / (2 * longest);
            u32::try_from(rounded).map_or(side, |rounded| rounded.clamp(1, side))
        };
        let (width, height) = (fitted(self.width), fitted(self.height));
        let pixels = self.resized(width, height, ResizeOptions::new())?;
        let (side, width, height) = (side as usize, width as usize, height as usize);
        let (left, top) = ((side - width) / 2, (side - height) / 2);
        let mut values = vec![scaled(0); side * side * 3];
        for (row, pixels) in pixels.chunks_exact(width * 3).enumerate() {
            let target = &mut values[((top + row) * side + left) * 3..][..width * 3];
            for (value, byte) in target.iter_mut().zip(pixels) {
                *value = scaled(*byte);
            }
        }
        Ok(FeatureMap { height: side, width: side, channels: 3, values })
    }

    fn resized(self, width: u32, height: u32, options: ResizeOptions) -> Result<Vec<u8>, LabelError> {
        let failed = |error: &dyn std::error::Error| LabelError::Resize(error.to_string());
        let source = TypedImageRef::<U8x3>::from_buffer(self.width, self.height, self.rgb)
            .map_err(|error| failed(&error))?;
        let mut pixels = vec![0; width as usize * height as usize * 3];
        let mut target =
            TypedImage::<U8x3>::from_buffer(width, height, &mut pixels).map_err(|error| failed(&error))?;
        let options = options.resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
        Resizer::new().resize_typed(&source, &mut target, &options).map_err(|error| failed(&error))?;
        Ok(pixels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_centre_is_what_is_left_without_the_edge() -> Result<(), LabelError> {
        // White, with a black square of half the height in the middle.
        let (width, height) = (64, 32);
        let black = |place: u32, length: u32| (length / 2 - 8..length / 2 + 8).contains(&place);
        let pixel = |x, y| if black(x, width) && black(y, height) { [0; 3] } else { [255; 3] };
        let rgb: Vec<u8> = (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y))).collect();
        let centre = Picture::new(width, height, &rgb)?.centre(0.5, 16, f32::from)?;
        assert!(centre.values.iter().all(|value| *value < 64.0), "the centre is black");
        let whole = Picture::new(width, height, &rgb)?.centre(1.0, 16, f32::from)?;
        assert_eq!((whole.values[0], whole.values[3 * (8 * 16 + 8)]), (255.0, 0.0));
        Ok(())
    }

    #[test]
    fn a_wide_picture_has_black_above_and_below() -> Result<(), LabelError> {
        let letterboxed = Picture::new(40, 10, &[255; 40 * 10 * 3])?.letterboxed(20, f32::from)?;
        let rows: Vec<f32> = letterboxed.values.chunks_exact(20 * 3).map(|row| row[0]).collect();
        assert_eq!(rows.iter().map(|value| i32::from(*value > 0.0)).sum::<i32>(), 5);
        assert_eq!((rows[6], rows[7], rows[11], rows[12]), (0.0, 255.0, 255.0, 0.0));
        Ok(())
    }
}
