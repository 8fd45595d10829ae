//! Simulates photographs of codes: modules on a sheet, in perspective, in some light, out of focus, with noise. Not
//! here: which pictures of which kind (`kinds`).

use image::{GrayImage, Luma};
use qr::Symbol;

/// The light border around the symbol, in modules.
const QUIET_ZONE: f32 = 4.0;

/// Marsaglia's xorshift: the same pictures every time.
#[derive(Debug, Clone)]
pub(crate) struct Random(u32);

impl Random {
    pub(crate) fn new(seed: u32) -> Self {
        let mut random = Self(seed.wrapping_mul(0x9E37_79B9) | 1);
        for _ in 0..8 {
            random.next();
        }
        random
    }

    fn next(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }

    /// A number from `low` to `high`.
    pub(crate) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * (self.next() >> 8) as f32 / (1 << 24) as f32
    }

    /// A number from 0 to `count` - 1.
    pub(crate) fn below(&mut self, count: u32) -> u32 {
        self.next() % count
    }
}

/// How a code is printed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Print {
    /// The radius of dots in modules; `None` for squares. Finder patterns stay whole.
    pub(crate) dots: Option<f32>,
    /// The side of something covering the middle, as a fraction of the symbol's.
    pub(crate) logo: f32,
}

/// A code and its four corners in the picture (quiet zone included), clockwise from the top left.
pub(crate) struct Placed<'a> {
    pub(crate) symbol: &'a Symbol,
    pub(crate) print: Print,
    pub(crate) corners: [(f32, f32); 4],
}

/// The conditions of a photograph.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shot {
    /// Brightness of dark and light in full light, from 0 to 255.
    pub(crate) dark: f32,
    pub(crate) light: f32,
    /// The fraction of the light that remains in the darkest place.
    pub(crate) least_light: f32,
    /// Whether the light ends abruptly rather than gradually.
    pub(crate) has_shadow: bool,
    /// The radius of the blur in pixels.
    pub(crate) blur: u32,
    /// The amplitude of the noise.
    pub(crate) noise: f32,
}

impl Default for Shot {
    fn default() -> Self {
        Self { dark: 30.0, light: 225.0, least_light: 1.0, has_shadow: false, blur: 0, noise: 6.0 }
    }
}

/// The resulting picture, with a table behind the codes.
pub(crate) fn photograph(
    width: u32,
    height: u32,
    codes: &[Placed<'_>],
    shot: Shot,
    random: &mut Random,
) -> GrayImage {
    // Brightness from 0 (dark) to 1 (light), before lighting.
    let mut scene: Vec<f32> = (0..height)
        .flat_map(|y| {
            (0..width).map(move |x| 0.55 + 0.1 * ((x as f32 / 37.0).sin() * (y as f32 / 23.0).cos()))
        })
        .collect();
    for code in codes {
        lay(&mut scene, width, height, code);
    }
    for _ in 0..2 {
        scene = blurred(&scene, width, height, shot.blur);
    }
    let (across, down) = (random.between(-1.0, 1.0), random.between(-1.0, 1.0));
    GrayImage::from_fn(width, height, |x, y| {
        let (u, v) = (x as f32 / width as f32 - 0.5, y as f32 / height as f32 - 0.5);
        let along = (u * across + v * down) / (across.abs() + down.abs()).max(0.1) + 0.5;
        let along = if shot.has_shadow { f32::from(along > 0.5) } else { along };
        let light = shot.least_light + (1.0 - shot.least_light) * along;
        let value = (shot.dark + (shot.light - shot.dark) * scene[(y * width + x) as usize]) * light;
        let value = value + random.between(-shot.noise, shot.noise);
        Luma([to_byte(value)])
    })
}

fn to_byte(value: f32) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
    let byte = value.round() as u8;
    byte
}

/// Samples per pixel, in each direction.
const SAMPLES: u32 = 3;

