//! The segmentation of a text that takes the fewest bits.
//!
//! Dynamic programming over runs of similar characters: for each run and each way to write it, the cheapest path
//! there. Not here: how segments are written (`segment`).

use core::ops::Range;

use super::{Eci, Mode, Segment, Segmentation, VersionClass};
use crate::kanji;

/// Bits of an ECI header: the mode indicator and an assignment number below 128.
const ECI_BITS: u64 = 12;

/// The mode and the ECI in which a character may be written. On equal bits the first wins.
const STATES: [(Mode, Eci); 11] = [
    (Mode::Byte, Eci::None),
    (Mode::Alphanumeric, Eci::None),
    (Mode::Numeric, Eci::None),
    (Mode::Kanji, Eci::None),
    (Mode::Byte, Eci::Utf8),
    (Mode::Alphanumeric, Eci::Utf8),
    (Mode::Numeric, Eci::Utf8),
    (Mode::Byte, Eci::ShiftJis),
    (Mode::Alphanumeric, Eci::ShiftJis),
    (Mode::Numeric, Eci::ShiftJis),
    (Mode::Kanji, Eci::ShiftJis),
];
/// The states of each ECI.
const NO_ECI: Range<u8> = 0..4;
const ECI_STATES: Range<u8> = 4..11;
const UTF8: Range<u8> = 4..7;
const SHIFT_JIS: Range<u8> = 7..11;
/// The states that an ASCII text can use.
const ASCII_STATES: Range<u8> = 0..3;

/// Costs in sixths of a bit: three digits share ten bits, two alphanumeric characters share eleven.
type Costs = [u64; STATES.len()];

/// More than any text costs, and far from overflow.
const IMPOSSIBLE: u64 = u64::MAX / 4;

/// Characters with the same cost in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Digit,
    Alphanumeric,
    Ascii,
    /// Shift JIS has the yen sign and the overline instead of backslash and tilde.
    Disputed,
    /// Takes this many bytes in UTF-8.
    Other {
        bytes: u64,
        is_kanji: bool,
    },
}

impl Kind {
    fn of(c: char) -> Self {
        match c {
            '0'..='9' => Self::Digit,
            'A'..='Z' | ' ' | '$' | '%' | '*' | '+' | '-' | '.' | '/' | ':' => Self::Alphanumeric,
            '\\' | '~' => Self::Disputed,
            '\0'..='\x7F' => Self::Ascii,
            _ => Self::Other { bytes: c.len_utf8() as u64, is_kanji: kanji::encode(c).is_some() },
        }
    }

    /// The cost of a character in each state.
    fn costs(self) -> Costs {
        const NO: u64 = IMPOSSIBLE;
        match self {
            Self::Digit => [48, 33, 20, NO, 48, 33, 20, 48, 33, 20, NO],
            Self::Alphanumeric => [48, 33, NO, NO, 48, 33, NO, 48, 33, NO, NO],
            Self::Ascii => [48, NO, NO, NO, 48, NO, NO, 48, NO, NO, NO],
            Self::Disputed => [48, NO, NO, NO, 48, NO, NO, NO, NO, NO, NO],
            Self::Other { bytes, is_kanji } => {
                let kanji = if is_kanji { 78 } else { NO };
                [NO, NO, NO, kanji, 48 * bytes, NO, NO, NO, NO, NO, kanji]
            }
        }
    }
}

/// Adjacent characters of one kind. No optimal segmentation splits a run: the state that takes fewer bits for such a
/// character could take over another one.
struct Run {
    kind: Kind,
    /// Its start in the text, in bytes.
    start: usize,
    characters: usize,
}

/// A text, prepared for segmentation.
pub(crate) struct Runs {
    runs: Vec<Run>,
    text_bytes: usize,
}

impl Runs {
    pub(crate) fn of(text: &str) -> Self {
        let mut runs: Vec<Run> = Vec::new();
        for (start, c) in text.char_indices() {
            let kind = Kind::of(c);
            match runs.last_mut() {
                Some(run) if run.kind == kind => run.characters += 1,
                _ => runs.push(Run { kind, start, characters: 1 }),
            }
        }
        Self { runs, text_bytes: text.len() }
    }

    /// A lower bound on the bits of any segmentation.
    pub(crate) fn least_bits(&self) -> u64 {
        let least = |run: &Run| run.characters as u64 * run.kind.costs().into_iter().min().unwrap_or(0);
        self.runs.iter().map(least).sum::<u64>() / 6
    }

