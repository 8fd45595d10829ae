//! How large a symbol has to be on paper.

use crate::{QUIET_ZONE_MODULES, Symbol};

/// The narrowest module that is printed for everyday scanning, in micrometres: 0.396 mm, the smallest X-dimension for
/// QR codes on products (GS1 General Specifications, 5.12.3.1).
pub(crate) const SMALLEST_MODULE_UM: u32 = 396;

/// The width of the smallest sensible print, its quiet zone included, in millimetres, rounded up.
pub fn smallest_print_mm(symbol: &Symbol) -> u32 {
    let modules = u32::try_from(symbol.width() + 2 * QUIET_ZONE_MODULES);
    let width_um =
        modules.expect("the widest symbol has 185 modules with its quiet zone") * SMALLEST_MODULE_UM;
    width_um.div_ceil(1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    #[test]
    fn as_in_the_example_of_gs1() {
        // 29 modules and 8 of quiet zone: 14.652 mm.
        let symbol = Symbol::encode(&"a".repeat(42), Level::M).unwrap();
        assert_eq!((symbol.width(), smallest_print_mm(&symbol)), (29, 15));
    }
}
