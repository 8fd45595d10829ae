//! A styled symbol, ready to be written as SVG and, with the features, as PNG and PDF. All formats are made from one
//! `Scene`.

#[cfg(feature = "pdf")]
pub(crate) mod pdf;
#[cfg(feature = "raster")]
pub(crate) mod pixels;
#[cfg(feature = "raster")]
pub(crate) mod raster;
pub(crate) mod svg;

use crate::scene::Scene;
use crate::{Logo, Style, StyleError, Symbol};

/// A styled symbol.
pub struct Drawing<'a> {
    pub(crate) symbol: &'a Symbol,
    pub(crate) style: &'a Style,
    pub(crate) scene: Scene<'a>,
}

impl<'a> Drawing<'a> {
    /// Prepares the drawing; `logo` is the picture that the style's logo refers to.
    ///
    /// # Errors
    /// The style is out of its limits, the logo is missing, or the caption has characters that cannot be drawn.
    pub fn new(symbol: &'a Symbol, style: &'a Style, logo: Option<&'a Logo>) -> Result<Self, StyleError> {
        Ok(Self { symbol, style, scene: Scene::new(symbol, style, logo)? })
    }

    /// An SVG document: one path per colour, no script, no style sheet, letters as outlines. The default style gives
    /// the same document as `qr::svg`.
    pub fn svg(&self) -> String {
        if self.style.is_plain() {
            crate::svg(self.symbol)
        } else {
            svg::document(&self.scene, self.style.size)
        }
    }

    /// A PNG of the smallest colour type and depth that holds the picture, with its resolution when the style says
    /// millimetres. The default style gives the same picture as `qr::png`.
    ///
    /// # Errors
    /// The picture has fewer pixels than modules, or more than `MAX_PIXELS` per side.
    #[cfg(feature = "raster")]
    pub fn png(&self) -> Result<Vec<u8>, StyleError> {
        if self.style.is_plain() {
            return Ok(crate::png(self.symbol));
        }
        let raster = raster::Raster::new(&self.scene, self.style.size)?;
        let dpi = if let crate::Size::Print { dpi, .. } = self.style.size { Some(dpi) } else { None };
        Ok(pixels::png(raster.width, &raster.pixels, dpi))
    }

    /// A PDF with one page the size of the picture: vector graphics, exact millimetres. Pixels count 96 to the inch.
    #[cfg(feature = "pdf")]
    pub fn pdf(&self) -> Vec<u8> {
        pdf::document(&self.scene, self.style.size)
    }
}
