//! A compressor for pictures of modules (RFC 1951), and the checksum of its container (RFC 1950).
//!
//! Such a picture is a list of bands: the same line of bytes, each 0x00 or 0xFF, many times. So three kinds of pieces
//! say it all: a byte, a run (a match one byte back), and "as in the line above" (a match one line back). A dynamic
//! programme finds the cheapest pieces for given code lengths, and code lengths and pieces are improved in turn. Not
//! here: compressing anything else, and taking it apart again (`inflate`).

use crate::huffman::{code_lengths, codes};

/// A line and how often it is repeated. Neighbouring bands differ.
pub(crate) struct Band {
    pub(crate) line: Vec<u8>,
    pub(crate) repeats: usize,
}

/// Symbols of the literal and length alphabet.
const LITERALS: usize = 286;
const DISTANCES: usize = 30;
const END: usize = 256;
const LONGEST_MATCH: usize = 258;
const SHORTEST_MATCH: usize = 3;
/// How often pieces and code lengths are improved. More gains less than a byte.
const ROUNDS: usize = 4;

/// First length of each length symbol from 257 on, and its extra bits (RFC 1951, 3.2.5).
fn length_symbol(length: usize) -> (usize, u32, usize) {
    if length == LONGEST_MATCH {
        return (285, 0, 0);
    }
    bucket(length - SHORTEST_MATCH, 4, 257)
}

/// Symbol, number of extra bits, extra bits of a distance.
fn distance_symbol(distance: usize) -> (usize, u32, usize) {
    bucket(distance - 1, 2, 0)
}

/// Both tables of the format grow in the same way: `per_doubling` symbols for each further extra bit.
fn bucket(value: usize, per_doubling: usize, first: usize) -> (usize, u32, usize) {
    if value < 2 * per_doubling {
        return (first + value, 0, 0);
    }
    let extra_bits = value.ilog2() - per_doubling.ilog2();
    let lead = value >> extra_bits;
    let symbol = first + extra_bits as usize * per_doubling + lead;
    (symbol, extra_bits, value & ((1 << extra_bits) - 1))
}

/// A piece of the compressed picture.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Piece {
    Byte(u8),
    Match { length: usize, distance: usize },
}

/// Bits that each symbol takes; zero for one that is not used.
struct Lengths {
    literals: [u8; LITERALS],
    distances: [u8; DISTANCES],
}

impl Lengths {
    /// A guess to start from: bytes are cheap, the rest is not.
    fn guess() -> Self {
        let mut lengths = Self { literals: [6; LITERALS], distances: [1; DISTANCES] };
        lengths.literals[0x00] = 2;
        lengths.literals[0xFF] = 2;
        lengths.literals[285] = 4;
        lengths
    }

    fn of(pieces: &[Piece]) -> Self {
        let mut literals = [0_u32; LITERALS];
        let mut distances = [0_u32; DISTANCES];
        literals[END] = 1;
        for piece in pieces {
            match *piece {
                Piece::Byte(byte) => literals[usize::from(byte)] += 1,
                Piece::Match { length, distance } => {
                    literals[length_symbol(length).0] += 1;
                    distances[distance_symbol(distance).0] += 1;
                }
            }
        }
        let mut lengths = Self { literals: [0; LITERALS], distances: [0; DISTANCES] };
        code_lengths(&literals, 15, &mut lengths.literals);
        code_lengths(&distances, 15, &mut lengths.distances);
        lengths
    }
}

/// How a place in a band was reached.
#[derive(Clone, Copy)]
enum Step {
    Byte,
    Run(usize),
    Above(usize),
    /// From this place in the band before, through all its repeats.
    Repeats(usize),
}

/// What to know of a band while it is compressed.
struct Context<'a> {
    line: &'a [u8],
    repeats: usize,
    /// Bytes at the end that are the same in the band before.
    same_tail: usize,
    /// Bytes at the start that are the same in the next band.
    same_head_below: usize,
    above: &'a [u8],
}

/// The zlib stream of the bands.
pub(crate) fn zlib(bands: &[Band]) -> Vec<u8> {
    let mut lengths = Lengths::guess();
    let mut pieces = Vec::new();
    for _ in 0..ROUNDS {
        pieces = cheapest_pieces(bands, &lengths);
        lengths = Lengths::of(&pieces);
    }
    // Deflate, window of 32 KiB, best compression (RFC 1950, 2.2).
    let mut bits = LowBitWriter { bytes: vec![0x78, 0xDA], pending: 0, count: 0 };
    write_block(&mut bits, &pieces, &lengths);
    let mut bytes = bits.into_bytes();
    bytes.extend(adler32(bands).to_be_bytes());
    bytes
}

