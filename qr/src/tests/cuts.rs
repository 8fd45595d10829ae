//! The shortest cut of a text, found by trying every segment at every place, with the rules and tables of the standard
//! written down once more: what `segment` finds has to take exactly as many bits.

use proptest::prelude::*;

use super::{any_text, cases};
use crate::bits::BitWriter;
use crate::segment::{Runs, VersionClass};

/// By what is announced: nothing in the whole symbol, UTF-8, Shift JIS.
type Announced<T> = [T; 3];
const UTF8: usize = 1;
const SHIFT_JIS: usize = 2;

/// Bits of a mode indicator and of an announcement of a character set (ISO/IEC 18004, 7.4.2).
const INDICATOR_BITS: usize = 4;
const ANNOUNCEMENT_BITS: usize = 12;

/// Bits of the character count, by version class: numeric, alphanumeric, byte, kanji (ISO/IEC 18004, table 3).
const COUNT_BITS: [[usize; 4]; 3] = [[10, 9, 8, 8], [12, 11, 16, 10], [14, 13, 16, 12]];

/// JIS X 0208 as everybody reads it: two bytes of Shift JIS that fit into 13 bits, without the vendors' row 13, and
/// without what tables of Shift JIS disagree about.
fn is_kanji(c: char) -> bool {
    let text = c.to_string();
    let (bytes, _, failed) = encoding_rs::SHIFT_JIS.encode(&text);
    !failed
        && bytes.len() == 2
        && matches!(bytes[0], 0x81..=0x9F | 0xE0..=0xEB)
        && bytes[0] != 0x87
        && !"～∥－￠￡￢〜‖−¢£¬".contains(c)
}

/// Which modes can hold a character under each announcement, in the order of their count bits. Bytes above ASCII are
/// UTF-8 and announced as such; Shift JIS has the yen sign and the overline for backslash and tilde; kanji mode is
/// Shift JIS.
fn modes(c: char) -> Announced<[bool; 4]> {
    let is_alphanumeric = c.is_ascii_digit() || c.is_ascii_uppercase() || " $%*+-./:".contains(c);
    let is_disputed = matches!(c, '\\' | '~');
    let modes = |is_byte, is_kanji| [c.is_ascii_digit(), is_alphanumeric, is_byte, is_kanji];
    [modes(c.is_ascii(), is_kanji(c)), modes(true, false), modes(c.is_ascii() && !is_disputed, is_kanji(c))]
}

/// Bits of the data of a segment in each mode.
fn data_bits(characters: usize, bytes: usize) -> [usize; 4] {
    let numeric = characters / 3 * 10 + [0, 4, 7][characters % 3];
    let alphanumeric = characters / 2 * 11 + characters % 2 * 6;
    [numeric, alphanumeric, 8 * bytes, 13 * characters]
}

/// The fewest bits, segments and announcements together: from every place, every segment that can start there.
fn fewest_bits(text: &[char], class: usize) -> usize {
    const NEVER: usize = usize::MAX / 2;
    let modes: Vec<_> = text.iter().map(|c| modes(*c)).collect();
    let mut fewest: Vec<Announced<usize>> = vec![[NEVER; 3]; text.len() + 1];
    // A symbol announces from its beginning, or never. Without an announcement backslash and tilde are not said beside
    // kanji, which is all that is not ASCII there.
    let is_mixed = text.iter().any(|c| matches!(c, '\\' | '~')) && !text.iter().all(char::is_ascii);
    fewest[0] = [if is_mixed { NEVER } else { 0 }, ANNOUNCEMENT_BITS, ANNOUNCEMENT_BITS];
    for start in 0..text.len() {
        let [_, utf8, shift_jis] = fewest[start];
        fewest[start][UTF8] = utf8.min(shift_jis + ANNOUNCEMENT_BITS);
        fewest[start][SHIFT_JIS] = shift_jis.min(utf8 + ANNOUNCEMENT_BITS);
        for announced in 0..3 {
            let before = fewest[start][announced] + INDICATOR_BITS;
            let mut can_hold = [true; 4];
            let mut bytes = 0;
            for end in start + 1..=text.len() {
                bytes += text[end - 1].len_utf8();
                let data = data_bits(end - start, bytes);
                for mode in 0..4 {
                    can_hold[mode] &= modes[end - 1][announced][mode];
                    if can_hold[mode] {
                        let bits = before + COUNT_BITS[class][mode] + data[mode];
                        fewest[end][announced] = fewest[end][announced].min(bits);
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
    fn no_other_cut_takes_fewer_bits(
        runs in prop::collection::vec(
            (prop::sample::select(vec!['0', '7', 'A', ':', 'a', '\\', '日', 'é', '🎉']), 1_usize..16),
            1..7,
        ),
    ) {
        let text: String = runs.iter().map(|(c, times)| c.to_string().repeat(*times)).collect();
        assert_shortest(&text);
    }

    #[test]
    fn no_other_cut_of_any_text_takes_fewer_bits(text in any_text()) {
        let text: String = text.chars().take(60).collect();
        assert_shortest(&text);
    }
}
