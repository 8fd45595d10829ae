//! The examples of the standard (ISO/IEC 18004:2015), as printed: annex I from text to symbol, and single steps from
//! other clauses. Not here: its examples of Micro QR, and those tested next to their code (`kanji`, `blocks`).

use super::read_symbol;
use crate::bits::BitWriter;
use crate::layout::{self, Template};
use crate::segment::{Runs, VersionClass};
use crate::{Level, Symbol};

/// Binary digits; spaces are ignored.
fn bits(digits: &str) -> Vec<bool> {
    digits.chars().filter(|c| !c.is_whitespace()).map(|c| c == '1').collect()
}

/// The last byte is padded with zeros.
fn bytes(bits: &[bool]) -> Vec<u8> {
    let byte =
        |bits: &[bool]| bits.iter().zip((0..8).rev()).map(|(bit, place)| u8::from(*bit) << place).sum();
    bits.chunks(8).map(byte).collect()
}

/// The segments of a text, as bytes padded with zeros.
fn written(text: &str) -> (usize, Vec<u8>) {
    let mut bits = BitWriter::default();
    Runs::of(text).segment(VersionClass::To9).write(text, &mut bits);
    (bits.len(), bits.into_bytes())
}

/// Annex I: "01234567" at level M.
fn annex_i() -> Symbol {
    Symbol::encode("01234567", Level::M).unwrap()
}

#[test]
fn annex_i_data_matches() {
    // I.2, step 1: the mode, eight characters, 012, 345, 67.
    let expected = bits("0001 0000001000 0000001100 0101011001 1000011");
    assert_eq!(written("01234567"), (expected.len(), bytes(&expected)));
}

#[test]
fn annex_i_codewords_match() {
    // Steps 1 to 3: terminator, padding and error correction. Read from the symbol without its mask, 010, which
    // inverts every third column.
    let symbol = annex_i();
    let template = Template::new(1);
    let modules = layout::data_modules(&template.data);
    let bits: Vec<bool> = modules.map(|(x, y)| symbol.is_dark(x, y) != (x % 3 == 0)).collect();
    let data =
        [0x10, 0x20, 0x0C, 0x56, 0x61, 0x80, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11];
    let correction = [0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55];
    assert_eq!(bytes(&bits), [&data[..], &correction[..]].concat());
}

#[test]
fn annex_i_format_matches() {
    // Step 6: level M and mask 010, their check bits, and the mask of the format information.
    let format = bits("101111001111100");
    let symbol = annex_i();
    for places in layout::format_places(symbol.width()) {
        let drawn: Vec<bool> = places.iter().rev().map(|(x, y)| symbol.is_dark(*x, *y)).collect();
        assert_eq!(drawn, format);
    }
}

#[test]
fn annex_i_symbol_matches() {
    assert_eq!(format!("{:?}", annex_i()), "Symbol 1-M mask 2");
    let drawn: Vec<String> = format!("{:#?}", annex_i())
        .lines()
        .skip(1)
        .map(|line| line.replace("██", "#").replace("  ", "."))
        .collect();
    let expected = [
        "#######..#.##.#######",
        "#.....#..####.#.....#",
        "#.###.#.#.....#.###.#",
        "#.###.#.##....#.###.#",
        "#.###.#.#.###.#.###.#",
        "#.....#.#...#.#.....#",
        "#######.#.#.#.#######",
        "........#..##",
        "#.#####..#..#.#####",
        "...#.#.##.#.#..#.##",
        "..#...##.#.#.#..#####",
        "....#....#.....####",
        "...######..#.#..#",
        "........#.#####..##",
        "#######..##.#.##",
        "#.....#.#.#####...#.#",
        "#.###.#.#...#..#.##",
        "#.###.#.##..#..#",
        "#.###.#.#.##.#..#.#",
        "#.....#........##.##",
        "#######.####.#..#.#",
    ];
    assert_eq!(drawn, expected);
    assert_eq!(read_symbol(&annex_i()).unwrap().text, "01234567");
}

#[test]
fn alphanumeric_example_matches() {
    // 7.4.4: AC-42.
    let expected = bits("0010 000000101 00111001110 11100111001 000010");
    assert_eq!(written("AC-42"), (expected.len(), bytes(&expected)));
}

#[test]
fn kanji_example_matches() {
    // 7.4.6: 点 and 茗, in thirteen bits each.
    let expected = bits("1000 00000010 0110110011111 1101010101010");
    assert_eq!(written("点茗"), (expected.len(), bytes(&expected)));
}

#[test]
fn format_information_example_matches() {
    // Annex C.2: level M and mask 101.
    assert_eq!(layout::format_bits(Level::M, 5), 0b100_0000_1100_1110);
}

#[test]
fn version_information_example_matches() {
    // Annex D.2: version 7. Above the lower left finder pattern three rows of six, lowest bit first.
    let expected = bits("000111 110010010100");
    let symbol = Symbol::encode(&"a".repeat(150), Level::L).unwrap();
    assert_eq!(symbol.version(), 7);
    let corner = symbol.width() - 11;
    let below: Vec<bool> = (0..18).rev().map(|i| symbol.is_dark(i / 3, corner + i % 3)).collect();
    let right: Vec<bool> = (0..18).rev().map(|i| symbol.is_dark(corner + i % 3, i / 3)).collect();
    assert_eq!((below, right), (expected.clone(), expected));
}
