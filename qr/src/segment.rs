//! A text cut into segments, each in the mode that says it shortest (ISO/IEC 18004, 7.3, 7.4).
//!
//! A dynamic programme over the characters finds the fewest bits of all cuts. What a reader has to know it is told:
//! - ASCII needs no announcement. Bytes above are UTF-8, and announced as such (ECI 26).
//! - An announced character set holds until the next one, and strict readers apply it to kanji segments too, whose
//!   values are Shift JIS. So a symbol either announces nothing, and then has no bytes above ASCII, or announces the
//!   set of everything in it: Shift JIS (ECI 20) for kanji, UTF-8 for the rest.
//!
//! Not here: what characters kanji mode has (`kanji`), which version holds the bits (`symbol`).

use core::ops::{Range, RangeInclusive};

use crate::bits::BitWriter;
use crate::kanji;

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

/// Bits of an announcement: the mode indicator and an assignment number below 128.
const ECI_BITS: u64 = 12;

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

/// What a character may be written as, and under which announcement. On equal bits the first wins.
const STATES: [(Mode, Eci); 11] = [
    (Mode::Byte, Eci::Unannounced),
    (Mode::Alphanumeric, Eci::Unannounced),
    (Mode::Numeric, Eci::Unannounced),
    (Mode::Kanji, Eci::Unannounced),
    (Mode::Byte, Eci::Utf8),
    (Mode::Alphanumeric, Eci::Utf8),
    (Mode::Numeric, Eci::Utf8),
    (Mode::Byte, Eci::ShiftJis),
    (Mode::Alphanumeric, Eci::ShiftJis),
    (Mode::Numeric, Eci::ShiftJis),
    (Mode::Kanji, Eci::ShiftJis),
];
/// How many of them an ASCII text can use.
const ASCII_STATES: usize = 3;

/// More than any text costs, and far from overflow.
const IMPOSSIBLE: u64 = u64::MAX / 4;

/// Costs are counted in sixths of a bit: three digits share ten bits, two alphanumeric characters share eleven.
fn sixths(mode: Mode, eci: Eci, c: char, is_kanji: bool) -> u64 {
    match (mode, eci) {
        (Mode::Numeric, _) if c.is_ascii_digit() => 20,
        (Mode::Alphanumeric, _) if is_alphanumeric(c) => 33,
        (Mode::Byte, Eci::Utf8) => 48 * c.len_utf8() as u64,
        (Mode::Byte, Eci::Unannounced) if c.is_ascii() => 48,
        // Shift JIS has the yen sign and the overline in the places of these two.
        (Mode::Byte, Eci::ShiftJis) if c.is_ascii() && c != '\\' && c != '~' => 48,
        (Mode::Kanji, _) if is_kanji => 78,
        _ => IMPOSSIBLE,
    }
}

fn is_alphanumeric(c: char) -> bool {
    matches!(c, '0'..='9' | 'A'..='Z' | ' ' | '$' | '%' | '*' | '+' | '-' | '.' | '/' | ':')
}

/// A whole number of bits.
fn rounded_up(sixths: u64) -> u64 {
    sixths.next_multiple_of(6)
}

/// Cuts a text so that it takes the fewest bits in versions of this class.
pub(crate) fn segment(text: &str, class: VersionClass) -> Segmentation {
    let active = if text.is_ascii() { ASCII_STATES } else { STATES.len() };
    let mut costs = [IMPOSSIBLE; STATES.len()];
    // For each character and each state that it may be in, the state of the character before.
    let mut origins: Vec<[u8; STATES.len()]> = Vec::with_capacity(text.len());
    for c in text.chars() {
        let starts = cheapest_starts(&costs[..active], origins.is_empty());
        let is_kanji = !c.is_ascii() && kanji::encode(c).is_some();
        let mut origin = [0; STATES.len()];
        for ((state, number), cost) in STATES.iter().zip(0_u8..).zip(&mut costs[..active]) {
            let (mode, eci) = *state;
            let (start, from) = starts[eci as usize];
            let start = start + 6 * (4 + mode.count_bits(class) as u64);
            origin[usize::from(number)] = if start < *cost { from } else { number };
            *cost = (start.min(*cost) + sixths(mode, eci, c, is_kanji)).min(IMPOSSIBLE);
        }
        origins.push(origin);
    }
    let (cost, last) = if origins.is_empty() { (0, 0) } else { cheapest(&costs[..active], |_| true) };
    Segmentation { segments: trace(text, &origins, last), bits: cost / 6, class }
}

/// The cheapest way to come to the start of a segment under each announcement: its cost, and the state before it.
fn cheapest_starts(costs: &[u64], is_first: bool) -> [(u64, u8); 3] {
    let announced = 6 * ECI_BITS;
    if is_first {
        return [(0, 0), (announced, 0), (announced, 0)];
    }
    let ended = [Eci::Unannounced, Eci::Utf8, Eci::ShiftJis].map(|eci| cheapest(costs, |e| e == eci));
    let [unannounced, utf8, shift_jis] = ended;
    [
        unannounced,
        utf8.min((shift_jis.0 + announced, shift_jis.1)),
        shift_jis.min((utf8.0 + announced, utf8.1)),
    ]
}

