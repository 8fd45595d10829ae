//! Decompresses a zlib stream (RFC 1950, RFC 1951), with bounds and checks.
//!
//! Used for the check before each save, so on the host; browser modules that do not read pictures do not include it.

/// The stream is damaged, or has an unexpected length or checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InflateError;

/// The bytes of a zlib stream that holds exactly `size_bytes` of them.
pub(crate) fn inflate_zlib(stream: &[u8], size_bytes: usize) -> Result<Vec<u8>, InflateError> {
    let (header, rest) = stream.split_at_checked(2).ok_or(InflateError)?;
    let is_deflate = header[0] & 0x0F == 8 && header[1] & 0x20 == 0;
    if !is_deflate || u16::from_be_bytes([header[0], header[1]]) % 31 != 0 {
        return Err(InflateError);
    }
    let mut reader = Reader { bytes: rest, at: 0 };
    let mut out = Vec::with_capacity(size_bytes);
    while !reader.block(&mut out, size_bytes)? {}
    let checksum = rest.get(reader.at.div_ceil(8)..).ok_or(InflateError)?;
    if out.len() != size_bytes || checksum != adler32(&out).to_be_bytes() {
        return Err(InflateError);
    }
    Ok(out)
}

/// Adler-32 (RFC 1950, 8.2).
fn adler32(bytes: &[u8]) -> u32 {
    let (mut a, mut b) = (1_u32, 0_u32);
    // The sums of this many bytes do not overflow.
    for chunk in bytes.chunks(5552) {
        for byte in chunk {
            a += u32::from(*byte);
            b += a;
        }
        a %= 65_521;
        b %= 65_521;
    }
    b << 16 | a
}

/// Codes by length: how many there are, and their symbols in order.
struct Codes {
    counts: [u16; 16],
    symbols: Vec<u16>,
}

impl Codes {
    fn new(lengths: &[u8]) -> Result<Self, InflateError> {
        let mut counts = [0_u16; 16];
        lengths.iter().for_each(|length| counts[usize::from(*length)] += 1);
        counts[0] = 0;
        let free = counts[1..].iter().try_fold(1_i32, |free, count| {
            let free = 2 * free - i32::from(*count);
            (free >= 0).then_some(free)
        });
        free.ok_or(InflateError)?;
        let mut symbols: Vec<(u8, u16)> =
            lengths.iter().copied().zip(0..).filter(|(length, _)| *length > 0).collect();
        symbols.sort_unstable();
        Ok(Self { counts, symbols: symbols.into_iter().map(|(_, symbol)| symbol).collect() })
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    /// In bits.
    at: usize,
}

impl Reader<'_> {
    fn bit(&mut self) -> Result<usize, InflateError> {
        let byte = self.bytes.get(self.at / 8).ok_or(InflateError)?;
        let bit = byte >> (self.at % 8) & 1;
        self.at += 1;
        Ok(usize::from(bit))
    }

    /// A number, least significant bit first.
    fn bits(&mut self, count: usize) -> Result<usize, InflateError> {
        (0..count).try_fold(0, |value, i| Ok(value | self.bit()? << i))
    }

