//! Pixels that nobody would send: they are refused with an error, or labelled like any others.

use labels::{LabelError, Model, Options, Picture};
use proptest::prelude::*;

#[test]
fn a_picture_without_pixels_is_refused() {
    for (width, height) in [(0, 0), (0, 7), (7, 0)] {
        let refused = Picture::new(width, height, &[]).map(|_| ());
        assert_eq!(refused, Err(LabelError::Empty { width, height }));
    }
}

#[test]
fn a_buffer_of_another_length_is_refused() {
    let (width, height) = (5, 3);
    for found in [0, 1, 15, 44, 46, 60] {
        let refused = Picture::new(width, height, &vec![0; found]).map(|_| ());
        let found = found as u64;
        assert_eq!(refused, Err(LabelError::Length { width, height, expected: 45, found }));
    }
    let huge = Picture::new(u32::MAX, u32::MAX, &[0; 3]).map(|_| ());
    assert!(matches!(huge, Err(LabelError::Length { .. })), "{huge:?}");
}

#[test]
fn the_narrowest_pictures_are_looked_at() -> Result<(), LabelError> {
    let model = Model::load()?;
    for (width, height) in [(1, 1), (2, 1), (16384, 1), (1, 16384), (223, 225), (3, 4096)] {
        let rgb = vec![255; width as usize * height as usize * 3];
        let seen = model.see(Picture::new(width, height, &rgb)?)?;
        let sum: f32 = seen.probabilities.iter().sum();
        assert!((sum - 1.0).abs() < 1e-3 && (0.0..=1.0).contains(&seen.face), "{width} × {height}: {sum}");
    }
    Ok(())
}

#[test]
fn the_same_pixels_get_the_same_labels() -> Result<(), LabelError> {
    let rgb: Vec<u8> = (0..64 * 48 * 3).map(|place| (place * 31 % 251) as u8).collect();
    let picture = Picture::new(64, 48, &rgb)?;
    assert_eq!(Model::load()?.see(picture)?, Model::load()?.see(picture)?);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_picture_gets_labels_that_are_listed(
        width in 1u32..80,
        height in 1u32..80,
        seed in any::<u64>(),
        threshold in 0.0f32..1.0,
    ) {
        let mut state = seed | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        };
        let rgb: Vec<u8> = (0..width * height * 3).map(|_| next()).collect();
        let model = Model::load()?;
        let options = Options { threshold, ..Options::default() };
        let labels = model.label(Picture::new(width, height, &rgb)?, &options)?;
        let nodes = labels::nodes(labels::THRESHOLD);
        for label in &labels {
            prop_assert!((threshold..=1.0).contains(&label.confidence), "{label:?}");
            let node = nodes.iter().find(|node| node.name == label.name);
            prop_assert!(node.is_some(), "{label:?}");
        }
        let mut names: Vec<_> = labels.iter().map(|label| label.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        prop_assert_eq!(names.len(), count);
    }
}
