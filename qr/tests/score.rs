//! How reliably styles scan: the presets at every version, and the reasons given for bad styles.

use qr::{
    Advice, Change, ConditionKind, Drawing, Level, Logo, PRESETS, Reason, Score, ScoreError, Size, Style,
    Symbol,
};

const LINK: &str = "https://example.org/";

fn logo() -> Logo {
    Logo::read(include_bytes!("logo.png")).expect("it is a PNG of ours")
}

fn score_at(level: Level, style: &str) -> Result<Score, ScoreError> {
    let (style, logo): (Style, _) = (style.parse().expect("it is a style"), logo());
    let symbol = Symbol::encode(LINK, level).expect("it fits");
    Drawing::new(&symbol, &style, Some(&logo)).expect("it can be drawn").score()
}

fn reasons(style: &str) -> Vec<Reason> {
    score_at(Level::M, style).expect("it can be read").reasons
}

/// A symbol of this version, at level M.
fn symbol(version: u8) -> Symbol {
    let text = "https://example.org/".chars().chain("Qr".chars().cycle());
    let mut symbols =
        (10..2_331).map(|length| Symbol::encode(&text.clone().take(length).collect::<String>(), Level::M));
    let found = symbols.find(|symbol| symbol.as_ref().is_ok_and(|symbol| symbol.version() >= version));
    found.expect("one of them has it").expect("it fits")
}

#[test]
fn the_plain_code_scores_100() {
    let plain = Score { points: 100, reasons: Vec::new() };
    assert_eq!(score_at(Level::M, ""), Ok(plain.clone()));
    assert_eq!(score_at(Level::L, "ink=14213d&paper=fdfaf3&size=20"), Ok(plain));
}

#[test]
fn broken_rules_are_reported() {
    assert_eq!(reasons("ink=999999"), [Reason::Contrast(284)]);
    assert_eq!(reasons("quiet=3"), [Reason::QuietZone(3)]);
    assert_eq!(reasons("unit=mm&size=13"), [Reason::PrintSize { least_mm: 14 }]);
    assert_eq!(reasons("unit=mm&size=14"), []);
    assert_eq!(reasons("unit=px&size=98"), [Reason::PictureSize { least: 99 }]);
    assert_eq!(reasons("unit=px&size=99"), []);
    assert_eq!(reasons("unit=mm&size=1000&dpi=1200"), [], "too large for a PNG, not for SVG");
    let points = |style: &str| score_at(Level::M, style).unwrap().points;
    assert_eq!(points("unit=mm&size=13"), 75);
    assert_eq!(points("unit=mm&size=12&quiet=3"), 56);
}

#[test]
fn logos_that_cover_too_much_are_reported() {
    let logo = |level| score_at(level, "logo=us&logo-size=20").map(|score| score.reasons);
    assert_eq!(logo(Level::L), Ok(vec![Reason::LogoLevel { level: Level::L, better: Level::Q }]));
    assert_eq!(logo(Level::Q), Ok(vec![]));
    let large = |level| score_at(level, "logo=us&logo-size=33").map(|score| score.reasons);
    assert_eq!(large(Level::H), Ok(vec![Reason::LogoSize]));
    assert_eq!(large(Level::L), Err(ScoreError::Unreadable(Advice::of(&[Change::Logo]))));
}

#[test]
fn failed_camera_conditions_are_reported() {
    let pale = score_at(Level::M, "ink=c8c8c8&shape=dots").unwrap();
    assert_eq!(
        pale.reasons,
        [
            Reason::Contrast(167),
            Reason::Condition(ConditionKind::Blurred, Advice::of(&[Change::Colours])),
            Reason::Condition(ConditionKind::Dim, Advice::of(&[Change::Colours]))
        ]
    );
    assert!(pale.points < 75, "{}", pale.points);
}

#[test]
fn a_missing_quiet_zone_is_reported_as_the_cause() {
    let mut blamed = 0;
    for version in 1..=10 {
        let (symbol, style) = (symbol(version), "quiet=0".parse::<Style>().unwrap());
        let reasons = match Drawing::new(&symbol, &style, None).unwrap().score() {
            Ok(score) => score.reasons,
            Err(error) => {
                assert_eq!(error, ScoreError::Unreadable(Advice::of(&[Change::QuietZone])));
                continue;
            }
        };
        assert_eq!(reasons[0], Reason::QuietZone(0));
        for reason in &reasons[1..] {
            let advice = Advice::of(&[Change::QuietZone]);
            assert!(matches!(reason, Reason::Condition(_, found) if *found == advice), "{reason}");
            blamed += 1;
        }
    }
    assert!(blamed > 0, "no version scans less reliably");
}

#[test]
fn reasons_read_as_sentences() {
    let sentences = [
        Reason::Contrast(190),
        Reason::LogoLevel { level: Level::M, better: Level::Q },
        Reason::PrintSize { least_mm: 14 },
        Reason::Condition(ConditionKind::Small, Advice::of(&[Change::Shapes, Change::Colours, Change::Logo])),
        Reason::Condition(ConditionKind::Dim, Advice::of(&[Change::QuietZone])),
    ]
    .map(|reason| reason.to_string());
    assert_eq!(
        sentences,
        [
            "The contrast is 1.9 and should be at least 3: choose a darker ink or a lighter background.",
            "The logo covers too much at level M: choose Q.",
            "The print is too small for its modules: make it at least 14 mm wide.",
            "From far away it scans less reliably than the plain code: choose shapes nearer to squares, choose stronger colours or make the logo smaller.",
            "In bad light it scans less reliably than the plain code: give it a quiet zone of 4 modules.",
        ]
    );
}

#[test]
fn presets_are_readable_at_every_version() {
    for version in 1..=40 {
        let symbol = symbol(version);
        let expected = bytes(&symbol);
        for preset in PRESETS {
            // The smallest picture that has enough pixels.
            let style = Style { size: Size::Module(3), ..preset.style() };
            let png = Drawing::new(&symbol, &style, None).unwrap().png().unwrap();
            let mut picture =
                rqrr::PreparedImage::prepare(image::load_from_memory(&png).unwrap().into_luma8());
            let is_read = picture.detect_grids().iter().any(|grid| {
                let mut bytes = Vec::new();
                grid.decode_to(&mut bytes).is_ok() && bytes == expected
            });
            assert!(is_read, "{} at version {version}", preset.name);
        }
    }
}

/// What rqrr reads in the symbol itself.
fn bytes(symbol: &Symbol) -> Vec<u8> {
    let grid = rqrr::SimpleGrid::from_func(symbol.width(), |x, y| symbol.is_dark(x, y));
    let mut bytes = Vec::new();
    rqrr::Grid::new(grid).decode_to(&mut bytes).expect("it is whole");
    bytes
}

/// One version per score takes long enough: over all versions every preset has its turn.
#[test]
fn presets_score_well() {
    for version in 1..=40 {
        let symbol = symbol(version);
        let preset = PRESETS[usize::from(version) % PRESETS.len()];
        // How small it can be printed depends only on the version.
        let style = Style { size: Size::Module(8), ..preset.style() };
        let points = Drawing::new(&symbol, &style, None).unwrap().score().unwrap().points;
        // Of very large symbols, rqrr reads the plain code under few conditions only, so one more or less means
        // little.
        let good = if version <= 30 { 75 } else { 60 };
        assert!(points >= good, "{} at version {version}: {points}", preset.name);
    }
}
