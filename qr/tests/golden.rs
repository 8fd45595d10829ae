//! The golden pictures: codes over all versions, levels, masks and modes, whose modules must never change.
//!
//! Each lies in `tests/golden` with its text beside it. They are compared with what is drawn now, pixel by pixel,
//! because PNG compression may change; `tools/readers.sh` lets four independent readers read them, and any other
//! picture in the folder. `QRATE_GOLDEN=write cargo test -p qr --test golden` writes those that are missing or
//! differ.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use qr::{Level, Symbol, png, read_png};

/// Name, level and text of a picture.
type Case = (String, Level, String);

/// The longest text of lowercase letters that this version holds: byte mode, and no padding.
fn text_of_version(version: u8, level: Level) -> String {
    let letters = (0_u32..).map(|i| char::from(b'a' + (i * i / 7 % 26).to_le_bytes()[0]));
    let longest: String = "https://example.org/".chars().chain(letters).take(3000).collect();
    let fits = |bytes: usize| Symbol::encode(&longest[..bytes], level).is_ok_and(|s| s.version() <= version);
    let (mut most, mut too_many) = (0, longest.len());
    while most + 1 < too_many {
        let middle = most.midpoint(too_many);
        if fits(middle) { most = middle } else { too_many = middle }
    }
    longest[..most].to_owned()
}

/// A short text that gets this mask.
fn text_of_mask(mask: u8, level: Level) -> String {
    let mut texts = (1_u32..).map(|i| format!("https://example.org/{mask}/{i}"));
    let has_mask = |text: &String| Symbol::encode(text, level).is_ok_and(|symbol| symbol.mask() == mask);
    texts.find(has_mask).expect("there is no end of texts")
}

fn cases() -> Vec<Case> {
    let versions = (1..=40_u8).map(|version| {
        let level = Level::ALL[usize::from(version) % 4];
        (format!("version-{version:02}-{level}"), level, text_of_version(version, level))
    });
    let kinds = Level::ALL.into_iter().flat_map(|level| (0..8).map(move |mask| (level, mask)));
    let formats =
        kinds.map(|(level, mask)| (format!("format-{level}-{mask}"), level, text_of_mask(mask, level)));
    let digits: String =
        (0_u64..7089).map(|i| char::from(b'0' + (i * i / 3 % 10).to_le_bytes()[0])).collect();
    let every_letter: String = ('!'..='~').collect();
    let controls: String = ('\0'..'\u{100}').collect();
    let modes: [(&str, Level, &str); 29] = [
        ("standard-annex-i", Level::M, "01234567"),
        ("numeric-one-digit", Level::H, "7"),
        ("numeric-version-9", Level::H, &digits[..235]),
        ("numeric-version-40", Level::L, &digits),
        ("alphanumeric-standard", Level::H, "AC-42"),
        ("alphanumeric-all", Level::Q, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"),
        ("alphanumeric-version-20", Level::M, &"HTTPS://EXAMPLE.ORG/*+$% ".repeat(37)),
        ("byte-ascii", Level::M, &every_letter),
        ("byte-lines", Level::Q, "one\r\ntwo\n\tthree\r\n"),
        ("byte-controls", Level::M, &controls),
        ("latin-1", Level::M, "naïve café, ÀÖØöøÿ ¿¡ £ § ©"),
        ("greek", Level::Q, "Καλημέρα κόσμε"),
        ("cyrillic", Level::L, "Съешь ещё этих мягких французских булок, да выпей чаю"),
        ("arabic", Level::M, "صِف خَلقَ خَودِ كَمِثلِ الشَمسِ"),
        ("hangul", Level::M, "키스의 고유조건은 입술끼리 만나야 하고"),
        ("emoji", Level::H, "🎉👩‍🚀🇩🇪🏳️‍🌈"),
        ("combining", Level::M, "e\u{301} n\u{303} Z̷a̸l̵g̶o̴ \u{202E}rtl\u{202C} \u{FEFF}"),
        ("half-width-katakana", Level::M, "ﾊﾝｶｸｶﾀｶﾅ"),
        ("kanji-standard", Level::M, "点茗"),
        ("kanji-version-10", Level::L, &"日本語文字列を漢字で書く、".repeat(12)),
        ("kanji-version-40", Level::L, &"点茗ぁ亜熙ヶ".repeat(302)),
        ("kanji-and-ascii", Level::M, "点茗、日本語 and ASCII 0123456789"),
        ("kanji-and-emoji", Level::M, "日本語の文章に絵文字🎉があっても、漢字は漢字のまま書かれる。"),
        ("kanji-then-utf-8", Level::M, "日本語文字列é"),
        ("disputed", Level::M, "～ 〜 ‖ − ¢ £ ¬ \\ ~ ¥ ‾ と漢字"),
        ("mixed-modes", Level::M, "HELLO WORLD 0123456789012345 http://example.org/?q=314159265358979"),
        ("wi-fi", Level::Q, r#"WIFI:T:WPA;S:Café \;Nord\;;P:\\\"geheim\";;"#),
        ("wi-fi-kanji", Level::M, r"WIFI:T:WPA;S:喫茶日本語東京都店;P:abc\;defgh~;;"),
        (
            "contact",
            Level::M,
            "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Zoë Ångström\r\nTEL;TYPE=cell:+49 30 1234567\r\nEND:VCARD\r\n",
        ),
    ];
    let modes = modes.map(|(name, level, text)| (name.to_owned(), level, text.to_owned()));
    versions.chain(formats).chain(modes).collect()
}

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "golden"].iter().collect()
}

fn pixels(png: &[u8]) -> image::GrayImage {
    image::load_from_memory(png).expect("it is a PNG").into_luma8()
}

#[test]
fn modules_equal_the_golden_pictures() {
    let is_writing = std::env::var("QRATE_GOLDEN").is_ok_and(|value| value == "write");
    for (name, level, text) in cases() {
        let drawn = png(&Symbol::encode(&text, level).unwrap());
        let (picture, text_beside) =
            (folder().join(&name).with_extension("png"), folder().join(&name).with_extension("txt"));
        let before = || fs::read(&picture).ok().map(|png| pixels(&png));
        if is_writing && before() != Some(pixels(&drawn)) {
            fs::write(&picture, &drawn).unwrap();
            fs::write(&text_beside, &text).unwrap();
        }
        let golden = before().unwrap_or_else(|| panic!("{}: missing", picture.display()));
        assert!(golden == pixels(&drawn), "{name}: other modules than in the golden picture");
        assert_eq!(fs::read_to_string(text_beside).unwrap(), text, "{name}");
        assert_eq!(read_png(&fs::read(picture).unwrap()), Ok(text), "{name}");
    }
}

#[test]
fn golden_pictures_cover_every_version_level_and_mask() {
    let symbols = cases().into_iter().map(|(_, level, text)| Symbol::encode(&text, level).unwrap());
    let (versions, formats): (BTreeSet<_>, BTreeSet<_>) =
        symbols.map(|symbol| (symbol.version(), (symbol.level(), symbol.mask()))).unzip();
    assert!(versions.into_iter().eq(1..=40));
    assert_eq!(formats.len(), 4 * 8);
}
