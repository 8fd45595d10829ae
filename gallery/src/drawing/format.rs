//! The file formats of a drawn code.

/// The file format of a drawn code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// An SVG document.
    Svg,
    /// A PNG, as it would be saved.
    Png,
    /// A PDF with one page.
    Pdf,
    /// Half blocks for a dark terminal, UTF-8. It ignores the look.
    Terminal,
    /// The PNG as a `data:` URI.
    DataUri,
}

impl Format {
    pub(super) fn has_pixels(self) -> bool {
        matches!(self, Self::Png | Self::DataUri)
    }
}
