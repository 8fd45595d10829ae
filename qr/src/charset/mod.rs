//! The character sets that a symbol may declare by ECI, numbered as in AIM's register (ITS/04-023, “Extended Channel
//! Interpretations, Part 3: Register”, cited by ISO/IEC 18004, 7.4.3), and how each decodes bytes.
//!
//! With the feature `character-sets`, most tables come from `encoding_rs`; the WHATWG encodings cover all registered
//! ones. Browsers only read what we drew ourselves and do without. Not here: guessing a character set that is not
//! declared (`guess`).

#[cfg(feature = "character-sets")]
mod guess;

#[cfg(feature = "character-sets")]
pub(crate) use guess::decode_undeclared;

use crate::kanji;

/// Other modes in the symbol, which hint at the language of its bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct OtherModes {
    pub(crate) has_kanji: bool,
    pub(crate) has_hanzi: bool,
}

/// Decodes the byte runs of a symbol of ours that declare no character set: they are UTF-8.
#[cfg(not(feature = "character-sets"))]
pub(crate) fn decode_undeclared(runs: &[&[u8]], _: OtherModes) -> Vec<String> {
    runs.iter().map(|run| String::from_utf8_lossy(run).into_owned()).collect()
}

/// A character set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charset {
    Ascii,
    Latin1,
    ShiftJis,
    Utf8,
    #[cfg(feature = "character-sets")]
    Utf16 {
        is_big_endian: bool,
    },
    #[cfg(feature = "character-sets")]
    Utf32 {
        is_big_endian: bool,
    },
    #[cfg(feature = "character-sets")]
    CodePage437,
    #[cfg(feature = "character-sets")]
    Other(&'static encoding_rs::Encoding),
    /// Like the encoding, but 80 to 9F are control characters, where the WHATWG has vendors' characters.
    #[cfg(feature = "character-sets")]
    IsoOf(&'static encoding_rs::Encoding),
}

impl Charset {
    /// The character set of an ECI assignment number; `None` for numbers that do not mean a character set, such as
    /// 899 (binary data).
    pub(crate) fn from_eci(assignment: usize) -> Option<Self> {
        Some(match assignment {
            1 | 3 => Self::Latin1,
            20 => Self::ShiftJis,
            #[cfg(feature = "character-sets")]
            25 => Self::Utf16 { is_big_endian: true },
            26 => Self::Utf8,
            // The invariant characters of ISO/IEC 646 are those that all its national versions share.
            27 | 170 => Self::Ascii,
            #[cfg(feature = "character-sets")]
            33 => Self::Utf16 { is_big_endian: false },
            #[cfg(feature = "character-sets")]
            34 => Self::Utf32 { is_big_endian: true },
            #[cfg(feature = "character-sets")]
            35 => Self::Utf32 { is_big_endian: false },
            other => return declared_by_table(other),
        })
    }

    /// Whether every character takes two bytes or more, ASCII included.
    pub(crate) fn is_wide(self) -> bool {
        #[cfg(feature = "character-sets")]
        let is_wide = matches!(self, Self::Utf16 { .. } | Self::Utf32 { .. });
        #[cfg(not(feature = "character-sets"))]
        let is_wide = false;
        is_wide
    }

    /// Decodes bytes; `None` when they are not valid in this character set.
    pub(crate) fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Ascii => bytes.is_ascii().then(|| latin1(bytes)),
            Self::Latin1 => Some(latin1(bytes)),
            Self::ShiftJis => shift_jis(bytes),
            Self::Utf8 => String::from_utf8(bytes.to_vec()).ok(),
            #[cfg(feature = "character-sets")]
            Self::Utf16 { is_big_endian } => {
                let (pairs, []) = bytes.as_chunks::<2>() else { return None };
                let unit = if is_big_endian { u16::from_be_bytes } else { u16::from_le_bytes };
                let text: Result<String, _> =
                    char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect();
                text.ok().map(|text| without_bom(&text))
            }
            #[cfg(feature = "character-sets")]
            Self::Utf32 { is_big_endian } => {
                let (fours, []) = bytes.as_chunks::<4>() else { return None };
                let unit = if is_big_endian { u32::from_be_bytes } else { u32::from_le_bytes };
                let text: Option<String> = fours.iter().map(|four| char::from_u32(unit(*four))).collect();
                text.map(|text| without_bom(&text))
            }
            #[cfg(feature = "character-sets")]
            Self::CodePage437 => Some(bytes.iter().map(|byte| code_page_437(*byte)).collect()),
            #[cfg(feature = "character-sets")]
            Self::Other(encoding) => decode_with(encoding, bytes),
            #[cfg(feature = "character-sets")]
            Self::IsoOf(encoding) => bytes
                .iter()
                .map(|byte| match byte {
                    0x80..0xA0 => Some(char::from(*byte).to_string()),
                    _ => decode_with(encoding, &[*byte]),
                })
                .collect(),
        }
    }
}

