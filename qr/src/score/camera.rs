//! Pictures as a camera sees them: blurred, small, rotated, dim. In integers, so that a score is the same everywhere.

use crate::drawing::raster::Raster;
use crate::{Drawing, Size, StyleError};

/// Wide pictures are tried with smaller modules, so that a score takes moments and not a minute.
const TRIAL_WIDTH_PIXELS: u32 = 1_000;
const TRIAL_MODULE_PIXELS: core::ops::RangeInclusive<u32> = 6..=8;

/// A way in which cameras degrade pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConditionKind {
    /// Out of focus: blurred by up to a module.
    Blurred,
    /// Far away: down to two pixels per module.
    Small,
    /// Rotated.
    Turned,
    /// In bad light: low contrast, and a shadow across.
    Dim,
}

impl ConditionKind {
    pub(super) fn when(self) -> &'static str {
        match self {
            Self::Blurred => "Out of focus",
            Self::Small => "From far away",
            Self::Turned => "Turned",
            Self::Dim => "In bad light",
        }
    }
}

/// Greys, row by row: black 0, white 255.
pub(super) struct Greys {
    pub(super) width: usize,
    values: Vec<u8>,
}

/// A simulated effect of a camera.
#[derive(Clone, Copy)]
pub(super) enum Condition {
    /// The mean of this many 16ths of a module to each side, taken twice.
    Blurred { sixteenths: u32 },
    /// This many tenths of a pixel per module.
    Small { tenths: u32 },
    /// By the angle with this cosine and sine, both divided by `over`.
    Turned { cosine: i64, sine: i64, over: i64 },
    /// This percentage of the contrast, half of it at the other end of a shadow.
    Dim { percent: u32 },
}

impl Condition {
    pub(super) const KINDS: [ConditionKind; 4] =
        [ConditionKind::Blurred, ConditionKind::Small, ConditionKind::Turned, ConditionKind::Dim];

    /// Three conditions of each kind, the mildest first.
    pub(super) fn of(kind: ConditionKind) -> [Self; 3] {
        match kind {
            ConditionKind::Blurred => [4, 6, 8].map(|sixteenths| Self::Blurred { sixteenths }),
            ConditionKind::Small => [33, 26, 21].map(|tenths| Self::Small { tenths }),
            // 8, 16 and 37 degrees: sides of right-angled triangles.
            ConditionKind::Turned => [(112, 15, 113), (24, 7, 25), (4, 3, 5)]
                .map(|(cosine, sine, over)| Self::Turned { cosine, sine, over }),
            ConditionKind::Dim => [60, 35, 20].map(|percent| Self::Dim { percent }),
        }
    }

    /// Applies the condition to a picture with `scale` pixels per module.
    pub(super) fn apply(self, greys: &Greys, scale: u32) -> Greys {
        match self {
            Self::Blurred { sixteenths } => greys.blurred((sixteenths * scale / 16) as usize),
            Self::Small { tenths } => greys.small((tenths as usize, 10 * scale as usize)),
            Self::Turned { cosine, sine, over } => greys.turned(cosine, sine, over),
            Self::Dim { percent } => greys.dim(percent),
        }
    }
}

impl Greys {
    /// On white, weighted as in ITU-R BT.709.
    pub(super) fn of(raster: &Raster) -> Self {
        let values = raster.pixels.iter().map(|pixel| {
            let [red, green, blue, alpha] = pixel.map(u32::from);
            let grey = (2126 * red + 7152 * green + 722 * blue) / 10_000;
            byte((grey * alpha + 255 * (255 - alpha)) / 255)
        });
        Self { width: raster.width, values: values.collect() }
    }

    pub(super) fn height(&self) -> usize {
        self.values.len() / self.width
    }

    pub(super) fn at(&self, x: usize, y: usize) -> u8 {
        self.values[y * self.width + x]
    }

    /// The value at a position, clamped to the nearest edge.
    fn clamped(&self, x: i64, y: i64) -> i64 {
        let inside = |at: i64, length: usize| usize::try_from(at).unwrap_or(0).min(length - 1);
        self.at(inside(x, self.width), inside(y, self.height())).into()
    }

    fn blurred(&self, radius: usize) -> Self {
        let once = |greys: &Self| greys.means_across(radius).transposed().means_across(radius).transposed();
        once(&once(self))
    }

