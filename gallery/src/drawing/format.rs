//! As what a code can be drawn.

/// As what a code is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// An SVG document.
    Svg,
    /// A PNG, as it would be kept.
    Png,
    /// A PDF of one page.
    Pdf,
    /// Half blocks for a dark terminal, UTF-8. Of the look it has nothing.
    Terminal,
    /// The PNG as a `data:` address.
    DataUri,
}

impl Format {
    pub(super) fn has_pixels(self) -> bool {
        matches!(self, Self::Png | Self::DataUri)
    }
}
