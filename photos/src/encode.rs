//! Writes derived pictures: JPEG, or PNG where something shows through. Nothing of the photo's metadata is written but
//! its colour profile. Not here: which pictures there are (`derive`).

use std::cell::RefCell;
use std::io::{self, Write};

use jpeg_encoder::{
    ChromaSubsamplingMethod, Encoder, EncodingError, ImageBuffer, JpegColorType, SamplingFactor, rgb_to_ycbcr,
};
use png::{BitDepth, ColorType, Compression, Info};

use crate::error::PhotoError;
use crate::format::Media;
use crate::picture::Picture;
use crate::pixels::{Layout, Pixels};
use crate::rows::TurnedRows;
use crate::turn::Turn;

/// Encodes a turned picture; `quality` is that of a JPEG, from 1 to 100.
pub(crate) fn encode(pixels: &Pixels, turn: Turn, quality: u8) -> Result<Picture, PhotoError> {
    let rows = TurnedRows::new(pixels, turn);
    let (width, height) = rows.size();
    let side = |length| u32::try_from(length).map_err(PhotoError::corrupt);
    let (width, height) = (side(width)?, side(height)?);
    let mut pieces = Pieces::default();
    let media = if pixels.layout == Layout::Rgba {
        write_png(&mut pieces, pixels, rows)?;
        Media::Png
    } else {
        write_jpeg(&mut pieces, pixels, rows, quality)?;
        Media::Jpeg
    };
    Ok(Picture { media, width, height, bytes: pieces.join() })
}

fn write_jpeg(
    pieces: &mut Pieces,
    pixels: &Pixels,
    rows: TurnedRows<'_>,
    quality: u8,
) -> Result<(), PhotoError> {
    let (width, height) = rows.size();
    let side = |length| u16::try_from(length).map_err(PhotoError::corrupt);
    let picture =
        Rows { width: side(width)?, height: side(height)?, layout: pixels.layout, rows: RefCell::new(rows) };
    let mut encoder = Encoder::new(pieces, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    if let Some(profile) = &pixels.profile {
        encoder.add_icc_profile(profile).map_err(PhotoError::corrupt)?;
    }
    encoder.encode_image(picture).map_err(|error: EncodingError| PhotoError::corrupt(error))
}

/// What the encoder asks for its rows.
struct Rows<'a> {
    width: u16,
    height: u16,
    layout: Layout,
    rows: RefCell<TurnedRows<'a>>,
}

impl ImageBuffer for Rows<'_> {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        if self.layout == Layout::Grey { JpegColorType::Luma } else { JpegColorType::Ycbcr }
    }

    fn width(&self) -> u16 {
        self.width
    }

    fn height(&self) -> u16 {
        self.height
    }

    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        let mut rows = self.rows.borrow_mut();
        let (row, is_backwards) = rows.row(usize::from(y));
        let [first, second, third, _] = buffers;
        match self.layout {
            Layout::Grey if is_backwards => first.extend(row.iter().rev()),
            Layout::Grey => first.extend_from_slice(row),
            Layout::YCbCr if is_backwards => {
                first.extend(row.rchunks_exact(3).map(|pixel| pixel[0]));
                second.extend(row.rchunks_exact(3).map(|pixel| pixel[1]));
                third.extend(row.rchunks_exact(3).map(|pixel| pixel[2]));
            }
            Layout::YCbCr => {
                first.extend(row.chunks_exact(3).map(|pixel| pixel[0]));
                second.extend(row.chunks_exact(3).map(|pixel| pixel[1]));
                third.extend(row.chunks_exact(3).map(|pixel| pixel[2]));
            }
            Layout::Rgb | Layout::Rgba => {
                let mut add = |pixel: &[u8]| {
                    let (y, cb, cr) = rgb_to_ycbcr(pixel[0], pixel[1], pixel[2]);
                    first.push(y);
                    second.push(cb);
                    third.push(cr);
                };
                let channels = self.layout.channels();
                if is_backwards {
                    row.rchunks_exact(channels).for_each(&mut add);
                } else {
                    row.chunks_exact(channels).for_each(&mut add);
                }
            }
        }
    }
}

fn write_png(pieces: &mut Pieces, pixels: &Pixels, mut rows: TurnedRows<'_>) -> Result<(), PhotoError> {
    let (width, height) = rows.size();
    let side = |length| u32::try_from(length).map_err(PhotoError::corrupt);
    let mut info = Info::with_size(side(width)?, side(height)?);
    info.color_type = ColorType::Rgba;
    info.bit_depth = BitDepth::Eight;
    info.icc_profile = pixels.profile.as_deref().map(Into::into);
    let mut encoder = png::Encoder::with_info(pieces, info).map_err(PhotoError::corrupt)?;
    encoder.set_compression(Compression::Fast);
    let mut writer = encoder.write_header().map_err(PhotoError::corrupt)?;
    let mut stream = writer.stream_writer().map_err(PhotoError::corrupt)?;
    let mut backwards = Vec::new();
    for y in 0..height {
        let (row, is_backwards) = rows.row(y);
        if is_backwards {
            backwards.clear();
            row.rchunks_exact(4).for_each(|pixel| backwards.extend_from_slice(pixel));
        }
        stream.write_all(if is_backwards { &backwards } else { row }).map_err(PhotoError::corrupt)?;
    }
    stream.finish().map_err(PhotoError::corrupt)?;
    writer.finish().map_err(PhotoError::corrupt)
}

/// Written bytes in pieces: one vector that grows would double what a large picture takes.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    full: Vec<Vec<u8>>,
    last: Vec<u8>,
}

impl Pieces {
    const PIECE_BYTES: usize = 1024 * 1024;

    /// All of them, each freed once it is copied.
    fn join(mut self) -> Vec<u8> {
        if self.full.is_empty() {
            self.last.shrink_to_fit();
            return self.last;
        }
        let mut bytes = Vec::with_capacity(self.full.len() * Self::PIECE_BYTES + self.last.len());
        for piece in self.full.into_iter().chain([self.last]) {
            bytes.extend_from_slice(&piece);
        }
        bytes
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.last.len() + bytes.len() > Self::PIECE_BYTES && !self.last.is_empty() {
            self.full.push(std::mem::take(&mut self.last));
        }
        self.last.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
