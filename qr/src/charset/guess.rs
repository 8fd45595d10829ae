//! Guesses the character set of bytes that declare none.
//!
//! All such bytes of a symbol are assumed to share one character set, since one encoder wrote them. Only if no set
//! fits them all is each run (the bytes between two kanji segments, for example) guessed by itself. The order:
//!
//! 1. **UTF-8**, if valid: other encodings are valid UTF-8 only by accident, and most programs write it undeclared.
//! 2. **GB 18030**, next to Hanzi mode, whose standard is Chinese.
//! 3. **Shift JIS**, next to kanji mode, or if the bytes are Japanese by the rules below. The first edition of the
//!    standard (ISO/IEC 18004:2000) used JIS X 0201 for bytes: ASCII and half-width katakana. Old Japanese phones
//!    wrote that.
//! 4. **Windows-1252**: Latin-1, the standard's default since 2006, plus quotation marks, dashes and the euro sign in
//!    place of control characters that nobody prints (the WHATWG decodes Latin-1 the same way).
//!
//! Chinese, Korean and Cyrillic sets cannot be told apart: they share all their bytes, and each would be as wrong as
//! Latin-1 for the others.
//!
//! Other readers count characters: ZXing takes three katakana in a row, or many symbols, for Japanese
//! (`StringUtils.guessCharset`). That mistakes “ÄÖÜ” for ﾄﾖﾜ; this module checks Latin-1 alphabets and katakana
//! spelling instead.

use super::{Charset, OtherModes, double_byte};

/// Its ECI assignment number.
const GB_18030: usize = 32;

/// Decodes all byte runs of a symbol that declare no character set.
pub(crate) fn decode_undeclared(runs: &[&[u8]], neighbours: OtherModes) -> Vec<String> {
    let all_in = |charset: Charset| runs.iter().map(|run| charset.decode(run)).collect::<Option<Vec<_>>>();
    let is_japanese = |run: &&[u8]| is_japanese(run);
    all_in(Charset::Utf8)
        .or_else(|| neighbours.has_hanzi.then(|| all_in(Charset::from_eci(GB_18030)?)).flatten())
        .or_else(|| {
            let is_shift_jis = neighbours.has_kanji || runs.iter().any(is_japanese);
            is_shift_jis.then(|| all_in(Charset::ShiftJis)).flatten()
        })
        .unwrap_or_else(|| runs.iter().map(|run| decode_alone(run)).collect())
}

fn decode_alone(run: &[u8]) -> String {
    let utf8 = Charset::Utf8.decode(run);
    utf8.or_else(|| is_japanese(run).then(|| Charset::ShiftJis.decode(run)).flatten())
        .unwrap_or_else(|| run.iter().map(|byte| windows_1252(*byte)).collect())
}

fn windows_1252(byte: u8) -> char {
    const SIGNS: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
    ];
    let sign = usize::from(byte).checked_sub(0x80).and_then(|place| SIGNS.get(place));
    sign.copied().unwrap_or(char::from(byte))
}

/// A character of Shift JIS, as bytes.
#[derive(Clone, Copy)]
enum ShiftJisChar {
    Ascii(u8),
    Katakana,
    Double([u8; 2]),
}

impl ShiftJisChar {
    fn is_letter(self) -> bool {
        matches!(self, Self::Ascii(byte) if byte.is_ascii_alphabetic())
    }
}

/// Whether bytes are valid Shift JIS and hardly plausible as anything else.
fn is_japanese(bytes: &[u8]) -> bool {
    let Some(characters) = characters(bytes) else { return false };
    if characters.iter().any(|unit| matches!(unit, ShiftJisChar::Double(_))) {
        // Common kanji and all kana start with a byte that is a control character in Latin-1. Without one, “élève” is
        // more likely.
        bytes.iter().any(|byte| (0x80..0xA0).contains(byte)) && has_japanese_double(&characters)
    } else {
        is_katakana(bytes)
    }
}

