//! Adversarial pictures end within the allowed work, and pictures of each kind are read. Not here: encoded pictures
//! (`tests/detect`), their memory (`tests/bounds.rs`).

use std::num::Wrapping;

use super::greys::Greys;
use super::search::FoundCode;
use super::work::Work;
use super::{MAX_CODES, find, in_reading_order};
use crate::{Level, Symbol};

/// Draws each pixel by its position; true is dark.
fn drawn(width: u32, height: u32, is_dark: impl Fn(u32, u32) -> bool) -> Greys {
    let bytes = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    Greys { width, height, bytes: bytes.map(|(x, y)| if is_dark(x, y) { 0 } else { 255 }).collect() }
}

/// Whether a module of a finder pattern is dark, counted from its top left.
pub(crate) fn finder_is_dark(x: u32, y: u32) -> bool {
    let ring = x.abs_diff(3).max(y.abs_diff(3));
    ring == 3 || ring < 2
}

/// Marsaglia's xorshift, seeded with a position.
fn noise(x: u32, y: u32) -> bool {
    let mut state =
        (Wrapping(x) * Wrapping(0x9E37_79B9)) ^ (Wrapping(y) * Wrapping(0x85EB_CA6B)) | Wrapping(1);
    for _ in 0..4 {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
    }
    state.0 >> 9 & 1 == 0
}

/// The steps of a search that finds nothing.
fn steps(greys: Greys) -> u64 {
    let mut work = Work::for_picture();
    assert_eq!(find(&[greys], &mut work).len(), 0);
    assert!(!work.panicked());
    work.steps_taken()
}

/// For fuzzing: searches greys, and asserts that rxing does not panic.
pub(crate) fn search_without_a_panic(width: u32, height: u32, bytes: Vec<u8>) {
    let mut work = Work::for_picture();
    find(&[Greys { width, height, bytes }], &mut work);
    assert!(!work.panicked(), "rxing panicked");
}

/// Regression: memory and time used to grow with the square of the number of finder patterns.
#[test]
fn one_pixel_modules_full_of_finders_take_bounded_work() {
    let tiled = |side| drawn(side, side, |x, y| finder_is_dark(x % 8, y % 8));
    let (small, large) = (steps(tiled(1000)), steps(tiled(4000)));
    assert!(large <= 2 * small, "{small} steps for 16,000 finders, {large} for 250,000");
}

#[test]
fn finder_triples_take_bounded_work() {
    // Spaced as in a version 1 symbol, with nothing between.
    let is_dark = |x: u32, y: u32| {
        let (x, y) = (x % 25, y % 25);
        let at = |left: u32, top: u32| {
            x.checked_sub(left)
                .zip(y.checked_sub(top))
                .is_some_and(|(x, y)| x < 7 && y < 7 && finder_is_dark(x, y))
        };
        at(0, 0) || at(14, 0) || at(0, 14)
    };
    assert!(steps(drawn(2000, 2000, is_dark)) < 400_000_000);
}

#[test]
fn squares_stripes_and_noise_take_bounded_work() {
    let nested = drawn(2000, 2000, |x, y| x.abs_diff(1000).max(y.abs_diff(1000)) / 3 % 2 == 0);
    let stripes = drawn(2000, 2000, |x, _| matches!(x % 8, 0 | 2..=4 | 6));
    let noisy = drawn(2000, 2000, noise);
    // Larger and larger: each row crosses many.
    let large = drawn(3000, 3000, |x, y| finder_is_dark(x % 1000 / 130, y % 1000 / 130));
    for greys in [nested, stripes, noisy, large] {
        assert!(steps(greys) < 400_000_000);
    }
}

#[test]
fn thin_strips_and_specks_do_not_panic() {
    for (width, height) in [(1, 1), (1, 5000), (16_384, 1), (32_000, 30), (22, 9000), (40, 39)] {
        steps(drawn(width, height, |x, y| finder_is_dark(x % 8, y % 8)));
        steps(drawn(width, height, noise));
    }
}

/// Codes side by side, with their texts.
fn sheet(across: u32, down: u32, module_pixels: u32) -> (Greys, Vec<String>) {
    let texts: Vec<_> = (0..across * down).map(|number| format!("code {number}")).collect();
    let symbols: Vec<_> = texts.iter().map(|text| Symbol::encode(text, Level::M).unwrap()).collect();
    let cell = (21 + 8) * module_pixels;
    let greys = drawn(across * cell, down * cell, |x, y| {
        let symbol = &symbols[(y / cell * across + x / cell) as usize];
        let module = |at: u32| (at % cell / module_pixels).checked_sub(4).filter(|at| *at < 21);
        module(x).zip(module(y)).is_some_and(|(x, y)| symbol.is_dark(x as usize, y as usize))
    });
    (greys, texts)
}

fn texts(found: Vec<FoundCode>) -> Vec<String> {
    in_reading_order(found, |found| &found.corners).into_iter().map(|found| found.reading.text).collect()
}

#[test]
fn all_codes_of_a_sheet_are_found_in_reading_order() {
    let (greys, expected) = sheet(7, 9, 3);
    assert_eq!(texts(find(&[greys], &mut Work::for_picture())), expected);
}

#[test]
fn at_most_max_codes_are_returned() {
    let (greys, expected) = sheet(14, 10, 3);
    let found = texts(find(&[greys], &mut Work::for_picture()));
    assert_eq!(found.len(), MAX_CODES);
    assert!(found.iter().all(|text| expected.contains(text)));
}
