//! The tokens that encode a picture in the fewest bits, for given code lengths.
//!
//! Positions refer to the first line of each band: the remaining lines of a band are one long match, which may begin
//! in the first line's tail (where it equals the line above) and extend into the head of the next band.

use super::block::Lengths;
use super::line::Line;
use super::matches::{self, Match};
use super::picture::{LONGEST_MATCH, Picture, SHORTEST_MATCH, Token, small};

/// The cost in bits of the cheapest path to a position, and in the low bits its last step: the minimum of several is
/// the cheapest.
type CostAndStep = u64;
const BITS_SHIFT: u32 = 32;
const UNREACHED: CostAndStep = CostAndStep::MAX;

/// How a position was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// From the previous byte.
    Byte,
    /// By a match in the same line.
    Match { length: u16, distance: u16 },
    /// From this position in the previous band, through all its repeats.
    Repeats(u16),
}

impl Step {
    /// This step, costing `bits`, appended to a path.
    fn after(self, way: CostAndStep, bits: u32) -> CostAndStep {
        let [low, high] = match self {
            Self::Byte => [0, 0],
            Self::Match { length, distance } => [length, distance],
            Self::Repeats(from) => [from, u16::MAX],
        };
        ((way >> BITS_SHIFT) + u64::from(bits)) << BITS_SHIFT | u64::from(high) << 16 | u64::from(low)
    }

    fn last_of(way: CostAndStep) -> Self {
        let [a, b, c, d, ..] = way.to_le_bytes();
        match (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d])) {
            (_, 0) => Self::Byte,
            (from, u16::MAX) => Self::Repeats(from),
            (length, distance) => Self::Match { length, distance },
        }
    }
}

/// The tokens of a picture that take the fewest bits with these code lengths.
pub(super) fn cheapest(picture: &Picture, lengths: &Lengths) -> Vec<Token> {
    let length = picture.line_length;
    let costs = BitCosts::new(lengths, length);
    // By band, then by position; one more position than bytes, and one more band.
    let mut ways = vec![UNREACHED; (picture.bands.len() + 1) * (length + 1)];
    ways[0] = 0;
    let mut tail = length;
    for (i, (band, matches)) in picture.bands.iter().zip(matches::matches(picture)).enumerate() {
        let (here, below) = ways[i * (length + 1)..].split_at_mut(length + 1);
        relax_line(here, &band.line, &matches, &costs);
        // The last band has none below it: its repeats end with the picture.
        let same = picture.bands.get(i + 1).map(|next| next.line.same(&band.line));
        let head = same.map_or(0, |same| same.ones_from(0).min(length));
        for (from, place) in [(tail, 0), (tail, head), (length, 0), (length, head)] {
            let bits = costs.repeats(band.repeats * length - from + place);
            below[place] = below[place].min(Step::Repeats(small(from)).after(here[from], bits));
        }
        // Where the tail begins that the next line shares with this one.
        tail = same.map_or(0, |same| Line::ones(length).and_not(&same).length());
    }
    trace(picture, &ways)
}

/// Finds the cheapest paths through the first line of a band.
fn relax_line(ways: &mut [CostAndStep], line: &Line, matches: &[Match], costs: &BitCosts<'_>) {
    let mut matches = matches.iter().peekable();
    let mut way = ways[0];
    for at in 0..ways.len() - 1 {
        while let Some(found) = matches.next_if(|found| usize::from(found.place) == at) {
            let Match { length, distance, .. } = *found;
            let reached = &mut ways[at + usize::from(length)];
            *reached = Step::Match { length, distance }.after(way, costs.found(found)).min(*reached);
        }
        way = Step::Byte.after(way, costs.byte[usize::from(line.get(at))]).min(ways[at + 1]);
        ways[at + 1] = way;
    }
}

/// The tokens of the cheapest path, traced back from its end.
fn trace(picture: &Picture, ways: &[CostAndStep]) -> Vec<Token> {
    let length = picture.line_length;
    let mut tokens = Vec::with_capacity(ways.len());
    let (mut band, mut at) = (picture.bands.len(), 0);
    while (band, at) != (0, 0) {
        match Step::last_of(ways[band * (length + 1) + at]) {
            Step::Byte => {
                at -= 1;
                tokens.push(Token::Byte(if picture.bands[band].line.get(at) { 0xFF } else { 0x00 }));
            }
            Step::Match { length, distance } => {
                at -= usize::from(length);
                tokens.push(Token::Match { length, distance });
            }
            Step::Repeats(from) => {
                band -= 1;
                let from = usize::from(from);
                let rest = picture.bands[band].repeats * length - from + at;
                let distance = small(length);
                tokens.extend(split(rest).map(|part| Token::Match { length: small(part), distance }));
                at = from;
            }
        }
    }
    tokens.reverse();
    tokens
}

/// What each token costs, in bits.
struct BitCosts<'a> {
    lengths: &'a Lengths,
    /// 0x00 and 0xFF.
    byte: [u32; 2],
    /// The length of a match.
    length: [u32; LONGEST_MATCH + 1],
    /// The distance of one line.
    line: u32,
}

impl<'a> BitCosts<'a> {
    fn new(lengths: &'a Lengths, line_length: usize) -> Self {
        let byte = [0x00, 0xFF].map(|byte| lengths.byte_bits(byte));
        Self { lengths, byte, length: lengths.length_bits(), line: lengths.distance_bits(line_length) }
    }

    fn found(&self, found: &Match) -> u32 {
        self.length[usize::from(found.length)] + self.lengths.distance_bits(usize::from(found.distance))
    }

    /// A long match one line back.
    fn repeats(&self, length: usize) -> u32 {
        split(length).map(|length| self.length[length] + self.line).sum()
    }
}

/// Splits a long match into as few as possible.
fn split(length: usize) -> impl Iterator<Item = usize> {
    let mut left = length;
    core::iter::from_fn(move || {
        // No match may be shorter than three: the previous one leaves at least that much.
        let reserve = if left > LONGEST_MATCH { SHORTEST_MATCH } else { 0 };
        let part = (left - reserve).min(LONGEST_MATCH);
        left -= part;
        (part > 0).then_some(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_matches_split_into_the_fewest_valid_ones() {
        for length in 3..2000 {
            let parts: Vec<usize> = split(length).collect();
            assert_eq!(parts.iter().sum::<usize>(), length);
            assert!(parts.iter().all(|part| (SHORTEST_MATCH..=LONGEST_MATCH).contains(part)));
            assert_eq!(parts.len(), length.div_ceil(258));
        }
    }
}