/// Splits bytes into characters; `None` if a byte is not Shift JIS.
fn characters(bytes: &[u8]) -> Option<Vec<ShiftJisChar>> {
    let mut characters = Vec::with_capacity(bytes.len());
    let mut bytes = bytes.iter().copied();
    while let Some(byte) = bytes.next() {
        characters.push(match byte {
            0x00..0x80 => ShiftJisChar::Ascii(byte),
            0xA1..0xE0 => ShiftJisChar::Katakana,
            _ => {
                let pair = [byte, bytes.next()?];
                double_byte(pair)?;
                ShiftJisChar::Double(pair)
            }
        });
    }
    Some(characters)
}

/// Whether a double byte is more than a Windows-1252 apostrophe, dash or ligature followed by a letter (“don’t”,
/// “cœur”, ““Hi””).
fn has_japanese_double(characters: &[ShiftJisChar]) -> bool {
    // Bytes that Windows-1252 does not assign.
    const UNASSIGNED: [u8; 5] = [0x81, 0x8D, 0x8F, 0x90, 0x9D];
    characters.iter().enumerate().any(|(place, unit)| {
        let ShiftJisChar::Double([lead, trail]) = unit else { return false };
        if UNASSIGNED.contains(lead) {
            return true;
        }
        let before = place.checked_sub(1).and_then(|before| characters.get(before));
        let touches_letter = before.into_iter().chain(characters.get(place + 1)).any(|unit| unit.is_letter());
        !(trail.is_ascii_alphabetic() && touches_letter)
    })
}

/// Whether ASCII and half-width katakana are spelled like Japanese rather than like the Latin-1 capitals and symbols
/// that share their bytes.
fn is_katakana(bytes: &[u8]) -> bool {
    let words = || bytes.split(u8::is_ascii).filter(|word| !word.is_empty());
    words().all(has_marks_in_place) && !words().all(is_western)
}

/// Whether every voicing mark, ﾞ or ﾟ, follows a kana that can take it.
fn has_marks_in_place(word: &[u8]) -> bool {
    const VOICED: u8 = 0xDE;
    const HALF_VOICED: u8 = 0xDF;
    (0..word.len()).all(|place| {
        let before = place.checked_sub(1).map(|before| word[before]);
        match word[place] {
            VOICED => matches!(before, Some(0xB3 | 0xB6..=0xC4 | 0xCA..=0xCE)),
            HALF_VOICED => matches!(before, Some(0xCA..=0xCE)),
            _ => true,
        }
    })
}

/// Whether the non-ASCII Latin-1 characters can occur together in a text: letters of one alphabet, with punctuation
/// before or after them.
fn is_western(word: &[u8]) -> bool {
    const OPENING: &str = "«¡¿§©·×±";
    const CLOSING: &str = "»ªº°¹²³®·\u{AD}";
    const FRACTIONS_AND_POWERS: &str = "¹²³¼½¾";
    const ALPHABETS: [&str; 6] = [
        "ÄÅÆÕÖØÜß",       // German and the north of Europe
        "ÀÂÆÇÈÉÊËÎÏÔÙÛÜ", // French
        "ÀÁÇÈÉÍÏÑÒÓÚÜ",   // Spanish, Catalan
        "ÀÁÂÃÇÉÊÍÓÔÕÚÜ",  // Portuguese
        "ÀÈÉÌÎÒÓÙÚ",      // Italian
        "ÁÆÉÍÐÓÖÚÝÞ",     // Icelandic
    ];
    let word: Vec<char> = word.iter().map(|byte| char::from(*byte)).collect();
    let are_in = |word: &[char], set: &str| word.iter().all(|c| set.contains(*c));
    let is_word = |word: &[char]| word.len() < 2 || ALPHABETS.iter().any(|alphabet| are_in(word, alphabet));
    let is_repeated = word.iter().all(|c| *c == word[0]);
    let inner = match &word[..] {
        ['«', inner @ .., '»'] => inner,
        [first, inner @ ..] if OPENING.contains(*first) => inner,
        [inner @ .., last] if CLOSING.contains(*last) => inner,
        inner => inner,
    };
    is_repeated || are_in(&word, FRACTIONS_AND_POWERS) || is_word(inner)
}
