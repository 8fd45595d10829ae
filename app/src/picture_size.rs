//! How large the picture of a code is, in words. Server only.

use domain::{Appearance, SymbolFacts, grouped};
use qr::Size;

/// What a picture without a print size is usually printed at.
const USUAL_DPI: u32 = 300;

/// Its width in pixels and on paper; `None` if that cannot be told without drawing it.
pub(crate) fn picture_size(style: &Appearance, symbol: SymbolFacts) -> Option<String> {
    let look = style.look.style();
    let (pixels, dpi) = match look.size {
        Size::Pixels(pixels) => (u32::from(pixels), USUAL_DPI),
        // A frame is as wide as its words.
        Size::Module(_) if look.frame.is_some() => return None,
        Size::Module(pixels) => {
            let modules = 17 + 4 * u32::from(symbol.version) + 2 * u32::from(look.quiet_zone);
            (modules * u32::from(pixels), USUAL_DPI)
        }
        Size::Print { width_um, dpi } => {
            let dpi = u32::from(dpi);
            (u32::try_from((u64::from(width_um) * u64::from(dpi) + 12_700) / 25_400).ok()?, dpi)
        }
    };
    let tenths_mm = (pixels * 254 + dpi / 2) / dpi;
    let (mm, tenth) = (tenths_mm / 10, tenths_mm % 10);
    let pixels = grouped(pixels.into());
    Some(format!("{pixels} pixels wide: {mm}.{tenth} mm at {dpi} dpi"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Level;

    #[test]
    fn pictures_have_a_size_on_paper() {
        let size = |look: &str| {
            let style = Appearance { look: look.parse().unwrap(), ..Level::M.into() };
            picture_size(&style, SymbolFacts { version: 2, mask: 0 }).unwrap_or_default()
        };
        assert_eq!(size(""), "264 pixels wide: 22.4 mm at 300 dpi");
        assert_eq!(size("unit=px&size=1024"), "1,024 pixels wide: 86.7 mm at 300 dpi");
        assert_eq!(size("unit=mm&size=40&dpi=600"), "945 pixels wide: 40.0 mm at 600 dpi");
        assert_eq!(size("quiet=2&shape=dots"), "232 pixels wide: 19.6 mm at 300 dpi");
    }
}
