//! Uploaded logos: PNG, JPEG and, with the feature `logo-svg`, SVG.
//!
//! Uploads are converted to the one form in which logos are kept, at most `LOGO_SIDE_PIXELS` per side, so they are
//! decoded only once; reading that form again gives the same bytes. Memory is bounded: whatever claims to be huge is
//! refused before it is decoded.

use std::io::Cursor;

use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::error::{LogoError, MAX_LOGO_PIXELS};
use super::orientation::Orientation;
use super::{Decoded, LOGO_SIDE_PIXELS, Logo};
use crate::drawing::{pixels, raster};

impl Logo {
    /// Decodes an uploaded file, or the form in which logos are kept.
    ///
    /// # Errors
    /// The file is not a picture, is too large, or shows nothing.
    pub fn read(bytes: &[u8]) -> Result<Self, LogoError> {
        let ((width, height, decoded), orientation) = if bytes.starts_with(b"\x89PNG") {
            png(bytes)?
        } else if bytes.starts_with(b"\xFF\xD8") {
            jpeg(bytes)?
        } else if is_xml(bytes) {
            (svg(bytes)?, Orientation::default())
        } else {
            return Err(LogoError::NotAPicture);
        };
        if decoded.iter().all(|pixel| pixel[3] == 0) {
            return Err(LogoError::Empty);
        }
        let longer = width.max(height);
        let side = longer.min(LOGO_SIDE_PIXELS);
        let scaled = |length: usize| (length * side / longer).max(1);
        let (to_width, to_height) = (scaled(width), scaled(height));
        let scaled = raster::scaled((width, &decoded), (to_width, to_height));
        let (width, height, pixels) = orientation.shown((to_width, to_height, scaled));
        let png = pixels::png(width, &pixels, None);
        Ok(Self { width, height, pixels, png })
    }
}

/// Whether the file starts like an uncompressed SVG; a compressed one could expand to anything.
fn is_xml(bytes: &[u8]) -> bool {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start().starts_with(b"<")
}

#[cfg(feature = "logo-svg")]
use super::svg::svg;

#[cfg(not(feature = "logo-svg"))]
fn svg(_: &[u8]) -> Result<Decoded, LogoError> {
    Err(LogoError::NotAPicture)
}

/// Refuses empty and oversized pictures.
pub(super) fn checked(width: usize, height: usize) -> Result<(), LogoError> {
    match width.saturating_mul(height) {
        0 => Err(LogoError::NotAPicture),
        1..=MAX_LOGO_PIXELS => Ok(()),
        _ => Err(LogoError::TooLarge),
    }
}

fn png(bytes: &[u8]) -> Result<(Decoded, Orientation), LogoError> {
    let mut decoder =
        ::png::Decoder::new_with_limits(Cursor::new(bytes), ::png::Limits { bytes: 8 * MAX_LOGO_PIXELS });
    // Expands palettes and small depths to bytes, and reduces 16 bits to 8.
    decoder.set_transformations(::png::Transformations::normalize_to_color8());
    // Text chunks are not needed, and they can expand.
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let mut reader = decoder.read_info().map_err(|_| LogoError::NotAPicture)?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    checked(width, height)?;
    let mut buffer = vec![0; reader.output_buffer_size().ok_or(LogoError::TooLarge)?];
    let info = reader.next_frame(&mut buffer).map_err(|_| LogoError::NotAPicture)?;
    buffer.truncate(info.buffer_size());
    let pixels = match info.color_type {
        ::png::ColorType::Grayscale => buffer.iter().map(|&grey| [grey, grey, grey, 255]).collect(),
        ::png::ColorType::GrayscaleAlpha => {
            buffer.as_chunks().0.iter().map(|&[grey, alpha]| [grey, grey, grey, alpha]).collect()
        }
        ::png::ColorType::Rgb => {
            buffer.as_chunks().0.iter().map(|&[red, green, blue]| [red, green, blue, 255]).collect()
        }
        ::png::ColorType::Rgba => buffer.as_chunks().0.to_vec(),
        ::png::ColorType::Indexed => return Err(LogoError::NotAPicture),
    };
    let orientation = Orientation::of(reader.info().exif_metadata.as_deref());
    Ok(((width, height, pixels), orientation))
}

fn jpeg(bytes: &[u8]) -> Result<(Decoded, Orientation), LogoError> {
    // Without SIMD, so that every machine decodes to the same pixels.
    let options = DecoderOptions::default().set_use_unsafe(false).jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
    decoder.decode_headers().map_err(|_| LogoError::NotAPicture)?;
    let (width, height) = decoder.dimensions().ok_or(LogoError::NotAPicture)?;
    checked(width, height)?;
    let buffer = decoder.decode().map_err(|_| LogoError::NotAPicture)?;
    let (pixels, _) = buffer.as_chunks();
    if pixels.len() != width * height {
        return Err(LogoError::NotAPicture);
    }
    let pixels = pixels.iter().map(|&[red, green, blue]| [red, green, blue, 255]).collect();
    Ok(((width, height, pixels), Orientation::of(decoder.exif().map(Vec::as_slice))))
}
