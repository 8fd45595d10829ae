//! Golden files: every style and format, compared byte for byte, in `golden/styles/`: `NAME.svg`, `NAME.png` and
//! `NAME.pdf` of one code, its text in `NAME.txt`, for independent readers, and its style in `NAME.look`, for our
//! other programs to draw it again.
//!
//! Shared links lead to these pictures: a difference is a mistake unless the change is intended. Then
//! `QRATE_GOLDEN=write cargo test -p qr --test golden_styles` writes them again.

use std::path::{Path, PathBuf};

use qr::{Drawing, Level, Logo, PRESETS, Style, Symbol};

const LINK: &str = "https://example.org/";

/// Name, text, level and style, in addition to the presets.
const CASES: [(&str, &str, Level, &str); 25] = [
    ("shape-dots", "Dots, 日本語 and 🎉", Level::M, "shape=dots"),
    ("shape-rounded", LINK, Level::L, "shape=rounded"),
    ("shape-connected", LINK, Level::H, "shape=connected"),
    ("finder-rounded", LINK, Level::M, "finder=rounded"),
    ("ball-circle", LINK, Level::M, "ball=circle"),
    ("ball-rounded", LINK, Level::M, "finder=rounded&ball=rounded"),
    ("finder-ink", LINK, Level::M, "ink=7c2d12&finder-ink=1e3a8a"),
    ("plain-colours", "0123456789", Level::Q, "ink=14213d&paper=fca311"),
    ("transparent", LINK, Level::M, "shape=connected&paper=none"),
    ("gradient-across", LINK, Level::M, "ink=7f1d1d&gradient=across&ink-2=1e3a8a"),
    ("gradient-down", LINK, Level::M, "shape=dots&ink=7f1d1d&gradient=down&ink-2=1e3a8a"),
    ("gradient-diagonal", LINK, Level::M, "ink=7f1d1d&gradient=diagonal&ink-2=1e3a8a&paper=none"),
    ("gradient-rising", LINK, Level::M, "ink=7f1d1d&gradient=rising&ink-2=1e3a8a"),
    ("gradient-radial", LINK, Level::M, "shape=rounded&ink=7f1d1d&gradient=radial&ink-2=1e3a8a"),
    ("pixels", LINK, Level::M, "unit=px&size=300"),
    ("pixels-small", LINK, Level::M, "shape=rounded&unit=px&size=100"),
    ("millimetres", LINK, Level::M, "unit=mm&size=25.4&dpi=300"),
    ("quiet-zone", LINK, Level::M, "quiet=8&size=4"),
    ("label", LINK, Level::M, "frame=label&caption=Größe+24+€"),
    ("badge", LINK, Level::M, "shape=dots&ink=14213d&frame=badge&caption=Съешь+ещё"),
    ("badge-long", LINK, Level::M, "frame=badge&caption=Forty+characters+of+a+caption:+the+most.&size=6"),
    (
        "badge-transparent",
        LINK,
        Level::M,
        "frame=badge&caption=Å,+Ξ,+Q&paper=none&ink=14532d&ball=circle&size=7",
    ),
    ("badge-bare", LINK, Level::M, "frame=badge&size=3"),
    ("logo", LINK, Level::M, "shape=rounded&finder=rounded&ball=rounded&ink=0b3d91&logo=qrate"),
    (
        "logo-gradient",
        "A logo on a gradient, kept for long.",
        Level::M,
        "shape=dots&ink=0b3d91&gradient=radial&ink-2=7c2d12&paper=none&logo=qrate&logo-size=30&unit=px&size=777",
    ),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/styles")
}

/// The logo in the form in which it is kept: decoding an SVG is not part of these tests.
fn logo() -> Logo {
    Logo::read(include_bytes!("logo.png")).expect("it is a PNG of ours")
}

/// Compares, or writes.
fn check(name: &str, bytes: &[u8]) {
    let path = folder().join(name);
    if std::env::var_os("QRATE_GOLDEN").is_some_and(|mode| mode == "write") {
        std::fs::write(&path, bytes).expect("the folder is there");
    }
    let golden = std::fs::read(&path).unwrap_or_default();
    assert!(bytes == golden, "{} differs from what is drawn", path.display());
}

#[test]
fn files_equal_the_golden_ones() {
    let presets = PRESETS.map(|preset| (format!("preset-{}", preset.name), LINK, Level::M, preset.text));
    let cases = CASES.map(|(name, text, level, style)| (name.to_owned(), text, level, style));
    let logo = logo();
    for (name, text, level, style) in presets.into_iter().chain(cases) {
        let style: Style = style.parse().unwrap_or_else(|error| panic!("{name}: {error}"));
        let symbol = Symbol::encode_styled(text, level, &style, Some(&logo)).unwrap();
        let drawing = Drawing::new(&symbol, &style, Some(&logo)).unwrap();
        check(&format!("{name}.txt"), text.as_bytes());
        check(&format!("{name}.look"), format!("level={level}&{style}").as_bytes());
        check(&format!("{name}.svg"), drawing.svg().as_bytes());
        check(&format!("{name}.png"), &drawing.png().unwrap());
        check(&format!("{name}.pdf"), &drawing.pdf());
    }
}