    /// Replaces each value by the mean of those up to `radius` to its left and right.
    fn means_across(&self, radius: usize) -> Self {
        let mut values = Vec::with_capacity(self.values.len());
        for row in self.values.chunks_exact(self.width) {
            let mut sums = vec![0_u32];
            sums.extend(row.iter().scan(0, |sum, value| {
                *sum += u32::from(*value);
                Some(*sum)
            }));
            values.extend((0..self.width).map(|x| {
                let (from, to) = (x.saturating_sub(radius), (x + radius + 1).min(self.width));
                byte((sums[to] - sums[from]) / u32::try_from(to - from).unwrap_or(1))
            }));
        }
        Self { width: self.width, values }
    }

    /// With rows and columns swapped.
    fn transposed(&self) -> Self {
        let height = self.height();
        let places = (0..self.width).flat_map(|x| (0..height).map(move |y| (x, y)));
        Self { width: height, values: places.map(|(x, y)| self.at(x, y)).collect() }
    }

    /// Reduced by a factor: each value is the area-weighted mean of what it covers.
    fn small(&self, factor: (usize, usize)) -> Self {
        self.small_across(factor).transposed().small_across(factor).transposed()
    }

    fn small_across(&self, (part, of): (usize, usize)) -> Self {
        let width = (self.width * part / of).max(1);
        let mut values = Vec::with_capacity(width * self.height());
        for row in self.values.chunks_exact(self.width) {
            values.extend((0..width).map(|x| {
                // An old value is `width` long, a new one `row.len()`.
                let (start, end) = (x * row.len(), (x + 1) * row.len());
                let sum: usize = (start / width..end.div_ceil(width))
                    .map(|old| (end.min((old + 1) * width) - start.max(old * width)) * usize::from(row[old]))
                    .sum();
                u8::try_from(sum / row.len()).unwrap_or(u8::MAX)
            }));
        }
        Self { width, values }
    }

    /// Rotated about its centre, with interpolation.
    fn turned(&self, cosine: i64, sine: i64, over: i64) -> Self {
        const ONE: i64 = 256;
        let length = |length: usize| i64::try_from(length).unwrap_or(0);
        let (old_width, old_height) = (length(self.width), length(self.height()));
        let (width, height) = (
            (old_width * cosine + old_height * sine) / over,
            (old_width * sine + old_height * cosine) / over,
        );
        let mut values = Vec::with_capacity(self.values.len() * 2);
        for y in 0..height {
            for x in 0..width {
                let (dx, dy) = (2 * x - width, 2 * y - height);
                // In fractions of a pixel; everything so far was doubled.
                let old_x = (dx * cosine + dy * sine) * ONE / (2 * over) + old_width * ONE / 2;
                let old_y = (dy * cosine - dx * sine) * ONE / (2 * over) + old_height * ONE / 2;
                let (left, top) = (old_x.div_euclid(ONE), old_y.div_euclid(ONE));
                let (right_part, lower_part) = (old_x.rem_euclid(ONE), old_y.rem_euclid(ONE));
                let row = |y: i64| {
                    self.clamped(left, y) * (ONE - right_part) + self.clamped(left + 1, y) * right_part
                };
                let sum = row(top) * (ONE - lower_part) + row(top + 1) * lower_part;
                values.push(u8::try_from(sum / (ONE * ONE)).unwrap_or(u8::MAX));
            }
        }
        Self { width: usize::try_from(width).unwrap_or(1), values }
    }

    /// With low contrast, and a shadow that grows to the right.
    fn dim(&self, percent: u32) -> Self {
        let width = u32::try_from(self.width).unwrap_or(u32::MAX);
        let values = self.values.chunks_exact(self.width).flat_map(|row| {
            (0..).zip(row).map(move |(x, value)| {
                let grey = 80 + u32::from(*value) * percent / 100;
                byte(grey - grey * x / (2 * width))
            })
        });
        Self { width: self.width, values: values.collect() }
    }
}

fn byte(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

/// The drawing in greys, and its pixels per module.
pub(super) fn greys(drawing: &Drawing<'_>) -> Result<(Greys, u32), StyleError> {
    let fitting = TRIAL_WIDTH_PIXELS / drawing.scene.width;
    let scale = fitting.clamp(*TRIAL_MODULE_PIXELS.start(), *TRIAL_MODULE_PIXELS.end());
    let raster = Raster::new(&drawing.scene, Size::Module(u8::try_from(scale).unwrap_or(u8::MAX)))?;
    Ok((Greys::of(&raster), scale))
}
