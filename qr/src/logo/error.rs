//! Why an upload is not a logo.

/// Pictures of more pixels are refused.
pub const LARGEST_LOGO_PIXELS: usize = 16_000_000;

/// Why an upload is not a logo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogoError {
    /// Not in a format that is read, or broken.
    #[error("The logo is not a picture that can be read: choose a PNG, JPEG or SVG.")]
    NotAPicture,
    /// More than `LARGEST_LOGO_PIXELS`.
    #[error("The logo has too many pixels: 16 million are the most.")]
    TooLarge,
    /// An SVG whose file is too large.
    #[error("The logo is too large a file: an SVG has at most 1 MiB. Make it simpler, or choose a PNG.")]
    SvgTooLarge,
    /// An SVG that takes too long or too much memory to draw.
    #[error(
        "The logo is too elaborate to draw. Make it simpler, without filters, patterns, markers and many layers, or choose a PNG."
    )]
    TooElaborate,
    /// An SVG with a document type, in which entities could unfold to anything.
    #[error("The logo has a document type: delete “<!DOCTYPE …>” from the file, or save it as plain SVG.")]
    HasDocumentType,
    /// An SVG with text in it: what it looks like depends on the fonts that are there.
    #[error("The logo has text in it: convert it to paths first.")]
    HasText,
    /// An SVG with a picture in it, or with a link to one.
    #[error("The logo has a picture in it: upload that picture instead, or a drawing of paths only.")]
    HasPicture,
    /// An SVG that is not whole without other files, which nobody fetches.
    #[error("The logo needs other files: put everything into one file first.")]
    NeedsFiles,
    /// Nothing in it can be seen.
    #[error("The logo is empty: all of it is transparent.")]
    Empty,
}
