//! Text to QR symbol to picture, and symbol back to text (ISO/IEC 18004:2015).
//!
//! Pure: no I/O. The same functions draw the preview in the browser and write the file on the server; what a program
//! does not call (the reader, in the browser) is not linked into it. Not here: Micro QR and rMQR.
//!
//! The way of a text: `segment` cuts it, `bits` writes it, `reed_solomon` guards it, `blocks` orders it, `place` puts it
//! where `layout` says, `mask` makes it readable: that is a `Symbol`. From there `svg`, or `png` with `deflate`. The way back: `inflate`, `png`, `read`,
//! `content`.

mod bits;
mod blocks;
mod content;
mod deflate;
mod grid;
mod inflate;
mod kanji;
mod layout;
mod level;
mod mask;
mod place;
mod png;
mod print;
mod read;
mod reed_solomon;
mod segment;
mod svg;
mod symbol;

#[cfg(feature = "detect")]
mod detect;

#[cfg(test)]
mod tests;

pub use kanji::{NotShiftJis, learn_kanji};
pub use level::{Level, LevelError};
pub use png::{PngError, png, read_png};
pub use print::smallest_print_mm;
pub use read::{ReadError, Reading, read};
pub use svg::{svg, svg_path};
pub use symbol::{Fill, Symbol, TooLong, fill};

#[cfg(feature = "detect")]
pub use detect::{DetectError, MAX_PICTURE_PIXELS, detect, detection_bytes};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// Width of the light border around a symbol, in modules (ISO/IEC 18004, 9.1).
pub const QUIET_ZONE_MODULES: usize = 4;

/// Width of a module in a PNG, in pixels.
pub const PIXELS_PER_MODULE: usize = 8;
