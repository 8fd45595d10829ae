//! A text split into segments, each in the mode that encodes it most compactly (ISO/IEC 18004, 7.3, 7.4).
//!
//! No reader should have to guess a character set:
//! - ASCII needs no declaration. Other bytes are UTF-8 and declared as such (ECI 26).
//! - Without a declaration some readers (zbar) decode the bytes of a symbol with kanji mode as Shift JIS, which has a
//!   yen sign for the backslash and an overline for the tilde: such a symbol holds neither.
//! - A declared character set holds until the next one, and strict readers apply it to kanji segments too, whose
//!   values are Shift JIS. So a symbol either declares nothing and has only ASCII bytes, or declares the character
//!   set of everything in it: Shift JIS (ECI 20) for kanji, UTF-8 for the rest.
//!
//! This module defines segments and writes them. Not here: which segmentation takes the fewest bits (`optimal`),
//! which characters kanji mode has (`kanji`), which version holds the bits (`symbol`).

mod optimal;

use core::ops::{Range, RangeInclusive};

use crate::bits::BitWriter;
use crate::kanji;

pub(crate) use optimal::Runs;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Numeric,
    Alphanumeric,
    Byte,
    Kanji,
}

/// The character set declared by an extended channel interpretation (ECI).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Eci {
    /// None, in the whole symbol.
    None,
    Utf8,
    ShiftJis,
}

/// Versions with the same number of character count bits (ISO/IEC 18004, table 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VersionClass {
    To9,
    To26,
    To40,
}

/// Characters of alphanumeric mode, indexed by their values (ISO/IEC 18004, table 5).
pub(crate) const ALPHANUMERIC: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// A part of the text in one mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) mode: Mode,
    pub(crate) eci: Eci,
    /// Its byte range in the text.
    pub(crate) range: Range<usize>,
    /// The character count: characters, or bytes in byte mode.
    pub(crate) count: usize,
}

/// A whole text in the fewest bits.
#[derive(Debug)]
pub(crate) struct Segmentation {
    pub(crate) segments: Vec<Segment>,
    pub(crate) bits: u64,
    class: VersionClass,
}

impl VersionClass {
    pub(crate) const ALL: [Self; 3] = [Self::To9, Self::To26, Self::To40];

    pub(crate) fn of(version: u8) -> Self {
        match version {
            ..=9 => Self::To9,
            10..=26 => Self::To26,
            27.. => Self::To40,
        }
    }

    pub(crate) fn versions(self) -> RangeInclusive<u8> {
        match self {
            Self::To9 => 1..=9,
            Self::To26 => 10..=26,
            Self::To40 => 27..=40,
        }
    }
}

impl Mode {
    /// Its four bits.
    pub(crate) fn indicator(self) -> usize {
        match self {
            Self::Numeric => 1,
            Self::Alphanumeric => 2,
            Self::Byte => 4,
            Self::Kanji => 8,
        }
    }

    /// Bits of its character count.
    pub(crate) fn count_bits(self, class: VersionClass) -> usize {
        match self {
            Self::Numeric => [10, 12, 14][class as usize],
            Self::Alphanumeric => [9, 11, 13][class as usize],
            Self::Byte => [8, 16, 16][class as usize],
            Self::Kanji => [8, 10, 12][class as usize],
        }
    }
}

impl Eci {
    /// Its ECI assignment number.
    fn assignment(self) -> Option<usize> {
        match self {
            Self::None => None,
            Self::Utf8 => Some(26),
            Self::ShiftJis => Some(20),
        }
    }
}

impl Segmentation {
    /// Writes the segments of a text, without a terminator. If a count does not fit its field, the bits do not fit
    /// any version either.
    pub(crate) fn write(&self, text: &str, bits: &mut BitWriter) {
        let mut declared = Eci::None;
        for segment in &self.segments {
            if let (Some(assignment), true) = (segment.eci.assignment(), segment.eci != declared) {
                bits.push(7, 4);
                bits.push(assignment, 8);
                declared = segment.eci;
            }
            bits.push(segment.mode.indicator(), 4);
            bits.push(segment.count, segment.mode.count_bits(self.class));
            write_characters(segment.mode, &text[segment.range.clone()], bits);
        }
    }
}

fn write_characters(mode: Mode, text: &str, bits: &mut BitWriter) {
    match mode {
        Mode::Numeric => {
            for digits in text.as_bytes().chunks(3) {
                let value = digits.iter().fold(0, |value, digit| 10 * value + usize::from(digit - b'0'));
                bits.push(value, [4, 7, 10][digits.len() - 1]);
            }
        }
        Mode::Alphanumeric => {
            for pair in text.as_bytes().chunks(2) {
                let value = pair.iter().fold(0, |value, c| 45 * value + alphanumeric_value(*c));
                bits.push(value, [6, 11][pair.len() - 1]);
            }
        }
        Mode::Byte => text.bytes().for_each(|byte| bits.push(usize::from(byte), 8)),
        Mode::Kanji => {
            for value in text.chars().filter_map(kanji::encode) {
                bits.push(usize::from(value), 13);
            }
        }
    }
}

/// The value of a character in the alphanumeric set.
fn alphanumeric_value(c: u8) -> usize {
    match c {
        b'0'..=b'9' => usize::from(c - b'0'),
        b'A'..=b'Z' => usize::from(c - b'A') + 10,
        _ => ALPHANUMERIC.iter().position(|a| *a == c).unwrap_or(0),
    }
}
