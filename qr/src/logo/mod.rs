//! The logo in the middle of a code, and the area it covers.
//!
//! Logos are kept in one form, a small PNG of ours, and drawn from its pixels: whatever was uploaded and
//! decoded, the browser and the server draw the same bytes. Not here: decoding uploads (`read`), what the covered
//! modules cost (`damage`).

#[cfg(feature = "logo")]
mod error;
#[cfg(feature = "logo")]
mod orientation;
#[cfg(feature = "logo")]
mod read;
#[cfg(feature = "logo-svg")]
mod svg;

#[cfg(feature = "logo")]
pub use error::{LogoError, MAX_LOGO_PIXELS};

/// The maximum length of a logo's longer side, in pixels: 22 mm at 600 dpi.
pub const LOGO_SIDE_PIXELS: usize = 512;

/// Width and height in pixels, and the pixels.
#[cfg(feature = "logo")]
type Decoded = (usize, usize, Vec<[u8; 4]>);

/// A picture to put into codes.
#[derive(Clone, PartialEq, Eq)]
pub struct Logo {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Red, green, blue, alpha (not premultiplied), row by row.
    pub(crate) pixels: Vec<[u8; 4]>,
    png: Vec<u8>,
}

impl Logo {
    /// The form in which logos are kept: a PNG that decodes to this logo.
    pub fn png(&self) -> &[u8] {
        &self.png
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }
}

impl core::fmt::Debug for Logo {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Logo {} × {}", self.width, self.height)
    }
}

/// The modules that a logo covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LogoArea {
    pub(crate) left: usize,
    pub(crate) top: usize,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

/// Modules at each edge that no logo may cover: finder patterns, format information, timing patterns.
const RESERVED_EDGE_MODULES: usize = 9;

/// The smallest logo, in modules.
const MIN_MODULES: usize = 3;

impl LogoArea {
    /// The area of a logo with these proportions in a symbol of `modules` × `modules`: centred, its longer side
    /// `percent` of the symbol's, on an odd number of modules like the symbol's own.
    pub(crate) fn of(percent: u8, (width, height): (usize, usize), modules: usize) -> Self {
        let odd = |modules: usize| (modules / 2 * 2 + 1).max(MIN_MODULES);
        let longer = odd((modules * usize::from(percent) / 100).min(modules - 2 * RESERVED_EDGE_MODULES));
        let side = |pixels: usize| odd((longer * pixels).div_ceil(width.max(height).max(1)));
        let (width, height) = (side(width), side(height));
        Self { left: (modules - width) / 2, top: (modules - height) / 2, width, height }
    }

    pub(crate) fn modules(self) -> impl Iterator<Item = (usize, usize)> {
        let rows = self.top..self.top + self.height;
        rows.flat_map(move |y| (self.left..self.left + self.width).map(move |x| (x, y)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cover(percent: u8, size: (usize, usize), modules: usize) -> (usize, usize, usize, usize) {
        let LogoArea { left, top, width, height } = LogoArea::of(percent, size, modules);
        (left, top, width, height)
    }

    #[test]
    fn logos_are_centred_on_whole_modules() {
        assert_eq!(cover(22, (100, 100), 29), (11, 11, 7, 7));
        assert_eq!(cover(33, (200, 100), 177), (59, 73, 59, 31));
        assert_eq!(cover(33, (1, 500), 177), (87, 59, 3, 59));
        // Version 1 has no room for more than three modules.
        assert_eq!(cover(33, (64, 64), 21), (9, 9, 3, 3));
    }
}
