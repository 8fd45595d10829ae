//! What our reader finds on the drawn pages.

use proptest::prelude::*;
use qr::sheet::{FORMATS, FreeGrid, Lengths, Paper, Sheet, WordLines};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use super::{Pdf, printed, sheet};

/// Pixels for a point: five for the smallest module.
const SCALE: f32 = 4.5;

/// The texts on a page, sorted.
fn texts_on(pdf: &Pdf, page: usize) -> Vec<String> {
    let tree = Tree::from_str(&pdf.page_as_svg(page), &Options::default()).unwrap();
    let (width, height) = pdf.page_size();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pages are small")]
    let pixels = |points: f64| (points * f64::from(SCALE)).ceil() as u32;
    let mut pixmap = Pixmap::new(pixels(width), pixels(height)).unwrap();
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixmap.as_mut());
    let found = qr::detect_all(&pixmap.encode_png().unwrap()).unwrap();
    let mut texts: Vec<String> = found.into_iter().map(|reading| reading.text).collect();
    texts.sort();
    texts
}

#[test]
fn every_code_on_a_page_is_read_whatever_its_look_and_words() {
    let looks = [
        "",
        "shape=dots&ink=7c2d12&finder-ink=1e3a8a",
        "shape=connected&paper=none",
        "ink=7f1d1d&gradient=diagonal&ink-2=1e3a8a",
        "shape=rounded&finder=rounded&ball=rounded&logo=qrate",
        "frame=badge&caption=Scan me&quiet=5",
        "frame=label&caption=Größe 24 €",
    ];
    let words = [
        "Meeting room North",
        "#12",
        "日本語 🎉",
        "a\u{202e}gnp.exe\u{0}\u{1b}[2J",
        "",
        "Съешь ещё этих мягких французских булок, да выпей чаю",
    ];
    let long = "4,000 characters ".repeat(250);
    for (format, lines) in
        [("avery-l7160", WordLines::Two), ("avery-l7120", WordLines::One), ("avery-5163", WordLines::Two)]
    {
        let sheet = sheet(format, Some(lines));
        let count = sheet.grid.labels() as usize;
        let texts: Vec<String> = (0..count).map(|n| format!("https://example.org/{format}/{n:03}")).collect();
        let codes: Vec<(&str, &str, &str)> = (0..count)
            .map(|n| {
                let words = if n == 3 { &long } else { words[n % words.len()] };
                (&*texts[n], looks[n % looks.len()], words)
            })
            .collect();
        let (_, pdf) = printed(sheet, &codes);
        assert_eq!(texts_on(&pdf, 0), texts, "{format}");
    }
}

#[test]
fn smallest_modules_are_still_read() {
    // A symbol of version 7 on the smallest square label: 0.4 mm.
    let text = "a".repeat(100);
    let grid = FreeGrid {
        paper: Paper::A6,
        columns: 4,
        rows: 5,
        across: Lengths { before_um: 3_000, after_um: 3_000, gap_um: 0 },
        down: Lengths { before_um: 3_000, after_um: 3_000, gap_um: 0 },
    };
    let sheet = Sheet { grid: grid.grid().unwrap(), used: 18, copies: 2, words: None, has_edges: true };
    let (_, pdf) = printed(sheet, &[(&text, "", "")]);
    assert_eq!(texts_on(&pdf, 0), [&*text, &*text]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn any_words_leave_the_codes_readable(words in any::<String>(), place in 0..FORMATS.len()) {
        let format = &FORMATS[place];
        let text = "https://qr.at/1";
        // On the smallest labels, words give way.
        let (_, pdf) = printed(sheet(format.id, Some(WordLines::Two)), &[(text, "", &words)]);
        prop_assert_eq!(texts_on(&pdf, 0), [text]);
    }
}
