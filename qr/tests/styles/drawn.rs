//! What other programs make of the drawn files: an SVG renderer, a PNG decoder.

use image::{DynamicImage, Rgba, RgbaImage};
use qr::{Drawing, Level, PRESETS, Style, Symbol, png, svg};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use super::logo;

/// An independent program's rendering of our SVG, at this width.
fn rendered(svg: &str, width: u32) -> RgbaImage {
    let tree = Tree::from_str(svg, &Options::default()).expect("it is an SVG");
    let scale = width as f32 / tree.size().width();
    let size = tree.size().scale_by(scale).expect("it is not empty").to_int_size();
    let mut pixmap = Pixmap::new(width, size.height()).expect("it is not empty");
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    RgbaImage::from_fn(width, size.height(), |x, y| {
        let colour = pixmap.pixel(x, y).expect("it is inside").demultiply();
        Rgba([colour.red(), colour.green(), colour.blue(), colour.alpha()])
    })
}

/// The difference of two pixels, on white.
fn distance(one: Rgba<u8>, other: Rgba<u8>) -> u32 {
    let on_white =
        |Rgba(pixel): Rgba<u8>, i: usize| 255 - u32::from(255 - pixel[i]) * u32::from(pixel[3]) / 255;
    (0..3).map(|i| on_white(one, i).abs_diff(on_white(other, i))).max().unwrap_or(0)
}

const LINK: &str = "https://example.org/";

/// As SVG and as PNG: its pixels and its bytes.
fn drawn(style: &str) -> (String, DynamicImage, Vec<u8>) {
    let (style, logo): (Style, _) = (style.parse().expect("it is a style"), logo());
    let symbol = Symbol::encode_styled(LINK, Level::M, &style, Some(&logo)).expect("it fits");
    let drawing = Drawing::new(&symbol, &style, Some(&logo)).expect("it can be drawn");
    let png = drawing.png().expect("it is not too large");
    (drawing.svg(), image::load_from_memory(&png).expect("it is a PNG"), png)
}

#[test]
fn svg_and_png_show_the_same() {
    let more = [
        "shape=dots&ink=7f1d1d&gradient=radial&ink-2=1e3a8a",
        "shape=connected&ink=7f1d1d&gradient=rising&ink-2=1e3a8a&paper=none&frame=badge&caption=Ångström+%26+Co",
        "shape=rounded&ball=circle&finder-ink=7f1d1d&paper=fef3c7&size=11&logo=x",
        "unit=mm&size=27&dpi=254&quiet=1&frame=label&caption=Ещё",
    ];
    // Modules that are not whole pixels differ: the border takes the remainder.
    let presets = PRESETS.map(|preset| preset.text).into_iter().filter(|text| !text.contains("unit=mm"));
    for style in presets.chain(more) {
        let (svg, png, _) = drawn(style);
        let (png, svg) = (png.to_rgba8(), rendered(&svg, png.width()));
        assert_eq!(png.dimensions(), svg.dimensions(), "{style}");
        let far = png.pixels().zip(svg.pixels()).filter(|(one, other)| distance(**one, **other) > 40).count();
        assert!(far * 400 < png.pixels().len(), "{style}: {far} of {} pixels", png.pixels().len());
    }
}

#[test]
fn the_default_style_draws_the_plain_code() {
    let symbol = Symbol::encode(LINK, Level::M).unwrap();
    for plain in ["", "ink=000000&finder-ink=000000&size=8&gradient=none&ink-2=ff0000"] {
        let style: Style = plain.parse().unwrap();
        assert!(style.is_plain());
        let drawing = Drawing::new(&symbol, &style, None).unwrap();
        assert_eq!(drawing.svg(), svg(&symbol));
        assert_eq!(drawing.png().unwrap(), png(&symbol));
    }
    for other in
        ["ink=000001", "finder-ink=ff0000", "size=7", "paper=none", "frame=badge", "quiet=5", "ball=circle"]
    {
        assert!(!other.parse::<Style>().unwrap().is_plain(), "{other}");
    }
}

/// Depth and colour type (PNG third edition, 11.2.1).
#[test]
fn pngs_use_the_smallest_colour_type() {
    let kind = |style: &str| <[u8; 2]>::try_from(&drawn(style).2[24..26]).unwrap();
    assert_eq!(kind("size=9"), [1, 0], "black and white");
    assert_eq!(kind("ink=14213d&paper=fca311"), [1, 3], "two colours");
    assert_eq!(kind("ink=14213d&paper=none"), [1, 3], "one colour and nothing");
    assert_eq!(kind("finder-ink=14213d"), [2, 3], "three colours");
    assert_eq!(kind("ball=circle"), [4, 0], "greys");
    assert_eq!(kind("ball=circle&ink=14213d"), [4, 3], "two colours and what lies between");
    assert_eq!(kind("ball=circle&ink=14213d&paper=none"), [4, 3], "one colour, more or less of it");
    assert_eq!(kind("ball=circle&shape=dots&size=11&finder-ink=7f1d1d"), [8, 3], "more than sixteen");
    assert_eq!(kind("shape=dots&ink=7f1d1d&gradient=radial&ink-2=1e3a8a&size=20"), [8, 2], "many");
    assert_eq!(
        kind("shape=dots&ink=7f1d1d&gradient=radial&ink-2=1e3a8a&size=20&paper=none"),
        [8, 6],
        "and transparent"
    );
}

#[test]
fn resolution_and_millimetres_are_exact() {
    let (svg, picture, png) = drawn("unit=mm&size=25.4&dpi=300");
    assert_eq!(picture.width(), 300);
    // 11,811 pixels a metre.
    assert_eq!(png[33 + 4..33 + 17], [b'p', b'H', b'Y', b's', 0, 0, 0x2E, 0x23, 0, 0, 0x2E, 0x23, 1]);
    assert!(svg.contains(r#" width="25.4mm" height="25.4mm" "#), "{svg}");
    let (svg, _, png) = drawn("unit=px&size=333");
    assert_eq!(&png[37..41], b"IDAT");
    assert!(svg.contains(r#" width="333" height="333" "#), "{svg}");
}
