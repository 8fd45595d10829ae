//! Decodes modules to text (ISO/IEC 18004, clause 12).
//!
//! Handles format information, masks, blocks and error correction; `content` interprets the data. Not here: finding a
//! symbol in a picture (`detect`).

use crate::Level;
use crate::blocks::Blocks;
use crate::content;
use crate::grid::Grid;
use crate::layout::{self, Template};
use crate::mask;
use crate::reed_solomon::correct;
use crate::segment::VersionClass;

/// A decoded symbol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The text.
    pub text: String,
    /// 1 to 40.
    pub version: u8,
    /// Error correction level.
    pub level: Level,
    /// 0 to 7.
    pub mask: u8,
}

/// Why modules cannot be decoded to text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// No version has this width, or the format information is unreadable.
    #[error("not a QR symbol")]
    NotASymbol,
    /// More codewords are wrong than error correction can fix.
    #[error("the symbol is too damaged to read")]
    TooDamaged,
    /// Error correction succeeded, but the data is invalid: it ends early, or has an unknown mode.
    #[error("the symbol's data cannot be decoded to text")]
    NotText,
}

/// Wrong bits that the format information survives.
const MAX_FORMAT_ERRORS: u32 = 3;

/// Reads a symbol of `width` × `width` modules; `is_dark(x, y)`.
pub fn read(width: usize, is_dark: impl Fn(usize, usize) -> bool) -> Result<Reading, ReadError> {
    let version = layout::version_of(width).ok_or(ReadError::NotASymbol)?;
    let mut modules = Grid::new(width);
    for y in 0..width {
        for x in 0..width {
            modules.set(x, y, is_dark(x, y));
        }
    }
    let (level, mask) = format(&modules).ok_or(ReadError::NotASymbol)?;
    let places = Template::new(version).data;
    mask::apply(mask, &mut modules, &places);
    let data = data(&modules, &places, version, level).ok_or(ReadError::TooDamaged)?;
    let text = content::text(&data, VersionClass::of(version)).ok_or(ReadError::NotText)?;
    Ok(Reading { text, version, level, mask })
}

/// Level and mask, from the copy of the format information that is nearest to a valid one.
fn format(modules: &Grid) -> Option<(Level, u8)> {
    let copies = layout::format_places(modules.width()).map(|places| {
        places.iter().rev().fold(0_u32, |bits, (x, y)| bits << 1 | u32::from(modules.get(*x, *y)))
    });
    let formats = Level::ALL.into_iter().flat_map(|level| (0..8).map(move |mask| (level, mask)));
    let (errors, format) = formats
        .map(|(level, mask)| {
            let right = layout::format_bits(level, mask);
            let errors = copies.map(|bits| (bits ^ right).count_ones());
            (errors[0].min(errors[1]), (level, mask))
        })
        .min()?;
    (errors <= MAX_FORMAT_ERRORS).then_some(format)
}

/// The corrected data codewords.
fn data(unmasked: &Grid, places: &Grid, version: u8, level: Level) -> Option<Vec<u8>> {
    let blocks = Blocks::of(version, level);
    let mut codewords = vec![0_u8; blocks.total()];
    for (i, (x, y)) in layout::data_modules(places).enumerate().take(8 * codewords.len()) {
        codewords[i / 8] |= u8::from(unmasked.get(x, y)) << (7 - i % 8);
    }
    let max_errors = blocks.correctable(version, level);
    let mut data = Vec::with_capacity(blocks.data_total());
    for index in 0..blocks.count {
        let length = blocks.data(index) + blocks.correction;
        let mut block: Vec<u8> = (0..length).map(|place| codewords[blocks.position(index, place)]).collect();
        correct(&mut block, blocks.correction, max_errors)?;
        data.extend_from_slice(&block[..blocks.data(index)]);
    }
    Some(data)
}
