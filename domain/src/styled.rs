//! The symbol of a text that has a logo in it, which may need a higher level than the one that was chosen. Not here: the
//! level that a logo needs (`qr`), where logos are kept.

use qr::{Logo, Symbol, TooLong};

use crate::payload::{Payload, PayloadKind};
use crate::{CodeText, Level};

/// Why there is no symbol for a text and a logo. Each is a sentence for the person who chose them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StyledError {
    /// The text fits at the level that was chosen, and not at the one that the logo needs.
    #[error("The text is too long for a code with this logo: make the logo smaller, or the text shorter.")]
    TooLong,
    /// Readers take this kind of content at one level only, and the logo needs a higher one.
    #[error(
        "A {kind} code must have level {only}, but the logo needs a higher one: make the logo smaller, or remove it."
    )]
    Level {
        /// The kind.
        kind: PayloadKind,
        /// Its level.
        only: Level,
    },
}

impl From<TooLong> for StyledError {
    fn from(_: TooLong) -> Self {
        Self::TooLong
    }
}

impl CodeText {
    /// The symbol that carries the text and this logo, where the style has a place for one.
    pub fn symbol_with(&self, style: &qr::Style, logo: &Logo) -> Result<Symbol, StyledError> {
        let level = self.symbol().level();
        let symbol = Symbol::encode_styled(self.as_str(), level, style, Some(logo))?;
        let kind = Payload::parse(self.as_str()).map(|payload| payload.kind());
        match kind.and_then(|kind| Some((kind, kind.level()?))) {
            Some((kind, only)) if level == only && symbol.level() != only => {
                Err(StyledError::Level { kind, only })
            }
            _ => Ok(symbol),
        }
    }
}
