//! An encoded picture, decoded within bounds of memory, in greys and not larger than it is searched. Not here: the search.

use std::io::Cursor;

use image::{
    DynamicImage, GenericImageView as _, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgba,
};

use super::DetectError;

/// Pictures of more pixels are refused before they are decoded: a few kilobytes can claim to be gigapixels.
pub const MAX_PICTURE_PIXELS: u64 = 50_000_000;

/// What decoding may take: the largest picture with a byte for each colour and one for transparency, and some to work.
const MAX_DECODING_BYTES: u64 = 5 * MAX_PICTURE_PIXELS;

/// The longer side of the largest picture that is searched. Beyond it the search takes too long.
const MAX_SIDE_PIXELS: u32 = 4_000;

/// Memory of the search for each pixel: the greys as given, made smaller and as rqrr has them, and what it notes down.
const SEARCH_BYTES_PER_PIXEL: u64 = 6;

/// What a decoder needs besides the picture and what its format calls for.
const SOME_BYTES: u64 = 1024 * 1024;

/// A picture that can be decoded.
pub(super) struct Picture<'a> {
    decoder: Box<dyn ImageDecoder + 'a>,
    decoding_bytes: u64,
}

impl<'a> Picture<'a> {
    /// Reads what the picture says of itself, and refuses what would take too much memory.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, DetectError> {
        let mut reader = ImageReader::new(Cursor::new(bytes))
            .with_guessed_format()
            .map_err(|_| DetectError::NotAPicture)?;
        let format = reader.format().ok_or(DetectError::NotAPicture)?;
        reader.limits(at_most(SOME_BYTES));
        let mut decoder = reader.into_decoder().map_err(|_| DetectError::NotAPicture)?;
        let pixels = pixels(decoder.dimensions());
        if pixels == 0 {
            return Err(DetectError::NotAPicture);
        }
        let working_bytes = pixels.saturating_mul(working_bytes_per_pixel(format, bytes));
        let decoding_bytes = decoder.total_bytes().saturating_add(working_bytes);
        if pixels > MAX_PICTURE_PIXELS || decoding_bytes > MAX_DECODING_BYTES {
            return Err(DetectError::TooLarge);
        }
        decoder.set_limits(at_most(working_bytes + SOME_BYTES)).map_err(|_| DetectError::TooLarge)?;
        Ok(Self { decoder: Box::new(decoder), decoding_bytes })
    }

    /// Memory that decoding and searching take.
    pub(super) fn memory_bytes(&self) -> u64 {
        let searched = pixels(searched_size(self.decoder.dimensions()));
        (self.decoding_bytes + searched).max(searched * SEARCH_BYTES_PER_PIXEL) + SOME_BYTES
    }

    /// In greys, with what is transparent as white, made smaller if it is too large to be searched.
    pub(super) fn into_greys(self) -> Result<GrayImage, DetectError> {
        let picture = DynamicImage::from_decoder(self.decoder).map_err(|_| DetectError::NotAPicture)?;
        Ok(greys(&picture))
    }
}

fn at_most(bytes: u64) -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(bytes);
    limits
}

fn pixels((width, height): (u32, u32)) -> u64 {
    u64::from(width) * u64::from(height)
}

/// What decoders keep besides the picture itself.
fn working_bytes_per_pixel(format: ImageFormat, bytes: &[u8]) -> u64 {
    match format {
        ImageFormat::Jpeg => jpeg_working_bytes_per_pixel(bytes),
        ImageFormat::WebP => match bytes.get(12..16) {
            // The colours halved in both directions; all channels; besides, a canvas and a frame for transparency.
            Some(b"VP8 ") => 2,
            Some(b"VP8L") => 4,
            _ => 8,
        },
        // A frame that does not fill the picture.
        ImageFormat::Gif => 4,
        _ => 0,
    }
}

/// Two bytes for each coefficient, when they come in more than one scan (ITU-T T.81, B.2).
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

/// The size at which a picture is searched at most.
fn searched_size((width, height): (u32, u32)) -> (u32, u32) {
    scaled_to((width, height), MAX_SIDE_PIXELS.min(width.max(height)))
}

/// The size with a longer side of so many pixels.
pub(super) fn scaled_to((width, height): (u32, u32), side: u32) -> (u32, u32) {
    let longer = u64::from(width.max(height).max(1));
    let scaled =
        |pixels: u32| u32::try_from(u64::from(pixels) * u64::from(side) / longer).unwrap_or(side).max(1);
    (scaled(width), scaled(height))
}

/// Each grey is the mean of those that fall on it. Row by row: the whole picture in greys is never there.
fn greys(picture: &DynamicImage) -> GrayImage {
    let (width, height) = picture.dimensions();
    let (to_width, to_height) = searched_size((width, height));
    let columns: Vec<usize> = (0..width).map(|x| place(x, width, to_width)).collect();
    let mut sums = vec![(0, 0); to_width as usize];
    let mut greys = Vec::with_capacity(sums.len() * to_height as usize);
    for y in 0..height {
        for (x, column) in (0..).zip(&columns) {
            let (sum, count) = &mut sums[*column];
            *sum += grey_on_white(picture.get_pixel(x, y));
            *count += 1;
        }
        if place(y + 1, height, to_height) > place(y, height, to_height) {
            greys.extend(sums.iter().map(|(sum, count)| u8::try_from(sum / count).unwrap_or(u8::MAX)));
            sums.fill((0, 0));
        }
    }
    GrayImage::from_raw(to_width, to_height, greys)
        .expect("every row of so many has come, with so many greys")
}

/// On which of fewer places one of many falls.
fn place(at: u32, of: u32, fewer: u32) -> usize {
    (at as usize) * (fewer as usize) / (of as usize)
}

/// By the weights of ITU-R BT.709, as the `image` crate has them.
fn grey_on_white(Rgba([red, green, blue, alpha]): Rgba<u8>) -> u32 {
    let grey = (2126 * u32::from(red) + 7152 * u32::from(green) + 722 * u32::from(blue)) / 10_000;
    let alpha = u32::from(alpha);
    (grey * alpha + 255 * (255 - alpha)) / 255
}
