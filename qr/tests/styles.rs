//! Arbitrary styles: as text, and drawn in every format; and what other programs make of the files.

use image::{DynamicImage, Rgba, RgbaImage};
use proptest::prelude::*;
use qr::{
    BallShape, Drawing, FinderShape, Frame, FrameShape, GradientDirection, Ink, Level, Logo, LogoPlace,
    ModuleShape, PRESETS, Preset, Rgb, Size, Style, StyleError, StyleTextError, Symbol, png, svg,
};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

fn logo() -> Logo {
    Logo::read(include_bytes!("logo.png")).expect("it is a PNG of ours")
}

fn any_colour() -> impl Strategy<Value = Rgb> {
    any::<[u8; 3]>().prop_map(|[red, green, blue]| Rgb::new(red, green, blue))
}

/// Dark enough for any light background.
fn any_ink() -> impl Strategy<Value = Ink> {
    let dark = || {
        any::<[u8; 3]>().prop_map(|parts| parts.map(|part| part / 3)).prop_map(|[r, g, b]| Rgb::new(r, g, b))
    };
    let direction = prop::sample::select(vec![
        GradientDirection::Across,
        GradientDirection::Down,
        GradientDirection::Diagonal,
        GradientDirection::Rising,
        GradientDirection::Radial,
    ]);
    prop_oneof![
        dark().prop_map(Ink::Solid),
        (dark(), dark(), direction).prop_map(|(from, to, direction)| Ink::Gradient { from, to, direction }),
    ]
}

fn any_size() -> impl Strategy<Value = Size> {
    prop_oneof![
        (1..=12_u8).prop_map(Size::Module),
        (1..=900_u16).prop_map(Size::Pixels),
        (5_000..=60_000_u32, 72..=400_u16).prop_map(|(width_um, dpi)| Size::Print { width_um, dpi }),
    ]
}

fn any_frame() -> impl Strategy<Value = Frame> {
    let caption = prop_oneof!["[ -~]{0,40}", "[¡-ž]{0,40}", "[А-яΑ-Ω ]{0,40}", "\\PC{0,40}"];
    (any::<bool>(), caption).prop_map(|(is_badge, caption)| Frame {
        shape: if is_badge { FrameShape::Badge } else { FrameShape::Label },
        caption,
    })
}

fn any_style() -> impl Strategy<Value = Style> {
    let modules = prop::sample::select(vec![
        ModuleShape::Square,
        ModuleShape::Dots,
        ModuleShape::Rounded,
        ModuleShape::Connected,
    ]);
    let finder = prop::sample::select(vec![FinderShape::Square, FinderShape::Rounded]);
    let ball = prop::sample::select(vec![BallShape::Square, BallShape::Rounded, BallShape::Circle]);
    let light = any::<[u8; 3]>().prop_map(|parts| parts.map(|part| 255 - part / 4));
    let paper = prop::option::of(light.prop_map(|[red, green, blue]| Rgb::new(red, green, blue)));
    let finder_ink = prop::option::of(any_colour());
    let logo =
        prop::option::of(("[a-z0-9-]{1,64}", 10..=33_u8).prop_map(|(id, percent)| LogoPlace { id, percent }));
    let shapes = (modules, finder, ball);
    (shapes, any_ink(), finder_ink, paper, 0..=20_u8, any_size(), logo, prop::option::of(any_frame()))
        .prop_map(|((modules, finder, ball), ink, finder_ink, paper, quiet_zone, size, logo, frame)| Style {
            modules,
            finder,
            ball,
            ink,
            finder_ink,
            paper,
            quiet_zone,
            size,
            logo,
            frame,
        })
        .prop_filter("within the limits", |style| style.check().is_ok())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn styles_survive_a_round_trip_through_text(style in any_style()) {
        let text = style.to_string();
        prop_assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"=&+%-_.*".contains(&byte)), "{}", text);
        prop_assert_eq!(text.parse(), Ok(style.clone()));
        // A form sends every field, including empty ones.
        let filled = format!("text=a&caption=&unit=&ink=&logo=&{text}&level=M");
        prop_assert_eq!(filled.parse(), Ok(style));
    }

    #[test]
    fn arbitrary_style_texts_never_panic(text in "(([a-z2-]{0,10}|shape|size|ink|unit|logo|quiet|caption|frame|paper)=\\PC{0,8}&?){0,6}") {
        let _ = text.parse::<Style>();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Whatever the style, either a picture is drawn or the reason is given; and the PNG has the requested size.
    #[test]
    fn any_style_is_drawn_or_explained(style in any_style(), text in "[ -~]{0,120}", with_logo in any::<bool>()) {
        let logo = logo();
        let symbol = Symbol::encode_styled(&text, Level::L, &style, Some(&logo)).expect("it is short");
        let drawing = match Drawing::new(&symbol, &style, with_logo.then_some(&logo)) {
            Ok(drawing) => drawing,
            Err(StyleError::NoLogo(id)) => {
                prop_assert!(!with_logo);
                prop_assert_eq!(Some(id), style.logo.map(|logo| logo.id));
                return Ok(());
            }
            Err(StyleError::CaptionCharacter(missing)) => {
                prop_assert!(style.frame.unwrap().caption.contains(missing));
                return Ok(());
            }
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        };
        prop_assert!(Tree::from_str(&drawing.svg(), &Options::default()).is_ok());
        prop_assert!(drawing.pdf().starts_with(b"%PDF-"));
        match (drawing.png(), style.size) {
            (Ok(bytes), size) => {
                let picture = image::load_from_memory(&bytes).unwrap();
                match size {
                    Size::Pixels(pixels) => prop_assert_eq!(picture.width(), u32::from(pixels)),
                    Size::Module(pixels) => prop_assert_eq!(picture.width() % u32::from(pixels), 0),
                    Size::Print { width_um, dpi } => {
                        let parts_of_pixels = width_um * u32::from(dpi);
                        prop_assert!((picture.width() * 25_400).abs_diff(parts_of_pixels) <= 12_700);
                    }
                }
            }
            (Err(StyleError::TooFewPixels { least }), size) => {
                let are_few = match size {
                    Size::Pixels(pixels) => u32::from(pixels) < least,
                    Size::Print { width_um, dpi } => width_um * u32::from(dpi) < 25_400 * least,
                    Size::Module(_) => false,
                };
                prop_assert!(are_few);
            }
            (Err(error), _) => prop_assert!(matches!(error, StyleError::TooManyPixels(4_097..)), "{}", error),
        }
    }
}

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

