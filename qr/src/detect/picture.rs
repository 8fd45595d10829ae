//! Decodes a picture within a memory limit into the planes that are searched, reduced to the size at which they are
//! searched. Not here: the search; PNG in particular (`png_rows`).

use std::io::Cursor;

use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::error::DetectError;
use super::greys::Greys;
use super::planes::{Planes, count};
use super::png_rows::{PngRows, SIGNATURE};

/// Larger pictures are refused before decoding: a few kilobytes can claim gigapixels.
pub const MAX_PICTURE_PIXELS: u64 = 50_000_000;

/// Memory that a picture and its planes may take: together with the file itself, at most the 256 MB that any
/// untrusted input may take.
const MAX_MEMORY_BYTES: u64 = 192 * 1024 * 1024;

/// Larger pictures are reduced before the search.
const MAX_SEARCHED_PIXELS: u64 = 4096 * 4096;
/// rxing counts runs in sixteen bits and doubles them.
const MAX_SEARCHED_SIDE: u32 = 32_000;

/// What the search takes besides the planes: three binarised pictures, and smaller layers.
const SEARCH_BYTES_PER_PIXEL: u64 = 1;
/// Also: finder patterns and their triples.
const SEARCH_BYTES: u64 = 24 * 1024 * 1024;

/// What a decoder needs besides the pixels and what its format requires.
const DECODER_BYTES: u64 = 1024 * 1024;

/// A picture that can be decoded.
pub(super) struct Picture<'a> {
    source: Source<'a>,
    size: (u32, u32),
    channels: usize,
    decoding_bytes: u64,
}

enum Source<'a> {
    Png(Box<PngRows<'a>>),
    Other(Box<dyn ImageDecoder + 'a>),
}

impl<'a> Picture<'a> {
    /// Reads the header and refuses pictures that would take too much memory.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, DetectError> {
        let picture =
            if bytes.starts_with(SIGNATURE) { Self::open_png(bytes)? } else { Self::open_other(bytes)? };
        let pixels = pixels(picture.size);
        if pixels == 0 {
            return Err(DetectError::NotAPicture);
        }
        if pixels > MAX_PICTURE_PIXELS || picture.memory_bytes() > MAX_MEMORY_BYTES {
            return Err(DetectError::TooLarge);
        }
        Ok(picture)
    }

    fn open_png(bytes: &'a [u8]) -> Result<Self, DetectError> {
        let png = PngRows::open(bytes)?;
        let decoding_bytes = png.decoding_bytes(bytes);
        let (size, channels) = (png.size(), png.channels());
        Ok(Self { source: Source::Png(Box::new(png)), size, channels, decoding_bytes })
    }

    fn open_other(bytes: &'a [u8]) -> Result<Self, DetectError> {
        let mut reader = ImageReader::new(Cursor::new(bytes))
            .with_guessed_format()
            .map_err(|_| DetectError::NotAPicture)?;
        let format = reader.format().ok_or(DetectError::NotAPicture)?;
        reader.limits(at_most(DECODER_BYTES));
        let mut decoder = reader.into_decoder().map_err(|_| DetectError::NotAPicture)?;
        let size = decoder.dimensions();
        let working_bytes = pixels(size).saturating_mul(working_bytes_per_pixel(format, bytes));
        // The JPEG decoder copies the file.
        let file_bytes = if format == ImageFormat::Jpeg { bytes.len() as u64 } else { 0 };
        let decoding_bytes = decoder.total_bytes().saturating_add(working_bytes).saturating_add(file_bytes);
        if decoding_bytes > MAX_MEMORY_BYTES {
            return Err(DetectError::TooLarge);
        }
        decoder.set_limits(at_most(working_bytes + DECODER_BYTES)).map_err(|_| DetectError::TooLarge)?;
        let channels = usize::from(decoder.color_type().channel_count());
        Ok(Self { source: Source::Other(Box::new(decoder)), size, channels, decoding_bytes })
    }

    /// Memory that decoding and searching take.
    pub(super) fn memory_bytes(&self) -> u64 {
        let searched = pixels(self.size).div_ceil(u64::from(self.factor()).pow(2));
        let planes = searched * count(self.channels) as u64;
        let search = searched * SEARCH_BYTES_PER_PIXEL + SEARCH_BYTES.min(searched * 64);
        planes + self.decoding_bytes.max(search) + DECODER_BYTES
    }

    /// The factor by which the picture is reduced, in both directions, for the search.
    fn factor(&self) -> u32 {
        let (width, height) = self.size;
        (1..)
            .find(|factor| {
                let size = (width / factor, height / factor);
                size.0.max(size.1) <= MAX_SEARCHED_SIDE && pixels(size) <= MAX_SEARCHED_PIXELS
            })
            .unwrap_or(1)
    }

    /// Converts to greys, reduced if too large to search.
    pub(super) fn into_planes(self) -> Result<Vec<Greys>, DetectError> {
        let factor = self.factor();
        let planes = match self.source {
            Source::Png(png) => png.into_planes(factor)?,
            Source::Other(decoder) => {
                let picture = DynamicImage::from_decoder(decoder).map_err(|_| DetectError::NotAPicture)?;
                planes(&in_bytes(picture), factor)
            }
        };
        Ok(planes.finish())
    }
}

