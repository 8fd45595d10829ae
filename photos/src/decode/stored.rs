//! What any format's header says of a photo, as it is stored. Not here: reading it (`jpeg`, `png`, `frames`).

use crate::memory::Cost;

/// What a header says, before orientation.
pub(crate) struct Stored {
    /// In pixels.
    pub(crate) width: u32,
    /// In pixels.
    pub(crate) height: u32,
    pub(crate) is_animated: bool,
    /// A TIFF header and what follows it.
    pub(crate) exif: Option<Vec<u8>>,
    /// An ICC profile.
    pub(crate) profile: Option<Vec<u8>>,
    pub(crate) cost: Cost,
}
