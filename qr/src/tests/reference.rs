//! Our symbols beside those of `qrcodegen`, which is told version, level, segments and mask and does all the rest by
//! itself: bits, padding, error correction, order, function patterns, masks.

use proptest::prelude::*;
use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, QrSegmentMode, Version};

use super::penalty::plain_penalty;
use super::{any_level, any_text, cases, read_symbol, segments, shift_jis};
use crate::blocks::Blocks;
use crate::segment::{Eci, Mode};
use crate::{Level, Symbol};

/// Kanji mode as the standard has it (ISO/IEC 18004, 7.4.6).
fn kanji(text: &str) -> QrSegment {
    let bytes = shift_jis(text);
    let bits = bytes.chunks(2).flat_map(|pair| {
        let code = usize::from(pair[0]) << 8 | usize::from(pair[1]);
        let from = if code < 0xE040 { code - 0x8140 } else { code - 0xC140 };
        let value = (from >> 8) * 0xC0 + (from & 0xFF);
        (0..13).rev().map(move |bit| value >> bit & 1 != 0)
    });
    QrSegment::new(QrSegmentMode::Kanji, bytes.len() / 2, bits.collect())
}

fn their_segments(text: &str, symbol: &Symbol) -> Vec<QrSegment> {
    let mut theirs = Vec::new();
    let mut announced = Eci::Unannounced;
    for segment in segments(text, symbol) {
        if segment.eci != announced {
            theirs.push(QrSegment::make_eci(if segment.eci == Eci::Utf8 { 26 } else { 20 }));
            announced = segment.eci;
        }
        let part = &text[segment.range];
        theirs.push(match segment.mode {
            Mode::Numeric => QrSegment::make_numeric(part),
            Mode::Alphanumeric => QrSegment::make_alphanumeric(part),
            Mode::Byte => QrSegment::make_bytes(part.as_bytes()),
            Mode::Kanji => kanji(part),
        });
    }
    theirs
}

/// What they draw of the same segments at the same level, in the smallest version, with each mask.
fn drawn_by_reference(text: &str, symbol: &Symbol) -> Vec<QrCode> {
    let segments = their_segments(text, symbol);
    let level = [QrCodeEcc::Low, QrCodeEcc::Medium, QrCodeEcc::Quartile, QrCodeEcc::High];
    let level = level[symbol.level() as usize];
    let draw = |mask| {
        QrCode::encode_segments_advanced(&segments, level, Version::MIN, Version::MAX, Some(mask), false)
    };
    (0..8).map(|mask| draw(Mask::new(mask)).unwrap()).collect()
}

fn their_module(theirs: &QrCode, x: usize, y: usize) -> bool {
    theirs.get_module(i32::try_from(x).unwrap(), i32::try_from(y).unwrap())
}

/// The same version and modules, and of all masks the one of the lowest penalty, of several the lowest number.
fn assert_as_reference(text: &str, symbol: &Symbol) {
    let width = symbol.width();
    let drawn = drawn_by_reference(text, symbol);
    let theirs = &drawn[usize::from(symbol.mask())];
    assert_eq!(theirs.version().value(), symbol.version());
    for (x, y) in (0..width * width).map(|i| (i % width, i / width)) {
        assert_eq!(symbol.is_dark(x, y), their_module(theirs, x, y), "{symbol:?} at {x}, {y}: {text:?}");
    }
    let penalties = drawn.iter().map(|theirs| plain_penalty(width, |x, y| their_module(theirs, x, y)));
    let (_, best) = penalties.zip(0_u8..).min().unwrap();
    assert_eq!(symbol.mask(), best, "{symbol:?}: {text:?}");
}

proptest! {
    #![proptest_config(cases(3000))]

    #[test]
    fn any_symbol_as_the_reference_draws_it_in_the_best_mask(text in any_text(), level in any_level()) {
        if let Ok(symbol) = Symbol::encode(&text, level) {
            assert_as_reference(&text, &symbol);
        }
    }
}

#[test]
fn every_version_and_level_as_the_reference_draws_it() {
    let text: String = (0..3000_u32).map(|i| char::from(b'a' + (i * i % 26).to_le_bytes()[0])).collect();
    for (version, level) in (1..=40).flat_map(|version| Level::ALL.map(|level| (version, level))) {
        let header_bytes = if version < 10 { 2 } else { 3 };
        let text = &text[..Blocks::of(version, level).all_data() - header_bytes];
        let symbol = Symbol::encode(text, level).unwrap();
        assert_eq!(symbol.version(), version);
        assert_as_reference(text, &symbol);
        assert_eq!(read_symbol(&symbol).unwrap().text, text);
    }
}

#[test]
fn every_kind_of_segment_as_the_reference_draws_it() {
    for text in [
        "",
        "01234567",
        "HELLO WORLD 0123456789012345 http://example.org",
        "点茗、日本語 and ASCII 0123456789",
        "naïve café",
        "日本語の文章に絵文字🎉があっても、漢字は漢字のまま十三ビットで書かれる。",
    ] {
        for level in Level::ALL {
            assert_as_reference(text, &Symbol::encode(text, level).unwrap());
        }
    }
}
