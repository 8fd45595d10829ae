//! PNG. Text is skipped, and so is a profile that is too large. Not here: the other frames of an animated PNG.

use std::io::Cursor;

use ::png::{ColorType, Decoder as PngDecoder, Limits, Reader, Transformations};

use super::stored::Stored;
use crate::error::PhotoError;
use crate::memory::Cost;
use crate::pixels::{Layout, Pixels};

/// For profiles, palettes and the like. A profile that is larger once it is inflated is ignored.
const CHUNK_BYTES: usize = 2 * 1024 * 1024;

/// A PNG whose header has been read.
pub(super) type Png<'a> = Reader<Cursor<&'a [u8]>>;

pub(super) fn open(bytes: &[u8]) -> Result<(Stored, Png<'_>), PhotoError> {
    // EXIF data are kept as they are.
    let limits = Limits { bytes: CHUNK_BYTES + bytes.len() };
    let mut decoder = PngDecoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_ignore_text_chunk(true);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let reader = decoder.read_info().map_err(PhotoError::corrupt)?;
    let info = reader.info();
    let channels = reader.output_color_type().0.samples() as u64;
    let stored = Stored {
        width: info.width,
        height: info.height,
        is_animated: info.animation_control.is_some_and(|control| control.num_frames > 1),
        exif: info.exif_metadata.as_ref().map(|exif| exif.to_vec()),
        profile: info.icc_profile.as_ref().map(|profile| profile.to_vec()),
        // Grey with opacity is spread out to four channels.
        cost: if channels == 2 { Cost { channels: 4, working: 2 } } else { Cost { channels, working: 0 } },
    };
    Ok((stored, reader))
}

pub(super) fn decode(mut png: Png<'_>) -> Result<Pixels, PhotoError> {
    let (width, height) = png.info().size();
    let (width, height) = (width as usize, height as usize);
    let colours = png.output_color_type().0;
    let mut bytes = vec![0; width * height * colours.samples()];
    png.next_frame(&mut bytes).map_err(PhotoError::corrupt)?;
    let layout = match colours {
        ColorType::Grayscale => Layout::Grey,
        ColorType::Rgb => Layout::Rgb,
        ColorType::GrayscaleAlpha => {
            bytes =
                bytes.chunks_exact(2).flat_map(|pixel| [pixel[0], pixel[0], pixel[0], pixel[1]]).collect();
            Layout::Rgba
        }
        ColorType::Rgba => Layout::Rgba,
        ColorType::Indexed => return Err(PhotoError::corrupt("a palette that was not applied")),
    };
    Ok(Pixels { width, height, layout, bytes, profile: None })
}
