//! The data codewords of a symbol back to text (ISO/IEC 18004, 7.4).
//!
//! Bytes whose character set is not announced are UTF-8 if they are valid, else Shift JIS if they can only be that,
//! else Latin-1, the standard's default. Marks of GS1 and structured append do not belong to the text: they are
//! skipped, and a symbol of a series gives its own part.

use crate::bits::BitReader;
use crate::kanji;
use crate::segment::{ALPHANUMERIC, Mode, VersionClass};

/// The separator of GS1 fields.
const GROUP_SEPARATOR: u8 = 0x1D;

/// What bytes mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Charset {
    Unknown,
    Latin1,
    ShiftJis,
    Utf8,
}

/// Text so far, and bytes that are not text yet: a character may be cut between two segments.
struct Text {
    done: String,
    pending: Vec<u8>,
    charset: Charset,
}

/// The text; nothing when a segment ends early or has an unknown mode.
pub(crate) fn text(data: &[u8], class: VersionClass) -> Option<String> {
    let mut bits = BitReader::new(data);
    let mut text = Text { done: String::new(), pending: Vec::new(), charset: Charset::Unknown };
    let mut is_gs1 = false;
    while bits.left() >= 4 {
        match bits.take(4)? {
            0 => break,
            1 => numeric(&mut bits, class, &mut text.pending)?,
            2 => alphanumeric(&mut bits, class, is_gs1, &mut text.pending)?,
            // Structured append: place in the series, length of the series, parity.
            3 => drop(bits.take(16)?),
            4 => {
                for _ in 0..bits.take(Mode::Byte.count_bits(class))? {
                    text.pending.push(u8::try_from(bits.take(8)?).ok()?);
                }
            }
            5 => is_gs1 = true,
            7 => {
                text.flush();
                text.charset = charset(eci(&mut bits)?);
            }
            8 => {
                text.flush();
                for _ in 0..bits.take(Mode::Kanji.count_bits(class))? {
                    text.done.push(kanji::decode(u16::try_from(bits.take(13)?).ok()?)?);
                }
            }
            // FNC1 in second position, with its application.
            9 => {
                bits.take(8)?;
                is_gs1 = true;
            }
            _ => return None,
        }
    }
    text.flush();
    Some(text.done)
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

/// Character sets that are announced (AIM ECI assignments). For others a guess is better than nothing.
fn charset(assignment: usize) -> Charset {
    match assignment {
        1 | 3 => Charset::Latin1,
        20 => Charset::ShiftJis,
        26 => Charset::Utf8,
        _ => Charset::Unknown,
    }
}

impl Text {
    /// Makes text of the pending bytes. What is not as announced is guessed.
    fn flush(&mut self) {
        let bytes = core::mem::take(&mut self.pending);
        let announced = match self.charset {
            Charset::Latin1 => Some(latin1(&bytes)),
            Charset::ShiftJis => shift_jis(&bytes),
            Charset::Utf8 | Charset::Unknown => None,
        };
        self.done.push_str(&announced.unwrap_or_else(|| guess(bytes)));
    }
}

fn guess(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        let bytes = error.into_bytes();
        // In Latin-1 these are control characters, which nobody prints; in Shift JIS they begin kana and kanji.
        let has_controls = bytes.iter().any(|byte| (0x80..0xA0).contains(byte));
        has_controls.then(|| shift_jis(&bytes)).flatten().unwrap_or_else(|| latin1(&bytes))
    })
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// Nothing when a byte is not Shift JIS.
fn shift_jis(bytes: &[u8]) -> Option<String> {
    let mut text = String::new();
    let mut bytes = bytes.iter();
    while let Some(&byte) = bytes.next() {
        text.push(match byte {
            0x00..0x80 => char::from(byte),
            // Half-width katakana.
            0xA1..0xE0 => char::from_u32(0xFF61 + u32::from(byte - 0xA1))?,
            _ => kanji::decode(kanji::packed([byte, *bytes.next()?])?)?,
        });
    }
    Some(text)
}
