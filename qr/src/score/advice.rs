//! What to change about a drawing so that it is read: each change is tried, and those that help are recommended. Not
//! here: rules that say themselves what is wrong (`Reason`).

use core::fmt;

use super::camera::{Greys, greys};
use crate::{BallShape, Drawing, FinderShape, Ink, ModuleShape, QUIET_ZONE_MODULES, Rgb, Style, StyleError};

/// Changes to a style that make a code easier to read, displayed as advice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Advice([bool; Change::ALL.len()]);

/// One change, towards the plain code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// As wide as the standard asks for.
    QuietZone,
    /// Squares.
    Shapes,
    /// Black on white.
    Colours,
    /// No logo.
    Logo,
    /// No frame.
    Frame,
    /// More pixels.
    Size,
}

impl Change {
    const ALL: [Self; 6] =
        [Self::QuietZone, Self::Shapes, Self::Colours, Self::Logo, Self::Frame, Self::Size];

    fn words(self) -> &'static str {
        match self {
            Self::QuietZone => "give it a quiet zone of 4 modules",
            Self::Shapes => "choose shapes nearer to squares",
            Self::Colours => "choose stronger colours",
            Self::Logo => "make the logo smaller",
            Self::Frame => "leave out the frame",
            Self::Size => "make it larger",
        }
    }

    /// The changed style, or `None` if there is nothing to change.
    fn of(self, style: &Style) -> Option<Style> {
        let mut changed = style.clone();
        match self {
            Self::QuietZone => {
                changed.quiet_zone =
                    changed.quiet_zone.max(u8::try_from(QUIET_ZONE_MODULES).unwrap_or(u8::MAX));
            }
            Self::Shapes => {
                (changed.modules, changed.finder, changed.ball) =
                    (ModuleShape::Square, FinderShape::Square, BallShape::Square);
            }
            Self::Colours => {
                (changed.ink, changed.finder_ink, changed.paper) =
                    (Ink::Solid(Rgb::BLACK), None, style.paper.map(|_| Rgb::WHITE));
            }
            Self::Logo => changed.logo = None,
            Self::Frame => changed.frame = None,
            // Drawings are tried at a size of their own.
            Self::Size => {}
        }
        (changed != *style).then_some(changed)
    }
}

/// The same code in every style that is one change away.
pub(super) struct Variants(Vec<(Change, Greys, u32)>);

impl Variants {
    pub(super) fn from(drawing: &Drawing<'_>) -> Result<Self, StyleError> {
        let logo = drawing.scene.logo.map(|(logo, _)| logo);
        let styles = Change::ALL.into_iter().filter_map(|change| Some((change, change.of(drawing.style)?)));
        let drawn = styles.map(|(change, style)| {
            let (greys, scale) = greys(&Drawing::new(drawing.symbol, &style, logo)?)?;
            Ok((change, greys, scale))
        });
        drawn.collect::<Result<_, _>>().map(Self)
    }

    /// The changes that each suffice alone, or, if none does, all possible changes.
    pub(super) fn advice(&self, is_enough: impl Fn(&Greys, u32) -> bool) -> Advice {
        let mut helping = Advice::default();
        for (change, greys, scale) in &self.0 {
            helping.0[*change as usize] = is_enough(greys, *scale);
        }
        if helping == Advice::default() {
            self.0.iter().for_each(|(change, ..)| helping.0[*change as usize] = true);
        }
        helping
    }
}

impl Advice {
    /// All changes that this style allows.
    pub(super) fn all(style: &Style, has_too_few_pixels: bool) -> Self {
        Self(Change::ALL.map(|change| match change {
            Change::Size => has_too_few_pixels,
            other => other.of(style).is_some(),
        }))
    }

    /// These changes.
    pub fn of(changes: &[Change]) -> Self {
        Self(Change::ALL.map(|change| changes.contains(&change)))
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = Change::ALL.into_iter().zip(self.0).filter(|(_, is_advised)| *is_advised);
        let words: Vec<&str> = words.map(|(change, _)| change.words()).collect();
        match &words[..] {
            // The style is plain except for its size.
            [] => f.write_str(Change::Size.words()),
            [only] => f.write_str(only),
            [others @ .., last] => write!(f, "{} or {last}", others.join(", ")),
        }
    }
}
