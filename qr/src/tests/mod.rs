//! Round trips from text to symbol to text, and comparisons: other encoders draw the same (`reference`), the
//! standard's own examples (`standard`), an exhaustive search for the shortest segmentation (`segmentation`), a plain
//! count of the penalty (`penalty`), symbols of other encoders (`charsets`), arbitrary inputs (`fuzz`).

mod charsets;
mod fuzz;
pub(crate) mod penalty;
mod reference;
mod segmentation;
mod standard;

use proptest::prelude::*;

use crate::blocks::Blocks;
use crate::layout::{self, Template};
use crate::segment::{Eci, Mode, Runs, Segment, VersionClass};
use crate::{Level, ReadError, Reading, Symbol, TooLong, capacity_use, content, kanji, read};

/// At least this many cases; more if PROPTEST_CASES asks for them.
fn cases(least: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    ProptestConfig { cases: asked.cases.max(least), ..asked }
}

/// Texts that mix everything that is written differently.
fn any_text() -> impl Strategy<Value = String> {
    let kanji = prop::collection::vec((0..8192_u16).prop_filter_map("empty cell", kanji::decode), 1..12)
        .prop_map(String::from_iter);
    let tricky = prop::sample::select(vec![
        "\\", "~", "¥", "‾", "～", "〜", "\u{FEFF}", "\0", "\r\n", "%%", "e\u{301}",
    ]);
    let piece = prop_oneof![
        "[0-9]{1,20}",
        "[A-Z0-9 $%*+./:-]{1,20}",
        "[ -~]{1,20}",
        "[¡-ÿ]{1,6}",
        "[ぁ-んァ-ン]{1,10}",
        "[ｦ-ﾟ]{1,4}",
        "[😀-🙏]{1,3}",
        "[\\x00-\\x1f\\x7f-\u{9f}]{1,3}",
        any::<String>(),
        kanji,
        tricky.prop_map(String::from),
    ];
    (prop::collection::vec(piece, 0..10), prop_oneof![4 => Just(1), 1 => 2..20_usize])
        .prop_map(|(pieces, times)| pieces.concat().repeat(times))
}

fn any_level() -> impl Strategy<Value = Level> {
    prop::sample::select(Level::ALL.to_vec())
}

fn read_symbol(symbol: &Symbol) -> Result<Reading, ReadError> {
    read(symbol.width(), |x, y| symbol.is_dark(x, y))
}

fn segments(text: &str, symbol: &Symbol) -> Vec<Segment> {
    Runs::of(text).segment(VersionClass::of(symbol.version())).segments
}

