//! The names of enumerated values in a style's text. Not here: keys and numbers (`text`).

use super::{BallShape, FinderShape, FrameShape, GradientDirection, ModuleShape};

/// A type whose values have names.
pub(super) trait Named: Copy + PartialEq + 'static {
    const NAMES: &'static [(&'static str, Self)];

    fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, named)| *named == self).map_or("", |(name, _)| name)
    }
}

impl Named for ModuleShape {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("square", Self::Square),
        ("dots", Self::Dots),
        ("rounded", Self::Rounded),
        ("connected", Self::Connected),
    ];
}

impl Named for FinderShape {
    const NAMES: &'static [(&'static str, Self)] = &[("square", Self::Square), ("rounded", Self::Rounded)];
}

impl Named for BallShape {
    const NAMES: &'static [(&'static str, Self)] =
        &[("square", Self::Square), ("rounded", Self::Rounded), ("circle", Self::Circle)];
}

impl Named for Option<GradientDirection> {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("none", None),
        ("across", Some(GradientDirection::Across)),
        ("down", Some(GradientDirection::Down)),
        ("diagonal", Some(GradientDirection::Diagonal)),
        ("rising", Some(GradientDirection::Rising)),
        ("radial", Some(GradientDirection::Radial)),
    ];
}

impl Named for Option<FrameShape> {
    const NAMES: &'static [(&'static str, Self)] =
        &[("none", None), ("label", Some(FrameShape::Label)), ("badge", Some(FrameShape::Badge))];
}

/// The unit of `size`.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Unit {
    Module,
    Pixel,
    Millimetre,
}

impl Named for Unit {
    const NAMES: &'static [(&'static str, Self)] =
        &[("module", Self::Module), ("px", Self::Pixel), ("mm", Self::Millimetre)];
}
