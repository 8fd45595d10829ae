//! Styles as text: what shared links mean, and how an error names a wrong value.

use qr::{
    BallShape, FinderShape, Frame, FrameShape, GradientDirection, Ink, LogoPlace, ModuleShape, PRESETS,
    Preset, Rgb, Size, Style, StyleError, StyleTextError,
};

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
