//! JPEG. Pixels stay in Y, Cb and Cr, as they are stored and as the encoder wants them. Not here: orientation and
//! profiles.

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::stored::Stored;
use crate::error::PhotoError;
use crate::memory::Cost;
use crate::pixels::{Layout, Pixels};

/// A JPEG whose header has been read.
pub(super) struct Jpeg<'a> {
    bytes: &'a [u8],
    decoder: JpegDecoder<ZCursor<&'a [u8]>>,
    layout: Layout,
    /// Where the entropy-coded data begin.
    scan: usize,
}

pub(super) fn open(bytes: &[u8]) -> Result<(Stored, Jpeg<'_>), PhotoError> {
    let frame = Frame::find(bytes)?;
    // Too large sides are refused with what is allowed, not by the decoder.
    let side = usize::from(u16::MAX);
    let options = DecoderOptions::default().set_max_width(side).set_max_height(side);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(PhotoError::corrupt)?;
    let info = decoder.info().ok_or_else(|| PhotoError::corrupt("no header"))?;
    if !matches!(info.components, 1 | 3 | 4) {
        return Err(PhotoError::Unsupported("JPEG of two channels"));
    }
    if frame.is_subsampled && decoder.input_colorspace() == Some(ColorSpace::CMYK) {
        // The decoder (0.5.15) gets these wrong without an error, too.
        return Err(PhotoError::Unsupported("JPEG of inks in different resolutions"));
    }
    let (layout, colours) = match decoder.input_colorspace() {
        Some(ColorSpace::Luma) => (Layout::Grey, ColorSpace::Luma),
        Some(ColorSpace::YCbCr) => (Layout::YCbCr, ColorSpace::YCbCr),
        _ => (Layout::Rgb, ColorSpace::RGB),
    };
    decoder.set_options(decoder.options().jpeg_set_out_colorspace(colours));
    let stored = Stored {
        width: u32::from(info.width),
        height: u32::from(info.height),
        is_animated: false,
        profile: decoder.icc_profile(),
        exif: info.exif_data,
        cost: Cost { channels: layout.channels() as u64, working: frame.coefficient_bytes_per_pixel },
    };
    Ok((stored, Jpeg { bytes, decoder, layout, scan: frame.scan }))
}

pub(super) fn decode(jpeg: Jpeg<'_>) -> Result<Pixels, PhotoError> {
    let Jpeg { bytes, mut decoder, layout, scan } = jpeg;
    let (width, height) = decoder.dimensions().ok_or_else(|| PhotoError::corrupt("no header"))?;
    check_scans(&bytes[scan..], width * height)?;
    let pixels = decoder.decode().map_err(PhotoError::corrupt)?;
    if pixels.len() != width * height * layout.channels() {
        return Err(PhotoError::corrupt("channels that do not match the header"));
    }
    Ok(Pixels { width, height, layout, bytes: pixels, profile: None })
}

/// How many pixels all scans together may go through, so that they take seconds at most; and how many scans are
/// allowed to any photo (encoders write about ten).
const MAX_SCANNED_PIXELS: usize = 600_000_000;
const USUAL_SCANS: usize = 16;

/// The scans end, and are not too many. Without an end, the decoder would fill the rest with grey.
fn check_scans(from_first_scan: &[u8], pixels: usize) -> Result<(), PhotoError> {
    const START_OF_SCAN: u8 = 0xDA;
    const END_OF_IMAGE: u8 = 0xD9;
    let mut scans = 1;
    for place in memchr::memchr_iter(0xFF, from_first_scan) {
        match from_first_scan.get(place + 1) {
            Some(&END_OF_IMAGE) => return Ok(()),
            Some(&START_OF_SCAN) => scans += 1,
            _ => {}
        }
        if scans > USUAL_SCANS.max(MAX_SCANNED_PIXELS / pixels.max(1)) {
            return Err(PhotoError::Unsupported("JPEG of too many scans"));
        }
    }
    Err(PhotoError::corrupt("the end is missing"))
}

/// What the markers before the first scan say (ITU-T T.81, B.2).
struct Frame {
    /// Memory for coefficients, two bytes each, that come in more than one scan; rounded up.
    coefficient_bytes_per_pixel: u64,
    /// Whether some components have a lower resolution.
    is_subsampled: bool,
    /// Where the first scan begins.
    scan: usize,
}

impl Frame {
    fn find(jpeg: &[u8]) -> Result<Self, PhotoError> {
        let (mut components, mut coefficient_bytes, mut is_progressive, mut is_subsampled) =
            (0, 0, false, false);
        let mut rest = jpeg.get(2..).unwrap_or_default();
        // Fill bytes before a marker, and whatever else the decoder passes over.
        while let Some(start) = rest.iter().position(|byte| *byte == 0xFF) {
            rest = &rest[start..];
            match rest {
                [0xFF, 0x00 | 0x01 | 0xFF | 0xD0..=0xD8, ..] => rest = &rest[1..],
                [0xFF, marker, high, low, after @ ..] => {
                    let length = usize::from(u16::from_be_bytes([*high, *low]));
                    let Some((segment, following)) =
                        length.checked_sub(2).and_then(|length| after.split_at_checked(length))
                    else {
                        break;
                    };
                    match (marker, segment) {
                        (0xC0..=0xC2, [_, _, _, _, _, count, factors @ ..]) => {
                            components = *count;
                            coefficient_bytes = bytes_per_pixel(factors);
                            is_progressive = *marker == 0xC2;
                            is_subsampled = factors.chunks_exact(3).any(|factor| factor[1] != factors[1]);
                        }
                        (0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF, _) => {
                            return Err(PhotoError::Unsupported(name(*marker)));
                        }
                        (0xDA, [count, ..]) => {
                            let is_kept = is_progressive || *count < components;
                            if is_kept && !is_progressive && is_subsampled {
                                // The decoder gets its colours wrong, and says nothing
                                // (https://github.com/etemesi254/zune-image/issues/422, mended after 0.5.15).
                                return Err(PhotoError::Unsupported("JPEG of a scan for each colour"));
                            }
                            return Ok(Self {
                                coefficient_bytes_per_pixel: if is_kept { coefficient_bytes } else { 0 },
                                is_subsampled,
                                scan: jpeg.len() - following.len(),
                            });
                        }
                        _ => {}
                    }
                    rest = following;
                }
                _ => break,
            }
        }
        Err(PhotoError::corrupt("no scan"))
    }
}

/// Two bytes for each coefficient of the components, by their sampling factors.
fn bytes_per_pixel(factors: &[u8]) -> u64 {
    let areas = factors.chunks_exact(3).map(|factor| u64::from(factor[1] >> 4) * u64::from(factor[1] & 15));
    let largest = areas.clone().max().unwrap_or(0).max(1);
    (2 * areas.sum::<u64>()).div_ceil(largest)
}

/// ITU-T T.81, table B.1.
fn name(start_of_frame: u8) -> &'static str {
    match start_of_frame {
        0xC3 | 0xC7 | 0xCB | 0xCF => "lossless JPEG",
        0xC5 | 0xC6 | 0xCD | 0xCE => "hierarchical JPEG",
        _ => "arithmetic-coded JPEG",
    }
}
