//! The search for the pieces that say a picture in the fewest bits, for given code lengths.
//!
//! Places are those in the first line of each band: all further lines of a band are one long match, which may begin
//! in the first line's tail (if that is the same one line above) and reach into the next band's head.

use super::block::Lengths;
use super::{Band, LONGEST_MATCH, Piece, SHORTEST_MATCH};

/// How a place was reached: from how many bytes before in the same line, or from another band.
#[derive(Clone, Copy)]
enum Step {
    Byte,
    Run(u16),
    Above(u16),
    /// From this place in the band before, through all its repeats.
    Repeats(u16),
}

/// The cheapest way to a place, in bits.
#[derive(Clone, Copy)]
struct Way {
    bits: u32,
    step: Step,
}

const UNREACHED: Way = Way { bits: u32::MAX, step: Step::Byte };

/// What can be matched at a place, in bytes.
#[derive(Clone, Copy, Default)]
struct Matches {
    /// The same as the byte before.
    run: u16,
    /// The same as one line above.
    above: u16,
}

pub(super) struct Search<'a> {
    bands: &'a [Band],
    line_length: usize,
    /// By band, then by place; one place more than bytes, and for ways one band more.
    matches: Vec<Matches>,
    ways: Vec<Way>,
}

impl<'a> Search<'a> {
    pub(super) fn new(bands: &'a [Band]) -> Self {
        let line_length = bands.first().map_or(0, |band| band.line.len());
        let places = line_length + 1;
        let mut matches = vec![Matches::default(); bands.len() * places];
        for (i, band) in bands.iter().enumerate() {
            let above = i.checked_sub(1).map(|above| &bands[above].line);
            for at in (0..line_length).rev() {
                let next = matches[i * places + at + 1];
                let here = band.line[at];
                let is_run = at > 0 && band.line[at - 1] == here;
                let is_above = above.is_some_and(|above| above[at] == here);
                matches[i * places + at] = Matches {
                    run: if is_run { next.run + 1 } else { 0 },
                    above: if is_above { next.above + 1 } else { 0 },
                };
            }
        }
        Self { bands, line_length, matches, ways: vec![UNREACHED; (bands.len() + 1) * places] }
    }

    /// The pieces that take the fewest bits with these code lengths.
    pub(super) fn cheapest(&mut self, lengths: &Lengths) -> Vec<Piece> {
        let places = self.line_length + 1;
        let bits = Bits::new(lengths, self.line_length);
        self.ways.fill(UNREACHED);
        self.ways[0].bits = 0;
        for (i, band) in self.bands.iter().enumerate() {
            let (here, below) = self.ways[i * places..].split_at_mut(places);
            let matches = &self.matches[i * places..][..places];
            // The last band has none below it: its repeats end where the picture does.
            let head = self.matches.get((i + 1) * places).map_or(0, |first| first.above);
            for (at, from) in (0..places).zip(0_u16..) {
                let Way { bits: so_far, .. } = here[at];
                if so_far == u32::MAX {
                    continue;
                }
                let mut reach = |place: usize, more: u32, step: Step| {
                    if so_far + more < here[place].bits {
                        here[place] = Way { bits: so_far + more, step };
                    }
                };
                if at < self.line_length {
                    reach(at + 1, if band.line[at] == 0 { bits.dark } else { bits.light }, Step::Byte);
                }
                for length in SHORTEST_MATCH..=matches[at].run.min(LONGEST_MATCH) {
                    let more = bits.length[usize::from(length)] + bits.run_distance;
                    reach(at + usize::from(length), more, Step::Run(length));
                }
                for length in SHORTEST_MATCH..=matches[at].above.min(LONGEST_MATCH) {
                    let more = bits.length[usize::from(length)] + bits.line_distance;
                    reach(at + usize::from(length), more, Step::Above(length));
                }
                if at + usize::from(matches[at].above) == self.line_length {
                    let rest = band.repeats * self.line_length - at;
                    for (place, way) in below[..=usize::from(head)].iter_mut().enumerate() {
                        let bits = so_far + bits.repeats(rest + place);
                        if bits < way.bits {
                            *way = Way { bits, step: Step::Repeats(from) };
                        }
                    }
                }
            }
        }
        self.trace()
    }

    /// The pieces of the cheapest way, found from its end.
    fn trace(&self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let (mut band, mut at) = (self.bands.len(), 0);
        while (band, at) != (0, 0) {
            match self.ways[band * (self.line_length + 1) + at].step {
                Step::Byte => {
                    at -= 1;
                    pieces.push(Piece::Byte(self.bands[band].line[at]));
                }
                Step::Run(length) => {
                    at -= usize::from(length);
                    pieces.push(Piece::Match { length, distance: 1 });
                }
                Step::Above(length) => {
                    at -= usize::from(length);
                    pieces.push(Piece::Match { length, distance: self.line_length });
                }
                Step::Repeats(from) => {
                    band -= 1;
                    let from = usize::from(from);
                    for length in split(self.bands[band].repeats * self.line_length - from + at) {
                        pieces.push(Piece::Match { length, distance: self.line_length });
                    }
                    at = from;
                }
            }
        }
        pieces.reverse();
        pieces
    }
}

/// What pieces take, in bits.
struct Bits {
    dark: u32,
    light: u32,
    length: Vec<u32>,
    run_distance: u32,
    line_distance: u32,
}

impl Bits {
    fn new(lengths: &Lengths, line_length: usize) -> Self {
        Self {
            dark: lengths.byte_bits(0x00),
            light: lengths.byte_bits(0xFF),
            length: lengths.length_bits(),
            run_distance: lengths.distance_bits(1),
            line_distance: lengths.distance_bits(line_length),
        }
    }

    /// A long match one line back.
    fn repeats(&self, length: usize) -> u32 {
        split(length).map(|length| self.length[usize::from(length)] + self.line_distance).sum()
    }
}

/// A long match as few matches.
fn split(length: usize) -> impl Iterator<Item = u16> {
    let longest = usize::from(LONGEST_MATCH);
    let mut left = length;
    core::iter::from_fn(move || {
        // No match is shorter than three: the last long one leaves so much.
        let reserve = if left > longest { usize::from(SHORTEST_MATCH) } else { 0 };
        let part = u16::try_from((left - reserve).min(longest)).unwrap_or(LONGEST_MATCH);
        left -= usize::from(part);
        (part > 0).then_some(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_matches_are_split_into_few_valid_ones() {
        for length in 3..2000 {
            let parts: Vec<u16> = split(length).collect();
            assert_eq!(parts.iter().map(|part| usize::from(*part)).sum::<usize>(), length);
            assert!(parts.iter().all(|part| (SHORTEST_MATCH..=LONGEST_MATCH).contains(part)));
            assert_eq!(parts.len(), length.div_ceil(258));
        }
    }
}
