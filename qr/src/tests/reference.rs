//! Our symbols compared with those of two other encoders, which are given our version, level, segments and mask and do
//! the rest by themselves: bits, padding, error correction, interleaving, function patterns, masks.
//!
//! `qrcodegen` also confirms the version and the choice of the mask. `qrcode` is asked for everything but these two: its
//! penalty reads the standard differently, so it may prefer another mask, and its own segmentation takes UTF-8 bytes
//! that look like Shift JIS for kanji.

use proptest::prelude::*;
use qrcode::bits::Bits;
use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::{Color, EcLevel};
use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, QrSegmentMode, Version};

use super::penalty::plain_penalty;
use super::{any_level, any_text, cases, read_symbol, segments, shift_jis};
use crate::blocks::Blocks;
use crate::segment::{Eci, Mode, Segment};
use crate::{Level, Symbol};

/// The ECI assignment numbers and the segments of a text, in the order in which they are written.
fn headers_and_segments(text: &str, symbol: &Symbol) -> Vec<(Option<u32>, Segment)> {
    let mut declared = Eci::None;
    let with_header = |segment: Segment| {
        let is_new = std::mem::replace(&mut declared, segment.eci) != segment.eci;
        (is_new.then(|| if segment.eci == Eci::Utf8 { 26 } else { 20 }), segment)
    };
    segments(text, symbol).into_iter().map(with_header).collect()
}

/// Kanji mode as the standard defines it (ISO/IEC 18004, 7.4.6).
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

/// `qrcodegen`'s symbols for the same segments and level, in the smallest version, one for each mask.
fn qrcodegen_symbols(text: &str, symbol: &Symbol) -> Vec<QrCode> {
    let mut theirs = Vec::new();
    for (eci, segment) in headers_and_segments(text, symbol) {
        theirs.extend(eci.map(QrSegment::make_eci));
        let part = &text[segment.range];
        theirs.push(match segment.mode {
            Mode::Numeric => QrSegment::make_numeric(part),
            Mode::Alphanumeric => QrSegment::make_alphanumeric(part),
            Mode::Byte => QrSegment::make_bytes(part.as_bytes()),
            Mode::Kanji => kanji(part),
        });
    }
    let level = [QrCodeEcc::Low, QrCodeEcc::Medium, QrCodeEcc::Quartile, QrCodeEcc::High];
    let level = level[symbol.level() as usize];
    let draw = |mask| {
        QrCode::encode_segments_advanced(&theirs, level, Version::MIN, Version::MAX, Some(mask), false)
    };
    (0..8).map(|mask| draw(Mask::new(mask)).unwrap()).collect()
}

/// `qrcode`'s modules for the same segments, version, level and mask, row by row.
fn qrcode_modules(text: &str, symbol: &Symbol) -> Vec<Color> {
    let version = qrcode::Version::Normal(symbol.version().into());
    let level = [EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H][symbol.level() as usize];
    let mut bits = Bits::new(version);
    for (eci, segment) in headers_and_segments(text, symbol) {
        eci.into_iter().for_each(|eci| bits.push_eci_designator(eci).unwrap());
        let part = &text[segment.range];
        match segment.mode {
            Mode::Numeric => bits.push_numeric_data(part.as_bytes()),
            Mode::Alphanumeric => bits.push_alphanumeric_data(part.as_bytes()),
            Mode::Byte => bits.push_byte_data(part.as_bytes()),
            Mode::Kanji => bits.push_kanji_data(&shift_jis(part)),
        }
        .unwrap();
    }
    bits.push_terminator(level).unwrap();
    let (data, correction) = qrcode::ec::construct_codewords(&bits.into_bytes(), version, level).unwrap();
    let mut canvas = Canvas::new(version, level);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&data, &correction);
    canvas.apply_mask(
        [
            MaskPattern::Checkerboard,
            MaskPattern::HorizontalLines,
            MaskPattern::VerticalLines,
            MaskPattern::DiagonalLines,
            MaskPattern::LargeCheckerboard,
            MaskPattern::Fields,
            MaskPattern::Diamonds,
            MaskPattern::Meadow,
        ][usize::from(symbol.mask())],
    );
    canvas.into_colors()
}

fn qrcodegen_module(theirs: &QrCode, x: usize, y: usize) -> bool {
    theirs.get_module(i32::try_from(x).unwrap(), i32::try_from(y).unwrap())
}

/// The same version and modules, and the mask of the lowest penalty (of several the lowest number).
fn assert_equals_references(text: &str, symbol: &Symbol) {
    let width = symbol.width();
    let masked = qrcodegen_symbols(text, symbol);
    let theirs = &masked[usize::from(symbol.mask())];
    let modules = qrcode_modules(text, symbol);
    assert_eq!(theirs.version().value(), symbol.version());
    assert_eq!(modules.len(), width * width);
    for (i, (x, y)) in (0..width * width).map(|i| (i, (i % width, i / width))) {
        let is_dark = symbol.is_dark(x, y);
        assert_eq!(is_dark, qrcodegen_module(theirs, x, y), "qrcodegen, {symbol:?} at {x}, {y}: {text:?}");
        assert_eq!(is_dark, modules[i] == Color::Dark, "qrcode, {symbol:?} at {x}, {y}: {text:?}");
    }
    let penalties = masked.iter().map(|theirs| plain_penalty(width, |x, y| qrcodegen_module(theirs, x, y)));
    let (_, best) = penalties.zip(0_u8..).min().unwrap();
    assert_eq!(symbol.mask(), best, "{symbol:?}: {text:?}");
}

proptest! {
    #![proptest_config(cases(3000))]

    #[test]
    fn symbols_equal_the_references_in_the_best_mask(text in any_text(), level in any_level()) {
        if let Ok(symbol) = Symbol::encode(&text, level) {
            assert_equals_references(&text, &symbol);
        }
    }
}

#[test]
fn every_version_and_level_equals_the_references() {
    let text: String = (0..3000_u32).map(|i| char::from(b'a' + (i * i % 26).to_le_bytes()[0])).collect();
    for (version, level) in (1..=40).flat_map(|version| Level::ALL.map(|level| (version, level))) {
        let header_bytes = if version < 10 { 2 } else { 3 };
        let text = &text[..Blocks::of(version, level).data_total() - header_bytes];
        let symbol = Symbol::encode(text, level).unwrap();
        assert_eq!(symbol.version(), version);
        assert_equals_references(text, &symbol);
        assert_eq!(read_symbol(&symbol).unwrap().text, text);
    }
}

#[test]
fn every_kind_of_segment_equals_the_references() {
    for text in [
        "",
        "01234567",
        "HELLO WORLD 0123456789012345 http://example.org",
        "点茗、日本語 and ASCII 0123456789",
        "naïve café",
        "日本語の文章に絵文字🎉があっても、漢字は漢字のまま十三ビットで書かれる。",
    ] {
        for level in Level::ALL {
            assert_equals_references(text, &Symbol::encode(text, level).unwrap());
        }
    }
}
