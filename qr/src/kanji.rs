//! The characters of kanji mode: JIS X 0208, as Shift JIS codes packed into 13 bits (ISO/IEC 18004, 7.4.6).
//!
//! With the feature `kanji-table` the table is linked in: a file of 13 KB (8.8 compressed), made by
//! `tools/jis_x_0208.py`. Without it, the caller must first supply the table by decoding Shift JIS (`learn_kanji`),
//! which every browser can, and the download stays small. A checksum ensures that both are the same. Not here:
//! vendors' additions to Shift JIS; they are written as UTF-8.

use std::sync::OnceLock;

use crate::crc32::crc32;

#[cfg(feature = "kanji-table")]
const TABLE: &[u8] = include_bytes!("jis_x_0208.bin");

/// Cells in a row, and in the two rows that share a lead byte.
const ROW_CELLS: usize = 94;
const LEAD_CELLS: u16 = 188;
/// Rows that have characters, counted from zero: 8 of symbols and letters, 69 of kanji.
const ROWS: [core::ops::Range<usize>; 2] = [0..8, 15..84];
const CELLS: usize = ROWS[1].end * ROW_CELLS;
/// Trail bytes begin at 0x40 and skip 0x7F.
const GAP: u16 = 0x7F - 0x40;
/// Trail bytes of one lead byte in the 13-bit form, including gaps.
const TRAILS: u16 = 0xC0;

/// The cells of 〜 ‖ − ¢ £ ¬, on which the standard and the vendors' tables disagree, and so do readers. We read them
/// as the standard says and never write them in kanji mode.
const DISPUTED: [(u16, u16); 6] =
    [(0x20, 0x301C), (0x21, 0x2016), (0x3C, 0x2212), (0x50, 0xA2), (0x51, 0xA3), (0x89, 0xAC)];

/// CRC-32 of the code points of all cells, as 16 bits each, high byte first.
const CHECKSUM: u32 = 0x9589_0C6E;

struct Jis {
    /// The code point of each cell; zero for none.
    characters: Vec<u16>,
    /// For each code point its cell plus one, if it may be written. Sorted pairs would take a tenth of the memory,
    /// but sorting would enlarge the browser's download.
    cells: Vec<u16>,
}

static JIS: OnceLock<Jis> = OnceLock::new();

/// The supplied kanji table is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not Shift JIS as it should be")]
pub struct KanjiTableError;

/// Supplies the kanji table from a Shift JIS decoder: the characters of all cells of rows 1 to 84 in order, each
/// followed by a line feed. Unassigned cells, and rows 9 to 15, may hold anything. Until then, a program without the
/// feature `kanji-table` writes no kanji segments, and its symbols differ from those of a program with it.
pub fn learn_kanji(decoded: &str) -> Result<(), KanjiTableError> {
    let mut characters = vec![0; CELLS];
    for (place, line) in decoded.split('\n').enumerate() {
        let mut line = line.chars();
        let code_point = match (line.next(), line.next()) {
            (Some(c), None) if c != char::REPLACEMENT_CHARACTER => u16::try_from(u32::from(c)).unwrap_or(0),
            _ => 0,
        };
        if let Some(character) = characters.get_mut(place) {
            *character = code_point;
        }
    }
    characters[ROWS[0].end * ROW_CELLS..ROWS[1].start * ROW_CELLS].fill(0);
    for (cell, code_point) in DISPUTED {
        characters[usize::from(cell)] = code_point;
    }
    if checksum(&characters) == CHECKSUM {
        JIS.get_or_init(|| Jis::new(characters));
        Ok(())
    } else {
        Err(KanjiTableError)
    }
}

fn checksum(characters: &[u16]) -> u32 {
    let bytes: Vec<u8> = characters.iter().flat_map(|code_point| code_point.to_be_bytes()).collect();
    crc32(&bytes)
}

#[cfg(feature = "kanji-table")]
fn jis() -> Option<&'static Jis> {
    Some(JIS.get_or_init(|| Jis::new(linked_in())))
}

#[cfg(not(feature = "kanji-table"))]
fn jis() -> Option<&'static Jis> {
    JIS.get()
}

/// The code points of the file, delta-encoded where they are close.
#[cfg(feature = "kanji-table")]
fn linked_in() -> Vec<u16> {
    let mut characters = vec![0; CELLS];
    let places = ROWS.into_iter().flatten().flat_map(|row| row * ROW_CELLS..(row + 1) * ROW_CELLS);
    let (near, far) = TABLE.split_at(ROWS.iter().map(ExactSizeIterator::len).sum::<usize>() * ROW_CELLS);
    let (high, low) = far.split_at(far.len() / 2);
    let mut far = high.iter().zip(low).map(|(high, low)| u16::from_be_bytes([*high, *low]));
    let mut before = 0_u16;
    for (place, distance) in places.zip(near) {
        let half = u16::from(distance / 2);
        before = match distance {
            254 => continue,
            255 => far.next().unwrap_or(0),
            _ if distance % 2 == 0 => before.wrapping_add(half),
            _ => before.wrapping_sub(half + 1),
        };
        characters[place] = before;
    }
    characters
}

impl Jis {
    fn new(characters: Vec<u16>) -> Self {
        let mut cells = vec![0; 1 << 16];
        for (cell, character) in (0..).zip(&characters) {
            if *character > 0 && !DISPUTED.iter().any(|(disputed, _)| *disputed == cell) {
                cells[usize::from(*character)] = cell + 1;
            }
        }
        Self { characters, cells }
    }
}