fn shift_jis(text: &str) -> Vec<u8> {
    encoding_rs::SHIFT_JIS.encode(text).0.into_owned()
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn texts_that_fit_are_read_back(text in any_text(), level in any_level()) {
        let room = capacity_use(&text, level);
        let symbol = match Symbol::encode(&text, level) {
            Ok(symbol) => symbol,
            Err(TooLong { over_by_bits }) => {
                prop_assert_eq!(room.used_bytes - room.possible_bytes, over_by_bits.div_ceil(8));
                return Ok(());
            }
        };
        prop_assert!(room.used_bytes <= room.possible_bytes);
        let reading = Reading { text: text.clone(), version: symbol.version(), level, mask: symbol.mask() };
        prop_assert_eq!(read_symbol(&symbol), Ok(reading));

        // What rqrr reads is not text yet: the bytes of each segment, one after another.
        let mut theirs = Vec::new();
        let grid = rqrr::SimpleGrid::from_func(symbol.width(), |x, y| symbol.is_dark(x, y));
        rqrr::Grid::new(grid).decode_to(&mut theirs).unwrap();
        let expected: Vec<u8> = segments(&text, &symbol)
            .iter()
            .flat_map(|segment| match segment.mode {
                Mode::Kanji => shift_jis(&text[segment.range.clone()]),
                _ => text[segment.range.clone()].as_bytes().to_vec(),
            })
            .collect();
        prop_assert_eq!(theirs, expected);
    }

    /// What zbar does (`qrdectxt.c`): without an ECI, kanji mode anywhere makes every byte Shift JIS, whose single
    /// bytes are those of JIS X 0201.
    #[test]
    fn readers_that_decode_bytes_beside_kanji_as_shift_jis_get_the_text(
        text in any_text(),
        kanji in "[点茗日本]{1,3}",
        disputed in prop::sample::select(vec!["", "\\", "~"]),
    ) {
        for text in [text.clone(), text + &kanji + disputed] {
            let segments = Runs::of(&text).segment(VersionClass::To26).segments;
            let is_shift_jis = segments.iter().all(|segment| segment.eci == Eci::None)
                && segments.iter().any(|segment| segment.mode == Mode::Kanji);
            let decoded: String = segments
                .into_iter()
                .flat_map(|segment| text[segment.range].chars())
                .map(|c| match c {
                    '\\' if is_shift_jis => '¥',
                    '~' if is_shift_jis => '‾',
                    other => other,
                })
                .collect();
            prop_assert_eq!(decoded, text);
        }
    }

    #[test]
    fn character_sets_are_never_ambiguous(text in any_text()) {
        let segments = Runs::of(&text).segment(VersionClass::To40).segments;
        let announces = segments.iter().any(|segment| segment.eci != Eci::None);
        for segment in segments {
            let part = &text[segment.range];
            match (segment.mode, segment.eci) {
                (_, Eci::None) if announces => prop_assert!(false, "declared only for a part"),
                (Mode::Byte, Eci::None) => prop_assert!(part.is_ascii()),
                (Mode::Byte, Eci::ShiftJis) => prop_assert!(part.is_ascii() && !part.contains(['\\', '~'])),
                (Mode::Kanji, Eci::Utf8) => prop_assert!(false, "kanji mode is Shift JIS"),
                _ => {}
            }
        }
    }

    #[test]
    fn wrong_codewords_are_corrected_up_to_capacity(
        text in "[ -~]{0,300}",
        level in any_level(),
        hits in prop::collection::vec((any::<prop::sample::Index>(), 1..=255_u8), 200),
        format_hits in prop::collection::vec((any::<bool>(), 0..15_usize), 0..=3),
    ) {
        let Ok(symbol) = Symbol::encode(&text, level) else { return Ok(()) };
        let blocks = Blocks::of(symbol.version(), level);
        let places: Vec<_> = layout::data_modules(&Template::new(symbol.version()).data).collect();
        let mut owners = vec![0; blocks.total()];
        for block in 0..blocks.count {
            for place in 0..blocks.data(block) + blocks.correction {
                owners[blocks.position(block, place)] = block;
            }
        }
        let guard = if symbol.version() < 4 { 3 } else { 0 };
        let mut left = vec![(blocks.correction - guard) / 2; blocks.count];
        let mut wrong = std::collections::HashSet::new();
        for (codeword, change) in hits {
            let codeword = codeword.index(owners.len());
            let Some(more) = left[owners[codeword]].checked_sub(1) else { continue };
            left[owners[codeword]] = more;
            wrong.extend((0..8).filter(|bit| change >> bit & 1 != 0).map(|bit| places[8 * codeword + bit]));
        }
        let formats = layout::format_places(symbol.width());
        wrong.extend(format_hits.into_iter().map(|(second, bit)| formats[usize::from(second)][bit]));
        let reading = read(symbol.width(), |x, y| symbol.is_dark(x, y) != wrong.contains(&(x, y)));
        prop_assert_eq!(reading.map(|reading| reading.text), Ok(text));
    }

    #[test]
    fn arbitrary_modules_never_panic(
        width in prop_oneof![0..200_usize, (1..=40_usize).prop_map(|version| 17 + 4 * version)],
        seed in any::<u64>(),
        base in any_text(),
        noise in 0..64_u64,
    ) {
        let random = |x: usize, y: usize| (seed | 1).wrapping_mul((x * 1009 + y * 31 + 7) as u64) >> 40 & 63;
        let _ = read(width, |x, y| random(x, y) < 32);
        if let Ok(symbol) = Symbol::encode(&base, Level::L) {
            let _ = read(symbol.width(), |x, y| symbol.is_dark(x, y) != (random(x, y) < noise));
        }
    }

    #[test]
    fn arbitrary_codewords_never_panic(data in prop::collection::vec(any::<u8>(), 0..60), class in 0..3_usize) {
        let _ = content::text(&data, VersionClass::ALL[class]);
    }
}

#[test]
fn capacity_is_exact_at_the_limit() {
    for (unit, limits) in [
        ("1", [7089, 5596, 3993, 3057]),
        ("A", [4296, 3391, 2420, 1852]),
        ("a", [2953, 2331, 1663, 1273]),
        ("点", [1817, 1435, 1024, 784]),
    ] {
        for (level, limit) in Level::ALL.into_iter().zip(limits) {
            let symbol = Symbol::encode(&unit.repeat(limit), level).unwrap();
            assert_eq!(symbol.version(), 40);
            assert_eq!(read_symbol(&symbol).unwrap().text, unit.repeat(limit));
            assert!(Symbol::encode(&unit.repeat(limit + 1), level).is_err());
        }
    }
    // 4 + 16 + 8 × 2954 bits into 8 × 2956.
    assert_eq!(Symbol::encode(&"a".repeat(2954), Level::L), Err(TooLong { over_by_bits: 4 }));
    assert_eq!(capacity_use(&"a".repeat(2954), Level::L).used_bytes, 2957);
    // An ECI header, 12 bits, then 4 + 16 + 8 × 4 × 738 into the same.
    assert_eq!(Symbol::encode(&"🎉".repeat(738), Level::L).unwrap().version(), 40);
    assert_eq!(Symbol::encode(&"🎉".repeat(739), Level::L), Err(TooLong { over_by_bits: 32 }));
}

#[test]
fn texts_far_too_long_are_refused() {
    for unit in ["a", "a1", "日本é"] {
        let text = unit.repeat(100_000 / unit.len());
        assert!(Symbol::encode(&text, Level::M).unwrap_err().over_by_bits > 100_000);
    }
}
