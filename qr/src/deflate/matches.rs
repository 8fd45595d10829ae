//! What of a picture's lines is like something before it.
//!
//! Only what is worth its bits: with two bytes of one or two bits each, that takes a long match.

use super::line::Line;
use super::picture::{Picture, small};

/// A match in the first line of a band.
#[derive(Debug, Clone, Copy)]
pub(super) struct Match {
    /// Where it begins, in bytes from the line's start.
    pub(super) place: u16,
    pub(super) length: u16,
    pub(super) distance: u16,
}

/// Shorter ones take more bits than their bytes.
const SHORTEST: usize = 8;

/// Matches are looked for so far back in the same line, and so far to both sides of the same place in the line above:
/// this share of a line. More takes longer and gains little.
const REACH_SHARE: usize = 6;

/// The matches in the first line of each band, in the order of their places, the longer of two the further away.
pub(super) fn matches(picture: &Picture) -> Vec<Vec<Match>> {
    let length = picture.line_length;
    let reach = length / REACH_SHARE;
    let all = Line::ones(length);
    let from = |start: usize| all.and_not(&Line::ones(start));
    let mut longest = vec![0; length];
    let above = core::iter::once(None).chain(picture.bands.iter().map(|band| Some(&band.line)));
    let in_band = |(line, above): (&Line, Option<&Line>)| {
        let mut matches = Vec::new();
        longest.fill(0);
        let mut look = |same: Line, distance: usize| {
            for place in starts(&same).set_bits() {
                let length = same.ones_from(place);
                if length > longest[place] {
                    longest[place] = length;
                    let (place, length) = (small(place), small(length));
                    matches.push(Match { place, length, distance: small(distance) });
                }
            }
        };
        for distance in 1..=reach {
            look(line.same(&line.up(distance)).and(&from(distance)), distance);
        }
        if let Some(above) = above {
            for left in (1..=reach).rev() {
                look(line.same(&above.down(left)).and(&Line::ones(length - left)), length - left);
            }
            for right in 0..=reach {
                look(line.same(&above.up(right)).and(&from(right)), length + right);
            }
        }
        matches.sort_by_key(|found| found.place);
        matches
    };
    picture.bands.iter().map(|band| &band.line).zip(above).map(in_band).collect()
}

/// Where `SHORTEST` ones begin.
fn starts(ones: &Line) -> Line {
    let twice = |starts: Line, count: usize| starts.and(&starts.down(count));
    [1, 2, SHORTEST / 2].into_iter().fold(*ones, twice)
}