/// The 13-bit form of a character, if it can be written in kanji mode.
pub(crate) fn encode(c: char) -> Option<u16> {
    let cell = jis()?.cells.get(c as usize)?.checked_sub(1)?;
    let trail = cell % LEAD_CELLS;
    Some(cell / LEAD_CELLS * TRAILS + if trail < GAP { trail } else { trail + 1 })
}

/// The character of a 13-bit form.
pub(crate) fn decode(packed: u16) -> Option<char> {
    let (lead, trail) = (packed / TRAILS, packed % TRAILS);
    let cell = match trail {
        GAP => return None,
        ..GAP => trail,
        _ => trail - 1,
    };
    if cell >= LEAD_CELLS {
        return None;
    }
    let code_point = *jis()?.characters.get(usize::from(lead * LEAD_CELLS + cell))?;
    char::from_u32(u32::from(code_point)).filter(|c| *c != '\0')
}

/// The 13-bit form of two Shift JIS bytes.
pub(crate) fn packed([lead, trail]: [u8; 2]) -> Option<u16> {
    let lead = match lead {
        0x81..=0x9F => lead - 0x81,
        0xE0..=0xEB => lead - 0xC1,
        _ => return None,
    };
    let trail = u16::from(trail.checked_sub(0x40)?);
    (trail < TRAILS).then_some(u16::from(lead) * TRAILS + trail)
}

/// The two Shift JIS bytes of a 13-bit form.
pub(crate) fn unpacked(packed: u16) -> Option<[u8; 2]> {
    let (lead, trail) = (packed / TRAILS, packed % TRAILS);
    let lead = lead + if lead < 0x1F { 0x81 } else { 0xC1 };
    Some([u8::try_from(lead).ok()?, u8::try_from(trail + 0x40).ok()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_matches_the_standards_examples() {
        // ISO/IEC 18004, 7.4.6: 点 is 0x935F, 茗 is 0xE4AA.
        assert_eq!(encode('点'), Some(0x0D9F));
        assert_eq!(encode('茗'), Some(0x1AAA));
        assert_eq!(packed([0xE4, 0xAA]), Some(0x1AAA));
        assert_eq!((unpacked(0x1AAA), unpacked(0x0D9F)), (Some([0xE4, 0xAA]), Some([0x93, 0x5F])));
        assert_eq!(decode(0x0D9F), Some('点'));
    }

    #[test]
    fn table_matches_the_whatwg_encoding() {
        let mut written = 0;
        for lead in 0..=255_u8 {
            for trail in 0..=255_u8 {
                let bytes = [lead, trail];
                let ours = packed(bytes).and_then(decode);
                let (theirs, _, failed) = encoding_rs::SHIFT_JIS.decode(&bytes);
                let mut theirs = theirs.chars();
                let theirs = theirs.next().filter(|_| !failed && theirs.next().is_none());
                match ours.and_then(encode) {
                    Some(value) => {
                        assert_eq!((ours, Some(value)), (theirs, packed(bytes)));
                        written += 1;
                    }
                    None if ours.is_some() => {
                        assert_ne!(ours, theirs, "{bytes:02X?} is disputed");
                    }
                    // Row 13 and everything past row 84 are vendors' additions.
                    None => {
                        assert!(theirs.is_none() || lead == 0x87 || lead >= 0xED || packed(bytes).is_none());
                    }
                }
            }
        }
        // 6,879 characters, less the disputed ones.
        assert_eq!(written, 6_873);
    }

    /// All cells as a browser decodes them.
    fn decoded() -> String {
        let cell = |cell: u16| {
            let (lead, trail) = (cell / LEAD_CELLS, cell % LEAD_CELLS);
            let lead = lead + if lead < 31 { 0x81 } else { 0xC1 };
            let trail = trail + if trail < GAP { 0x40 } else { 0x41 };
            [lead, trail, 0x0A].map(|byte| u8::try_from(byte).unwrap())
        };
        let bytes: Vec<u8> = (0..u16::try_from(CELLS).unwrap()).flat_map(cell).collect();
        encoding_rs::SHIFT_JIS.decode(&bytes).0.into_owned()
    }

    #[test]
    fn learned_table_equals_the_linked_one() {
        assert_eq!(checksum(&linked_in()), CHECKSUM);
        assert_eq!(learn_kanji(&decoded()), Ok(()));
    }

    #[test]
    fn a_wrong_table_is_refused() {
        let good = decoded();
        let worse = [
            String::new(),
            good.replace('亜', "唖"),
            good.replace('熙', "\u{FFFD}"),
            good.replacen('\n', "", 1),
            good.replace('、', "𝄞"),
            good.replace('。', "。。"),
        ];
        for text in worse {
            assert_eq!(learn_kanji(&text), Err(KanjiTableError));
        }
        assert_eq!(learn_kanji(&format!("{good}more\n")), Ok(()));
    }

    #[test]
    fn unassigned_values_are_no_characters() {
        let characters = (0..=u16::MAX).filter_map(decode).count();
        assert_eq!(characters, 6_879);
        for value in 0..=u16::MAX {
            if let Some(again) = decode(value).and_then(encode) {
                assert_eq!(again, value);
            }
        }
    }

    #[test]
    fn characters_outside_jis_x_0208_are_not_encoded() {
        for c in
            ['a', 'é', '¥', '‾', '~', '〜', '～', '−', '－', '①', '한', '🎉', 'ｱ', '\0', '\u{3000}', '〇']
        {
            let expected = matches!(c, '\u{3000}' | '〇');
            assert_eq!(encode(c).is_some(), expected, "{c:?}");
        }
    }
}
