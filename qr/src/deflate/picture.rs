//! The input of the compressor, and the tokens of its output.

use super::line::Line;

/// A picture as lines of bytes, each 0x00 or 0xFF.
pub(crate) struct Picture {
    /// In bytes, at most 192.
    pub(crate) line_length: usize,
    /// Neighbouring bands differ.
    pub(crate) bands: Vec<Band>,
}

/// A line and how often it is repeated.
pub(crate) struct Band {
    pub(crate) line: Line,
    pub(crate) repeats: usize,
}

pub(super) const SHORTEST_MATCH: usize = 3;
pub(super) const LONGEST_MATCH: usize = 258;

/// A literal or a match (LZ77).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    Byte(u8),
    Match { length: u16, distance: u16 },
}

/// Positions, lengths and distances are below 400.
pub(super) fn small(value: usize) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}

#[cfg(test)]
impl Picture {
    /// The uncompressed bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let byte = |line: &Line, at: usize| if line.get(at) { 0xFF } else { 0x00 };
        let line = |band: &Band| (0..self.line_length).map(|at| byte(&band.line, at)).collect::<Vec<u8>>();
        self.bands.iter().flat_map(|band| line(band).repeat(band.repeats)).collect()
    }
}
