//! Names of the error correction levels.

use domain::Level;

/// The name of a level and how much damage it survives, in percent of the codewords (ISO/IEC 18004, 7.5.1).
pub(super) fn level_words(level: Level) -> (&'static str, &'static str) {
    match level {
        Level::L => ("Low", "7 %"),
        Level::M => ("Medium", "15 %"),
        Level::Q => ("Quartile", "25 %"),
        Level::H => ("High", "30 %"),
    }
}
