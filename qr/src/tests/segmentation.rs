//! The shortest segmentation of a text, found by trying every segment at every position, with the standard's rules
//! and tables written down a second time: what `segment` finds must take exactly as many bits.

use proptest::prelude::*;

use super::{any_text, cases};
use crate::bits::BitWriter;
use crate::segment::{Runs, VersionClass};

/// By ECI: none in the whole symbol, UTF-8, Shift JIS.
type Declared<T> = [T; 3];
const UTF8: usize = 1;
const SHIFT_JIS: usize = 2;

/// Bits of a mode indicator and of an ECI header (ISO/IEC 18004, 7.4.2).
const INDICATOR_BITS: usize = 4;
const ECI_BITS: usize = 12;

/// Bits of the character count, by version class: numeric, alphanumeric, byte, kanji (ISO/IEC 18004, table 3).
const COUNT_BITS: [[usize; 4]; 3] = [[10, 9, 8, 8], [12, 11, 16, 10], [14, 13, 16, 12]];

/// JIS X 0208 as all readers decode it: two bytes of Shift JIS that fit into 13 bits, without the vendors' row 13,
/// and without the characters on which tables of Shift JIS disagree.
fn is_kanji(c: char) -> bool {
    let text = c.to_string();
    let (bytes, _, failed) = encoding_rs::SHIFT_JIS.encode(&text);
    !failed
        && bytes.len() == 2
        && matches!(bytes[0], 0x81..=0x9F | 0xE0..=0xEB)
        && bytes[0] != 0x87
        && !"～∥－￠￡￢〜‖−¢£¬".contains(c)
}

/// Which modes can hold a character under each ECI, in the order of their count bits. Other bytes than ASCII are
/// UTF-8 and declared as such; Shift JIS has the yen sign and the overline for backslash and tilde; kanji mode is
/// Shift JIS.
fn modes(c: char) -> Declared<[bool; 4]> {
    let is_alphanumeric = c.is_ascii_digit() || c.is_ascii_uppercase() || " $%*+-./:".contains(c);
    let is_disputed = matches!(c, '\\' | '~');
    let modes = |is_byte, is_kanji| [c.is_ascii_digit(), is_alphanumeric, is_byte, is_kanji];
    [modes(c.is_ascii(), is_kanji(c)), modes(true, false), modes(c.is_ascii() && !is_disputed, is_kanji(c))]
}

/// Bits of a segment's data in each mode.
fn data_bits(characters: usize, bytes: usize) -> [usize; 4] {
    let numeric = characters / 3 * 10 + [0, 4, 7][characters % 3];
    let alphanumeric = characters / 2 * 11 + characters % 2 * 6;
    [numeric, alphanumeric, 8 * bytes, 13 * characters]
}

/// The fewest bits, segments and ECI headers together: from every position, every segment that can start there.
fn fewest_bits(text: &[char], class: usize) -> usize {
    const NEVER: usize = usize::MAX / 2;
    let modes: Vec<_> = text.iter().map(|c| modes(*c)).collect();
    let mut fewest: Vec<Declared<usize>> = vec![[NEVER; 3]; text.len() + 1];
    // A symbol declares its character set from the start, or never. Without an ECI, backslash and tilde are not
    // written next to kanji, which is all that is not ASCII there.
    let is_mixed = text.iter().any(|c| matches!(c, '\\' | '~')) && !text.iter().all(char::is_ascii);
    fewest[0] = [if is_mixed { NEVER } else { 0 }, ECI_BITS, ECI_BITS];
    for start in 0..text.len() {
        let [_, utf8, shift_jis] = fewest[start];
        fewest[start][UTF8] = utf8.min(shift_jis + ECI_BITS);
        fewest[start][SHIFT_JIS] = shift_jis.min(utf8 + ECI_BITS);
        for declared in 0..3 {
            let before = fewest[start][declared] + INDICATOR_BITS;
            let mut can_hold = [true; 4];
            let mut bytes = 0;
            for end in start + 1..=text.len() {
                bytes += text[end - 1].len_utf8();
                let data = data_bits(end - start, bytes);
                for mode in 0..4 {
                    can_hold[mode] &= modes[end - 1][declared][mode];
                    if can_hold[mode] {
                        let bits = before + COUNT_BITS[class][mode] + data[mode];
                        fewest[end][declared] = fewest[end][declared].min(bits);
                    }
                }
            }
        }
    }
    fewest[text.len()].into_iter().min().unwrap()
}

fn assert_shortest(text: &str) {
    let characters: Vec<char> = text.chars().collect();
    for (class, version_class) in VersionClass::ALL.into_iter().enumerate() {
        let cut = Runs::of(text).segment(version_class);
        assert_eq!(cut.bits, fewest_bits(&characters, class) as u64, "{text:?}, {version_class:?}");
        let mut written = BitWriter::default();
        cut.write(text, &mut written);
        assert_eq!(written.len() as u64, cut.bits, "{text:?}");
    }
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn segmentation_of_known_texts_is_optimal(
        runs in prop::collection::vec(
            (prop::sample::select(vec!['0', '7', 'A', ':', 'a', '\\', '日', 'é', '🎉']), 1_usize..16),
            1..7,
        ),
    ) {
        let text: String = runs.iter().map(|(c, times)| c.to_string().repeat(*times)).collect();
        assert_shortest(&text);
    }

    #[test]
    fn segmentation_of_any_text_is_optimal(text in any_text()) {
        let text: String = text.chars().take(60).collect();
        assert_shortest(&text);
    }
}
