//! Bit streams, most significant bit first, as a symbol's data is written and read.

/// Collects bits into bytes.
#[derive(Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    /// Bits that do not fill a byte yet, right-aligned.
    pending: usize,
    pending_count: usize,
}

impl BitWriter {
    /// With room for this many bytes.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), ..Self::default() }
    }

    /// Appends a value of `count` bits, at most 24.
    pub(crate) fn push(&mut self, value: usize, count: usize) {
        self.pending = self.pending << count | value;
        self.pending_count += count;
        while self.pending_count >= 8 {
            self.pending_count -= 8;
            self.bytes.push((self.pending >> self.pending_count).to_le_bytes()[0]);
        }
    }

    /// The number of bits written.
    pub(crate) fn len(&self) -> usize {
        8 * self.bytes.len() + self.pending_count
    }

    /// The bytes; the last one is padded with zeros.
    pub(crate) fn into_bytes(mut self) -> Vec<u8> {
        if self.pending_count > 0 {
            self.push(0, 8 - self.pending_count);
        }
        self.bytes
    }
}

/// Reads bits out of bytes.
pub(crate) struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The number of bits left.
    pub(crate) fn left(&self) -> usize {
        8 * self.bytes.len() - self.at
    }

    /// The next `count` bits (at most 21), or `None` when fewer are left.
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
