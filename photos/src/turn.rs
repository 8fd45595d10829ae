//! The eight ways to turn and mirror a picture: those of EXIF's orientation and of the recipes, and how two of them
//! become one. Not here: the pixels (`rows`).

/// What is made of a photo. Angles are clockwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Recipe {
    /// Mirrored left to right.
    #[default]
    Mirrored,
    /// Mirrored top to bottom.
    UpsideDown,
    /// Turned by 90 degrees.
    Rotated90,
    /// Turned by 180 degrees.
    Rotated180,
    /// Turned by 270 degrees.
    Rotated270,
    /// No result is made.
    Nothing,
}

impl Recipe {
    pub(crate) fn turn(self) -> Option<Turn> {
        match self {
            Self::Mirrored => Some(Turn { is_transposed: false, mirrors_x: true, mirrors_y: false }),
            Self::UpsideDown => Some(Turn { is_transposed: false, mirrors_x: false, mirrors_y: true }),
            Self::Rotated90 => Some(Turn { is_transposed: true, mirrors_x: false, mirrors_y: true }),
            Self::Rotated180 => Some(Turn { is_transposed: false, mirrors_x: true, mirrors_y: true }),
            Self::Rotated270 => Some(Turn { is_transposed: true, mirrors_x: true, mirrors_y: false }),
            Self::Nothing => None,
        }
    }
}

/// Where in the source a pixel comes from: its coordinates are swapped if transposed, and then counted from the other
/// side of the source if mirrored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Turn {
    pub(crate) is_transposed: bool,
    pub(crate) mirrors_x: bool,
    pub(crate) mirrors_y: bool,
}

impl Turn {
    /// What makes a picture upright that is stored with this orientation (EXIF 3.0, tag 0x0112).
    pub(crate) fn of_orientation(orientation: u32) -> Self {
        let (is_transposed, mirrors_x, mirrors_y) = match orientation {
            2 => (false, true, false),
            3 => (false, true, true),
            4 => (false, false, true),
            5 => (true, false, false),
            6 => (true, false, true),
            7 => (true, true, true),
            8 => (true, true, false),
            _ => (false, false, false),
        };
        Self { is_transposed, mirrors_x, mirrors_y }
    }

    /// This one first, and then the other.
    pub(crate) fn then(self, other: Self) -> Self {
        let (x, y) = if self.is_transposed {
            (other.mirrors_y, other.mirrors_x)
        } else {
            (other.mirrors_x, other.mirrors_y)
        };
        Self {
            is_transposed: self.is_transposed != other.is_transposed,
            mirrors_x: self.mirrors_x != x,
            mirrors_y: self.mirrors_y != y,
        }
    }

    /// The size of the turned picture.
    pub(crate) fn size<T>(self, (width, height): (T, T)) -> (T, T) {
        if self.is_transposed { (height, width) } else { (width, height) }
    }

    /// Where the pixel at (x, y) of the turned picture lies in a source of this size.
    #[cfg(test)]
    pub(crate) fn source(self, (x, y): (usize, usize), (width, height): (usize, usize)) -> (usize, usize) {
        let (x, y) = if self.is_transposed { (y, x) } else { (x, y) };
        (if self.mirrors_x { width - 1 - x } else { x }, if self.mirrors_y { height - 1 - y } else { y })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_turns_are_one() {
        let size = (5, 3);
        for first in 1..=8 {
            for second in 1..=8 {
                let (first, second) = (Turn::of_orientation(first), Turn::of_orientation(second));
                let both = first.then(second);
                let between = first.size(size);
                let (width, height) = both.size(size);
                assert_eq!((width, height), second.size(between));
                for place in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
                    let step_by_step = first.source(second.source(place, between), size);
                    assert_eq!(both.source(place, size), step_by_step, "{first:?} {second:?} {place:?}");
                }
            }
        }
    }

    #[test]
    fn rotation_is_clockwise() {
        let right = Recipe::Rotated90.turn().unwrap();
        // The upper right corner was the upper left one.
        assert_eq!(right.source((1, 0), (3, 2)), (0, 0));
        assert_eq!(right.then(right), Recipe::Rotated180.turn().unwrap());
        assert_eq!(right.then(right).then(right), Recipe::Rotated270.turn().unwrap());
        assert_eq!(right.then(Recipe::Rotated270.turn().unwrap()), Turn::default());
    }
}
