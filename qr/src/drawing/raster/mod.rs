//! A scene as pixels, in integers only: the same bytes in the browser and on the server.
//!
//! Coverage is exact: each edge adds the area between it and the right border, cell by cell, in 256ths of a pixel (as
//! in FreeType's smooth rasteriser). It is then rounded to sixteen steps, so that two colours and their blends fit a
//! 4-bit palette. Not here: how the pixels are written (`pixels`).

mod blend;
mod coverage;
mod lattice;
mod logo;

use self::blend::over;
use self::coverage::Coverage;
pub(crate) use self::lattice::Lattice;
#[cfg(feature = "logo")]
pub(crate) use self::logo::scaled;
use crate::scene::Scene;
use crate::scene::path::Area;
use crate::{GradientDirection, Ink, Rgb, Size, StyleError};

/// Where a gradient ends.
const END: u64 = 65_535;

/// Pixels, row by row: red, green, blue, alpha (not premultiplied; transparent pixels are black).
pub(crate) struct Raster {
    pub(crate) width: usize,
    pub(crate) pixels: Vec<[u8; 4]>,
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
            logo::draw((&mut raster.pixels, width), logo, area, lattice);
        }
        Ok(raster)
    }
}

fn opaque(Rgb { red, green, blue }: Rgb) -> [u8; 4] {
    [red, green, blue, 255]
}

/// The ink, at any position.
struct Colour {
    ink: Ink,
    area: Area,
}

impl Colour {
    fn at(&self, lattice: Lattice, x: u32, y: u32) -> [u8; 3] {
        let (from, to, direction) = match self.ink {
            Ink::Solid(Rgb { red, green, blue }) => return [red, green, blue],
            Ink::Gradient { from, to, direction } => (from, to, direction),
        };
        let side = i64::from(self.area.width);
        let x = lattice.units(x) - i64::from(self.area.left);
        let y = lattice.units(y) - i64::from(self.area.top);
        let part = |way: i64, length: i64| (way.clamp(0, length) * END as i64 / length).unsigned_abs();
        let place = match direction {
            GradientDirection::Across => part(x, side),
            GradientDirection::Down => part(y, side),
            GradientDirection::Diagonal => part(x + y, 2 * side),
            GradientDirection::Rising => part(x + side - y, 2 * side),
            GradientDirection::Radial => {
                // Doubled, so that the centre is a whole number.
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
