//! The style of a code: colours, shapes, quiet zone, size, logo and frame.
//!
//! A style is independent of the text. It is written as a URL query (`text`), so that a link can carry it and a plain
//! form can send it. Not here: what is drawn for it (`scene`), how reliably that scans (`score`).

mod check;
mod colour;
mod defaults;
mod millimetres;
mod names;
mod presets;
mod text;

pub use check::{
    LOGO_PERCENT, MAX_CAPTION_CHARS, MAX_LOGO_ID_CHARS, MAX_PIXELS, MODULE_PIXELS, PRINT_DPI, PRINT_UM,
    QUIET_ZONES, StyleError,
};
pub use colour::{ColourError, Rgb, contrast_hundredths};
pub use defaults::{SIZE_DEFAULTS, STYLE_DEFAULTS};
pub use millimetres::{micrometres, millimetres};
pub use presets::{PRESETS, Preset};
pub use text::{STYLE_KEYS, StyleTextError};

use crate::{PIXELS_PER_MODULE, QUIET_ZONE_MODULES};

/// Those of the plain code.
const QUIET_ZONE: u8 = 4;
const MODULE_SIZE: u8 = 8;
const _: () = assert!(QUIET_ZONE as usize == QUIET_ZONE_MODULES && MODULE_SIZE as usize == PIXELS_PER_MODULE);

/// The style of a code. The default is the plain code: black squares on white, the standard's quiet zone, eight
/// pixels per module.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Style {
    /// The shape of the modules outside finder patterns.
    pub modules: ModuleShape,
    /// The shape of the openings in the finder patterns' rings (and in those of alignment patterns, unless modules
    /// are squares). Their outer edges stay square: some readers look for those corners.
    pub finder: FinderShape,
    /// The shape of the finder patterns' inner squares.
    pub ball: BallShape,
    /// The colour of everything dark.
    pub ink: Ink,
    /// The colour of the finder patterns, if it differs from the ink.
    pub finder_ink: Option<Rgb>,
    /// The background colour; `None` is transparent.
    pub paper: Option<Rgb>,
    /// The width of the light border, in modules. The standard asks for four.
    pub quiet_zone: u8,
    /// The size of the picture.
    pub size: Size,
    /// The position of a logo. Its picture is supplied when the code is drawn.
    pub logo: Option<LogoPlace>,
    /// The frame around the code.
    pub frame: Option<Frame>,
}

/// The shape of modules.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ModuleShape {
    /// As in the standard.
    #[default]
    Square,
    /// A circle for each module.
    Dots,
    /// Adjacent modules merge into one shape with round outer corners.
    Rounded,
    /// Adjacent modules flow into each other: outer and inner corners are round.
    Connected,
}

/// The shape of the openings in the finder patterns' rings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum FinderShape {
    /// As in the standard.
    #[default]
    Square,
    /// A square with round corners.
    Rounded,
}

/// The shape of the finder patterns' centres.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum BallShape {
    /// As in the standard.
    #[default]
    Square,
    /// A square with round corners.
    Rounded,
    /// A circle.
    Circle,
}

/// The colour of everything dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ink {
    /// The same everywhere.
    Solid(Rgb),
    /// From one colour to another, across the symbol without its quiet zone.
    Gradient {
        /// The colour where it starts.
        from: Rgb,
        /// The colour where it ends.
        to: Rgb,
        /// Its direction.
        direction: GradientDirection,
    },
}

/// The direction of a gradient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GradientDirection {
    /// From left to right.
    Across,
    /// From top to bottom.
    Down,
    /// From the upper left corner to the lower right one.
    Diagonal,
    /// From the lower left corner to the upper right one.
    Rising,
    /// From the centre to the corners.
    Radial,
}

/// The size of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Size {
    /// Pixels per module.
    Module(u8),
    /// The width of the picture in pixels. Modules are whole pixels; the remainder is light border.
    Pixels(u16),
    /// The width of the print.
    Print {
        /// Width in micrometres.
        width_um: u32,
        /// Pixels per inch of the PNG.
        dpi: u16,
    },
}

/// The position of a logo: in the middle, on whole modules.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LogoPlace {
    /// The name under which the caller keeps the picture: 1 to `MAX_LOGO_ID_CHARS` of `a-z`, `0-9`, `-`.
    pub id: String,
    /// Its longer side, including its border, in percent of the symbol's width; rounded to an odd number of modules.
    pub percent: u8,
}

/// What surrounds the code.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Frame {
    /// Its kind.
    pub shape: FrameShape,
    /// The text below the code. A badge may have none.
    pub caption: String,
}

/// The kind of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FrameShape {
    /// Only the caption, in ink.
    Label,
    /// A line around the code, thick at the bottom, where the caption is cut out.
    Badge,
}

impl Style {
    /// Whether the picture equals that of `qr::svg` and `qr::png`, byte for byte.
    pub fn is_plain(&self) -> bool {
        let finders_differ = self.finder_ink.is_some_and(|ink| Ink::Solid(ink) != self.ink);
        !finders_differ && *self == Self { finder_ink: self.finder_ink, ..Self::default() }
    }
}

impl Default for Style {
    fn default() -> Self {
        Self {
            modules: ModuleShape::Square,
            finder: FinderShape::Square,
            ball: BallShape::Square,
            ink: Ink::Solid(Rgb::BLACK),
            finder_ink: None,
            paper: Some(Rgb::WHITE),
            quiet_zone: QUIET_ZONE,
            size: Size::Module(MODULE_SIZE),
            logo: None,
            frame: None,
        }
    }
}

impl Ink {
    /// The colours at its two ends.
    pub fn ends(self) -> [Rgb; 2] {
        match self {
            Self::Solid(colour) => [colour; 2],
            Self::Gradient { from, to, .. } => [from, to],
        }
    }
}
