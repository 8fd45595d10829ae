//! Finds repetitions in a picture's lines.
//!
//! Only matches that are worth their bits: with two byte values of one or two bits each, that takes a long match.

use super::line::Line;
use super::picture::{Picture, small};

/// A match in the first line of a band.
#[derive(Debug, Clone, Copy)]
pub(super) struct Match {
    /// Where it begins, in bytes from the start of the line.
    pub(super) place: u16,
    pub(super) length: u16,
    pub(super) distance: u16,
}

/// Shorter ones take more bits than their bytes.
const SHORTEST: usize = 8;

/// How far to search, as a share of a line: back in the same line, and to both sides of the same position in the line
/// above. Searching further takes longer and gains little.
const REACH_SHARE: usize = 6;

/// The matches in the first line of each band, by position; of two at one position, the longer has the greater
/// distance.
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

/// Where runs of `SHORTEST` ones begin.
fn starts(ones: &Line) -> Line {
    let twice = |starts: Line, count: usize| starts.and(&starts.down(count));
    [1, 2, SHORTEST / 2].into_iter().fold(*ones, twice)
}
