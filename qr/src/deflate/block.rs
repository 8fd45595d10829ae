//! Tokens as bits: the alphabets, their code lengths, and the single block that holds the tokens (RFC 1951, 3.2.5 to
//! 3.2.7).

use super::huffman::{code_lengths, codes};
use super::picture::{LONGEST_MATCH, SHORTEST_MATCH, Token};

const LITERALS: usize = 286;
const DISTANCES: usize = 30;
const END_OF_BLOCK: usize = 256;
const LONGEST_MATCH_SYMBOL: usize = 285;
/// The longest code for literals, lengths and distances, and for the code lengths themselves.
const LONGEST_CODE: u8 = 15;
const LONGEST_LENGTH_CODE: u8 = 7;
/// The order in which the lengths of the code length codes are stored.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// A symbol of an alphabet and the extra bits that follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Extended {
    symbol: usize,
    extra_bits: u32,
    extra: usize,
}

fn length_symbol(length: usize) -> Extended {
    if length == LONGEST_MATCH {
        return Extended { symbol: LONGEST_MATCH_SYMBOL, extra_bits: 0, extra: 0 };
    }
    bucket(length - SHORTEST_MATCH, 4, 257)
}

fn distance_symbol(distance: usize) -> Extended {
    bucket(distance - 1, 2, 0)
}

/// Both tables of the format grow the same way: `per_doubling` symbols for each additional extra bit.
fn bucket(value: usize, per_doubling: usize, first: usize) -> Extended {
    if value < 2 * per_doubling {
        return Extended { symbol: first + value, extra_bits: 0, extra: 0 };
    }
    let extra_bits = value.ilog2() - per_doubling.ilog2();
    let symbol = first + extra_bits as usize * per_doubling + (value >> extra_bits);
    Extended { symbol, extra_bits, extra: value & ((1 << extra_bits) - 1) }
}

/// Bits that each symbol takes; zero for unused ones.
pub(super) struct Lengths {
    literals: [u8; LITERALS],
    distances: [u8; DISTANCES],
}

impl Lengths {
    /// Typical of pictures of modules with lines of this length.
    pub(super) fn typical(line_length: usize) -> Self {
        let mut lengths = Self { literals: [7; LITERALS], distances: [5; DISTANCES] };
        lengths.literals[0x00] = 1;
        lengths.literals[0xFF] = 2;
        // Seven to nine bytes.
        lengths.literals[261..264].fill(5);
        // Repeated lines.
        lengths.literals[279..LONGEST_MATCH_SYMBOL].fill(5);
        lengths.literals[LONGEST_MATCH_SYMBOL] = 4;
        lengths.distances[0] = 2;
        lengths.distances[distance_symbol(line_length).symbol] = 1;
        lengths
    }

    /// Optimal for these tokens.
    pub(super) fn of(tokens: &[Token]) -> Self {
        let mut literals = [0_u32; LITERALS];
        let mut distances = [0_u32; DISTANCES];
        literals[END_OF_BLOCK] = 1;
        for token in tokens {
            match *token {
                Token::Byte(byte) => literals[usize::from(byte)] += 1,
                Token::Match { length, distance } => {
                    literals[length_symbol(usize::from(length)).symbol] += 1;
                    distances[distance_symbol(usize::from(distance)).symbol] += 1;
                }
            }
        }
        let mut lengths = Self { literals: [0; LITERALS], distances: [0; DISTANCES] };
        code_lengths(&literals, LONGEST_CODE, &mut lengths.literals);
        code_lengths(&distances, LONGEST_CODE, &mut lengths.distances);
        lengths
    }

    /// Bits of a literal.
    pub(super) fn byte_bits(&self, byte: u8) -> u32 {
        u32::from(self.literals[usize::from(byte)])
    }

    /// Bits of a match length, for each length.
    pub(super) fn length_bits(&self) -> [u32; LONGEST_MATCH + 1] {
        let mut bits = [0; LONGEST_MATCH + 1];
        let mut shortest = SHORTEST_MATCH;
        while shortest < LONGEST_MATCH {
            // All lengths that share a symbol at once.
            let Extended { symbol, extra_bits, .. } = length_symbol(shortest);
            let next = shortest + (1 << extra_bits);
            bits[shortest..next].fill(u32::from(self.literals[symbol]) + extra_bits);
            shortest = next;
        }
        bits[LONGEST_MATCH] = u32::from(self.literals[LONGEST_MATCH_SYMBOL]);
        bits
    }

    /// Bits of a match distance.
    pub(super) fn distance_bits(&self, distance: usize) -> u32 {
        let Extended { symbol, extra_bits, .. } = distance_symbol(distance);
        u32::from(self.distances[symbol]) + extra_bits
    }
}

