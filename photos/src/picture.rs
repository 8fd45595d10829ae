//! What the pipeline hands over. Not here: making it (`derive`), its bytes (`encode`).

use crate::format::Media;

/// A picture that was made of a photo. It is upright, and carries neither EXIF data nor a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// JPEG, or PNG if something shows through.
    pub media: Media,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The file.
    pub bytes: Vec<u8>,
}
