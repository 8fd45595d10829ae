//! A text cut into segments, each in the mode that says it shortest (ISO/IEC 18004, 7.3, 7.4).
//!
//! What a reader has to know it is told:
//! - ASCII needs no announcement. Bytes above are UTF-8, and announced as such (ECI 26).
//! - Without an announcement some readers (zbar) decode the bytes of a symbol that has kanji mode as Shift JIS, which has
//!   a yen sign for the backslash and an overline for the tilde: such a symbol holds neither of them.
//! - An announced character set holds until the next one, and strict readers apply it to kanji segments too, whose
//!   values are Shift JIS. So a symbol either announces nothing, and then has no bytes above ASCII, or announces the
//!   set of everything in it: Shift JIS (ECI 20) for kanji, UTF-8 for the rest.
//!
//! Here are the words of it, and how segments are written. Not here: which cut takes the fewest bits (`cut`), what
//! characters kanji mode has (`kanji`), which version holds the bits (`symbol`).

mod cut;

use core::ops::{Range, RangeInclusive};

use crate::bits::BitWriter;
use crate::kanji;

pub(crate) use cut::Runs;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Numeric,
    Alphanumeric,
    Byte,
    Kanji,
}

/// The character set announced by an extended channel interpretation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Eci {
    /// None, in the whole symbol.
    Unannounced,
    Utf8,
    ShiftJis,
}

/// Versions whose character counts have the same number of bits (ISO/IEC 18004, table 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VersionClass {
    To9,
    To26,
    To40,
}

/// Characters of alphanumeric mode, at their values (ISO/IEC 18004, table 5).
pub(crate) const ALPHANUMERIC: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// A piece of the text in one mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) mode: Mode,
    pub(crate) eci: Eci,
    /// Where in the text, in bytes.
    pub(crate) range: Range<usize>,
    /// What the character count says: characters, or bytes in byte mode.
    pub(crate) count: usize,
}

/// All of a text, in the fewest bits.
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
    /// Its assignment number.
    fn assignment(self) -> Option<usize> {
        match self {
            Self::Unannounced => None,
            Self::Utf8 => Some(26),
            Self::ShiftJis => Some(20),
        }
    }
}

impl Segmentation {
    /// Writes the segments of a text, without terminator. A count that does not fit its field means that the bits do
    /// not fit any version either.
    pub(crate) fn write(&self, text: &str, bits: &mut BitWriter) {
        let mut announced = Eci::Unannounced;
        for segment in &self.segments {
            if let (Some(assignment), true) = (segment.eci.assignment(), segment.eci != announced) {
                bits.push(7, 4);
                bits.push(assignment, 8);
                announced = segment.eci;
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

/// The value of a character that is in the alphanumeric set.
fn alphanumeric_value(c: u8) -> usize {
    match c {
        b'0'..=b'9' => usize::from(c - b'0'),
        b'A'..=b'Z' => usize::from(c - b'A') + 10,
        _ => ALPHANUMERIC.iter().position(|a| *a == c).unwrap_or(0),
    }
}
