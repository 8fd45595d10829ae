//! Colour profiles (ICC): which are kept, and how a small picture becomes sRGB. Not here: how a format stores them.

use moxcms::{ColorProfile, DataColorSpace, Layout as Channels, TransformOptions};

use crate::pixels::{Layout, Pixels};

/// Larger profiles are ignored: displays have hundreds of bytes, printers up to a few megabytes.
const MAX_PROFILE_BYTES: usize = 1024 * 1024;

/// Profiles up to this size are kept in views; wide colours stay as they are on displays that have them.
const MAX_VIEW_PROFILE_BYTES: usize = 4 * 1024;

/// The most that a channel may differ for a profile to be as good as sRGB.
const MAX_DIFFERENCE: u8 = 1;

/// Drops a profile that is sRGB, broken, or not for these pixels.
pub(crate) fn keep_useful_profile(mut pixels: Pixels) -> Pixels {
    let is_useful = |icc: &Vec<u8>| parse(icc, pixels.layout).is_some_and(|profile| !is_srgb(&profile));
    pixels.profile = pixels.profile.take().filter(is_useful);
    pixels
}

/// As sRGB, unless the profile is small enough to be sent with the picture.
pub(crate) fn for_view(pixels: Pixels) -> Pixels {
    match &pixels.profile {
        Some(profile) if profile.len() > MAX_VIEW_PROFILE_BYTES => to_srgb(pixels),
        _ => pixels,
    }
}

/// In sRGB (or greys), as red, green and blue, without a profile.
pub(crate) fn to_srgb(pixels: Pixels) -> Pixels {
    let mut pixels = pixels.into_rgb();
    let Some(profile) = pixels.profile.take().and_then(|icc| parse(&icc, pixels.layout)) else {
        return pixels;
    };
    let (from, to, layout) = match pixels.layout {
        Layout::Grey => (Channels::Gray, Channels::Rgb, Layout::Rgb),
        Layout::Rgba => (Channels::Rgba, Channels::Rgba, Layout::Rgba),
        Layout::YCbCr | Layout::Rgb => (Channels::Rgb, Channels::Rgb, Layout::Rgb),
    };
    let srgb = ColorProfile::new_srgb();
    let Ok(transform) = profile.create_transform_8bit(from, &srgb, to, TransformOptions::default()) else {
        return pixels;
    };
    let mut bytes = vec![0; pixels.width * pixels.height * layout.channels()];
    if transform.transform(&pixels.bytes, &mut bytes).is_ok() {
        pixels.bytes = bytes;
        pixels.layout = layout;
    }
    pixels
}

fn parse(icc: &[u8], layout: Layout) -> Option<ColorProfile> {
    if icc.len() > MAX_PROFILE_BYTES {
        return None;
    }
    let profile = ColorProfile::new_from_slice(icc).ok()?;
    let expected = if layout == Layout::Grey { DataColorSpace::Gray } else { DataColorSpace::Rgb };
    (profile.color_space == expected).then_some(profile)
}

/// Whether colours look the same without the profile.
fn is_srgb(profile: &ColorProfile) -> bool {
    const LEVELS: [u8; 5] = [0, 40, 128, 200, 255];
    let colours: Vec<u8> = LEVELS
        .into_iter()
        .flat_map(|red| LEVELS.into_iter().flat_map(move |green| LEVELS.map(|blue| [red, green, blue])))
        .flatten()
        .collect();
    let is_grey = profile.color_space == DataColorSpace::Gray;
    let (from, source) = if is_grey { (Channels::Gray, &LEVELS[..]) } else { (Channels::Rgb, &colours[..]) };
    let srgb = ColorProfile::new_srgb();
    let Ok(transform) =
        profile.create_transform_8bit(from, &srgb, Channels::Rgb, TransformOptions::default())
    else {
        // As useless as sRGB.
        return true;
    };
    let expected: Vec<u8> =
        if is_grey { LEVELS.iter().flat_map(|level| [*level; 3]).collect() } else { colours.clone() };
    let mut converted = vec![0; expected.len()];
    transform.transform(source, &mut converted).is_err()
        || converted.iter().zip(&expected).all(|(a, b)| a.abs_diff(*b) <= MAX_DIFFERENCE)
}