/// The cheapest state after its segment has ended.
fn cheapest(costs: &[u64], is_wanted: impl Fn(Eci) -> bool) -> (u64, u8) {
    (0_u8..)
        .zip(costs)
        .filter(|(state, _)| is_wanted(STATES[usize::from(*state)].1))
        .map(|(state, cost)| (rounded_up(*cost), state))
        .min()
        .unwrap_or((IMPOSSIBLE, 0))
}

/// The way back from the last character's state.
fn trace(text: &str, origins: &[[u8; STATES.len()]], last: u8) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut state = last;
    for ((start, c), origin) in text.char_indices().rev().zip(origins.iter().rev()) {
        let (mode, eci) = STATES[usize::from(state)];
        let units = if mode == Mode::Byte { c.len_utf8() } else { 1 };
        match segments.last_mut() {
            Some(segment) if (segment.mode, segment.eci) == (mode, eci) => {
                segment.range.start = start;
                segment.count += units;
            }
            _ => segments.push(Segment { mode, eci, range: start..start + c.len_utf8(), count: units }),
        }
        state = origin[usize::from(state)];
    }
    segments.reverse();
    segments
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
    ALPHANUMERIC.iter().position(|a| *a == c).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(text: &str) -> Vec<(Mode, Eci, &str)> {
        let segments = segment(text, VersionClass::To9).segments;
        segments.into_iter().map(|s| (s.mode, s.eci, &text[s.range])).collect()
    }

    #[test]
    fn modes_and_announcements() {
        use Eci::{ShiftJis, Unannounced, Utf8};
        use Mode::{Alphanumeric, Byte, Kanji, Numeric};
        assert_eq!(cut(""), []);
        assert_eq!(cut("0123"), [(Numeric, Unannounced, "0123")]);
        assert_eq!(cut("ABC1"), [(Alphanumeric, Unannounced, "ABC1")]);
        assert_eq!(cut("abc"), [(Byte, Unannounced, "abc")]);
        assert_eq!(cut("abc012345678"), [(Byte, Unannounced, "abc"), (Numeric, Unannounced, "012345678")]);
        assert_eq!(cut("日本語"), [(Kanji, Unannounced, "日本語")]);
        assert_eq!(cut("café"), [(Byte, Utf8, "café")]);
        assert_eq!(cut("日本語文字列é"), [(Kanji, ShiftJis, "日本語文字列"), (Byte, Utf8, "é")]);
        // In Shift JIS a backslash is a yen sign: it is not left to that set.
        assert_eq!(cut("日本語文字列\\é"), [(Kanji, ShiftJis, "日本語文字列"), (Byte, Utf8, "\\é")]);
    }

    /// Bits of a cut that puts each run of characters into a given state; nothing when it cannot.
    fn bits_of(runs: &[(char, usize)], states: &[usize], class: VersionClass) -> Option<usize> {
        let mut bits = 0;
        let mut previous: Option<(Mode, Eci)> = None;
        let mut units = 0;
        let data_bits = |mode: Mode, units: usize| match mode {
            Mode::Numeric => (10 * units).div_ceil(3),
            Mode::Alphanumeric => (11 * units).div_ceil(2),
            Mode::Byte => 8 * units,
            Mode::Kanji => 13 * units,
        };
        for ((c, times), state) in runs.iter().zip(states) {
            let (mode, eci) = STATES[*state];
            if sixths(mode, eci, *c, kanji::encode(*c).is_some()) == IMPOSSIBLE {
                return None;
            }
            if previous != Some((mode, eci)) {
                bits += previous.map_or(0, |(mode, _)| data_bits(mode, units)) + 4 + mode.count_bits(class);
                let announced = previous.map_or(Eci::Unannounced, |(_, eci)| eci);
                if announced != eci {
                    if eci == Eci::Unannounced || previous.is_some() && announced == Eci::Unannounced {
                        return None;
                    }
                    bits += 12;
                }
                units = 0;
            }
            units += times * if mode == Mode::Byte { c.len_utf8() } else { 1 };
            previous = Some((mode, eci));
        }
        Some(bits + previous.map_or(0, |(mode, _)| data_bits(mode, units)))
    }

    proptest! {
        #[test]
        fn no_other_cut_takes_fewer_bits(
            runs in prop::collection::vec(
                (prop::sample::select(vec!['0', 'A', 'a', '\\', '日', 'é', '🎉']), 1_usize..14),
                1..5,
            ),
            class in 0..3_usize,
        ) {
            let class = VersionClass::ALL[class];
            let text: String = runs.iter().map(|(c, times)| c.to_string().repeat(*times)).collect();
            let cut = segment(&text, class);
            let mut written = BitWriter::default();
            cut.write(&text, &mut written);
            prop_assert_eq!(written.len() as u64, cut.bits);

            // All combinations, counted like an odometer.
            let mut states = vec![0; runs.len()];
            while let Some(i) = states.iter().position(|state| state + 1 < STATES.len()) {
                states[i] += 1;
                states[..i].fill(0);
                if let Some(bits) = bits_of(&runs, &states, class) {
                    prop_assert!(cut.bits <= bits as u64, "{:?} in {} bits", states, bits);
                }
            }
        }
    }
}
