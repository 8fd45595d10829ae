//! What is made of a photo besides its thumbnail and its view. Not here: making it.

use core::fmt;
use core::str::FromStr;

use crate::wire::wire;

wire! {
    /// What is made of a photo as its result.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
    pub enum Recipe {
        /// Mirrored left to right.
        #[default]
        "flip" = Flip,
        /// Mirrored top to bottom.
        "flip-vertical" = FlipVertical,
        /// Rotated clockwise by 90 degrees.
        "rotate-90" = Rotate90,
        /// Rotated by 180 degrees.
        "rotate-180" = Rotate180,
        /// Rotated clockwise by 270 degrees.
        "rotate-270" = Rotate270,
        /// There is no result.
        "none" = Nothing,
    }
}

impl Recipe {
    /// Every recipe, in the order of a menu.
    pub const ALL: [Self; 6] =
        [Self::Flip, Self::FlipVertical, Self::Rotate90, Self::Rotate180, Self::Rotate270, Self::Nothing];

    /// The word used in JSON, in storage, in forms and in keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Flip => "flip",
            Self::FlipVertical => "flip-vertical",
            Self::Rotate90 => "rotate-90",
            Self::Rotate180 => "rotate-180",
            Self::Rotate270 => "rotate-270",
            Self::Nothing => "none",
        }
    }

    /// What it does, for a menu.
    pub fn title(self) -> &'static str {
        match self {
            Self::Flip => "Flip left to right",
            Self::FlipVertical => "Flip upside down",
            Self::Rotate90 => "Rotate right by 90°",
            Self::Rotate180 => "Rotate by 180°",
            Self::Rotate270 => "Rotate left by 90°",
            Self::Nothing => "Keep as it is",
        }
    }

    /// Whether its result is as wide as the photo is high.
    pub fn is_turned(self) -> bool {
        matches!(self, Self::Rotate90 | Self::Rotate270)
    }

    /// What happens while it is applied.
    pub(crate) fn activity(self) -> &'static str {
        match self {
            Self::Flip => "Flipping",
            Self::FlipVertical => "Flipping upside down",
            Self::Rotate90 | Self::Rotate180 | Self::Rotate270 => "Rotating",
            Self::Nothing => "Keeping as it is",
        }
    }
}

impl fmt::Display for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Recipe {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|recipe| recipe.as_str() == text);
        known.ok_or("Choose flip, flip-vertical, rotate-90, rotate-180, rotate-270 or none.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipe_has_one_word_everywhere() {
        for recipe in Recipe::ALL {
            assert_eq!(recipe.as_str().parse(), Ok(recipe));
            #[cfg(feature = "serde")]
            assert_eq!(serde_json::to_value(recipe).unwrap(), recipe.as_str());
        }
        assert_eq!(Recipe::default(), Recipe::Flip);
        let refused = "sepia".parse::<Recipe>().unwrap_err();
        assert!(Recipe::ALL.iter().all(|recipe| refused.contains(recipe.as_str())), "{refused}");
    }
}