fn contexts(bands: &[Band]) -> Vec<Context<'_>> {
    let same = |a: &[u8], b: &[u8]| a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let same_back =
        |a: &[u8], b: &[u8]| a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    (0..bands.len())
        .map(|i| {
            let line = &bands[i].line[..];
            let above = i.checked_sub(1).map_or(&[][..], |above| &bands[above].line[..]);
            Context {
                line,
                repeats: bands[i].repeats,
                same_tail: same_back(line, above),
                same_head_below: bands.get(i + 1).map_or(0, |below| same(line, &below.line)),
                above,
            }
        })
        .collect()
}

/// The pieces that take the fewest bits with these code lengths.
fn cheapest_pieces(bands: &[Band], lengths: &Lengths) -> Vec<Piece> {
    let contexts = contexts(bands);
    let line_length = contexts[0].line.len();
    let costs = Costs::new(lengths, line_length);
    let unreached = (u32::MAX, Step::Byte);
    let mut places = vec![vec![unreached; line_length + 1]; bands.len() + 1];
    places[0][0].0 = 0;
    for (i, band) in contexts.iter().enumerate() {
        let [here, next] = &mut places[i..i + 2] else { unreachable!("there is one more than bands") };
        for at in 0..=line_length {
            let cost = here[at].0;
            if cost == u32::MAX {
                continue;
            }
            let mut reach = |place: usize, more: u32, step: Step| {
                if cost + more < here[place].0 {
                    here[place] = (cost + more, step);
                }
            };
            if at < line_length {
                reach(at + 1, costs.byte(band.line[at]), Step::Byte);
                for length in SHORTEST_MATCH..=band.run_at(at).min(LONGEST_MATCH) {
                    reach(at + length, costs.length[length] + costs.run_distance, Step::Run(length));
                }
                for length in SHORTEST_MATCH..=band.same_above_at(at).min(LONGEST_MATCH) {
                    reach(at + length, costs.length[length] + costs.line_distance, Step::Above(length));
                }
            }
            if at + band.same_tail >= line_length || at == line_length {
                let rest = band.repeats * line_length - at;
                for head in 0..=band.same_head_below {
                    let more: u32 = split(rest + head).map(|l| costs.length[l] + costs.line_distance).sum();
                    if cost + more < next[head].0 {
                        next[head] = (cost + more, Step::Repeats(at));
                    }
                }
            }
        }
    }
    trace(&contexts, &places)
}

impl Context<'_> {
    /// How many bytes from here on are the same as the one before.
    fn run_at(&self, at: usize) -> usize {
        let before = at.checked_sub(1).map(|before| self.line[before]);
        self.line[at..].iter().take_while(|byte| Some(**byte) == before).count()
    }

    /// How many bytes from here on are the same as in the line above.
    fn same_above_at(&self, at: usize) -> usize {
        let above = self.above.get(at..).unwrap_or_default();
        self.line[at..].iter().zip(above).take_while(|(a, b)| a == b).count()
    }
}

/// What pieces cost, by code lengths, in bits.
struct Costs {
    dark: u32,
    light: u32,
    length: [u32; LONGEST_MATCH + 1],
    run_distance: u32,
    line_distance: u32,
}

impl Costs {
    fn new(lengths: &Lengths, line_length: usize) -> Self {
        // A symbol that was not used in the last round may still be worth using: it would get a long code.
        let bits = |length: u8| if length == 0 { 12 } else { u32::from(length) };
        let distance = |distance: usize| {
            let (symbol, extra_bits, _) = distance_symbol(distance);
            bits(lengths.distances[symbol]) + extra_bits
        };
        let mut length = [0; LONGEST_MATCH + 1];
        for (i, cost) in length.iter_mut().enumerate().skip(SHORTEST_MATCH) {
            let (symbol, extra_bits, _) = length_symbol(i);
            *cost = bits(lengths.literals[symbol]) + extra_bits;
        }
        Self {
            dark: bits(lengths.literals[0x00]),
            light: bits(lengths.literals[0xFF]),
            length,
            run_distance: distance(1),
            line_distance: distance(line_length),
        }
    }

    fn byte(&self, byte: u8) -> u32 {
        if byte == 0 { self.dark } else { self.light }
    }
}

