//! The text of a code, known to fit.

use qr::{Level, Symbol, TooLong};

use crate::words::counted;

/// A text that is not blank and fits a symbol at its level, together with that symbol. The preview, the form, the API
/// and reconciliation all use `parse`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeText {
    text: Box<str>,
    symbol: Symbol,
}

/// Why a text cannot become a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Empty, or only whitespace.
    #[error("Enter a text first.")]
    Empty,
    /// Exceeds version 40 at this level.
    #[error(
        "The text is {} too long for level {level}.{}",
        counted(u64::from(*over_by_bytes), "byte", "bytes"),
        fits_at.map(|l| format!(" It fits at level {l}.")).unwrap_or_default()
    )]
    TooLong {
        /// Excess bytes, rounded up: digits and capitals take less than a byte each.
        over_by_bytes: u32,
        /// The requested level.
        level: Level,
        /// The strongest level that holds the text, if any does.
        fits_at: Option<Level>,
    },
}

impl CodeText {
    /// Encodes the text at this level.
    pub fn parse(text: &str, level: Level) -> Result<Self, TextError> {
        if text.trim().is_empty() {
            return Err(TextError::Empty);
        }
        match Symbol::encode(text, level) {
            Ok(symbol) => Ok(Self { text: text.into(), symbol }),
            Err(TooLong { over_by_bits }) => Err(TextError::TooLong {
                over_by_bytes: over_by_bits.div_ceil(8),
                level,
                fits_at: Level::ALL
                    .into_iter()
                    .rev()
                    .find(|l| *l < level && Symbol::encode(text, *l).is_ok()),
            }),
        }
    }

    /// The text, verbatim.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The symbol that carries it.
    pub fn symbol(&self) -> &Symbol {
        &self.symbol
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fit_exactly_up_to_the_limit() {
        assert_eq!(CodeText::parse(" \n", Level::M), Err(TextError::Empty));
        assert!(CodeText::parse(&"a".repeat(2953), Level::L).is_ok());
        assert!(CodeText::parse(&"1".repeat(7089), Level::L).is_ok());
        let over = CodeText::parse(&"a".repeat(2954), Level::L).unwrap_err();
        assert_eq!(over, TextError::TooLong { over_by_bytes: 1, level: Level::L, fits_at: None });
        assert_eq!(over.to_string(), "The text is 1 byte too long for level L.");
        let far = CodeText::parse(&"a".repeat(4000), Level::L).unwrap_err();
        assert_eq!(far.to_string(), "The text is 1,047 bytes too long for level L.");
        let high = CodeText::parse(&"a".repeat(2000), Level::H).unwrap_err();
        assert_eq!(high.to_string(), "The text is 727 bytes too long for level H. It fits at level M.");
    }
}
