//! The penalty of a masked symbol, counted module by module as the standard defines it (ISO/IEC 18004, 7.8.3.1, table
//! 11).
//!
//! Not here: how `mask` counts it in whole words, and which mask is chosen (`reference`).

/// The sum of the four features. Where the standard leaves room, it decides like `mask::penalty`.
pub(crate) fn plain_penalty(width: usize, is_dark: impl Fn(usize, usize) -> bool) -> u32 {
    let mut total = 0;
    for line in 0..width {
        total += line_penalty((0..width).map(|i| is_dark(i, line)));
        total += line_penalty((0..width).map(|i| is_dark(line, i)));
    }
    for (x, y) in (1..width).flat_map(|y| (1..width).map(move |x| (x, y))) {
        let four = [(x - 1, y - 1), (x, y - 1), (x - 1, y), (x, y)].map(|(x, y)| is_dark(x, y));
        total += 3 * u32::from(four == [true; 4] || four == [false; 4]);
    }
    let dark = (0..width * width).filter(|i| is_dark(i % width, i / width)).count();
    // The first 5 % step away from one half that is not reached.
    let steps = (1..).find(|step| (100 * dark).abs_diff(50 * width * width) < 5 * step * width * width);
    total + 10 * (u32::try_from(steps.unwrap()).unwrap() - 1)
}

/// Runs of five or more, and finder-like patterns, in one row or column.
fn line_penalty(line: impl Iterator<Item = bool>) -> u32 {
    let mut text: Vec<u8> = line.map(|is_dark| b"01"[usize::from(is_dark)]).collect();
    let width = text.len();
    let runs = text.chunk_by(|a, b| a == b).filter(|run| run.len() >= 5);
    let mut total: u32 = runs.map(|run| u32::try_from(run.len()).unwrap() - 2).sum();
    // The quiet zone.
    text.splice(..0, *b"0000");
    text.extend(b"0000");
    for start in 4..4 + width {
        let light_before = text[..start].ends_with(b"0000");
        let light_after = text[start..].starts_with(b"10111010000");
        total += 40 * u32::from(text[start..].starts_with(b"1011101") && (light_before || light_after));
    }
    total
}

#[test]
fn penalty_features_match_hand_counts() {
    // A chessboard has none of the features.
    let chessboard = |x: usize, y: usize| (x + y).is_multiple_of(2);
    assert_eq!(plain_penalty(21, chessboard), 0);
    // A run of five, and one of seven.
    assert_eq!(plain_penalty(21, |x, y| chessboard(x, y) || y == 0 && (2..=6).contains(&x)), 3);
    assert_eq!(plain_penalty(21, |x, y| chessboard(x, y) || x == 0 && (2..=8).contains(&y)), 5);
    // A block of two by two.
    assert_eq!(plain_penalty(21, |x, y| chessboard(x, y) || (x, y) == (7, 6) || (x, y) == (6, 7)), 3);
    // All dark: a run in each row and column, all blocks, ten steps.
    assert_eq!(plain_penalty(21, |_, _| true), 2 * 21 * 19 + 3 * 20 * 20 + 10 * 10);
    // Three dark rows of five: a run in each row, three of five pairs of rows the same, and exactly 60 %: two steps.
    assert_eq!(plain_penalty(25, |_, y| y % 5 < 3), 25 * 23 + 3 * 24 * 15 + 2 * 10);
    // Finder-like with four light modules before, after, and on both sides; with three it does not count.
    let line = |text: &str| line_penalty(text.bytes().map(|digit| digit == b'1'));
    assert_eq!(["10000101110101", "10101110100001", "100001011101000010"].map(line), [40; 3]);
    assert_eq!(["1011101", "1000101110100010101"].map(line), [40, 0]);
}
