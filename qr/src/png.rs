//! Symbol to 1-bit PNG, and back (PNG third edition; ISO/IEC 15948).
//!
//! With eight pixels per module, every module is one byte of a line. Not here: compressing the lines (`deflate`).

use crate::crc32::crc32;
use crate::deflate::{self, Band, Line, Picture};
use crate::inflate::inflate_zlib;
use crate::{PIXELS_PER_MODULE, QUIET_ZONE_MODULES, ReadError, Reading, Symbol, layout, read};

pub(crate) const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// One bit per pixel, greyscale, the only compression and filter method, not interlaced.
const FORMAT: [u8; 5] = [1, 0, 0, 0, 0];
/// The filter of every line: none.
const NO_FILTER: u8 = 0;
/// Eight pixels of a module, one bit each.
const DARK: u8 = 0x00;
const LIGHT: u8 = 0xFF;

/// Why the bytes are not a PNG that we wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PngError {
    /// Not in the form that `png` writes.
    #[error("not a picture drawn by this program")]
    NotOurs,
    /// The right form, but damaged: a checksum or the compressed pixels are wrong.
    #[error("the picture is damaged")]
    Damaged,
    /// The pixels of a module differ, or the quiet zone is not light.
    #[error("the picture's pixels do not form whole modules")]
    UnevenModules,
    /// The modules cannot be decoded to text.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
}

/// A 1-bit greyscale PNG with quiet zone, `PIXELS_PER_MODULE` pixels per module. The same bytes on every platform.
pub fn png(symbol: &Symbol) -> Vec<u8> {
    let pixels = (symbol.width() + 2 * QUIET_ZONE_MODULES) * PIXELS_PER_MODULE;
    let pixels = u32::try_from(pixels).expect("the widest symbol has 185 modules with its quiet zone");
    let mut header = [pixels.to_be_bytes(), pixels.to_be_bytes()].concat();
    header.extend(FORMAT);

    let mut png = SIGNATURE.to_vec();
    push_chunk(&mut png, *b"IHDR", &header);
    push_chunk(&mut png, *b"IDAT", &deflate::zlib(&lines(symbol)));
    push_chunk(&mut png, *b"IEND", &[]);
    png
}

/// The lines of the picture, identical neighbours merged. A line is its filter and a byte for each module, so that
/// one bit represents it: whether that byte is LIGHT rather than DARK, which equals NO_FILTER.
pub(crate) fn lines(symbol: &Symbol) -> Picture {
    let line_length = 1 + symbol.width() + 2 * QUIET_ZONE_MODULES;
    let light = Line::ones(line_length).and_not(&Line::ones(1));
    let rows = (0..symbol.width())
        .map(|y| light.and_not(&Line::of(symbol.modules().row(y), 1 + QUIET_ZONE_MODULES)));
    let quiet = core::iter::repeat_n(light, QUIET_ZONE_MODULES);
    let mut bands: Vec<Band> = Vec::with_capacity(line_length);
    for line in quiet.clone().chain(rows).chain(quiet) {
        match bands.last_mut() {
            Some(band) if band.line == line => band.repeats += PIXELS_PER_MODULE,
            _ => bands.push(Band { line, repeats: PIXELS_PER_MODULE }),
        }
    }
    Picture { line_length, bands }
}

pub(crate) fn push_chunk(png: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).expect("a picture of modules has a few kilobytes");
    png.extend(length.to_be_bytes());
    let start = png.len();
    png.extend(kind);
    png.extend(data);
    let checksum = crc32(&png[start..]);
    png.extend(checksum.to_be_bytes());
}

/// The text in a PNG that `png` wrote, decoded from its pixels.
pub fn read_png(bytes: &[u8]) -> Result<String, PngError> {
    read_png_symbol(bytes).map(|reading| reading.text)
}

/// Decodes a PNG that `png` wrote, from its pixels. Every byte of the file is checked.
pub(crate) fn read_png_symbol(bytes: &[u8]) -> Result<Reading, PngError> {
    let mut rest = bytes.strip_prefix(&SIGNATURE).ok_or(PngError::NotOurs)?;
    let header = take_chunk(&mut rest, *b"IHDR")?;
    let (size, format) = header.split_at_checked(8).ok_or(PngError::NotOurs)?;
    let pixels = u32::from_be_bytes([size[0], size[1], size[2], size[3]]) as usize;
    let modules = pixels / PIXELS_PER_MODULE;
    let width = modules.checked_sub(2 * QUIET_ZONE_MODULES).ok_or(PngError::NotOurs)?;
    let is_ours = size[..4] == size[4..]
        && format == FORMAT
        && pixels == modules * PIXELS_PER_MODULE
        && layout::version_of(width).is_some();
    // Before the pixels: checksumming a large photograph takes as long as decoding it.
    if !is_ours {
        return Err(PngError::NotOurs);
    }
    let data = take_chunk(&mut rest, *b"IDAT")?;
    let end = take_chunk(&mut rest, *b"IEND")?;
    if !end.is_empty() || !rest.is_empty() {
        return Err(PngError::NotOurs);
    }

    let line_length = 1 + modules;
    let lines = inflate_zlib(data, pixels * line_length).map_err(|_| PngError::Damaged)?;
    let bands: Vec<&[u8]> = lines.chunks(PIXELS_PER_MODULE * line_length).collect();
    if !bands.iter().enumerate().all(|(y, band)| is_whole(band, line_length, y, width)) {
        return Err(PngError::UnevenModules);
    }
    Ok(read(width, |x, y| bands[y + QUIET_ZONE_MODULES][1 + x + QUIET_ZONE_MODULES] == DARK)?)
}

