//! The data codewords of a symbol back to text (ISO/IEC 18004, 7.4).
//!
//! Here are the segments; what their bytes say is in `charset`. Marks of GS1 and structured append do not belong to the
//! text: they are skipped, and a symbol of a series gives its own part. Hanzi mode is that of GB/T 18284.

use core::mem;

use crate::bits::BitReader;
use crate::charset::{Charset, Neighbours, decode_unannounced, hanzi_of, kanji_of};
use crate::segment::{ALPHANUMERIC, Mode, VersionClass};

/// The separator of GS1 fields.
const GROUP_SEPARATOR: u8 = 0x1D;

/// The only set of Hanzi mode: GB 2312.
const HANZI_SUBSET: usize = 1;

/// A piece of the text.
enum Piece {
    Text(String),
    /// Bytes in no announced character set.
    Unannounced(Vec<u8>),
}

/// What was read so far, and bytes that are not text yet: a character may be cut between two segments.
#[derive(Default)]
struct Content {
    done: Vec<Piece>,
    pending: Vec<u8>,
    charset: Option<Charset>,
    neighbours: Neighbours,
}

/// The text; nothing when a segment ends early or has an unknown mode.
pub(crate) fn text(data: &[u8], class: VersionClass) -> Option<String> {
    let mut bits = BitReader::new(data);
    let mut content = Content::default();
    let mut is_gs1 = false;
    while bits.left() >= 4 {
        match bits.take(4)? {
            0 => break,
            1 => content.push_ascii(|out| numeric(&mut bits, class, out))?,
            2 => content.push_ascii(|out| alphanumeric(&mut bits, class, is_gs1, out))?,
            // Structured append: place in the series, length of the series, parity.
            3 => drop(bits.take(16)?),
            4 => {
                for _ in 0..bits.take(Mode::Byte.count_bits(class))? {
                    content.pending.push(u8::try_from(bits.take(8)?).ok()?);
                }
            }
            5 => is_gs1 = true,
            7 => {
                content.flush();
                content.charset = Charset::announced(eci(&mut bits)?);
            }
            8 => {
                content.neighbours.has_kanji = true;
                content.push(double_bytes(&mut bits, class, kanji_of)?);
            }
            // FNC1 in second position, with its application.
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

/// Characters of thirteen bits; their count is as long in Hanzi mode as in kanji mode.
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
        // There a percent sign is a separator, and two are one percent sign.
        let plain = String::from_utf8_lossy(&out.split_off(start)).replace("%%", "\0");
        out.extend(plain.bytes().map(|byte| match byte {
            0 => b'%',
            b'%' => GROUP_SEPARATOR,
            other => other,
        }));
    }
    Some(())
}

/// The assignment number of an announced character set, in one to three bytes (ISO/IEC 18004, 7.4.3.1).
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
    /// Adds digits and letters. They may hold the second half of a character whose first half is a byte, but not in a set
    /// in which they are two bytes or more themselves.
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

    /// Makes text of the pending bytes. What is not as announced is as good as unannounced.
    fn flush(&mut self) {
        let bytes = mem::take(&mut self.pending);
        if bytes.is_empty() {
            return;
        }
        let announced = self.charset.and_then(|charset| charset.decode(&bytes));
        self.done.push(announced.map_or(Piece::Unannounced(bytes), Piece::Text));
    }

    fn into_text(mut self) -> String {
        self.flush();
        let unannounced: Vec<&[u8]> = self.done.iter().filter_map(Piece::unannounced).collect();
        let mut guessed = decode_unannounced(&unannounced, self.neighbours).into_iter();
        let pieces = self.done.into_iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text),
            Piece::Unannounced(_) => guessed.next(),
        });
        pieces.collect()
    }
}

impl Piece {
    fn unannounced(&self) -> Option<&[u8]> {
        match self {
            Self::Text(_) => None,
            Self::Unannounced(bytes) => Some(bytes),
        }
    }
}
