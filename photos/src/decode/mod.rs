//! Opens a photo of any supported format, and decodes it into [`Pixels`]. Not here: which photos are allowed
//! (`header`).

mod frames;
mod jpeg;
mod png;
mod stored;

use self::stored::Stored;
use crate::error::PhotoError;
use crate::format::Media;
use crate::pixels::Pixels;

/// A photo whose header has been read.
pub(crate) struct Opened<'a> {
    pub(crate) stored: Stored,
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
        let (stored, decoder) = match media {
            Media::Jpeg => {
                let (stored, jpeg) = jpeg::open(bytes)?;
                (stored, Decoder::Jpeg(Box::new(jpeg)))
            }
            Media::Png => {
                let (stored, png) = png::open(bytes)?;
                (stored, Decoder::Png(Box::new(png)))
            }
            Media::Webp => {
                let (stored, webp) = frames::open_webp(bytes)?;
                (stored, Decoder::Webp(Box::new(webp)))
            }
            Media::Gif => (frames::open_gif(bytes)?, Decoder::Gif(bytes)),
        };
        Ok(Self { stored, decoder })
    }

    pub(crate) fn decode(self) -> Result<Pixels, PhotoError> {
        let mut pixels = match self.decoder {
            Decoder::Jpeg(jpeg) => jpeg::decode(*jpeg),
            Decoder::Png(png) => png::decode(*png),
            Decoder::Webp(webp) => frames::decode(*webp),
            Decoder::Gif(gif) => frames::decode_gif(gif),
        }?;
        pixels.profile = self.stored.profile;
        Ok(pixels.without_needless_alpha())
    }
}
