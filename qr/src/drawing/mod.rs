//! A symbol in a style, ready to be written: SVG, and with features PNG and PDF. All formats are made from one `Scene`.

#[cfg(feature = "pdf")]
mod pdf;
#[cfg(feature = "raster")]
pub(crate) mod pixels;
#[cfg(feature = "raster")]
pub(crate) mod raster;
mod svg;

use crate::scene::Scene;
use crate::{Logo, Style, StyleError, Symbol};

/// A symbol in a style.
pub struct Drawing<'a> {
    pub(crate) symbol: &'a Symbol,
    pub(crate) style: &'a Style,
    pub(crate) scene: Scene<'a>,
}

impl<'a> Drawing<'a> {
    /// Prepares the drawing; `logo` is the picture that the style's logo names.
    ///
    /// # Errors
    /// A style beyond its limits, a logo that is missing, a caption that cannot be written.
    pub fn new(symbol: &'a Symbol, style: &'a Style, logo: Option<&'a Logo>) -> Result<Self, StyleError> {
        Ok(Self { symbol, style, scene: Scene::new(symbol, style, logo)? })
    }

    /// An SVG document: one path for each colour, no script, no style sheet, letters as outlines. The default style gives
    /// the document of `qr::svg`.
    pub fn svg(&self) -> String {
        if self.style.is_plain() {
            crate::svg(self.symbol)
        } else {
            svg::document(&self.scene, self.style.size)
        }
    }

    /// A PNG of the smallest kind that holds the picture, with its resolution when the style says millimetres. The
    /// default style gives the picture of `qr::png`.
    ///
    /// # Errors
    /// Fewer pixels than modules, or more than `MOST_PIXELS` on a side.
    #[cfg(feature = "raster")]
    pub fn png(&self) -> Result<Vec<u8>, StyleError> {
        if self.style.is_plain() {
            return Ok(crate::png(self.symbol));
        }
        let raster = raster::Raster::new(&self.scene, self.style.size)?;
        let dpi = if let crate::Size::Print { dpi, .. } = self.style.size { Some(dpi) } else { None };
        Ok(pixels::png(raster.width, &raster.pixels, dpi))
    }

    /// A PDF of one page as large as the picture: vector, exact millimetres. Pixels count 96 to the inch.
    #[cfg(feature = "pdf")]
    pub fn pdf(&self) -> Vec<u8> {
        pdf::document(&self.scene, self.style.size)
    }
}