/// Writes bits in DEFLATE's order: least significant first.
pub(super) struct BlockWriter {
    bytes: Vec<u8>,
    pending: usize,
    count: u32,
}

impl BlockWriter {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, pending: 0, count: 0 }
    }

    /// The bytes; the last one is padded with zeros.
    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        self.push(0, 7);
        self.bytes
    }

    fn push(&mut self, value: usize, count: u32) {
        self.pending |= value << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.pending.to_le_bytes()[0]);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    fn push_code(&mut self, symbol: usize, codes: &[u16], lengths: &[u8]) {
        self.push(usize::from(codes[symbol]), u32::from(lengths[symbol]));
    }

    /// Writes all tokens as one block with its own codes, the last of the stream.
    pub(super) fn write(&mut self, tokens: &[Token], lengths: &Lengths) {
        self.write_lengths(lengths);
        let literals = codes(&lengths.literals);
        let distances = codes(&lengths.distances);
        for token in tokens {
            match *token {
                Token::Byte(byte) => self.push_code(usize::from(byte), &literals, &lengths.literals),
                Token::Match { length, distance } => {
                    let Extended { symbol, extra_bits, extra } = length_symbol(usize::from(length));
                    self.push_code(symbol, &literals, &lengths.literals);
                    self.push(extra, extra_bits);
                    let Extended { symbol, extra_bits, extra } = distance_symbol(usize::from(distance));
                    self.push_code(symbol, &distances, &lengths.distances);
                    self.push(extra, extra_bits);
                }
            }
        }
        self.push_code(END_OF_BLOCK, &literals, &lengths.literals);
    }

    fn write_lengths(&mut self, lengths: &Lengths) {
        let count = |lengths: &[u8], least: usize| {
            lengths.iter().rposition(|length| *length > 0).map_or(least, |last| (last + 1).max(least))
        };
        let literals = count(&lengths.literals, END_OF_BLOCK + 1);
        let distances = count(&lengths.distances, 1);
        let encoded = run_lengths(&[&lengths.literals[..literals], &lengths.distances[..distances]].concat());
        let mut counts = [0; ORDER.len()];
        encoded.iter().for_each(|extended| counts[extended.symbol] += 1);
        let mut length_code_lengths = [0; ORDER.len()];
        code_lengths(&counts, LONGEST_LENGTH_CODE, &mut length_code_lengths);
        let length_codes = codes(&length_code_lengths);
        let ordered = count(&ORDER.map(|symbol| length_code_lengths[symbol]), 4);

        const LAST_BLOCK_WITH_CODES: usize = 0b101;
        self.push(LAST_BLOCK_WITH_CODES, 3);
        self.push(literals - 257, 5);
        self.push(distances - 1, 5);
        self.push(ordered - 4, 4);
        ORDER[..ordered].iter().for_each(|symbol| self.push(usize::from(length_code_lengths[*symbol]), 3));
        for Extended { symbol, extra_bits, extra } in encoded {
            self.push_code(symbol, &length_codes, &length_code_lengths);
            self.push(extra, extra_bits);
        }
    }
}

/// Code lengths, run-length encoded: 16 repeats the previous one, 17 and 18 stand for zeros.
fn run_lengths(lengths: &[u8]) -> Vec<Extended> {
    let mut encoded = Vec::new();
    for run in lengths.chunk_by(|a, b| a == b) {
        let once = Extended { symbol: usize::from(run[0]), extra_bits: 0, extra: 0 };
        let (mut left, longest) = if run[0] == 0 { (run.len(), 138) } else { (run.len() - 1, 6) };
        if run[0] != 0 {
            encoded.push(once);
        }
        while left >= 3 {
            let count = left.min(longest);
            encoded.push(match (run[0], count) {
                (0, 11..) => Extended { symbol: 18, extra_bits: 7, extra: count - 11 },
                (0, _) => Extended { symbol: 17, extra_bits: 3, extra: count - 3 },
                _ => Extended { symbol: 16, extra_bits: 2, extra: count - 3 },
            });
            left -= count;
        }
        encoded.extend((0..left).map(|_| once));
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_and_distance_symbols_match_the_rfc() {
        let parts = |Extended { symbol, extra_bits, extra }| (symbol, extra_bits, extra);
        assert_eq!(
            [3, 10, 11, 12, 257, 258].map(|length| parts(length_symbol(length))),
            [(257, 0, 0), (264, 0, 0), (265, 1, 0), (265, 1, 1), (284, 5, 30), (285, 0, 0)]
        );
        assert_eq!(
            [1, 4, 5, 7, 38, 186].map(|distance| parts(distance_symbol(distance))),
            [(0, 0, 0), (3, 0, 0), (4, 1, 0), (5, 1, 0), (10, 4, 5), (14, 6, 57)]
        );
    }
}
