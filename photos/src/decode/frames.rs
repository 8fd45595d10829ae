//! WebP and GIF, which may hold several frames: the first is decoded. Not here: the others.

use std::io::Cursor;

use gif::DecodeOptions;
use image::codecs::gif::GifDecoder;
use image::codecs::webp::WebPDecoder;
use image::{ColorType, ImageDecoder, Limits};

use super::stored::Stored;
use crate::error::PhotoError;
use crate::memory::Cost;
use crate::pixels::{Layout, Pixels};

/// A WebP whose header has been read.
pub(super) type Webp<'a> = WebPDecoder<Cursor<&'a [u8]>>;

pub(super) fn open_webp(bytes: &[u8]) -> Result<(Stored, Webp<'_>), PhotoError> {
    let mut webp = WebPDecoder::new(Cursor::new(bytes)).map_err(PhotoError::corrupt)?;
    let (width, height) = webp.dimensions();
    let channels = u64::from(webp.color_type().channel_count());
    // Chroma at half the resolution; all channels; a canvas and a frame for transparency.
    let working = match bytes.get(12..16) {
        Some(b"VP8 ") => 2,
        Some(b"VP8L") => 4,
        _ => 8,
    };
    let stored = Stored {
        width,
        height,
        is_animated: webp.has_animation(),
        exif: webp.exif_metadata().ok().flatten(),
        profile: webp.icc_profile().ok().flatten(),
        cost: Cost { channels, working },
    };
    Ok((stored, webp))
}

pub(super) fn open_gif(bytes: &[u8]) -> Result<Stored, PhotoError> {
    let mut options = DecodeOptions::new();
    options.skip_frame_decoding(true);
    let mut frames = options.read_info(bytes).map_err(PhotoError::corrupt)?;
    let (width, height) = (u32::from(frames.width()), u32::from(frames.height()));
    let mut next = || matches!(frames.next_frame_info(), Ok(Some(_)));
    let is_animated = next() && next();
    Ok(Stored {
        width,
        height,
        is_animated,
        exif: None,
        profile: None,
        // Working: a frame that does not fill the picture.
        cost: Cost { channels: 4, working: 4 },
    })
}

pub(super) fn decode_gif(gif: &[u8]) -> Result<Pixels, PhotoError> {
    let mut decoder = GifDecoder::new(Cursor::new(gif)).map_err(PhotoError::corrupt)?;
    // A frame may claim to be larger than the picture.
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(decoder.total_bytes());
    decoder.set_limits(limits).map_err(PhotoError::corrupt)?;
    decode(decoder)
}

pub(super) fn decode(decoder: impl ImageDecoder) -> Result<Pixels, PhotoError> {
    let (width, height) = decoder.dimensions();
    let (width, height) = (width as usize, height as usize);
    let layout = match decoder.color_type() {
        ColorType::Rgb8 => Layout::Rgb,
        ColorType::Rgba8 => Layout::Rgba,
        other => return Err(PhotoError::corrupt(format!("pixels of {other:?}"))),
    };
    let mut bytes = vec![0; width * height * layout.channels()];
    decoder.read_image(&mut bytes).map_err(PhotoError::corrupt)?;
    Ok(Pixels { width, height, layout, bytes, profile: None })
}
