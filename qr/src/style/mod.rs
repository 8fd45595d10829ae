//! How a code looks: colours, shapes, quiet zone, size, logo and frame.
//!
//! A style says nothing of a text. It is written as the query of a link (`text`), so that a link carries it and a plain
//! form sends it. Not here: what is drawn for it (`scene`), how well that scans (`score`).

mod check;
mod colour;
mod defaults;
mod millimetres;
mod names;
mod presets;
mod text;

pub use check::{
    LOGO_PERCENT, LONGEST_CAPTION, LONGEST_LOGO_ID, MODULE_PIXELS, MOST_PIXELS, PRINT_DPI, PRINT_UM,
    QUIET_ZONES, StyleError,
};
pub use colour::{NotAColour, Rgb, contrast_hundredths};
pub use defaults::{SIZE_DEFAULTS, STYLE_DEFAULTS};
pub use presets::{PRESETS, Preset};
pub use text::{STYLE_KEYS, StyleTextError};

use crate::{PIXELS_PER_MODULE, QUIET_ZONE_MODULES};

/// Those of the plain code.
const QUIET_ZONE: u8 = 4;
const MODULE_SIZE: u8 = 8;
const _: () = assert!(QUIET_ZONE as usize == QUIET_ZONE_MODULES && MODULE_SIZE as usize == PIXELS_PER_MODULE);

/// How a code looks. The default is the plain code: black squares on white, the quiet zone of the standard, eight pixels
/// a module.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Style {
    /// The shape of the modules that are not part of a finder.
    pub modules: ModuleShape,
    /// The shape of the openings in the finders' rings (and in those of alignment patterns, unless modules are squares).
    /// Their outer edges stay square: some readers look for those corners.
    pub finder: FinderShape,
    /// The shape of the finders' inner squares.
    pub ball: BallShape,
    /// The colour of all that is dark.
    pub ink: Ink,
    /// The colour of the finders, when it is not the ink.
    pub finder_ink: Option<Rgb>,
    /// The colour of what is light; `None` is transparent.
    pub paper: Option<Rgb>,
    /// The width of the light border, in modules. The standard asks for four.
    pub quiet_zone: u8,
    /// How large the picture is.
    pub size: Size,
    /// Where a logo lies. Its picture is given when the code is drawn.
    pub logo: Option<LogoPlace>,
    /// What is around the code.
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
    /// Neighbours are one shape, and its outer corners are round.
    Rounded,
    /// Neighbours flow into each other: outer and inner corners are round.
    Connected,
}

/// The shape of the openings in the finders' rings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum FinderShape {
    /// As in the standard.
    #[default]
    Square,
    /// A square with round corners.
    Rounded,
}

/// The shape of what is in the middle of the finders.
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

/// The colour of what is dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ink {
    /// The same everywhere.
    Solid(Rgb),
    /// From one colour to another, over the symbol without its quiet zone.
    Gradient {
        /// The colour where it starts.
        from: Rgb,
        /// The colour where it ends.
        to: Rgb,
        /// Which way it goes.
        run: Run,
    },
}

/// Which way a gradient goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Run {
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

/// How large a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Size {
    /// A module has so many pixels.
    Module(u8),
    /// The picture is so many pixels wide. Modules are whole pixels; what is left over is light border.
    Pixels(u16),
    /// The print is so wide.
    Print {
        /// Width in micrometres.
        width_um: u32,
        /// Pixels an inch of the PNG.
        dpi: u16,
    },
}

/// Where a logo lies: in the middle, on whole modules.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LogoPlace {
    /// The name under which the picture is kept, by whoever keeps it: 1 to `LONGEST_LOGO_ID` of `a-z`, `0-9`, `-`.
    pub id: String,
    /// Its longer side, border included, in hundredths of the symbol's width. Whole modules come of it, an odd number.
    pub percent: u8,
}

/// What is around the code.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Frame {
    /// Its kind.
    pub shape: FrameShape,
    /// What is written below the code. A badge may have none.
    pub caption: String,
}

/// The kind of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FrameShape {
    /// The caption alone, in ink.
    Label,
    /// A line around the code, thick at the bottom, where the caption is cut out.
    Badge,
}

impl Style {
    /// Whether the picture is that of `qr::svg` and `qr::png`, byte for byte.
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
    /// The colours at its ends.
    pub fn ends(self) -> [Rgb; 2] {
        match self {
            Self::Solid(colour) => [colour; 2],
            Self::Gradient { from, to, .. } => [from, to],
        }
    }
}
