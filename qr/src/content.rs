//! Decodes the data codewords of a symbol to text (ISO/IEC 18004, 7.4).
//!
//! This module reads segments; `charset` decodes their bytes. GS1 and structured append markers are not part of the
//! text and are skipped: a symbol of a series yields its own part. Hanzi mode follows GB/T 18284.

use core::mem;

use crate::bits::BitReader;
use crate::charset::{Charset, OtherModes, decode_undeclared, hanzi_of, kanji_of};
use crate::segment::{ALPHANUMERIC, Mode, VersionClass};

/// Separates GS1 fields.
const GROUP_SEPARATOR: u8 = 0x1D;

/// The only character set of Hanzi mode: GB 2312.
const HANZI_SUBSET: usize = 1;

/// A part of the text.
enum Piece {
    Text(String),
    /// Bytes without a declared character set.
    Undeclared(Vec<u8>),
}

/// What has been read so far, and pending bytes: two segments may share a character.
#[derive(Default)]
struct Content {
    done: Vec<Piece>,
    pending: Vec<u8>,
    charset: Option<Charset>,
    neighbours: OtherModes,
}

/// The text, or `None` when a segment ends early or has an unknown mode.
pub(crate) fn text(data: &[u8], class: VersionClass) -> Option<String> {
    let mut bits = BitReader::new(data);
    let mut content = Content::default();
    let mut is_gs1 = false;
    while bits.left() >= 4 {
        match bits.take(4)? {
            0 => break,
            1 => content.push_ascii(|out| numeric(&mut bits, class, out))?,
            2 => content.push_ascii(|out| alphanumeric(&mut bits, class, is_gs1, out))?,
            // Structured append: position in the series, length of the series, parity.
            3 => drop(bits.take(16)?),
            4 => {
                for _ in 0..bits.take(Mode::Byte.count_bits(class))? {
                    content.pending.push(u8::try_from(bits.take(8)?).ok()?);
                }
            }
            5 => is_gs1 = true,
            7 => {
                content.flush();
                content.charset = Charset::from_eci(eci(&mut bits)?);
            }
            8 => {
                content.neighbours.has_kanji = true;
                content.push(double_bytes(&mut bits, class, kanji_of)?);
            }
            // FNC1 in second position, with its application indicator.
            9 => {
                bits.take(8)?;
                is_gs1 = true;
            }
            13 if bits.take(4)? == HANZI_SUBSET => {
                content.neighbours.has_hanzi = true;
                content.push(double_bytes(&mut bits, class, hanzi_of)?);
            }
            _ => return None,
        }
    }
    Some(content.into_text())
}

/// Reads 13-bit characters; kanji and Hanzi mode have the same count length.
fn double_bytes(
    bits: &mut BitReader<'_>,
    class: VersionClass,
    character: fn(u16) -> Option<char>,
) -> Option<String> {
    let count = bits.take(Mode::Kanji.count_bits(class))?;
    (0..count).map(|_| character(u16::try_from(bits.take(13)?).ok()?)).collect()
}

fn numeric(bits: &mut BitReader<'_>, class: VersionClass, out: &mut Vec<u8>) -> Option<()> {
    let mut left = bits.take(Mode::Numeric.count_bits(class))?;
    while left > 0 {
        let digits = left.min(3);
        let value = bits.take([4, 7, 10][digits - 1])?;
        let text = format!("{value:0digits$}");
        if text.len() > digits {
            return None;
        }
        out.extend_from_slice(text.as_bytes());
        left -= digits;
    }
    Some(())
}

fn alphanumeric(
    bits: &mut BitReader<'_>,
    class: VersionClass,
    is_gs1: bool,
    out: &mut Vec<u8>,
) -> Option<()> {
    let mut left = bits.take(Mode::Alphanumeric.count_bits(class))?;
    let start = out.len();
    while left > 0 {
        let pair = left.min(2);
        let value = bits.take([6, 11][pair - 1])?;
        if pair == 2 {
            out.push(*ALPHANUMERIC.get(value / 45)?);
            out.push(ALPHANUMERIC[value % 45]);
        } else {
            out.push(*ALPHANUMERIC.get(value)?);
        }
        left -= pair;
    }
    if is_gs1 {
        // In FNC1 mode a percent sign is a separator, and two stand for one percent sign.
        let plain = String::from_utf8_lossy(&out.split_off(start)).replace("%%", "\0");
        out.extend(plain.bytes().map(|byte| match byte {
            0 => b'%',
            b'%' => GROUP_SEPARATOR,
            other => other,
        }));
    }
    Some(())
}

/// An ECI assignment number, in one to three bytes (ISO/IEC 18004, 7.4.3.1).
fn eci(bits: &mut BitReader<'_>) -> Option<usize> {
    if bits.take(1)? == 0 {
        return bits.take(7);
    }
    if bits.take(1)? == 0 {
        return bits.take(14);
    }
    if bits.take(1)? == 0 { bits.take(21) } else { None }
}

impl Content {
    /// Appends digits and letters. They may be the second byte of a double-byte character whose first byte is
    /// pending, but not in a character set whose characters are all wide.
    fn push_ascii(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Option<()>) -> Option<()> {
        if !self.charset.is_some_and(Charset::is_wide) {
            return write(&mut self.pending);
        }
        let mut ascii = Vec::new();
        write(&mut ascii)?;
        self.push(String::from_utf8(ascii).ok()?);
        Some(())
    }

    fn push(&mut self, text: String) {
        self.flush();
        self.done.push(Piece::Text(text));
    }

    /// Decodes the pending bytes. Bytes that are invalid in the declared character set are treated as undeclared.
    fn flush(&mut self) {
        let bytes = mem::take(&mut self.pending);
        if bytes.is_empty() {
            return;
        }
        let declared = self.charset.and_then(|charset| charset.decode(&bytes));
        self.done.push(declared.map_or(Piece::Undeclared(bytes), Piece::Text));
    }

    fn into_text(mut self) -> String {
        self.flush();
        let undeclared: Vec<&[u8]> = self.done.iter().filter_map(Piece::undeclared).collect();
        let mut guessed = decode_undeclared(&undeclared, self.neighbours).into_iter();
        let pieces = self.done.into_iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text),
            Piece::Undeclared(_) => guessed.next(),
        });
        pieces.collect()
    }
}

impl Piece {
    fn undeclared(&self) -> Option<&[u8]> {
        match self {
            Self::Text(_) => None,
            Self::Undeclared(bytes) => Some(bytes),
        }
    }
}
