//! Fuzz tests: whatever comes in, nothing panics, and what is derived is a picture of the size that it claims.
//!
//! `cargo test` tries a number of random inputs of each kind; `tools/fuzz.sh` steers them by coverage, for the time
//! given. Whatever either finds becomes a named regression test.

use std::sync::LazyLock;

use bolero::{ValueGenerator, check, produce};

use super::hostile::files;
use crate::{PhotoError, Recipe, derive, exif_data, inspect};

/// How many inputs of a kind `cargo test` tries: QRATE_FUZZ_ITERATIONS, or as many as take a second or two.
fn iterations(usual: usize) -> usize {
    std::env::var("QRATE_FUZZ_ITERATIONS").map_or(usual, |asked| asked.parse().expect("a number"))
}

static FILES: LazyLock<Vec<Vec<u8>>> =
    LazyLock::new(|| files().into_iter().map(|(_, bytes)| bytes).collect());

const RECIPES: [Recipe; 6] = [
    Recipe::Mirrored,
    Recipe::UpsideDown,
    Recipe::Rotated90,
    Recipe::Rotated180,
    Recipe::Rotated270,
    Recipe::Nothing,
];

/// Inputs that claim a large picture are only inspected: they would take all of the time.
const MOST_PIXELS: u32 = 1 << 20;

fn derive_without_a_panic(bytes: &[u8], recipe: Recipe) {
    let facts = match inspect(bytes) {
        Ok(facts) if facts.width * facts.height <= MOST_PIXELS => facts,
        _ => return,
    };
    match derive(bytes, recipe) {
        Ok(derived) => {
            assert_eq!(derived.facts, facts);
            for picture in [Some(&derived.thumbnail), Some(&derived.view), derived.result.as_ref()] {
                let Some(picture) = picture else { continue };
                let found = inspect(&picture.bytes).unwrap();
                assert_eq!((found.width, found.height), (picture.width, picture.height));
            }
        }
        Err(error) => {
            assert!(matches!(error, PhotoError::Corrupt(_) | PhotoError::Unsupported(_)), "{error}");
        }
    }
}

fn changes() -> impl ValueGenerator<Output = Vec<(u16, u8)>> {
    produce::<Vec<(u16, u8)>>().with().len(0..=8_usize)
}

#[test]
fn any_changed_photo_is_derived_or_refused() {
    let inputs = (0..FILES.len(), changes(), produce::<Option<u16>>(), 0..RECIPES.len());
    let fuzz = check!().with_iterations(iterations(400)).with_max_len(50).with_generator(inputs);
    fuzz.for_each(|(file, changes, end, recipe)| {
        let mut photo = FILES[*file].clone();
        for (place, change) in changes {
            let place = usize::from(*place) % photo.len();
            photo[place] ^= change;
        }
        if let Some(end) = end {
            photo.truncate(usize::from(*end));
        }
        derive_without_a_panic(&photo, RECIPES[*recipe]);
    });
}

/// Most of what is worth breaking stands at the beginning.
#[test]
fn any_changed_header_is_inspected_or_refused() {
    let inputs = (0..FILES.len(), changes());
    let fuzz = check!().with_iterations(iterations(3000)).with_max_len(50).with_generator(inputs);
    fuzz.for_each(|(file, changes)| {
        let mut photo = FILES[*file].clone();
        for (place, change) in changes {
            let place = usize::from(*place) % photo.len().min(700);
            photo[place] ^= change;
        }
        derive_without_a_panic(&photo, Recipe::Mirrored);
    });
}

#[test]
fn any_bytes_are_a_photo_or_refused() {
    check!().with_iterations(iterations(10_000)).with_max_len(4000).for_each(|bytes: &[u8]| {
        derive_without_a_panic(bytes, Recipe::Mirrored);
        // Past the first check.
        for signature in [&b"\xFF\xD8\xFF"[..], b"\x89PNG\r\n\x1a\n", b"RIFF\xFF\0\0\0WEBP", b"GIF89a"] {
            derive_without_a_panic(&[signature, bytes].concat(), Recipe::Rotated90);
        }
    });
}

#[test]
fn any_exif_is_read_or_ignored() {
    check!().with_iterations(iterations(10_000)).with_max_len(4000).for_each(|bytes: &[u8]| {
        let _ = exif_data::read(bytes);
        let _ = exif_data::read(&[b"MM\0*\0\0\0\x08", bytes].concat());
    });
}
