//! Encodes text as a symbol.
//!
//! Not here: segmentation (`segment`), where modules are (`layout`, `placement`), choosing the mask (`mask`).

use core::fmt;

use crate::Level;
use crate::bits::BitWriter;
use crate::blocks::Blocks;
use crate::grid::Grid;
use crate::layout::{self, Template};
use crate::mask;
use crate::placement::place_codewords;
use crate::reed_solomon::Encoder;
use crate::segment::{Runs, Segmentation, VersionClass};

/// A QR symbol: a square of modules, without its quiet zone.
#[derive(Clone, PartialEq, Eq)]
pub struct Symbol {
    version: u8,
    level: Level,
    mask: u8,
    modules: Grid,
}

/// The text exceeds version 40 at this level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text is {over_by_bits} bits too long")]
pub struct TooLong {
    /// Excess bits, after segmentation.
    pub over_by_bits: u32,
}

/// How much of a code's capacity a text uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CapacityUse {
    /// Bytes that the text takes in version 40 after segmentation, including headers, rounded up.
    pub used_bytes: u32,
    /// Data bytes (codewords) of version 40 at the level.
    pub possible_bytes: u32,
}

/// How much of the capacity this text uses at this level; `used_bytes` may exceed the capacity.
pub fn capacity_use(text: &str, level: Level) -> CapacityUse {
    let bits = Runs::of(text).segment(VersionClass::To40).bits;
    CapacityUse {
        used_bytes: u32::try_from(bits.div_ceil(8)).unwrap_or(u32::MAX),
        possible_bytes: u32::try_from(Blocks::of(40, level).data_total()).unwrap_or(u32::MAX),
    }
}

impl Symbol {
    /// The smallest symbol that holds the text at this level, with the mask of the lowest penalty (of several the
    /// lowest number).
    pub fn encode(text: &str, level: Level) -> Result<Self, TooLong> {
        Self::encode_from(text, level, 1)
    }

    /// The same, with at least this version.
    pub(crate) fn encode_from(text: &str, level: Level, least: u8) -> Result<Self, TooLong> {
        let (version, segments) = smallest_version(text, level, least)?;
        let codewords = codewords(text, &segments, Blocks::of(version, level));
        let Template { modules: mut columns, data } = Template::new(version);
        place_codewords(&codewords, &mut columns, &data);
        let mut modules = columns.transposed();
        let mask = mask::choose(&modules, &columns, &data, level);
        mask::apply(mask, &mut modules, &data);
        layout::draw_format(modules.width(), level, mask, |x, y| modules.set(x, y, true));
        Ok(Self { version, level, mask, modules })
    }

    /// 1 to 40.
    pub fn version(&self) -> u8 {
        self.version
    }

    /// Its error correction level.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Its mask, 0 to 7.
    pub fn mask(&self) -> u8 {
        self.mask
    }

    /// Modules per side: 17 + 4 × version.
    pub fn width(&self) -> usize {
        self.modules.width()
    }

    pub(crate) fn modules(&self) -> &Grid {
        &self.modules
    }

    /// Whether the module in column `x`, row `y` is dark.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        self.modules.get(x, y)
    }
}

/// The smallest version, from this one on, that holds the text, and the text's segmentation for it.
pub(crate) fn smallest_version(text: &str, level: Level, least: u8) -> Result<(u8, Segmentation), TooLong> {
    let possible_bits = |version| 8 * Blocks::of(version, level).data_total() as u64;
    let runs = Runs::of(text);
    // Long texts need not be segmented for small versions.
    let least_bits = runs.least_bits();
    let mut over_by_bits = 0;
    for class in VersionClass::ALL {
        let (mut versions, largest) = (class.versions(), *class.versions().end());
        let largest_bits = possible_bits(largest);
        if class != VersionClass::To40 && (least_bits > largest_bits || least > largest) {
            continue;
        }
        let segments = runs.segment(class);
        if let Some(version) =
            versions.find(|version| *version >= least && possible_bits(*version) >= segments.bits)
        {
            return Ok((version, segments));
        }
        over_by_bits = segments.bits - largest_bits;
    }
    Err(TooLong { over_by_bits: u32::try_from(over_by_bits).unwrap_or(u32::MAX) })
}

/// Data with terminator, padding and error correction, interleaved (ISO/IEC 18004, 7.4.10, 7.5, 7.6).
fn codewords(text: &str, segments: &Segmentation, blocks: Blocks) -> Vec<u8> {
    let mut bits = BitWriter::with_capacity(blocks.data_total());
    segments.write(text, &mut bits);
    let free = 8 * blocks.data_total() - bits.len();
    bits.push(0, free.min(4));
    let mut data = bits.into_bytes();
    let padding = [0xEC, 0x11].into_iter().cycle().take(blocks.data_total() - data.len());
    data.extend(padding);

    let encoder = Encoder::new(blocks.correction);
    let mut codewords = vec![0; blocks.total()];
    let mut rest = &data[..];
    for index in 0..blocks.count {
        let (block, next) = rest.split_at(blocks.data(index));
        for (place, codeword) in block.iter().copied().chain(encoder.correction(block)).enumerate() {
            codewords[blocks.position(index, place)] = codeword;
        }
        rest = next;
    }
    codewords
}

impl fmt::Debug for Symbol {
    /// Version, level and mask in one line; with `{:#?}` the modules too.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Symbol {}-{} mask {}", self.version, self.level, self.mask)?;
        if f.alternate() {
            for y in 0..self.width() {
                let row: String =
                    (0..self.width()).map(|x| if self.is_dark(x, y) { "██" } else { "  " }).collect();
                write!(f, "\n{}", row.trim_end())?;
            }
        }
        Ok(())
    }
}
