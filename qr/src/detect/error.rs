//! Why a picture gives no text.

/// Why a picture gives no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DetectError {
    /// Not a picture in a format that we read, or a broken one.
    #[error("not a readable picture")]
    NotAPicture,
    /// More pixels than `MAX_PICTURE_PIXELS`, or fewer that take more memory.
    #[error("the picture is too large")]
    TooLarge,
    /// No code that can be read.
    #[error("no readable code in the picture")]
    NoCode,
}
