//! A scene as pixels, in integers only: the same bytes in the browser and on the server.
//!
//! Coverage is exact: each edge adds the area between it and the right border, cell by cell, in 256ths of a pixel (as
//! FreeType's smooth rasteriser does). It is then rounded to sixteen steps, so that two colours and what lies between them
//! fit a palette of four bits. Not here: how the pixels are written (`pixels`).

mod coverage;
mod logo;

use self::coverage::Coverage;
#[cfg(feature = "logo")]
pub(crate) use self::logo::scaled;
use crate::scene::Scene;
use crate::scene::path::{Area, MODULE};
use crate::{Ink, MOST_PIXELS, Rgb, Run, Size, StyleError};

/// Parts of a pixel.
const PIXEL: i64 = 256;

/// Where a gradient ends.
const END: u64 = 65_535;

/// Pixels, row by row: red, green, blue, alpha (not premultiplied; what is transparent is black).
pub(crate) struct Raster {
    pub(crate) width: usize,
    pub(crate) pixels: Vec<[u8; 4]>,
}

/// How modules lie on pixels: each has `scale` of them, after a border of `border` pixels.
#[derive(Clone, Copy)]
pub(crate) struct Lattice {
    scale: u32,
    border: u32,
    width: u32,
    height: u32,
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
            ..=MOST_PIXELS => Ok(lattice),
            longer => Err(StyleError::TooManyPixels(longer)),
        }
    }

    /// Pixels of a module.
    #[cfg(feature = "score")]
    pub(crate) fn scale(self) -> u32 {
        self.scale
    }

    /// Units to parts of a pixel.
    fn parts(self, units: i32) -> i64 {
        i64::from(self.border) * PIXEL
            + (i64::from(units) * i64::from(self.scale) * PIXEL).div_euclid(MODULE.into())
    }

    /// The middle of a pixel in units.
    fn units(self, pixel: u32) -> i64 {
        let halves = 2 * (i64::from(pixel) - i64::from(self.border)) + 1;
        (halves * i64::from(MODULE)).div_euclid(2 * i64::from(self.scale))
    }
}

impl Raster {
    pub(crate) fn new(scene: &Scene<'_>, size: Size) -> Result<Self, StyleError> {
        let lattice = Lattice::new(scene, size)?;
        let (width, height) = (lattice.width as usize, lattice.height as usize);
        let ground = scene.paper.map_or([0; 4], opaque);
        let mut raster = Self { width, pixels: vec![ground; width * height] };
        for layer in &scene.layers {
            let colour = Colour { ink: layer.ink, area: scene.symbol };
            let mut coverage = Coverage::new(&layer.path, lattice);
            for (y, row) in (0..).zip(raster.pixels.chunks_exact_mut(width)) {
                coverage.row(y, |x, sixteenth| {
                    let colour = colour.at(lattice, x, y);
                    let under = &mut row[x as usize];
                    *under = over(*under, colour, sixteenth * 17);
                });
            }
        }
        if let Some((logo, area)) = scene.logo {
            logo::draw(&mut raster, logo, area, lattice);
        }
        Ok(raster)
    }
}

fn opaque(Rgb { red, green, blue }: Rgb) -> [u8; 4] {
    [red, green, blue, 255]
}

/// A colour of some opacity over another one (Porter and Duff's "over").
fn over(under: [u8; 4], colour: [u8; 3], alpha: u8) -> [u8; 4] {
    let [red, green, blue] = colour;
    if alpha == 255 {
        return [red, green, blue, 255];
    }
    let (alpha, under_alpha) = (u32::from(alpha), u32::from(under[3]));
    let (above, below) = (alpha * 255, under_alpha * (255 - alpha));
    let whole = above + below;
    if whole == 0 {
        return [0; 4];
    }
    let part = |colour: u8, under: u8| {
        byte((u32::from(colour) * above + u32::from(under) * below + whole / 2) / whole)
    };
    [part(red, under[0]), part(green, under[1]), part(blue, under[2]), byte((whole + 127) / 255)]
}

fn byte(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

/// The ink, anywhere.
struct Colour {
    ink: Ink,
    area: Area,
}

impl Colour {
    fn at(&self, lattice: Lattice, x: u32, y: u32) -> [u8; 3] {
        let (from, to, run) = match self.ink {
            Ink::Solid(Rgb { red, green, blue }) => return [red, green, blue],
            Ink::Gradient { from, to, run } => (from, to, run),
        };
        let side = i64::from(self.area.width);
        let x = lattice.units(x) - i64::from(self.area.left);
        let y = lattice.units(y) - i64::from(self.area.top);
        let part = |way: i64, length: i64| (way.clamp(0, length) * END as i64 / length).unsigned_abs();
        let place = match run {
            Run::Across => part(x, side),
            Run::Down => part(y, side),
            Run::Diagonal => part(x + y, 2 * side),
            Run::Rising => part(x + side - y, 2 * side),
            Run::Radial => {
                // Everything twice, so that the centre is a whole number.
                let (dx, dy) = (2 * x - side, 2 * y - side);
                let distance = (dx * dx + dy * dy).unsigned_abs().isqrt().cast_signed();
                part(distance, side * 141_421 / 100_000)
            }
        };
        let mix = |from: u8, to: u8| {
            let mixed = (u64::from(from) * (END - place) + u64::from(to) * place + END / 2) / END;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        [mix(from.red, to.red), mix(from.green, to.green), mix(from.blue, to.blue)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_over_each_other() {
        assert_eq!(over([9, 9, 9, 255], [200, 100, 0], 255), [200, 100, 0, 255]);
        assert_eq!(over([0, 0, 0, 255], [255, 100, 0], 51), [51, 20, 0, 255]);
        assert_eq!(over([0, 0, 0, 0], [200, 100, 0], 51), [200, 100, 0, 51], "its own colour on nothing");
        assert_eq!(over([0, 0, 0, 0], [200, 100, 0], 0), [0; 4]);
        assert_eq!(over([255, 255, 255, 128], [0, 0, 0], 128), [85, 85, 85, 192]);
    }
}
