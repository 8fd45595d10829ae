//! Why a picture yields no text.

/// Why a picture yields no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DetectError {
    /// Not a picture in a supported format, or a damaged one.
    #[error("not a readable picture")]
    NotAPicture,
    /// More pixels than `MAX_PICTURE_PIXELS`, or fewer that take more memory.
    #[error("the picture is too large")]
    TooLarge,
    /// No readable code.
    #[error("no readable code in the picture")]
    NoCode,
}
