//! Text to QR symbol to picture, and back to text (ISO/IEC 18004:2015).
//!
//! Pure: no I/O. The same functions draw the preview in the browser and write the file on the server; whatever a
//! program does not call (the reader, in the browser) is not linked into it. Not here: Micro QR and rMQR.
//!
//! Encoding: `segment` splits the text, `bits` writes it, `reed_solomon` adds error correction, `blocks` interleaves
//! it, `placement` puts it where `layout` says, and `mask` picks the best mask; the result is a `Symbol`. It is drawn
//! by `svg`, or by `png` with `deflate`; in a `Style` by a `Drawing` made from a `scene`, or many of them on pages of labels
//! by `sheet`. Decoding: `inflate`, `png`,
//! `read`, `content`, `charset`.

mod bits;
mod blocks;
mod charset;
mod content;
mod crc32;
mod damage;
mod data_uri;
mod deflate;
mod drawing;
mod font;
mod grid;
mod inflate;
mod kanji;
mod layout;
mod level;
mod logo;
mod mask;
mod number;
mod outline;
mod placement;
mod png;
mod print;
mod read;
mod reed_solomon;
mod scene;
mod segment;
mod style;
mod svg;
mod symbol;
mod terminal;

#[cfg(feature = "pdf")]
pub mod sheet;

#[cfg(feature = "detect")]
mod detect;
#[cfg(feature = "score")]
mod score;

#[cfg(test)]
mod tests;

pub use data_uri::data_uri;
pub use drawing::Drawing;
pub use kanji::{KanjiTableError, learn_kanji};
pub use level::{Level, LevelError};
pub use logo::{LOGO_SIDE_PIXELS, Logo};
pub use png::{PngError, png, read_png};
pub use print::smallest_print_mm;
pub use read::{ReadError, Reading, read};
pub use scene::picture_modules;
pub use style::{
    BallShape, ColourError, FinderShape, Frame, FrameShape, GradientDirection, Ink, LOGO_PERCENT, LogoPlace,
    MAX_CAPTION_CHARS, MAX_LOGO_ID_CHARS, MAX_PIXELS, MODULE_PIXELS, ModuleShape, PRESETS, PRINT_DPI,
    PRINT_UM, Preset, QUIET_ZONES, Rgb, SIZE_DEFAULTS, STYLE_DEFAULTS, STYLE_KEYS, Size, Style, StyleError,
    StyleTextError, contrast_hundredths, micrometres, millimetres,
};
pub use svg::{svg, svg_path};
pub use symbol::{CapacityUse, Symbol, TooLong, capacity_use};
pub use terminal::{Screen, terminal};

#[cfg(feature = "logo")]
pub use logo::{LogoError, MAX_LOGO_PIXELS};

#[cfg(feature = "score")]
pub use score::{Advice, Change, ConditionKind, Reason, Score, ScoreError};

#[cfg(feature = "detect")]
pub use detect::{DetectError, MAX_CODES, MAX_PICTURE_PIXELS, detect, detect_all, detection_bytes};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// Width of the light border around a symbol, in modules (ISO/IEC 18004, 9.1).
pub const QUIET_ZONE_MODULES: usize = 4;

/// Width of a module in a PNG, in pixels.
pub const PIXELS_PER_MODULE: usize = 8;