#[test]
fn shared_links_keep_their_meaning() {
    // Never change a line here: each is somebody's link.
    let old = [
        ("", Style::default()),
        (
            "text=x&shape=dots&finder=rounded&ball=circle&ink=%23102030&gradient=radial&ink-2=203040",
            Style {
                modules: ModuleShape::Dots,
                finder: FinderShape::Rounded,
                ball: BallShape::Circle,
                ink: Ink::Gradient {
                    from: Rgb::new(16, 32, 48),
                    to: Rgb::new(32, 48, 64),
                    direction: GradientDirection::Radial,
                },
                ..Style::default()
            },
        ),
        (
            "paper=none&quiet=6&unit=mm&size=12.5&finder-ink=same&frame=badge&caption=a%26b+c",
            Style {
                paper: None,
                quiet_zone: 6,
                size: Size::Print { width_um: 12_500, dpi: 300 },
                frame: Some(Frame { shape: FrameShape::Badge, caption: "a&b c".into() }),
                ..Style::default()
            },
        ),
        (
            "unit=px&logo=us-1",
            Style {
                size: Size::Pixels(600),
                logo: Some(LogoPlace { id: "us-1".into(), percent: 25 }),
                ..Style::default()
            },
        ),
    ];
    for (link, style) in old {
        assert_eq!(link.parse(), Ok(style), "{link}");
    }
}

#[test]
fn wrong_values_are_named_in_the_error() {
    let error = |text: &str| text.parse::<Style>().unwrap_err().to_string();
    for (text, sentence) in [
        ("shape=star", "“star” is not a value of “shape”: choose square, dots, rounded or connected."),
        ("finder=dots", "“dots” is not a value of “finder”: choose square or rounded."),
        ("ball=dots", "“dots” is not a value of “ball”: choose square, rounded or circle."),
        (
            "gradient=up",
            "“up” is not a value of “gradient”: choose none, across, down, diagonal, rising or radial.",
        ),
        ("frame=box", "“box” is not a value of “frame”: choose none, label or badge."),
        ("unit=cm", "“cm” is not a value of “unit”: choose module, px or mm."),
        ("ink=red", "“red” is not a value of “ink”: write a colour in six hexadecimal digits, like 1a2b3c."),
        (
            "ink-2=none",
            "“none” is not a value of “ink-2”: write a colour in six hexadecimal digits, like 1a2b3c.",
        ),
        (
            "finder-ink=red",
            "“red” is not a value of “finder-ink”: write a colour in six hexadecimal digits, like 1a2b3c, or same.",
        ),
        (
            "paper=red",
            "“red” is not a value of “paper”: write a colour in six hexadecimal digits, like 1a2b3c, or none.",
        ),
        (
            "quiet=wide",
            "“wide” is not a value of “quiet”: write its width in modules, a number from 0 to 20.",
        ),
        ("size=5000", "“5000” is not a value of “size”: write the pixels per module, a number from 1 to 64."),
        (
            "unit=px&size=1e9",
            "“1e9” is not a value of “size”: write the width in pixels, a number from 1 to 4,096.",
        ),
        (
            "unit=mm&size=1.2345",
            "“1.2345” is not a value of “size”: write the width in millimetres, with at most three decimals, a number \
             from 5 to 1,000.",
        ),
        (
            "unit=mm&dpi=high",
            "“high” is not a value of “dpi”: write the pixels per inch, a number from 72 to 1,200.",
        ),
        (
            "logo=us&logo-size=1/3",
            "“1/3” is not a value of “logo-size”: write a percentage of the code's width, a number from 10 to 33.",
        ),
    ] {
        assert_eq!(error(text), sentence);
    }
    assert_eq!("frame=label".parse::<Style>(), Err(StyleTextError::Style(StyleError::NoCaption)));
    assert_eq!(
        error("ink=ffffff&paper=000000").split(':').next(),
        Some("The ink must be darker than the background")
    );
}

#[test]
fn preset_names_are_unique() {
    for preset in PRESETS {
        assert_eq!(Preset::named(preset.name), Some(preset));
        assert_eq!(preset.style().to_string(), preset.text, "{}: as short as can be", preset.name);
    }
    assert_eq!(Preset::named("none"), None);
}
