//! The cut of a text that takes the fewest bits.
//!
//! A dynamic programme over runs of like characters: for each run and each way to write it, the cheapest way to come
//! there. Not here: how segments are written (`segment`).

use core::ops::Range;

use super::{Eci, Mode, Segment, Segmentation, VersionClass};
use crate::kanji;

/// Bits of an announcement: the mode indicator and an assignment number below 128.
const ECI_BITS: u64 = 12;

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
/// Which of them have which announcement.
const UNANNOUNCED: Range<u8> = 0..4;
const ANNOUNCED_STATES: Range<u8> = 4..11;
const UTF8: Range<u8> = 4..7;
const SHIFT_JIS: Range<u8> = 7..11;
/// Those that an ASCII text can use.
const ASCII_STATES: Range<u8> = 0..3;

/// Costs are counted in sixths of a bit: three digits share ten bits, two alphanumeric characters share eleven.
type Costs = [u64; STATES.len()];

/// More than any text costs, and far from overflow.
const IMPOSSIBLE: u64 = u64::MAX / 4;

/// Characters that take the same in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Digit,
    Alphanumeric,
    Ascii,
    /// Shift JIS has the yen sign and the overline in the places of backslash and tilde.
    Disputed,
    /// Of so many bytes in UTF-8.
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

    /// What a character takes in each state.
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

/// Neighbours of one kind. No best cut goes through them: where it did, the state that takes fewer bits for such a
/// character could take over another one.
struct Run {
    kind: Kind,
    /// Where it starts in the text, in bytes.
    start: usize,
    characters: usize,
}

/// A text as it is cut.
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

    /// No cut takes fewer bits.
    pub(crate) fn least_bits(&self) -> u64 {
        let least = |run: &Run| run.characters as u64 * run.kind.costs().into_iter().min().unwrap_or(0);
        self.runs.iter().map(least).sum::<u64>() / 6
    }

    /// The cut that takes the fewest bits in versions of this class.
    pub(crate) fn segment(&self, class: VersionClass) -> Segmentation {
        let active = self.active_states();
        let headers = STATES.map(|(mode, _)| 6 * (4 + mode.count_bits(class) as u64));
        let mut costs = [IMPOSSIBLE; STATES.len()];
        let mut starts = FIRST_STARTS;
        // For each run and each state that it may be in, the state of the run before.
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

    /// The states that a cut of this text may use. Without an announcement what is not ASCII has to be kanji, beside which
    /// backslash and tilde would be read as Shift JIS.
    fn active_states(&self) -> Range<u8> {
        let has = |is_kind: fn(&Kind) -> bool| self.runs.iter().any(|run| is_kind(&run.kind));
        if !has(|kind| matches!(kind, Kind::Other { .. })) {
            ASCII_STATES
        } else if has(|kind| *kind == Kind::Disputed) {
            ANNOUNCED_STATES
        } else {
            0..ANNOUNCED_STATES.end
        }
    }

    /// The way back from the last run's state.
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

/// The cheapest way to come to the start of a segment under each announcement: its cost, and the state before it.
type Starts = [(u64, u8); 3];

const ANNOUNCED: u64 = 6 * ECI_BITS;
const FIRST_STARTS: Starts = [(0, 0), (ANNOUNCED, 0), (ANNOUNCED, 0)];

fn next_starts(costs: &Costs, active: &Range<u8>) -> Starts {
    if *active == ASCII_STATES {
        return [cheapest(costs, ASCII_STATES), (IMPOSSIBLE, 0), (IMPOSSIBLE, 0)];
    }
    let [unannounced, utf8, shift_jis] = [UNANNOUNCED, UTF8, SHIFT_JIS].map(|states| cheapest(costs, states));
    [
        unannounced,
        utf8.min((shift_jis.0 + ANNOUNCED, shift_jis.1)),
        shift_jis.min((utf8.0 + ANNOUNCED, utf8.1)),
    ]
}

/// The cheapest of some states after its segment has ended, on a whole number of bits.
fn cheapest(costs: &Costs, states: Range<u8>) -> (u64, u8) {
    let ended = states.map(|state| (costs[usize::from(state)].next_multiple_of(6), state));
    ended.min().unwrap_or((IMPOSSIBLE, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(Mode, Eci, &str)> {
        let segments = Runs::of(text).segment(VersionClass::To9).segments;
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
        // In Shift JIS a backslash is a yen sign: it is not left to that set, nor unannounced beside kanji.
        assert_eq!(cut("日本語\\"), [(Kanji, ShiftJis, "日本語"), (Byte, Utf8, "\\")]);
        assert_eq!(cut("日~"), [(Byte, Utf8, "日~")]);
        assert_eq!(cut("日本語文字列\\é"), [(Kanji, ShiftJis, "日本語文字列"), (Byte, Utf8, "\\é")]);
    }
}