/// Whether the lines of one row of modules are identical, consist of whole modules, and are light in the quiet zone.
fn is_whole(band: &[u8], line_length: usize, y: usize, width: usize) -> bool {
    let (first, others) = band.split_at(line_length);
    let symbol = QUIET_ZONE_MODULES..QUIET_ZONE_MODULES + width;
    others.chunks(line_length).all(|line| line == first)
        && first[0] == NO_FILTER
        && first[1..]
            .iter()
            .enumerate()
            .all(|(x, byte)| *byte == LIGHT || *byte == DARK && symbol.contains(&x) && symbol.contains(&y))
}

/// The data of the next chunk, if it has this type and a valid checksum.
fn take_chunk<'a>(rest: &mut &'a [u8], kind: [u8; 4]) -> Result<&'a [u8], PngError> {
    let cut = |bytes: &'a [u8], at: usize| bytes.split_at_checked(at).ok_or(PngError::Damaged);
    let (length, after) = cut(rest, 4)?;
    let length = u32::from_be_bytes([length[0], length[1], length[2], length[3]]) as usize;
    let (whole, after) = cut(after, length.saturating_add(4))?;
    let (checksum, after) = cut(after, 4)?;
    let data = whole.strip_prefix(&kind).ok_or(PngError::NotOurs)?;
    if checksum != crc32(whole).to_be_bytes() {
        return Err(PngError::Damaged);
    }
    *rest = after;
    Ok(data)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    fn symbol() -> Symbol {
        Symbol::encode("https://example.org/", Level::M).unwrap()
    }

    /// A PNG of ours whose lines were changed before compression.
    fn with_lines(change: impl FnOnce(&mut [u8])) -> Vec<u8> {
        let symbol = symbol();
        let mut lines = super::lines(&symbol).bytes();
        change(&mut lines);
        let mut data = Vec::new();
        let quick = zopfli::Options { iteration_count: 1.try_into().unwrap(), ..Default::default() };
        zopfli::compress(quick, zopfli::Format::Zlib, &lines[..], &mut data).unwrap();
        let ours = png(&symbol);
        let mut png = ours[..33].to_vec();
        push_chunk(&mut png, *b"IDAT", &data);
        push_chunk(&mut png, *b"IEND", &[]);
        png
    }

    #[test]
    fn text_is_read_back_from_the_png() {
        assert_eq!(read_png(&png(&symbol())), Ok("https://example.org/".into()));
        assert_eq!(read_png(&with_lines(|_| ())), Ok("https://example.org/".into()));
    }

    #[test]
    fn every_flipped_bit_is_detected() {
        let whole = png(&symbol());
        for at in 0..8 * whole.len() {
            let mut changed = whole.clone();
            changed[at / 8] ^= 1 << (at % 8);
            assert!(matches!(read_png(&changed), Err(PngError::Damaged | PngError::NotOurs)), "bit {at}");
        }
        for end in 0..whole.len() {
            assert!(read_png(&whole[..end]).is_err());
        }
        assert_eq!(read_png(&[&whole[..], b"x"].concat()), Err(PngError::NotOurs));
    }

    #[test]
    fn tampered_pixels_are_refused() {
        let line_length = 1 + symbol().width() + 8;
        // One pixel of a module; a line of a module; a module of the quiet zone; a filter.
        assert_eq!(read_png(&with_lines(|l| l[40 * line_length + 10] ^= 0x10)), Err(PngError::UnevenModules));
        assert_eq!(read_png(&with_lines(|l| l[77 * line_length + 10] ^= 0xFF)), Err(PngError::UnevenModules));
        assert_eq!(
            read_png(&with_lines(|l| (0..8).for_each(|y| l[y * line_length + 9] = 0))),
            Err(PngError::UnevenModules)
        );
        assert_eq!(
            read_png(&with_lines(|l| (0..8).for_each(|y| l[y * line_length] = 2))),
            Err(PngError::UnevenModules)
        );
        // A whole column of modules is corrected, a third of all is not.
        let columns = |columns: core::ops::Range<usize>| {
            with_lines(|l| {
                for line in l.chunks_mut(line_length).skip(32).take(8 * (line_length - 9)) {
                    line[columns.clone()].iter_mut().for_each(|module| *module = !*module);
                }
            })
        };
        assert_eq!(read_png(&columns(26..27)), Ok("https://example.org/".into()));
        assert_eq!(read_png(&columns(18..27)), Err(PngError::Unreadable(ReadError::TooDamaged)));
    }

    #[test]
    fn foreign_pngs_are_refused() {
        assert_eq!(read_png(b""), Err(PngError::NotOurs));
        assert_eq!(read_png(b"GIF89a"), Err(PngError::NotOurs));
        let mut header = SIGNATURE.to_vec();
        push_chunk(&mut header, *b"IHDR", &[0, 0, 0, 232, 0, 0, 0, 240, 1, 0, 0, 0, 0]);
        push_chunk(&mut header, *b"IDAT", &[]);
        push_chunk(&mut header, *b"IEND", &[]);
        assert_eq!(read_png(&header), Err(PngError::NotOurs));
    }
}
