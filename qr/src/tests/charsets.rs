//! Symbols of other encoders: declared character sets, undeclared bytes, Hanzi mode. The segments are written here
//! bit by bit.

use encoding_rs as sets;
use proptest::prelude::*;

use crate::bits::BitWriter;
use crate::content;
use crate::segment::{Mode, VersionClass};

/// A symbol under construction.
#[derive(Default)]
struct Symbol(BitWriter);

impl Symbol {
    /// An ECI header, in as few bytes as hold its number.
    fn eci(mut self, assignment: usize) -> Self {
        self.0.push(7, 4);
        match assignment {
            ..128 => self.0.push(assignment, 8),
            _ => self.0.push(0b10 << 14 | assignment, 16),
        }
        self
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.push(Mode::Byte.indicator(), 4);
        self.0.push(bytes.len(), 8);
        bytes.iter().for_each(|byte| self.0.push(usize::from(*byte), 8));
        self
    }

    fn digit(mut self, digit: usize) -> Self {
        self.0.push(Mode::Numeric.indicator(), 4);
        self.0.push(1, 10);
        self.0.push(digit, 4);
        self
    }

    fn letter_a(mut self) -> Self {
        self.0.push(Mode::Alphanumeric.indicator(), 4);
        self.0.push(1, 9);
        self.0.push(10, 6);
        self
    }

    /// 13-bit values in a double-byte mode.
    fn doubles(mut self, mode: &[(usize, usize)], values: &[usize]) -> Self {
        mode.iter().for_each(|(value, bits)| self.0.push(*value, *bits));
        self.0.push(values.len(), 8);
        values.iter().for_each(|value| self.0.push(*value, 13));
        self
    }

    fn kanji(self, values: &[usize]) -> Self {
        self.doubles(&[(8, 4)], values)
    }

    /// GB/T 18284: A1 is subtracted from both bytes, A6 from the first one past row 10; then the first one is
    /// multiplied by 60 and added.
    fn hanzi(self, text: &str) -> Self {
        let values: Vec<usize> = gb(text)
            .chunks(2)
            .map(|pair| {
                let (lead, trail) = (usize::from(pair[0]), usize::from(pair[1]));
                (lead - if lead <= 0xAA { 0xA1 } else { 0xA6 }) * 0x60 + trail - 0xA1
            })
            .collect();
        self.doubles(&[(0b1101, 4), (1, 4)], &values)
    }

    fn text(self) -> Option<String> {
        content::text(&self.0.into_bytes(), VersionClass::To9)
    }
}

fn gb(text: &str) -> Vec<u8> {
    encoded(sets::GBK, text)
}