#[cfg(feature = "character-sets")]
fn declared_by_table(assignment: usize) -> Option<Charset> {
    use encoding_rs as sets;
    Some(Charset::Other(match assignment {
        0 | 2 => return Some(Charset::CodePage437),
        4 => sets::ISO_8859_2,
        5 => sets::ISO_8859_3,
        6 => sets::ISO_8859_4,
        7 => sets::ISO_8859_5,
        8 => sets::ISO_8859_6,
        9 => sets::ISO_8859_7,
        10 => sets::ISO_8859_8,
        11 => return Some(Charset::IsoOf(sets::WINDOWS_1254)),
        12 => sets::ISO_8859_10,
        13 => return Some(Charset::IsoOf(sets::WINDOWS_874)),
        // 14 would be ISO/IEC 8859-12, which was never published; 19 is reserved.
        15 => sets::ISO_8859_13,
        16 => sets::ISO_8859_14,
        17 => sets::ISO_8859_15,
        18 => sets::ISO_8859_16,
        21 => sets::WINDOWS_1250,
        22 => sets::WINDOWS_1251,
        23 => sets::WINDOWS_1252,
        24 => sets::WINDOWS_1256,
        28 => sets::BIG5,
        29 | 31 => sets::GBK,
        30 => sets::EUC_KR,
        32 => sets::GB18030,
        _ => return None,
    }))
}

#[cfg(not(feature = "character-sets"))]
fn declared_by_table(_: usize) -> Option<Charset> {
    None
}

#[cfg(feature = "character-sets")]
fn decode_with(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> Option<String> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(Into::into)
}

/// The upper half of the original IBM PC code page.
#[cfg(feature = "character-sets")]
fn code_page_437(byte: u8) -> char {
    const UPPER_HALF: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
        └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}";
    let upper = usize::from(byte).checked_sub(0x80).and_then(|place| UPPER_HALF.chars().nth(place));
    upper.unwrap_or(char::from(byte))
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

#[cfg(feature = "character-sets")]
fn without_bom(text: &str) -> String {
    text.strip_prefix('\u{FEFF}').unwrap_or(text).to_owned()
}

fn shift_jis(bytes: &[u8]) -> Option<String> {
    let mut text = String::new();
    let mut bytes = bytes.iter();
    while let Some(&byte) = bytes.next() {
        text.push(match byte {
            0x00..0x80 => char::from(byte),
            0xA1..0xE0 => half_width_katakana(byte)?,
            _ => double_byte([byte, *bytes.next()?])?,
        });
    }
    Some(text)
}

/// JIS X 0201.
fn half_width_katakana(byte: u8) -> Option<char> {
    char::from_u32(0xFF61 + u32::from(byte.checked_sub(0xA1)?))
}

/// The character of two Shift JIS bytes: JIS X 0208, or else a vendor's extension.
fn double_byte(pair: [u8; 2]) -> Option<char> {
    kanji::packed(pair).and_then(kanji::decode).or_else(|| vendors_kanji(pair))
}

/// The character of a 13-bit kanji mode value.
pub(crate) fn kanji_of(packed: u16) -> Option<char> {
    kanji::decode(packed).or_else(|| vendors_kanji(kanji::unpacked(packed)?))
}

#[cfg(feature = "character-sets")]
fn vendors_kanji(pair: [u8; 2]) -> Option<char> {
    one_character(&decode_with(encoding_rs::SHIFT_JIS, &pair)?)
}

#[cfg(not(feature = "character-sets"))]
fn vendors_kanji(_: [u8; 2]) -> Option<char> {
    None
}

/// The character of a 13-bit Hanzi mode value (GB/T 18284, 6.4.7): rows 1 to 10 and 16 to 90 of GB 2312.
#[cfg(feature = "character-sets")]
pub(crate) fn hanzi_of(packed: u16) -> Option<char> {
    let (row, cell) = (u8::try_from(packed / 0x60).ok()?, u8::try_from(packed % 0x60).ok()?);
    let lead = row + if row < 0x0A { 0xA1 } else { 0xA6 };
    one_character(&decode_with(encoding_rs::GBK, &[lead, cell.checked_add(0xA1)?])?)
}

#[cfg(not(feature = "character-sets"))]
pub(crate) fn hanzi_of(_: u16) -> Option<char> {
    None
}

#[cfg(feature = "character-sets")]
fn one_character(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}
