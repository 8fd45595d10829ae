//! The drawn code with its facts. Pure.

use domain::{CodeText, Level, TextError};
use qr::QUIET_ZONE_MODULES;

use crate::words::grouped;

/// The drawn code with its facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Drawing {
    /// Modules on a side, with the quiet zone.
    pub(crate) width_modules: usize,
    /// The dark modules, as one SVG path.
    pub(crate) path: String,
    /// Version of the symbol, if there is one.
    pub(crate) version: Option<u8>,
    /// Its level.
    pub(crate) level: Level,
    /// How much of the largest symbol of this level would be used.
    pub(crate) fill: qr::CapacityUse,
    /// Why there is no code; `None` for an empty text, too.
    pub(crate) complaint: Option<String>,
    /// Width of the smallest sensible print, in millimetres.
    pub(crate) print_mm: Option<u32>,
}

/// The three finder patterns of a symbol of version 1, shown while there is no text. Holes run the other way.
const EMPTY_PATH: &str = "M4 4h7v7h-7zM5 5v5h5v-5zM6 6h3v3h-3zM18 4h7v7h-7zM19 5v5h5v-5zM20 6h3v3h-3zM4 18h7v7h-7zM5 19v5h5v-5zM6 20h3v3h-3z";
const EMPTY_WIDTH_MODULES: usize = 29;

impl Drawing {
    /// The drawing of a text.
    pub(crate) fn new(text: &str, level: Level) -> Self {
        let code = CodeText::parse(text, level);
        let symbol = code.as_ref().ok().map(CodeText::symbol);
        let fill = qr::capacity_use(text, level);
        Self {
            width_modules: symbol
                .map_or(EMPTY_WIDTH_MODULES, |symbol| symbol.width() + 2 * QUIET_ZONE_MODULES),
            path: symbol.map_or_else(|| EMPTY_PATH.to_owned(), qr::svg_path),
            version: symbol.map(qr::Symbol::version),
            level,
            fill: if text.is_empty() { qr::CapacityUse { used_bytes: 0, ..fill } } else { fill },
            complaint: match &code {
                Err(error @ TextError::TooLong { .. }) => Some(error.to_string()),
                Ok(_) | Err(TextError::Empty) => None,
            },
            print_mm: symbol.map(qr::smallest_print_mm),
        }
    }

    /// The capacity used, in words.
    pub(crate) fn fill_words(&self) -> String {
        let (used, possible) = (self.fill.used_bytes, self.fill.possible_bytes);
        format!("{} of {} bytes", grouped(used.into()), grouped(possible.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawing_of_empty_normal_and_oversized_text() {
        let of = |text: &str| Drawing::new(text, Level::M);
        let nothing = of("");
        assert_eq!((nothing.version, nothing.fill.used_bytes, nothing.print_mm), (None, 0, None));
        let something = of("HELLO");
        assert_eq!((something.version, something.width_modules), (Some(1), 29));
        assert_eq!(something.path, qr::svg_path(CodeText::parse("HELLO", Level::M).unwrap().symbol()));
        let too_much = of(&"x".repeat(2400));
        assert_eq!((too_much.version, nothing.complaint), (None, None));
        assert!(too_much.complaint.is_some_and(|complaint| complaint.contains("too long")));
        assert!(too_much.fill.used_bytes > too_much.fill.possible_bytes);
    }
}
