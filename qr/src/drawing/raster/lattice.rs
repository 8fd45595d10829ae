//! How modules map to pixels.

use crate::scene::Scene;
use crate::scene::path::MODULE;
use crate::{MAX_PIXELS, Size, StyleError};

/// Fractions of a pixel.
pub(super) const PIXEL: i64 = 256;

/// How modules map to pixels: each is `scale` pixels wide, after a border of `border` pixels.
#[derive(Clone, Copy)]
pub(crate) struct Lattice {
    scale: u32,
    border: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Lattice {
    pub(crate) fn new(scene: &Scene<'_>, size: Size) -> Result<Self, StyleError> {
        let asked = match size {
            Size::Module(pixels) => scene.width * u32::from(pixels),
            Size::Pixels(pixels) => pixels.into(),
            Size::Print { width_um, dpi } => {
                let pixels = (u64::from(width_um) * u64::from(dpi) + 12_700) / 25_400;
                u32::try_from(pixels).unwrap_or(u32::MAX)
            }
        };
        let scale = asked / scene.width;
        if scale == 0 {
            return Err(StyleError::TooFewPixels { least: scene.width });
        }
        let rest = asked - scale * scene.width;
        let lattice = Self { scale, border: rest / 2, width: asked, height: scene.height * scale + rest };
        match lattice.width.max(lattice.height) {
            ..=MAX_PIXELS => Ok(lattice),
            longer => Err(StyleError::TooManyPixels(longer)),
        }
    }

    /// Pixels per module.
    #[cfg(feature = "score")]
    pub(crate) fn scale(self) -> u32 {
        self.scale
    }

    /// Converts units to fractions of a pixel.
    pub(super) fn parts(self, units: i32) -> i64 {
        i64::from(self.border) * PIXEL
            + (i64::from(units) * i64::from(self.scale) * PIXEL).div_euclid(MODULE.into())
    }

    /// The centre of a pixel in units.
    pub(super) fn units(self, pixel: u32) -> i64 {
        let halves = 2 * (i64::from(pixel) - i64::from(self.border)) + 1;
        (halves * i64::from(MODULE)).div_euclid(2 * i64::from(self.scale))
    }
}
