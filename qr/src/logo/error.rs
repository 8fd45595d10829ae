//! Why an upload cannot be a logo.

/// Larger pictures are refused.
pub const MAX_LOGO_PIXELS: usize = 16_000_000;

/// Why an upload cannot be a logo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogoError {
    /// Not in a supported format, or damaged.
    #[error("The logo is not a picture that can be read: choose a PNG, JPEG or SVG.")]
    NotAPicture,
    /// More than `MAX_LOGO_PIXELS`.
    #[error("The logo has too many pixels: the maximum is 16 million.")]
    TooLarge,
    /// An SVG file that is too large.
    #[error("The logo's file is too large: an SVG may have up to 1 MiB. Simplify it, or choose a PNG.")]
    SvgTooLarge,
    /// An SVG that would take too long or too much memory to draw.
    #[error(
        "The logo is too complex to draw. Simplify it (no filters, patterns or markers, fewer layers), or choose a PNG."
    )]
    TooElaborate,
    /// An SVG with a document type, whose entities could expand to anything.
    #[error("The logo has a document type: delete “<!DOCTYPE …>” from the file, or save it as plain SVG.")]
    HasDocumentType,
    /// An SVG with text, whose look depends on the installed fonts.
    #[error("The logo contains text: convert it to paths first.")]
    HasText,
    /// An SVG that contains or links to a picture.
    #[error("The logo contains a picture: upload that picture instead, or a drawing of paths only.")]
    HasPicture,
    /// An SVG that depends on other files, which are never fetched.
    #[error("The logo depends on other files: put everything into one file first.")]
    NeedsFiles,
    /// Nothing in it is visible.
    #[error("The logo is empty: it is completely transparent.")]
    Empty,
}