fn encoded(set: &'static sets::Encoding, text: &str) -> Vec<u8> {
    let (bytes, _, failed) = set.encode(text);
    assert!(!failed, "{text} in {}", set.name());
    bytes.into_owned()
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

fn undeclared(bytes: &[u8]) -> String {
    Symbol::default().bytes(bytes).text().unwrap()
}

/// Number, set and a text in it (AIM ITS/04-023).
const DECLARED: [(usize, &sets::Encoding, &str); 22] = [
    (4, sets::ISO_8859_2, "Łódź"),
    (5, sets::ISO_8859_3, "Ĝis la revido, ŝafo"),
    (6, sets::ISO_8859_4, "Ēģipte, Ķīna"),
    (7, sets::ISO_8859_5, "Привет, мир"),
    (8, sets::ISO_8859_6, "السلام"),
    (9, sets::ISO_8859_7, "Καλημέρα"),
    (10, sets::ISO_8859_8, "שלום"),
    (11, sets::WINDOWS_1254, "Iğdır, Şişli"),
    (12, sets::ISO_8859_10, "Ŋálat Đ"),
    (13, sets::WINDOWS_874, "สวัสดี"),
    (15, sets::ISO_8859_13, "Žąsis, ēģe"),
    (16, sets::ISO_8859_14, "Ẁŷ Ċ"),
    (17, sets::ISO_8859_15, "10 € žŸ"),
    (18, sets::ISO_8859_16, "Țară și €"),
    (21, sets::WINDOWS_1250, "Łódź – „škola“"),
    (22, sets::WINDOWS_1251, "Привет, мир"),
    (23, sets::WINDOWS_1252, "“naïve” – €"),
    (24, sets::WINDOWS_1256, "سلام، پدر"),
    (28, sets::BIG5, "繁體中文"),
    (29, sets::GBK, "简体中文"),
    (30, sets::EUC_KR, "한국어"),
    (32, sets::GB18030, "简体𠀀😀"),
];

#[test]
fn declared_character_sets_are_decoded() {
    for (assignment, set, text) in DECLARED {
        let read = Symbol::default().bytes(b"a ").eci(assignment).bytes(&encoded(set, text)).text();
        assert_eq!(read.as_deref(), Some(&*format!("a {text}")), "{assignment}");
    }
    for (assignment, bytes, text) in [
        (0, &b"\x80\x9E\xE1\xFF"[..], "Ç₧ß\u{A0}"),
        (2, b"\xB0\xC9\xBB", "░╔╗"),
        (1, b"caf\xE9\x93", "café\u{93}"),
        (3, b"\xC4\xD6\xDC", "ÄÖÜ"),
        (11, b"\x93\xFD", "\u{93}ı"),
        (13, b"\x80\xA1", "\u{80}ก"),
        (20, b"\x93\xFA\x96{\x87@\xB1", "日本①ｱ"),
        (25, b"\x30\xAB\xD8\x3C\xDF\x89", "カ🎉"),
        (25, b"\xFE\xFF\0a", "a"),
        (27, b"plain", "plain"),
        (31, b"\x95\x43", "旵"),
        (33, b"\xAB\x30\x3C\xD8\x89\xDF", "カ🎉"),
        (34, b"\0\x01\xF3\x89", "🎉"),
        (35, b"\x89\xF3\x01\0", "🎉"),
        (170, b"plain", "plain"),
        (899, b"bytes", "bytes"),
    ] {
        assert_eq!(
            Symbol::default().eci(assignment).bytes(bytes).text().as_deref(),
            Some(text),
            "{assignment}"
        );
    }
}

#[test]
fn bytes_invalid_in_the_declared_set_are_guessed() {
    for (assignment, bytes) in [(27, "é".as_bytes()), (25, "日".as_bytes()), (14, "é".as_bytes())] {
        let read = Symbol::default().eci(assignment).bytes(bytes).text();
        assert_eq!(read.as_deref(), str::from_utf8(bytes).ok(), "{assignment}");
    }
}

#[test]
fn characters_may_span_two_segments() {
    // カ is 83 4A, ア is 83 41: an encoder that works on bytes may write the second one as the letter A.
    assert_eq!(Symbol::default().eci(20).bytes(&[0x83]).letter_a().text().as_deref(), Some("ア"));
    assert_eq!(Symbol::default().bytes(&[0xC3]).bytes(&[0xA9]).text().as_deref(), Some("é"));
    // Digits are not half a character of UTF-16.
    assert_eq!(Symbol::default().eci(25).bytes(b"\x30\xAB").digit(7).text().as_deref(), Some("カ7"));
}

#[test]
fn vendors_kanji_are_decoded_in_kanji_mode() {
    // ① is 87 40, in NEC's row 13.
    assert_eq!(Symbol::default().kanji(&[6 * 0xC0, 0x0D9F]).text().as_deref(), Some("①点"));
}

#[test]
fn hanzi_mode_is_decoded() {
    assert_eq!(Symbol::default().hanzi("书读百遍，其义自现").text().as_deref(), Some("书读百遍，其义自现"));
    // The first and the last character of GB 2312.
    assert_eq!(Symbol::default().hanzi("\u{3000}齄").text().as_deref(), Some("\u{3000}齄"));
    let mixed = Symbol::default().bytes(b"QR ").hanzi("码").bytes(&gb("：“中文”")).digit(1).text();
    assert_eq!(mixed.as_deref(), Some("QR 码：“中文”1"));
    // A row has 94 cells.
    assert_eq!(Symbol::default().doubles(&[(0b1101, 4), (1, 4)], &[0x60 + 0x5F]).text(), None);
    let other_subset = Symbol::default().doubles(&[(0b1101, 4), (2, 4)], &[0]);
    assert_eq!(other_subset.text(), None);
}

#[test]
fn undeclared_japanese_is_recognised() {
    for text in [
        "ﾃﾞｻﾞｲﾝQR\r\nhttp://d-qr.net/ex/",
        "*ﾀﾞﾌﾞﾙQR*",
        "ﾃｽﾄ",
        "ｶﾀｶﾅ",
        "ｱｲｳｴｵ",
        "ﾄﾖﾀ",
        "ﾆﾎﾝ",
        "ﾎﾃﾙ 5",
        "ｿﾆｰ",
        "ﾃｰﾌﾞﾙ",
        "｢ﾊﾟﾝ｣",
        "ﾒｰﾙ:",
        "Google モバイル\r\nhttp://google.jp",
        "AD:SUB:阿;;",
        "100円",
        "ｲﾗｽﾄ入りｶﾗｰQRｺｰﾄﾞ",
        "カフェで日本語",
        // Windows-1252 does not assign the first byte of this apostrophe.
        "Sgt. Pepper’s Lonely Hearts Club Band",
    ] {
        assert_eq!(undeclared(&encoded(sets::SHIFT_JIS, text)), text);
    }
}

#[test]
fn western_texts_are_not_taken_for_japanese() {
    for text in [
        "Müller",
        "naïve café",
        "élève",
        "Größe: 5 m²",
        "ÄÖÜ",
        "ÄÖÜß äöü",
        "ÜBERGRÖSSE",
        "Straße",
        "CRÉÉE",
        "JÄÄÄÄR",
        "ÖÖÜLIKOOL",
        "ÞÝÐA",
        "ÁÉÍÓÚ ñ",
        "«École»",
        "«À» ¿Él? ¡ÉL! ¿¡Qué!?",
        "20 °C ±2 µm",
        "¼½¾ ¹²³",
        "£££ §§ 12",
        "©Éditions · 2×Ø 8 mm",
        "£ód¼",
        "1º ª",
        "ÃO ÇÃO São João, Põe",
        "Ærø, Åland, Øresund",
        "NOËL À L'ÎLE",
        "10\u{A0}£",
    ] {
        assert_eq!(undeclared(&latin1(text)), text);
    }
    for text in
        ["10 €", "“Hi” – don’t", "cœur", "Sgt. Pepper’s Lonely Hearts Club Band", "„Ja“ …", "It’s 5 ‰"]
    {
        assert_eq!(undeclared(&encoded(sets::WINDOWS_1252, text)), text);
    }
}

#[test]
fn one_character_set_is_guessed_per_symbol() {
    // Alone, ﾊ is Ê; next to kanji mode, or to bytes that are certainly Japanese, it is not.
    let kana = encoded(sets::SHIFT_JIS, "ﾊ");
    assert_eq!(undeclared(&kana), "Ê");
    assert_eq!(Symbol::default().bytes(&kana).kanji(&[0x0D9F]).text().as_deref(), Some("ﾊ点"));
    assert_eq!(Symbol::default().kanji(&[0x0D9F]).bytes(&kana).text().as_deref(), Some("点ﾊ"));
    let (sure, word) = (encoded(sets::SHIFT_JIS, "ﾃﾞｻﾞｲﾝ"), encoded(sets::SHIFT_JIS, "ﾊ QR"));
    let beside_another =
        Symbol::default().bytes(&sure).eci(3).bytes(&latin1("é")).eci(899).bytes(&word).text();
    assert_eq!(beside_another.as_deref(), Some("ﾃﾞｻﾞｲﾝéﾊ QR"));
    // Where no set fits all runs, each has its own.
    let mixed = Symbol::default().bytes("é🎉".as_bytes()).kanji(&[0x0D9F]).bytes(&latin1("Müller")).text();
    assert_eq!(mixed.as_deref(), Some("é🎉点Müller"));
    // Some programs write UTF-8 next to kanji mode.
    let utf8 = Symbol::default().kanji(&[0x0D9F]).bytes("é🎉".as_bytes()).text();
    assert_eq!(utf8.as_deref(), Some("点é🎉"));
}

proptest! {
    #![proptest_config(super::cases(500))]

    #[test]
    fn arbitrary_bytes_under_any_eci_never_panic(
        assignment in 0..1_000_usize,
        bytes in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        prop_assert!(Symbol::default().eci(assignment).bytes(&bytes).text().is_some());
    }

    #[test]
    fn lowercase_words_are_western(words in prop::collection::vec("[A-ZÀ-ÖØ-Þ]?[a-zà-öø-ÿ]{3,9}", 1..6)) {
        let text = words.join(" ");
        let bytes = latin1(&text);
        // Only by accident some are UTF-8.
        prop_assume!(str::from_utf8(&bytes).is_err());
        prop_assert_eq!(undeclared(&bytes), text);
    }
}
