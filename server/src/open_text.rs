//! A text that is compressed once, and whose end differs in every response. The end follows uncompressed, in a block
//! that the coding has for that: neither part refers to the other, so any end fits. Pure.

use std::io::Write as _;

use flate2::write::GzEncoder;
use flate2::{Compression, Crc};

use crate::coding::Coding;

/// Compressed once for many readers, so it may take a millisecond or two.
const BROTLI_QUALITY: u32 = 5;
/// A window of 256 KiB (RFC 7932, 9.1), which holds any page whole.
const BROTLI_WINDOW_BITS: u32 = 18;
const BROTLI_BUFFER_BYTES: usize = 16 * 1024;

/// Everything before the end, in a coding.
pub(crate) struct OpenText {
    coding: Coding,
    encoded: Vec<u8>,
    /// CRC-32 of what was compressed: a gzip member closes with it.
    crc: Crc,
}

impl OpenText {
    pub(crate) fn new(coding: Coding, text: &str) -> Self {
        let mut crc = Crc::new();
        let encoded = match coding {
            Coding::Identity => text.as_bytes().to_vec(),
            Coding::Gzip => {
                crc.update(text.as_bytes());
                let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
                // After a flush the next block begins at a byte boundary.
                encoder.write_all(text.as_bytes()).and_then(|()| encoder.flush()).expect(INTO_MEMORY);
                encoder.get_ref().clone()
            }
            Coding::Brotli => {
                let mut encoder = brotli::CompressorWriter::new(
                    Vec::new(),
                    BROTLI_BUFFER_BYTES,
                    BROTLI_QUALITY,
                    BROTLI_WINDOW_BITS,
                );
                encoder.write_all(text.as_bytes()).and_then(|()| encoder.flush()).expect(INTO_MEMORY);
                encoder.get_ref().clone()
            }
        };
        Self { coding, encoded, crc }
    }

    pub(crate) fn size_bytes(&self) -> usize {
        self.encoded.len()
    }

    /// The whole text with this end.
    pub(crate) fn ended(&self, end: &str) -> Vec<u8> {
        let length = u16::try_from(end.len()).expect("an end is short");
        let mut bytes = Vec::with_capacity(self.encoded.len() + end.len() + BLOCK_MAX_BYTES);
        bytes.extend_from_slice(&self.encoded);
        match self.coding {
            Coding::Identity => bytes.extend_from_slice(end.as_bytes()),
            Coding::Gzip => self.end_gzip(&mut bytes, end.as_bytes(), length),
            Coding::Brotli => end_brotli(&mut bytes, end.as_bytes(), length),
        }
        bytes
    }

    /// The last block, stored (RFC 1951, 3.2.4), and the trailer of the member (RFC 1952, 2.3.1).
    fn end_gzip(&self, bytes: &mut Vec<u8>, end: &[u8], length: u16) {
        const LAST_STORED_BLOCK: u8 = 1;
        bytes.push(LAST_STORED_BLOCK);
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&(!length).to_le_bytes());
        bytes.extend_from_slice(end);
        let mut crc = Crc::new();
        crc.combine(&self.crc);
        crc.update(end);
        bytes.extend_from_slice(&crc.sum().to_le_bytes());
        bytes.extend_from_slice(&crc.amount().to_le_bytes());
    }
}

/// Maximum overhead around an end.
const BLOCK_MAX_BYTES: usize = 16;

const INTO_MEMORY: &str = "a vector can be written";

/// An uncompressed meta-block and an empty last one (RFC 7932, 9.2).
fn end_brotli(bytes: &mut Vec<u8>, end: &[u8], length: u16) {
    const EMPTY_LAST: u8 = 0b11;
    if let Some(less_one) = length.checked_sub(1) {
        // From the lowest bit: not the last, four nibbles of length, the length minus one, uncompressed.
        let header = u32::from(less_one) << 3 | 1 << 19;
        bytes.extend_from_slice(&header.to_le_bytes()[..3]);
        bytes.extend_from_slice(end);
    }
    bytes.push(EMPTY_LAST);
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::GzDecoder;

    use super::*;

    fn decoded(coding: Coding, bytes: &[u8]) -> String {
        let mut text = String::new();
        match coding {
            Coding::Identity => text.push_str(str::from_utf8(bytes).unwrap()),
            Coding::Gzip => {
                let mut decoder = GzDecoder::new(bytes);
                decoder.read_to_string(&mut text).unwrap();
                assert!(decoder.into_inner().is_empty(), "browsers ignore what follows the first member");
            }
            Coding::Brotli => {
                brotli::Decompressor::new(bytes, 4096).read_to_string(&mut text).unwrap();
            }
        }
        text
    }

    #[test]
    fn any_end_fits_the_compressed_text() {
        let rows: String = (0..2000).map(|row| format!("<tr><td>{row}</td><td>größer</td></tr>")).collect();
        let noise: String = (0..70_000_u64).map(|n| char::from(b'!' + (n * n / 7 % 90) as u8)).collect();
        let longest = "e".repeat(usize::from(u16::MAX));
        for coding in [Coding::Identity, Coding::Gzip, Coding::Brotli] {
            for beginning in ["", "a", &rows, &noise] {
                let open = OpenText::new(coding, beginning);
                for end in ["", "x", "01ARZ3NDEKTSV4RRFFQ69G5FAV\"></html>", &rows[..300], &longest] {
                    let text = decoded(coding, &open.ended(end));
                    assert!(
                        text == format!("{beginning}{end}"),
                        "{coding:?}: {} and {}",
                        beginning.len(),
                        end.len()
                    );
                }
            }
        }
        let compressed = OpenText::new(Coding::Brotli, &rows).size_bytes();
        assert!(compressed * 10 < rows.len(), "{compressed}");
    }
}