    /// The segmentation that takes the fewest bits in versions of this class.
    pub(crate) fn segment(&self, class: VersionClass) -> Segmentation {
        let active = self.active_states();
        let headers = STATES.map(|(mode, _)| 6 * (4 + mode.count_bits(class) as u64));
        let mut costs = [IMPOSSIBLE; STATES.len()];
        let mut starts = FIRST_STARTS;
        // For each run and each possible state, the state of the run before.
        let mut origins: Vec<[u8; STATES.len()]> = Vec::with_capacity(self.runs.len());
        for run in &self.runs {
            let each = run.kind.costs();
            let mut origin = [0; STATES.len()];
            for number in active.clone() {
                let state = usize::from(number);
                let (start, from) = starts[STATES[state].1 as usize];
                let start = start + headers[state];
                origin[state] = if start < costs[state] { from } else { number };
                costs[state] = if each[state] == IMPOSSIBLE {
                    IMPOSSIBLE
                } else {
                    (start.min(costs[state]) + run.characters as u64 * each[state]).min(IMPOSSIBLE)
                };
            }
            origins.push(origin);
            starts = next_starts(&costs, &active);
        }
        let (cost, last) = if origins.is_empty() { (0, 0) } else { cheapest(&costs, active) };
        Segmentation { segments: self.trace(&origins, last), bits: cost / 6, class }
    }

    /// The states that a segmentation of this text may use. Without an ECI everything that is not ASCII has to be
    /// kanji, and next to kanji backslash and tilde would be read as Shift JIS.
    fn active_states(&self) -> Range<u8> {
        let has = |is_kind: fn(&Kind) -> bool| self.runs.iter().any(|run| is_kind(&run.kind));
        if !has(|kind| matches!(kind, Kind::Other { .. })) {
            ASCII_STATES
        } else if has(|kind| *kind == Kind::Disputed) {
            ECI_STATES
        } else {
            0..ECI_STATES.end
        }
    }

    /// Traces the path back from the last run's state.
    fn trace(&self, origins: &[[u8; STATES.len()]], last: u8) -> Vec<Segment> {
        let mut segments: Vec<Segment> = Vec::new();
        let mut state = last;
        let mut end = self.text_bytes;
        for (run, origin) in self.runs.iter().zip(origins).rev() {
            let (mode, eci) = STATES[usize::from(state)];
            let units = if mode == Mode::Byte { end - run.start } else { run.characters };
            match segments.last_mut() {
                Some(segment) if (segment.mode, segment.eci) == (mode, eci) => {
                    segment.range.start = run.start;
                    segment.count += units;
                }
                _ => segments.push(Segment { mode, eci, range: run.start..end, count: units }),
            }
            state = origin[usize::from(state)];
            end = run.start;
        }
        segments.reverse();
        segments
    }
}

/// The cheapest way to start a segment under each ECI: its cost, and the previous state.
type Starts = [(u64, u8); 3];

const DECLARED: u64 = 6 * ECI_BITS;
const FIRST_STARTS: Starts = [(0, 0), (DECLARED, 0), (DECLARED, 0)];

fn next_starts(costs: &Costs, active: &Range<u8>) -> Starts {
    if *active == ASCII_STATES {
        return [cheapest(costs, ASCII_STATES), (IMPOSSIBLE, 0), (IMPOSSIBLE, 0)];
    }
    let [undeclared, utf8, shift_jis] = [NO_ECI, UTF8, SHIFT_JIS].map(|states| cheapest(costs, states));
    [undeclared, utf8.min((shift_jis.0 + DECLARED, shift_jis.1)), shift_jis.min((utf8.0 + DECLARED, utf8.1))]
}

/// The cheapest of some states after its segment has ended, on a whole number of bits.
fn cheapest(costs: &Costs, states: Range<u8>) -> (u64, u8) {
    let ended = states.map(|state| (costs[usize::from(state)].next_multiple_of(6), state));
    ended.min().unwrap_or((IMPOSSIBLE, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments(text: &str) -> Vec<(Mode, Eci, &str)> {
        let segments = Runs::of(text).segment(VersionClass::To9).segments;
        segments.into_iter().map(|s| (s.mode, s.eci, &text[s.range])).collect()
    }

    #[test]
    fn modes_and_ecis_are_chosen_for_the_fewest_bits() {
        use Eci::{None, ShiftJis, Utf8};
        use Mode::{Alphanumeric, Byte, Kanji, Numeric};
        assert_eq!(segments(""), []);
        assert_eq!(segments("0123"), [(Numeric, None, "0123")]);
        assert_eq!(segments("ABC1"), [(Alphanumeric, None, "ABC1")]);
        assert_eq!(segments("abc"), [(Byte, None, "abc")]);
        assert_eq!(segments("abc012345678"), [(Byte, None, "abc"), (Numeric, None, "012345678")]);
        assert_eq!(segments("日本語"), [(Kanji, None, "日本語")]);
        assert_eq!(segments("café"), [(Byte, Utf8, "café")]);
        assert_eq!(segments("日本語文字列é"), [(Kanji, ShiftJis, "日本語文字列"), (Byte, Utf8, "é")]);
        // In Shift JIS a backslash is a yen sign: it is neither written in that set, nor undeclared next to kanji.
        assert_eq!(segments("日本語\\"), [(Kanji, ShiftJis, "日本語"), (Byte, Utf8, "\\")]);
        assert_eq!(segments("日~"), [(Byte, Utf8, "日~")]);
        assert_eq!(segments("日本語文字列\\é"), [(Kanji, ShiftJis, "日本語文字列"), (Byte, Utf8, "\\é")]);
    }
}
