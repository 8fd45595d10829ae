//! The size that a symbol needs on paper.

use crate::{QUIET_ZONE_MODULES, Symbol};

/// The smallest module for everyday scanning, in micrometres: 0.396 mm, the minimum X-dimension for QR codes on
/// products (GS1 General Specifications, 5.12.3.1).
pub(crate) const MIN_MODULE_UM: u32 = 396;

/// The smallest sensible print width, including the quiet zone, in millimetres, rounded up.
pub fn smallest_print_mm(symbol: &Symbol) -> u32 {
    let modules = u32::try_from(symbol.width() + 2 * QUIET_ZONE_MODULES);
    let width_um = modules.expect("the widest symbol has 185 modules with its quiet zone") * MIN_MODULE_UM;
    width_um.div_ceil(1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    #[test]
    fn print_size_matches_the_example_of_gs1() {
        // 29 modules and 8 of quiet zone: 14.652 mm.
        let symbol = Symbol::encode(&"a".repeat(42), Level::M).unwrap();
        assert_eq!((symbol.width(), smallest_print_mm(&symbol)), (29, 15));
    }
}
