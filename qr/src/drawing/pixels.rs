//! Pixels as a PNG of the smallest colour type and depth that holds them (PNG third edition, ISO/IEC 15948).
//!
//! Compressed by `miniz_oxide`, which gives the same bytes on every machine. Not here: the plain code, whose
//! compressor knows that it consists of modules (`crate::png`).

use std::collections::HashMap;

use miniz_oxide::deflate::compress_to_vec_zlib;

use crate::png::{SIGNATURE, push_chunk};

/// miniz's "best"; beyond it, minutes for a few bytes.
const COMPRESSION: u8 = 9;

/// Colour types (PNG, table 9).
const GREY: u8 = 0;
const COLOURS: u8 = 2;
const PALETTE: u8 = 3;
const COLOURS_AND_ALPHA: u8 = 6;

/// Red, green, blue, alpha.
type Pixel = [u8; 4];

/// Encodes rows of `width` pixels, with the resolution if one is given.
pub(crate) fn png(width: usize, pixels: &[Pixel], dpi: Option<u16>) -> Vec<u8> {
    let form = Form::of(pixels);
    let (colour_type, depth) = match &form {
        Form::Grey { depth } => (GREY, *depth),
        Form::Palette { colours, .. } => (PALETTE, depth_for(colours.len())),
        Form::Colours => (COLOURS, 8),
        Form::ColoursAndAlpha => (COLOURS_AND_ALPHA, 8),
    };
    let mut header = Vec::with_capacity(13);
    for length in [width, pixels.len() / width] {
        header.extend(u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    }
    header.extend([depth, colour_type, 0, 0, 0]);

    let mut png = SIGNATURE.to_vec();
    push_chunk(&mut png, *b"IHDR", &header);
    if let Some(dpi) = dpi {
        // Pixels a metre, rounded (PNG, 11.3.4.3).
        let density = ((u32::from(dpi) * 10_000 + 127) / 254).to_be_bytes();
        push_chunk(&mut png, *b"pHYs", &[&density[..], &density, &[1]].concat());
    }
    if let Form::Palette { colours, .. } = &form {
        let palette: Vec<u8> =
            colours.iter().flat_map(|[red, green, blue, _]| [*red, *green, *blue]).collect();
        push_chunk(&mut png, *b"PLTE", &palette);
        // Colours that are not opaque come first.
        let alphas: Vec<u8> =
            colours.iter().map(|colour| colour[3]).take_while(|alpha| *alpha < 255).collect();
        if !alphas.is_empty() {
            push_chunk(&mut png, *b"tRNS", &alphas);
        }
    }
    push_chunk(&mut png, *b"IDAT", &compress_to_vec_zlib(&form.lines(width, pixels, depth), COMPRESSION));
    push_chunk(&mut png, *b"IEND", &[]);
    png
}

enum Form {
    Grey { depth: u8 },
    Palette { colours: Vec<Pixel>, indices: HashMap<Pixel, u8> },
    Colours,
    ColoursAndAlpha,
}

/// Bits for this many values.
fn depth_for(values: usize) -> u8 {
    match values {
        ..=2 => 1,
        3..=4 => 2,
        5..=16 => 4,
        _ => 8,
    }
}

impl Form {
    fn of(pixels: &[Pixel]) -> Self {
        let Some(colours) = colours(pixels) else {
            let is_opaque = pixels.iter().all(|pixel| pixel[3] == 255);
            return if is_opaque { Self::Colours } else { Self::ColoursAndAlpha };
        };
        // Greys need no palette if the depth can represent them.
        let are_grey =
            colours.iter().all(|&[red, green, blue, alpha]| red == green && green == blue && alpha == 255);
        let steps = [(1, 255), (2, 85), (4, 17), (8, 1)];
        let fits = |step: u8| colours.iter().all(|colour| colour[0].is_multiple_of(step));
        let grey_depth = steps.into_iter().find(|(_, step)| are_grey && fits(*step)).map(|(depth, _)| depth);
        match grey_depth {
            Some(depth) if depth <= depth_for(colours.len()) => Self::Grey { depth },
            _ => {
                let indices = colours.iter().copied().zip(0..=255).collect();
                Self::Palette { colours, indices }
            }
        }
    }

    /// The filtered lines, as they are compressed.
    fn lines(&self, width: usize, pixels: &[Pixel], depth: u8) -> Vec<u8> {
        let rows = pixels.chunks_exact(width);
        match self {
            Self::Grey { .. } => {
                let step = u8::MAX / (u8::MAX >> (8 - depth));
                rows.flat_map(|row| packed(row.iter().map(|pixel| pixel[0] / step), depth)).collect()
            }
            Self::Palette { indices, .. } => {
                rows.flat_map(|row| packed(row.iter().map(|pixel| indices[pixel]), depth)).collect()
            }
            Self::Colours => {
                let colours = |row: &[Pixel]| {
                    row.iter().flat_map(|&[red, green, blue, _]| [red, green, blue]).collect()
                };
                filtered(rows.map(colours), 3)
            }
            Self::ColoursAndAlpha => filtered(rows.map(|row| row.as_flattened().to_vec()), 4),
        }
    }
}

/// All colours, if there are at most 256: the most transparent first, then in a fixed order.
fn colours(pixels: &[Pixel]) -> Option<Vec<Pixel>> {
    let mut colours: Vec<Pixel> = Vec::new();
    let mut known = std::collections::HashSet::new();
    let mut last = None;
    for pixel in pixels {
        if last != Some(pixel) && known.insert(*pixel) {
            if colours.len() == 256 {
                return None;
            }
            colours.push(*pixel);
        }
        last = Some(pixel);
    }
    colours.sort_unstable_by_key(|&[red, green, blue, alpha]| (alpha, red, green, blue));
    Some(colours)
}

/// An unfiltered line of values with `depth` bits each.
fn packed(values: impl Iterator<Item = u8>, depth: u8) -> Vec<u8> {
    let mut line = vec![0];
    let mut free = 0;
    for value in values {
        if free == 0 {
            line.push(0);
            free = 8;
        }
        free -= depth;
        *line.last_mut().expect("it begins with its filter") |= value << free;
    }
    line
}

/// Lines of whole bytes, each with the filter that leaves the smallest differences (PNG, 12.7).
fn filtered(lines: impl Iterator<Item = Vec<u8>>, step: usize) -> Vec<u8> {
    let mut all = Vec::new();
    let mut above: Vec<u8> = Vec::new();
    for line in lines {
        above.resize(line.len(), 0);
        let candidates = (0..5).map(|filter| {
            let bytes = (0..line.len()).map(|i| {
                let left = if i < step { 0 } else { line[i - step] };
                let corner = if i < step { 0 } else { above[i - step] };
                line[i].wrapping_sub(predicted(filter, left, above[i], corner))
            });
            [filter].into_iter().chain(bytes).collect::<Vec<u8>>()
        });
        let differences = |bytes: &Vec<u8>| -> u32 {
            bytes[1..].iter().map(|byte| u32::from(byte.cast_signed().unsigned_abs())).sum()
        };
        all.extend(candidates.min_by_key(differences).unwrap_or_default());
        above = line;
    }
    all
}

/// A filter's prediction for a byte (PNG, 9).
fn predicted(filter: u8, left: u8, above: u8, corner: u8) -> u8 {
    match filter {
        0 => 0,
        1 => left,
        2 => above,
        3 => left.midpoint(above),
        _ => {
            let (a, b, c) = (i16::from(left), i16::from(above), i16::from(corner));
            let [to_left, to_above, to_corner] = [a, b, c].map(|near| (a + b - c - near).abs());
            if to_left <= to_above && to_left <= to_corner {
                left
            } else if to_above <= to_corner {
                above
            } else {
                corner
            }
        }
    }
}
