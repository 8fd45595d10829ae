//! Text to QR symbol to picture, and symbol back to text (ISO/IEC 18004).
//!
//! Pure: no I/O. The same functions draw the preview in the browser and write the file on the server. Not here: Micro
//! QR and rMQR.

mod bits;
mod content;
mod deflate;
mod grid;
mod huffman;
mod inflate;
mod kanji;
mod layout;
mod level;
mod mask;
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

pub use level::{Level, LevelError};
pub use png::{PngError, png, read_png};
pub use print::smallest_print_mm;
pub use read::{ReadError, Reading, read};
pub use svg::{svg, svg_path};
pub use symbol::{Fill, Symbol, TooLong, fill};

#[cfg(feature = "detect")]
pub use detect::{DetectError, MAX_PICTURE_PIXELS, detect};

/// Width of the light border around a symbol, in modules (ISO/IEC 18004, 9.1).
pub const QUIET_ZONE_MODULES: usize = 4;

/// Width of a module in a PNG, in pixels.
pub const PIXELS_PER_MODULE: usize = 8;
