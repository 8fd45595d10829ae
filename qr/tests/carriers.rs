//! Which level and version a text with a logo gets.

use proptest::prelude::*;
use qr::{LOGO_PERCENT, Level, Logo, LogoPlace, Style, Symbol, read};

fn logo() -> Logo {
    Logo::read(include_bytes!("logo.png")).expect("it is a PNG of ours")
}

fn style(percent: u8) -> Style {
    Style { logo: Some(LogoPlace { id: "us".into(), percent }), ..Style::default() }
}

#[test]
fn a_logo_raises_the_level() {
    let logo = logo();
    let text = "https://example.org/a/longer/address?with=parameters";
    let level =
        |percent| Symbol::encode_styled(text, Level::L, &style(percent), Some(&logo)).map(|s| s.level());
    assert_eq!([13, 14, 19, 33].map(level), [Ok(Level::L), Ok(Level::M), Ok(Level::Q), Ok(Level::H)]);
    assert_eq!(Symbol::encode_styled(text, Level::L, &Style::default(), None).unwrap().level(), Level::L);
}

#[test]
fn a_logo_too_large_for_every_level_raises_the_version() {
    let symbol = |text: &str| Symbol::encode_styled(text, Level::M, &style(33), Some(&logo())).unwrap();
    assert_eq!(Symbol::encode("https://example.org/", Level::H).unwrap().version(), 3);
    let short = symbol("https://example.org/");
    assert_eq!((short.version(), short.level()), (6, Level::Q));
    assert_eq!(read(short.width(), |x, y| short.is_dark(x, y)).unwrap().text, "https://example.org/");
    let tiny = symbol("A");
    assert_eq!((tiny.version(), tiny.level()), (1, Level::M), "where the level is enough, nothing changes");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_symbol_for_a_text_fits_every_shorter_one(
        (length, shorter) in (1_usize..1400).prop_flat_map(|length| (Just(length), 0..length)),
        percent in LOGO_PERCENT,
        level in prop::sample::select(&Level::ALL),
    ) {
        let logo = logo();
        let symbol = |length| Symbol::encode_styled(&"a".repeat(length), level, &style(percent), Some(&logo));
        prop_assert!(symbol(length).is_err() || symbol(shorter).is_ok());
    }
}
