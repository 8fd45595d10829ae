//! Reads the weights of a network from the bytes that `tools/convert.py` writes. Not here: what they are applied to.

use crate::error::LabelError;

/// More bytes than any of the networks has.
const BYTES_MAX: usize = 8 * 1024 * 1024;

/// The bytes of a network, which the program has compressed (`build.rs`).
pub(crate) fn decompressed(network: &'static str, bytes: &[u8]) -> Result<Vec<u8>, LabelError> {
    let damaged = |_| LabelError::Weights { network, expected: BYTES_MAX, found: bytes.len() };
    miniz_oxide::inflate::decompress_to_vec_with_limit(bytes, BYTES_MAX).map_err(damaged)
}

/// The weights of one convolution.
#[derive(Debug)]
pub(crate) struct Weights {
    /// What an output channel starts with.
    pub(crate) biases: Vec<f32>,
    /// Those of each output channel, one after the other.
    pub(crate) values: Vec<f32>,
}

/// Takes convolutions from the front.
#[derive(Debug)]
pub(crate) struct WeightReader<'a> {
    network: &'static str,
    bytes: &'a [u8],
    used: usize,
}

impl<'a> WeightReader<'a> {
    pub(crate) fn new(network: &'static str, bytes: &'a [u8]) -> Self {
        Self { network, bytes, used: 0 }
    }

    /// The next convolution, of so many output channels with so many weights each.
    pub(crate) fn next(&mut self, outputs: usize, each: usize) -> Result<Weights, LabelError> {
        let scales = self.floats(outputs)?;
        let biases = self.floats(outputs)?;
        let steps = self.take(outputs * each)?;
        let mut values = Vec::with_capacity(steps.len());
        for (steps, scale) in steps.chunks_exact(each).zip(&scales) {
            values.extend(steps.iter().map(|step| f32::from(step.cast_signed()) * scale));
        }
        Ok(Weights { biases, values })
    }

    /// Fails when bytes are left.
    pub(crate) fn finish(self) -> Result<(), LabelError> {
        if self.used == self.bytes.len() { Ok(()) } else { Err(self.damaged(self.used)) }
    }

    fn floats(&mut self, count: usize) -> Result<Vec<f32>, LabelError> {
        let (floats, _) = self.take(4 * count)?.as_chunks();
        Ok(floats.iter().copied().map(f32::from_le_bytes).collect())
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], LabelError> {
        let end = self.used + count;
        let taken = self.bytes.get(self.used..end).ok_or_else(|| self.damaged(end))?;
        self.used = end;
        Ok(taken)
    }

    fn damaged(&self, expected: usize) -> LabelError {
        LabelError::Weights { network: self.network, expected, found: self.bytes.len() }
    }
}