/// A long match in as few matches as hold it.
fn split(length: usize) -> impl Iterator<Item = usize> {
    // No match is shorter than three: the last two share what is left.
    let short = length % LONGEST_MATCH;
    let borrowed = if (1..SHORTEST_MATCH).contains(&short) { SHORTEST_MATCH - short } else { 0 };
    let count = length.div_ceil(LONGEST_MATCH);
    (0..count).map(move |i| match count - 1 - i {
        0 if short == 0 => LONGEST_MATCH,
        0 => short + borrowed,
        1 => LONGEST_MATCH - borrowed,
        _ => LONGEST_MATCH,
    })
}

/// The pieces of the cheapest way, found from its end.
fn trace(contexts: &[Context<'_>], places: &[Vec<(u32, Step)>]) -> Vec<Piece> {
    let line_length = contexts[0].line.len();
    let mut pieces = Vec::new();
    let (mut band, mut at) = (contexts.len(), 0);
    while (band, at) != (0, 0) {
        match places[band][at].1 {
            Step::Byte => {
                at -= 1;
                pieces.push(Piece::Byte(contexts[band].line[at]));
            }
            Step::Run(length) => {
                at -= length;
                pieces.push(Piece::Match { length, distance: 1 });
            }
            Step::Above(length) => {
                at -= length;
                pieces.push(Piece::Match { length, distance: line_length });
            }
            Step::Repeats(from) => {
                band -= 1;
                let whole = contexts[band].repeats * line_length - from + at;
                pieces.extend(split(whole).map(|length| Piece::Match { length, distance: line_length }));
                at = from;
            }
        }
    }
    pieces.reverse();
    pieces
}

/// One block with its own codes (RFC 1951, 3.2.7), the last one.
fn write_block(bits: &mut LowBitWriter, pieces: &[Piece], lengths: &Lengths) {
    const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    let used = |lengths: &[u8], least: usize| {
        lengths.iter().rposition(|length| *length > 0).map_or(least, |last| (last + 1).max(least))
    };
    let literals = used(&lengths.literals, END + 1);
    let distances = used(&lengths.distances, 1);
    let told = run_lengths(&[&lengths.literals[..literals], &lengths.distances[..distances]].concat());
    let mut counts = [0; 19];
    told.iter().for_each(|(symbol, ..)| counts[*symbol] += 1);
    let mut told_lengths = [0; 19];
    code_lengths(&counts, 7, &mut told_lengths);
    let told_codes = codes(&told_lengths);
    let orders = ORDER.iter().rposition(|s| told_lengths[*s] > 0).map_or(4, |last| (last + 1).max(4));

    bits.push(0b101, 3);
    bits.push(literals - 257, 5);
    bits.push(distances - 1, 5);
    bits.push(orders - 4, 4);
    ORDER[..orders].iter().for_each(|symbol| bits.push(usize::from(told_lengths[*symbol]), 3));
    for (symbol, extra_bits, extra) in told {
        bits.push(usize::from(told_codes[symbol]), u32::from(told_lengths[symbol]));
        bits.push(extra, extra_bits);
    }

    let literal_codes = codes(&lengths.literals);
    let distance_codes = codes(&lengths.distances);
    let literal = |bits: &mut LowBitWriter, s: usize| {
        bits.push(usize::from(literal_codes[s]), u32::from(lengths.literals[s]))
    };
    for piece in pieces {
        match *piece {
            Piece::Byte(byte) => literal(bits, usize::from(byte)),
            Piece::Match { length, distance } => {
                let (symbol, extra_bits, extra) = length_symbol(length);
                literal(bits, symbol);
                bits.push(extra, extra_bits);
                let (symbol, extra_bits, extra) = distance_symbol(distance);
                bits.push(usize::from(distance_codes[symbol]), u32::from(lengths.distances[symbol]));
                bits.push(extra, extra_bits);
            }
        }
    }
    literal(bits, END);
}

/// Code lengths as symbols with extra bits: 16 repeats the one before, 17 and 18 are zeros (RFC 1951, 3.2.7).
fn run_lengths(lengths: &[u8]) -> Vec<(usize, u32, usize)> {
    let mut told = Vec::new();
    for run in lengths.chunk_by(|a, b| a == b) {
        let mut left = run.len();
        if run[0] == 0 {
            while left >= 3 {
                let count = left.min(138);
                told.push(if count < 11 { (17, 3, count - 3) } else { (18, 7, count - 11) });
                left -= count;
            }
        } else {
            told.push((usize::from(run[0]), 0, 0));
            left -= 1;
            while left >= 3 {
                let count = left.min(6);
                told.push((16, 2, count - 3));
                left -= count;
            }
        }
        told.extend((0..left).map(|_| (usize::from(run[0]), 0, 0)));
    }
    told
}

/// Bits in the order of deflate: lowest first.
struct LowBitWriter {
    bytes: Vec<u8>,
    pending: u64,
    count: u32,
}

impl LowBitWriter {
    fn push(&mut self, value: usize, count: u32) {
        self.pending |= (value as u64) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push((self.pending & 0xFF) as u8);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    fn into_bytes(mut self) -> Vec<u8> {
        self.push(0, 7);
        self.bytes
    }
}

/// The checksum of RFC 1950, 8.2, of all bands: a line is summed up once, however often it is repeated.
fn adler32(bands: &[Band]) -> u32 {
    const MODULUS: u64 = 65_521;
    let (mut a, mut b) = (1, 0);
    for band in bands {
        let length = band.line.len() as u64;
        let sum: u64 = band.line.iter().map(|byte| u64::from(*byte)).sum();
        let weighted: u64 =
            (0..length).rev().zip(&band.line).map(|(left, byte)| (left + 1) * u64::from(*byte)).sum();
        for _ in 0..band.repeats {
            b = (b + length * a + weighted) % MODULUS;
            a = (a + sum) % MODULUS;
        }
    }
    (b << 16 | a) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inflate::inflate_zlib;
    use proptest::prelude::*;

    fn plain(bands: &[Band]) -> Vec<u8> {
        bands.iter().flat_map(|band| band.line.repeat(band.repeats)).collect()
    }

    /// What the best general compressor makes of it.
    fn zopfli_size(bytes: &[u8]) -> usize {
        let mut out = Vec::new();
        zopfli::compress(zopfli::Options::default(), zopfli::Format::Zlib, bytes, &mut out).unwrap();
        out.len()
    }

    #[test]
    fn nearly_as_small_as_the_best() {
        for text in
            ["1", "https://example.org", "BEGIN:VCARD\nFN:Ada Lovelace\nTEL:+44 20 7946 0123\nEND:VCARD"]
        {
            for level in crate::Level::ALL {
                let symbol = crate::Symbol::encode(text, level).unwrap();
                let bands = crate::png::bands(&symbol);
                let (ours, best) = (zlib(&bands).len(), zopfli_size(&plain(&bands)));
                assert!(20 * ours <= 21 * best, "{symbol:?}: {ours} bytes, the best is {best}");
            }
        }
    }

    proptest! {
        #[test]
        fn comes_out_as_it_went_in(
            line_length in 10_usize..200,
            lines in prop::collection::vec((any::<u64>(), 0..8_u64, 1_usize..40), 1..40),
        ) {
            let mut bands: Vec<Band> = Vec::new();
            for (seed, dark, repeats) in lines {
                let module = |x: u64| seed.wrapping_mul(2 * x + 1) >> 7 & 7;
                let modules = (0..line_length as u64).map(|x| if module(x) < dark { 0 } else { 0xFF });
                let line: Vec<u8> = core::iter::once(0).chain(modules).collect();
                if bands.last().is_none_or(|band| band.line != line) {
                    bands.push(Band { line, repeats: 8 * repeats });
                }
            }
            let bytes = plain(&bands);
            prop_assert_eq!(inflate_zlib(&zlib(&bands), bytes.len()), Ok(bytes));
        }
    }

    #[test]
    fn buckets_of_the_format() {
        assert_eq!(
            [3, 10, 11, 12, 257, 258].map(length_symbol),
            [(257, 0, 0), (264, 0, 0), (265, 1, 0), (265, 1, 1), (284, 5, 30), (285, 0, 0)]
        );
        assert_eq!(
            [1, 4, 5, 7, 38, 186].map(distance_symbol),
            [(0, 0, 0), (3, 0, 0), (4, 1, 0), (5, 1, 0), (10, 4, 5), (14, 6, 57)]
        );
        for length in SHORTEST_MATCH..3000 {
            let parts: Vec<usize> = split(length).collect();
            assert_eq!(parts.iter().sum::<usize>(), length);
            assert!(parts.iter().all(|part| (SHORTEST_MATCH..=LONGEST_MATCH).contains(part)));
        }
    }
}