fn lay(scene: &mut [f32], width: u32, height: u32, code: &Placed<'_>) {
    let side = code.symbol.width() as f32 + 2.0 * QUIET_ZONE;
    let Some(to_code) = inverse(&onto(code.corners, side)) else { return };
    let range = |of: u32, at: &dyn Fn(&(f32, f32)) -> f32| {
        let (from, to) = code
            .corners
            .iter()
            .map(at)
            .fold((f32::MAX, 0.0), |(from, to): (f32, f32), at| (from.min(at), to.max(at)));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
        let (from, to) = (from.floor() as u32, to.ceil() as u32);
        from..to.min(of)
    };
    for y in range(height, &|corner| corner.1) {
        for x in range(width, &|corner| corner.0) {
            let (mut sum, mut inside) = (0.0, 0);
            for sample in 0..SAMPLES * SAMPLES {
                let offset = |index: u32| (index as f32 + 0.5) / SAMPLES as f32;
                let (px, py) = (x as f32 + offset(sample % SAMPLES), y as f32 + offset(sample / SAMPLES));
                let (u, v) = apply(&to_code, px, py);
                if (0.0..side).contains(&u) && (0.0..side).contains(&v) {
                    sum += f32::from(!is_dark(code, u - QUIET_ZONE, v - QUIET_ZONE));
                    inside += 1;
                }
            }
            let place = &mut scene[(y * width + x) as usize];
            let all = (SAMPLES * SAMPLES) as f32;
            *place = (sum + *place * (all - inside as f32)) / all;
        }
    }
}

/// Whether a point of the symbol is dark, in modules from its top left.
fn is_dark(code: &Placed<'_>, u: f32, v: f32) -> bool {
    let width = code.symbol.width();
    let side = width as f32;
    if u < 0.0 || v < 0.0 || u >= side || v >= side {
        return false;
    }
    let from_middle = (u - side / 2.0).abs().max((v - side / 2.0).abs());
    if from_middle < side * code.print.logo / 2.0 {
        // A disc on a light square.
        return (u - side / 2.0).hypot(v - side / 2.0) < side * code.print.logo / 2.5;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside of the symbol")]
    let (x, y) = (u as usize, v as usize);
    let is_finder = (x < 8 && (y < 8 || y + 8 >= width)) || (x + 8 >= width && y < 8);
    let is_covered = match code.print.dots {
        Some(radius) if !is_finder => (u.fract() - 0.5).hypot(v.fract() - 0.5) < radius,
        _ => true,
    };
    is_covered && code.symbol.is_dark(x, y)
}

/// Row by row, nine numbers.
type Matrix = [f32; 9];

/// Maps a square of this side onto four corners (Heckbert, "Fundamentals of Texture Mapping and Image Warping",
/// 2.2.3).
fn onto([(x0, y0), (x1, y1), (x2, y2), (x3, y3)]: [(f32, f32); 4], side: f32) -> Matrix {
    let (sx, sy) = (x0 - x1 + x2 - x3, y0 - y1 + y2 - y3);
    let (dx1, dy1, dx2, dy2) = (x1 - x2, y1 - y2, x3 - x2, y3 - y2);
    let determinant = dx1 * dy2 - dx2 * dy1;
    let g = (sx * dy2 - dx2 * sy) / determinant;
    let h = (dx1 * sy - sx * dy1) / determinant;
    [
        (x1 - x0 + g * x1) / side,
        (x3 - x0 + h * x3) / side,
        x0,
        (y1 - y0 + g * y1) / side,
        (y3 - y0 + h * y3) / side,
        y0,
        g / side,
        h / side,
        1.0,
    ]
}

/// Up to a factor, which does not matter here.
fn inverse([a, b, c, d, e, f, g, h, i]: &Matrix) -> Option<Matrix> {
    let inverse = [
        e * i - f * h,
        c * h - b * i,
        b * f - c * e,
        f * g - d * i,
        a * i - c * g,
        c * d - a * f,
        d * h - e * g,
        b * g - a * h,
        a * e - b * d,
    ];
    inverse.iter().all(|number| number.is_finite()).then_some(inverse)
}

fn apply([a, b, c, d, e, f, g, h, i]: &Matrix, x: f32, y: f32) -> (f32, f32) {
    let w = g * x + h * y + i;
    ((a * x + b * y + c) / w, (d * x + e * y + f) / w)
}

/// The mean of the pixels around each.
fn blurred(scene: &[f32], width: u32, height: u32, radius: u32) -> Vec<f32> {
    if radius == 0 {
        return scene.to_vec();
    }
    let mean = |at: u32, of: u32, value: &dyn Fn(u32) -> f32| {
        let (from, to) = (at.saturating_sub(radius), (at + radius).min(of - 1));
        (from..=to).map(value).sum::<f32>() / (to - from + 1) as f32
    };
    let place = |x: u32, y: u32| (y * width + x) as usize;
    let rows: Vec<f32> = (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .map(|(x, y)| mean(x, width, &|x| scene[place(x, y)]))
        .collect();
    (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .map(|(x, y)| mean(y, height, &|y| rows[place(x, y)]))
        .collect()
}
