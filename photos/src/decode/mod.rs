//! Opens a photo of any supported format, and decodes it into [`Pixels`]. Not here: which photos are allowed
//! (`header`).

mod frames;
mod jpeg;
mod png;

use crate::error::PhotoError;
use crate::format::Media;
use crate::memory::Cost;
use crate::pixels::Pixels;

/// A photo whose header has been read.
pub(crate) struct Opened<'a> {
    /// As stored.
    pub(crate) width: u32,
    /// As stored.
    pub(crate) height: u32,
    pub(crate) is_animated: bool,
    /// A TIFF header and what follows it.
    pub(crate) exif: Option<Vec<u8>>,
    /// An ICC profile.
    pub(crate) profile: Option<Vec<u8>>,
    pub(crate) cost: Cost,
    decoder: Decoder<'a>,
}

enum Decoder<'a> {
    Jpeg(Box<jpeg::Jpeg<'a>>),
    Png(Box<png::Png<'a>>),
    Webp(Box<frames::Webp<'a>>),
    Gif(&'a [u8]),
}

impl<'a> Opened<'a> {
    pub(crate) fn read(media: Media, bytes: &'a [u8]) -> Result<Self, PhotoError> {
        match media {
            Media::Jpeg => jpeg::open(bytes),
            Media::Png => png::open(bytes),
            Media::Webp => frames::open_webp(bytes),
            Media::Gif => frames::open_gif(bytes),
        }
    }

    pub(crate) fn decode(self) -> Result<Pixels, PhotoError> {
        let mut pixels = match self.decoder {
            Decoder::Jpeg(jpeg) => jpeg::decode(*jpeg),
            Decoder::Png(png) => png::decode(*png),
            Decoder::Webp(webp) => frames::decode(*webp),
            Decoder::Gif(gif) => frames::decode_gif(gif),
        }?;
        pixels.profile = self.profile;
        Ok(pixels.without_needless_alpha())
    }
}
