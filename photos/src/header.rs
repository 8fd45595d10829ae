//! What the header of a photo says, before anything is decoded: the facts, and whether it may be decoded at all. Not
//! here: the header of each format (`decode`), and the pixels.

use crate::decode::Opened;
use crate::error::PhotoError;
use crate::exif_data;
use crate::format::{Content, Media, sniff};
#[cfg(doc)]
use crate::memory::MEMORY_BYTES;
use crate::turn::Turn;

/// More pixels than this on one side are not decoded either.
pub const MAX_SIDE: u32 = 16_384;

/// What the header says about a photo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The format, by content.
    pub media: Media,
    /// In pixels, as displayed: after the orientation of EXIF.
    pub width: u32,
    /// In pixels, as displayed.
    pub height: u32,
    /// Whether it has several frames; only the first is used.
    pub is_animated: bool,
    /// When it was taken, by the camera's clock: `2026-05-04T03:02:01`, with an offset from UTC (`+02:00`) if the
    /// camera knew it.
    pub taken_at: Option<String>,
    /// The camera's maker and model.
    pub camera: Option<String>,
    /// Whether it has a colour profile (ICC), sRGB or another.
    pub has_profile: bool,
    /// What [`crate::derive`] takes at most, the photo and the derived pictures included: at most [`MEMORY_BYTES`].
    pub memory_bytes: u64,
}

/// Reads the facts from the header alone.
///
/// # Errors
/// All but most cases of [`PhotoError::Corrupt`], which only decoding finds.
pub fn inspect(bytes: &[u8]) -> Result<Facts, PhotoError> {
    Ok(Header::read(bytes)?.facts)
}

/// The facts, and what decoding needs.
pub(crate) struct Header<'a> {
    pub(crate) facts: Facts,
    /// What makes the picture upright.
    pub(crate) upright: Turn,
    pub(crate) opened: Opened<'a>,
}

impl<'a> Header<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, PhotoError> {
        let media = match sniff(bytes) {
            Content::Photo(media) => media,
            Content::Unsupported(name) => return Err(PhotoError::Unsupported(name)),
            Content::Unknown if bytes.is_empty() => return Err(PhotoError::Empty),
            Content::Unknown => return Err(PhotoError::NotAPicture),
        };
        let opened = Opened::read(media, bytes)?;
        let stored = &opened.stored;
        let exif = stored.exif.as_deref().map(exif_data::read).unwrap_or_default();
        let upright = Turn::of_orientation(exif.orientation);
        let (width, height) = upright.size((stored.width, stored.height));
        let file_bytes = bytes.len() as u64;
        check_size((width, height), stored.cost.most_pixels(file_bytes))?;
        let facts = Facts {
            media,
            width,
            height,
            is_animated: stored.is_animated,
            taken_at: exif.taken_at,
            camera: exif.camera,
            has_profile: stored.profile.is_some(),
            memory_bytes: stored.cost.memory_bytes(file_bytes, u64::from(width) * u64::from(height)),
        };
        Ok(Self { facts, upright, opened })
    }
}

fn check_size((width, height): (u32, u32), most_pixels: u64) -> Result<(), PhotoError> {
    if width == 0 || height == 0 {
        return Err(PhotoError::corrupt("a side of no pixels"));
    }
    if width.max(height) > MAX_SIDE || u64::from(width) * u64::from(height) > most_pixels {
        return Err(PhotoError::TooLarge { width, height, most_pixels, most_side: MAX_SIDE });
    }
    Ok(())
}
