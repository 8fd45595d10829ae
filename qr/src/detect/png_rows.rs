//! Decodes a PNG row by row, so that a large one is never in memory as a whole. Text, colour profiles and other
//! chunks besides the pixels are skipped, however long. Not here: the other formats (`picture`).

use std::io::Cursor;

use ::png::{Decoder, Limits, Reader, Transformations};

use super::error::DetectError;
use super::planes::Planes;

pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// For palettes and the like.
const DECODER_BYTES: usize = 1024 * 1024;

/// The seven passes of an interlaced PNG: first column and row, and the steps to the next ones (PNG third edition,
/// 8.1).
const PASSES: [[u32; 4]; 7] =
    [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];

/// A PNG whose header has been read.
pub(super) struct PngRows<'a> {
    reader: Reader<Cursor<&'a [u8]>>,
    channels: usize,
}

impl<'a> PngRows<'a> {
    pub(super) fn open(png: &'a [u8]) -> Result<Self, DetectError> {
        // EXIF is the only chunk of unlimited length that is kept; its buffer grows by doubling.
        let limits = Limits { bytes: 2 * png.len() + DECODER_BYTES };
        let mut decoder = Decoder::new_with_limits(Cursor::new(png), limits);
        decoder.set_ignore_text_chunk(true);
        decoder.set_ignore_iccp_chunk(true);
        decoder.set_transformations(Transformations::normalize_to_color8());
        let reader = decoder.read_info().map_err(|_| DetectError::NotAPicture)?;
        let channels = reader.output_color_type().0.samples();
        Ok(Self { reader, channels })
    }

    pub(super) fn size(&self) -> (u32, u32) {
        self.reader.info().size()
    }

    pub(super) fn channels(&self) -> usize {
        self.channels
    }

    /// What decoding keeps: a few rows, and twice the file if it is all EXIF. For an interlaced picture, all of it.
    pub(super) fn decoding_bytes(&self, png: &[u8]) -> u64 {
        let (width, height) = self.size();
        // Up to eight bytes per pixel for this row and the previous one, filtered and unfiltered, and the decoder's
        // read-ahead.
        let rows = 8 * 8 * u64::from(width);
        let whole = if self.is_interlaced() {
            u64::from(width) * u64::from(height) * self.channels as u64
        } else {
            0
        };
        rows + whole + 2 * png.len() as u64
    }

    fn is_interlaced(&self) -> bool {
        self.reader.info().interlaced
    }

    pub(super) fn into_planes(mut self, factor: u32) -> Result<Planes, DetectError> {
        let (width, height) = self.size();
        let mut planes = Planes::new(width, self.channels, factor);
        if self.is_interlaced() {
            let line = width as usize * self.channels;
            for row in self.deinterlaced(width, height)?.chunks_exact(line) {
                planes.add(row);
            }
        } else {
            for _ in 0..height {
                planes.add(self.row()?);
            }
        }
        Ok(planes)
    }

    fn deinterlaced(&mut self, width: u32, height: u32) -> Result<Vec<u8>, DetectError> {
        let channels = self.channels;
        let mut picture = vec![0; width as usize * height as usize * channels];
        for [left, top, right, down] in PASSES {
            if left >= width {
                continue;
            }
            for y in (top..height).step_by(down as usize) {
                let row = self.row()?;
                let line =
                    &mut picture[y as usize * width as usize * channels..][..width as usize * channels];
                let places = line.chunks_exact_mut(channels).skip(left as usize).step_by(right as usize);
                for (place, pixel) in places.zip(row.chunks_exact(channels)) {
                    place.copy_from_slice(pixel);
                }
            }
        }
        Ok(picture)
    }

    fn row(&mut self) -> Result<&[u8], DetectError> {
        let row = self.reader.next_row().ok().flatten().ok_or(DetectError::NotAPicture)?;
        Ok(row.data())
    }
}