/// Converts to one byte per channel, which the supported formats already have.
fn in_bytes(picture: DynamicImage) -> DynamicImage {
    match picture.color() {
        ColorType::L8 | ColorType::La8 | ColorType::Rgb8 | ColorType::Rgba8 => picture,
        _ => picture.into_rgba8().into(),
    }
}

fn planes(picture: &DynamicImage, factor: u32) -> Planes {
    let channels = usize::from(picture.color().channel_count());
    let mut planes = Planes::new(picture.width(), channels, factor);
    for row in picture.as_bytes().chunks_exact(picture.width() as usize * channels) {
        planes.add(row);
    }
    planes
}

fn at_most(bytes: u64) -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(bytes);
    limits
}

fn pixels((width, height): (u32, u32)) -> u64 {
    u64::from(width) * u64::from(height)
}

/// What decoders keep besides the pixels.
fn working_bytes_per_pixel(format: ImageFormat, bytes: &[u8]) -> u64 {
    match format {
        ImageFormat::Jpeg => jpeg_working_bytes_per_pixel(bytes),
        ImageFormat::WebP => match bytes.get(12..16) {
            // Chroma at half resolution; all channels; and a canvas and a frame for transparency.
            Some(b"VP8 ") => 2,
            Some(b"VP8L") => 4,
            _ => 8,
        },
        // A frame that does not fill the picture.
        ImageFormat::Gif => 4,
        _ => 0,
    }
}

/// Two bytes per coefficient, when they come in more than one scan (ITU-T T.81, B.2).
fn jpeg_working_bytes_per_pixel(jpeg: &[u8]) -> u64 {
    const MOST: u64 = 8;
    let (mut components, mut coefficients, mut is_progressive) = (0, MOST, false);
    let mut rest = jpeg.get(2..).unwrap_or_default();
    while let [0xFF, marker, high, low, after @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let Some((segment, following)) =
            length.checked_sub(2).and_then(|length| after.split_at_checked(length))
        else {
            break;
        };
        match (marker, segment) {
            (0xC0..=0xC2, [_, _, _, _, _, count, factors @ ..]) => {
                let areas = factors
                    .chunks_exact(3)
                    .map(|factor| u64::from(factor[1] >> 4) * u64::from(factor[1] & 15));
                let largest = areas.clone().max().unwrap_or(0).max(1);
                (components, coefficients) = (*count, (2 * areas.sum::<u64>()).div_ceil(largest));
                is_progressive = *marker == 0xC2;
            }
            (0xDA, [count, ..]) => {
                return if is_progressive || *count < components { coefficients } else { 0 };
            }
            _ => {}
        }
        rest = following;
    }
    MOST
}
