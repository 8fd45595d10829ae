//! What bytes say whose character set is not announced.
//!
//! One set is sought for all such bytes of a symbol, because whoever made it had one; only if none fits does each run of
//! them (what stands between two segments in kanji mode, or the like) have its own. In this order:
//!
//! 1. **UTF-8**, if it is valid: other texts are so only by accident. Most programs write it without announcing it.
//! 2. **GB 18030**, beside Hanzi mode, whose standard is Chinese.
//! 3. **Shift JIS**, beside kanji mode, or when it is Japanese by the rules below. The first edition of the standard
//!    (ISO/IEC 18004:2000) had JIS X 0201 for bytes, which is ASCII and half-width katakana; old Japanese phones wrote that.
//! 4. **Windows-1252**, which is Latin-1, the default of the standard since 2006, with quotation marks, dashes and the
//!    euro sign where that has control characters, which nobody prints (the WHATWG reads Latin-1 in the same way).
//!
//! Between Chinese, Korean and Cyrillic sets nothing can be told apart: they share all their bytes, and each would be as
//! wrong as Latin-1 where it is another one.
//!
//! Readers of others count: ZXing takes three katakana in a row for Japanese, or many signs (`StringUtils.guessCharset`).
//! That takes «ÄÖÜ» for ﾄﾖﾜ; here the alphabets of Latin-1 and the spelling of katakana are asked.

use super::{Charset, Neighbours, double_byte};

/// Its assignment number.
const GB_18030: usize = 32;

/// The texts of all runs of bytes in a symbol that have no announced character set.
pub(crate) fn decode_unannounced(runs: &[&[u8]], neighbours: Neighbours) -> Vec<String> {
    let all_in = |charset: Charset| runs.iter().map(|run| charset.decode(run)).collect::<Option<Vec<_>>>();
    let is_japanese = |run: &&[u8]| is_japanese(run);
    all_in(Charset::Utf8)
        .or_else(|| neighbours.has_hanzi.then(|| all_in(Charset::announced(GB_18030)?)).flatten())
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

/// A character of Shift JIS, as its bytes.
#[derive(Clone, Copy)]
enum Unit {
    Ascii(u8),
    Katakana,
    Double([u8; 2]),
}

impl Unit {
    fn is_letter(self) -> bool {
        matches!(self, Self::Ascii(byte) if byte.is_ascii_alphabetic())
    }
}

/// Whether bytes are not only Shift JIS, but hardly anything else.
fn is_japanese(bytes: &[u8]) -> bool {
    let Some(units) = units(bytes) else { return false };
    if units.iter().any(|unit| matches!(unit, Unit::Double(_))) {
        // Frequent kanji and all kana begin with a control character of Latin-1. What does not is rather like «élève».
        bytes.iter().any(|byte| (0x80..0xA0).contains(byte)) && has_japanese_double(&units)
    } else {
        is_katakana(bytes)
    }
}

/// The characters; nothing when a byte is not Shift JIS.
fn units(bytes: &[u8]) -> Option<Vec<Unit>> {
    let mut units = Vec::with_capacity(bytes.len());
    let mut bytes = bytes.iter().copied();
    while let Some(byte) = bytes.next() {
        units.push(match byte {
            0x00..0x80 => Unit::Ascii(byte),
            0xA1..0xE0 => Unit::Katakana,
            _ => {
                let pair = [byte, bytes.next()?];
                double_byte(pair)?;
                Unit::Double(pair)
            }
        });
    }
    Some(units)
}

/// Whether one of the double bytes is no apostrophe, dash or ligature of Windows-1252 and the letter behind it («don’t»,
/// «cœur», «“Hi”»).
fn has_japanese_double(units: &[Unit]) -> bool {
    // No character of Windows-1252.
    const UNASSIGNED: [u8; 5] = [0x81, 0x8D, 0x8F, 0x90, 0x9D];
    units.iter().enumerate().any(|(place, unit)| {
        let Unit::Double([lead, trail]) = unit else { return false };
        if UNASSIGNED.contains(lead) {
            return true;
        }
        let before = place.checked_sub(1).and_then(|before| units.get(before));
        let touches_letter = before.into_iter().chain(units.get(place + 1)).any(|unit| unit.is_letter());
        !(trail.is_ascii_alphabetic() && touches_letter)
    })
}

/// Whether ASCII and half-width katakana are spelled like Japanese, and not like the capitals and signs of Latin-1, which
/// have the same bytes.
fn is_katakana(bytes: &[u8]) -> bool {
    let words = || bytes.split(u8::is_ascii).filter(|word| !word.is_empty());
    words().all(has_marks_in_place) && !words().all(is_western)
}

/// Whether the marks of voice and half voice, ﾞ and ﾟ, follow kana that can have them.
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

/// Whether characters of Latin-1 above ASCII may stand together in a text: letters of one alphabet, with a sign before or
/// after them.
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
