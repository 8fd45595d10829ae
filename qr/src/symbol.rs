//! Text to symbol.

use crate::Level;

/// A drawn QR symbol: a square of modules, without its quiet zone.
#[derive(Clone, PartialEq, Eq)]
pub struct Symbol {
    version: u8,
    level: Level,
    mask: u8,
    modules: Vec<bool>,
}

/// The text needs more than version 40 holds at this level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text is {over_by_bits} bits too long")]
pub struct TooLong {
    /// Bits too many, after segmentation.
    pub over_by_bits: u32,
}

/// How full a code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fill {
    /// Bytes that the text takes after segmentation, headers included, rounded up.
    pub used_bytes: u32,
    /// Data bytes (codewords) of version 40 at the level.
    pub possible_bytes: u32,
}

/// How full a code with this text at this level is; `used_bytes` may be more than possible.
pub fn fill(text: &str, level: Level) -> Fill {
    let possible = [2956, 2334, 1666, 1276][level as usize];
    Fill { used_bytes: u32::try_from(text.len() + 3).unwrap_or(u32::MAX), possible_bytes: possible }
}

impl Symbol {
    /// The smallest symbol that holds the text at this level, with the mask of the lowest penalty.
    pub fn encode(text: &str, level: Level) -> Result<Self, TooLong> {
        let ec =
            [qrcode::EcLevel::L, qrcode::EcLevel::M, qrcode::EcLevel::Q, qrcode::EcLevel::H][level as usize];
        let fill = fill(text, level);
        let code = qrcode::QrCode::with_error_correction_level(text, ec)
            .map_err(|_| TooLong { over_by_bits: 8 * fill.used_bytes.saturating_sub(fill.possible_bytes) })?;
        let version = match code.version() {
            qrcode::Version::Normal(v) | qrcode::Version::Micro(v) => v as u8,
        };
        let modules = code.to_colors().into_iter().map(|c| c == qrcode::Color::Dark).collect();
        Ok(Self { version, level, mask: 0, modules })
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

    /// Modules on a side: 17 + 4 × version.
    pub fn width(&self) -> usize {
        17 + 4 * usize::from(self.version)
    }

    /// Whether the module in column `x`, row `y` is dark.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        self.modules[y * self.width() + x]
    }
}

impl core::fmt::Debug for Symbol {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Symbol {{ version: {}, level: {}, mask: {} }}", self.version, self.level, self.mask)
    }
}
