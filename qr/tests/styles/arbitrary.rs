//! Arbitrary styles, as text and drawn in every format.

use proptest::prelude::*;
use qr::{
    BallShape, Drawing, FinderShape, Frame, FrameShape, GradientDirection, Ink, Level, LogoPlace,
    ModuleShape, Rgb, Size, Style, StyleError, Symbol,
};
use resvg::usvg::{Options, Tree};

use super::logo;

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