    fn symbol(&mut self, codes: &Codes) -> Result<usize, InflateError> {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in &codes.counts[1..] {
            let count = usize::from(*count);
            code |= self.bit()?;
            if code < first + count {
                return codes.symbols.get(index + code - first).map(|s| usize::from(*s)).ok_or(InflateError);
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        Err(InflateError)
    }

    /// Reads one block; returns whether it was the last.
    fn block(&mut self, out: &mut Vec<u8>, size_bytes: usize) -> Result<bool, InflateError> {
        let is_last = self.bit()? == 1;
        match self.bits(2)? {
            0 => self.stored(out, size_bytes)?,
            1 => {
                let lengths: Vec<u8> = (0..288)
                    .map(|i| [8, 9, 7, 8][(i > 143) as usize + (i > 255) as usize + (i > 279) as usize])
                    .collect();
                self.compressed(out, size_bytes, &Codes::new(&lengths)?, &Codes::new(&[5; 30])?)?;
            }
            2 => {
                let (literals, distances) = self.code_tables()?;
                self.compressed(out, size_bytes, &literals, &distances)?;
            }
            _ => return Err(InflateError),
        }
        Ok(is_last)
    }

    fn stored(&mut self, out: &mut Vec<u8>, size_bytes: usize) -> Result<(), InflateError> {
        self.at = self.at.next_multiple_of(8);
        let (length, inverted) = (self.bits(16)?, self.bits(16)?);
        let start = self.at / 8;
        let bytes = self.bytes.get(start..start + length).ok_or(InflateError)?;
        if length != inverted ^ 0xFFFF || out.len() + length > size_bytes {
            return Err(InflateError);
        }
        out.extend_from_slice(bytes);
        self.at += 8 * length;
        Ok(())
    }

    fn code_tables(&mut self) -> Result<(Codes, Codes), InflateError> {
        const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
        let literals = 257 + self.bits(5)?;
        let distances = 1 + self.bits(5)?;
        let orders = 4 + self.bits(4)?;
        let mut code_lengths = [0; 19];
        for symbol in &ORDER[..orders] {
            code_lengths[*symbol] = u8::try_from(self.bits(3)?).map_err(|_| InflateError)?;
        }
        let length_codes = Codes::new(&code_lengths)?;
        let mut lengths: Vec<u8> = Vec::with_capacity(literals + distances);
        while lengths.len() < literals + distances {
            let (value, count) = match self.symbol(&length_codes)? {
                16 => (*lengths.last().ok_or(InflateError)?, 3 + self.bits(2)?),
                17 => (0, 3 + self.bits(3)?),
                18 => (0, 11 + self.bits(7)?),
                length => (u8::try_from(length).map_err(|_| InflateError)?, 1),
            };
            lengths.resize(lengths.len() + count, value);
        }
        if lengths.len() != literals + distances {
            return Err(InflateError);
        }
        Ok((Codes::new(&lengths[..literals])?, Codes::new(&lengths[literals..])?))
    }

    fn compressed(
        &mut self,
        out: &mut Vec<u8>,
        size_bytes: usize,
        literals: &Codes,
        distances: &Codes,
    ) -> Result<(), InflateError> {
        loop {
            let symbol = self.symbol(literals)?;
            match symbol {
                0..256 if out.len() < size_bytes => out.push(symbol.to_le_bytes()[0]),
                256 => return Ok(()),
                257..286 => {
                    let length = if symbol == 285 { 258 } else { 3 + self.bucket(symbol - 257, 4)? };
                    let distance = match self.symbol(distances)? {
                        symbol @ 0..30 => 1 + self.bucket(symbol, 2)?,
                        _ => return Err(InflateError),
                    };
                    if distance > out.len() || out.len() + length > size_bytes {
                        return Err(InflateError);
                    }
                    let start = out.len() - distance;
                    for i in start..start + length {
                        out.push(out[i]);
                    }
                }
                _ => return Err(InflateError),
            }
        }
    }

    /// A length or distance: `per_doubling` symbols for each additional extra bit (RFC 1951, 3.2.5).
    fn bucket(&mut self, symbol: usize, per_doubling: usize) -> Result<usize, InflateError> {
        if symbol < 2 * per_doubling {
            return Ok(symbol);
        }
        let extra_bits = symbol / per_doubling - 1;
        let lead = per_doubling + symbol % per_doubling;
        Ok(lead << extra_bits | self.bits(extra_bits)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn compressed(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let quick = zopfli::Options { iteration_count: 1.try_into().unwrap(), ..Default::default() };
        zopfli::compress(quick, zopfli::Format::Zlib, bytes, &mut out).unwrap();
        out
    }

    #[test]
    fn all_block_types_are_inflated() {
        let stored = b"\x78\x01\x01\x05\x00\xfa\xffhello\x06\x2c\x02\x15";
        assert_eq!(inflate_zlib(stored, 5), Ok(b"hello".to_vec()));
        // Python's zlib.compress(b"hello hello hello"): fixed codes.
        let fixed = b"\x78\x9c\xcb\x48\xcd\xc9\xc9\x57\xc8\x40\x90\x00\x3a\x2e\x06\x7d";
        assert_eq!(inflate_zlib(fixed, 17), Ok(b"hello hello hello".to_vec()));
        let text = "All the world's a stage, and all the men and women merely players. ".repeat(20);
        assert_eq!(inflate_zlib(&compressed(text.as_bytes()), text.len()), Ok(text.into_bytes()));
    }

    #[test]
    fn wrong_length_or_checksum_is_an_error() {
        let stream = compressed(b"four");
        assert_eq!(inflate_zlib(&stream, 4), Ok(b"four".to_vec()));
        assert_eq!(inflate_zlib(&stream, 3), Err(InflateError));
        assert_eq!(inflate_zlib(&stream, 5), Err(InflateError));
        assert_eq!(inflate_zlib(&[&stream[..], b"x"].concat(), 4), Err(InflateError));
        let mut wrong = stream;
        *wrong.last_mut().unwrap() ^= 1;
        assert_eq!(inflate_zlib(&wrong, 4), Err(InflateError));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn streams_of_other_compressors_are_inflated(bytes in prop::collection::vec(0..4_u8, 0..600)) {
            prop_assert_eq!(inflate_zlib(&compressed(&bytes), bytes.len()), Ok(bytes));
        }

        #[test]
        fn arbitrary_bytes_never_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            bytes.splice(..0, [0x78, 0xDA]);
            let _ = inflate_zlib(&bytes, 1000);
        }
    }
}
