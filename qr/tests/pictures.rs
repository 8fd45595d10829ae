//! Our pictures, read by other programs.

use qr::{Level, PIXELS_PER_MODULE, QUIET_ZONE_MODULES, Symbol, png, read_png, svg};

const TEXTS: [&str; 5] = ["", "https://example.org/", "naïve 🎉", "点茗 日本語", "0123456789"];

#[test]
fn an_independent_decoder_sees_exactly_the_modules() {
    for text in TEXTS.into_iter().chain([&*"long ".repeat(200)]) {
        for level in Level::ALL {
            let symbol = Symbol::encode(text, level).unwrap();
            let picture = image::load_from_memory(&png(&symbol)).unwrap().into_luma8();
            let modules = symbol.width() + 2 * QUIET_ZONE_MODULES;
            let pixels = u32::try_from(modules * PIXELS_PER_MODULE).unwrap();
            assert_eq!(picture.dimensions(), (pixels, pixels));
            for (x, y, pixel) in picture.enumerate_pixels() {
                let module =
                    |pixel: u32| (pixel as usize / PIXELS_PER_MODULE).checked_sub(QUIET_ZONE_MODULES);
                let dark = module(x)
                    .zip(module(y))
                    .is_some_and(|(x, y)| x < symbol.width() && y < symbol.width() && symbol.is_dark(x, y));
                assert_eq!(pixel.0, [if dark { 0 } else { 255 }], "{symbol:?} at {x}, {y}");
            }
        }
    }
}

#[test]
fn pngs_have_one_bit_per_pixel() {
    let png = png(&Symbol::encode("1", Level::M).unwrap());
    // Bit depth 1, greyscale (PNG third edition, 11.2.1).
    assert_eq!(png[24..26], [1, 0]);
    // A version 1 symbol of 232 × 232 pixels.
    assert!(png.len() < 220, "{} bytes", png.len());
}

#[test]
fn bytes_are_the_same_on_every_platform() {
    // If this changes, the preview differs from the files that are already in buckets.
    let symbol = Symbol::encode("Qrate", Level::M).unwrap();
    assert!(png(&symbol) == include_bytes!("qrate.png"), "write it again if the change is intended");
    assert_eq!(svg(&symbol), include_str!("qrate.svg").trim_end());
}

#[test]
fn text_is_read_back_from_the_png() {
    for text in TEXTS {
        assert_eq!(read_png(&png(&Symbol::encode(text, Level::H).unwrap())).as_deref(), Ok(text));
    }
}
