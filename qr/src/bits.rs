//! Bits in order, highest first, as the data of a symbol is written and read.

/// Gathers bits into bytes.
#[derive(Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    len: usize,
}

impl BitWriter {
    /// Appends the lowest `count` bits of a value.
    pub(crate) fn push(&mut self, value: usize, count: usize) {
        for i in (0..count).rev() {
            if self.len.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let bit = u8::from(value >> i & 1 != 0);
            self.bytes[self.len / 8] |= bit << (7 - self.len % 8);
            self.len += 1;
        }
    }

    /// Bits so far.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The bytes; the last one is filled up with zeros.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Takes bits out of bytes.
pub(crate) struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Bits that are left.
    pub(crate) fn left(&self) -> usize {
        8 * self.bytes.len() - self.at
    }

    /// The next `count` bits (at most 21), or nothing when there are fewer.
    pub(crate) fn take(&mut self, count: usize) -> Option<usize> {
        if count > self.left() {
            return None;
        }
        let value = (self.at..self.at + count)
            .fold(0, |value, i| value << 1 | usize::from(self.bytes[i / 8] >> (7 - i % 8) & 1));
        self.at += count;
        Some(value)
    }
}
