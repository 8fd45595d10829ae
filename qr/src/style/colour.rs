//! Colours, and their contrast for eyes and readers.
//!
//! In integers, so that the browser computes the same results. Not here: mixing colours (`raster`).

use core::fmt;
use core::str::FromStr;

/// A colour in sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rgb {
    /// 0 to 255.
    pub red: u8,
    /// 0 to 255.
    pub green: u8,
    /// 0 to 255.
    pub blue: u8,
}

/// The text is not a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A colour is six hexadecimal digits, like 1a2b3c.")]
pub struct ColourError;

impl Rgb {
    /// Black.
    pub const BLACK: Self = Self::new(0, 0, 0);
    /// White.
    pub const WHITE: Self = Self::new(255, 255, 255);

    /// From its components, 0 to 255 each.
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// Relative luminance, scaled to 65,535 (WCAG 2.2, "relative luminance"): black 0, white 65,535.
    pub fn luminance(self) -> u32 {
        let linear = |part: u8| u32::from(LINEAR[usize::from(part)]);
        (2126 * linear(self.red) + 7152 * linear(self.green) + 722 * linear(self.blue) + 5000) / 10_000
    }
}

/// The contrast ratio of two colours in hundredths (WCAG 2.2, "contrast ratio"): 100 for equal ones, 2,100 for black and
/// white.
pub fn contrast_hundredths(one: Rgb, other: Rgb) -> u32 {
    // 5 % of white: what a surface reflects besides its colour.
    const FLARE: u32 = 65_535 / 20;
    let (one, other) = (one.luminance() + FLARE, other.luminance() + FLARE);
    100 * one.max(other) / one.min(other)
}

impl fmt::Display for Rgb {
    /// Six hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

impl FromStr for Rgb {
    type Err = ColourError;

    /// Six hexadecimal digits, with or without `#` (as sent by a colour field).
    fn from_str(text: &str) -> Result<Self, ColourError> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        let is_hex = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex);
        let [_, red, green, blue] = number.ok_or(ColourError)?.to_be_bytes();
        Ok(Self { red, green, blue })
    }
}

/// The linear light of an sRGB value, scaled to 65,535 (IEC 61966-2-1).
#[rustfmt::skip]
const LINEAR: [u16; 256] = [
    0, 20, 40, 60, 80, 99, 119, 139, 159, 179, 199, 219, 241, 264, 288, 313, 340, 367, 396, 427, 458, 491,
    526, 562, 599, 637, 677, 718, 761, 805, 851, 898, 947, 997, 1048, 1101, 1156, 1212, 1270, 1330, 1391,
    1453, 1517, 1583, 1651, 1720, 1790, 1863, 1937, 2013, 2090, 2170, 2250, 2333, 2418, 2504, 2592, 2681,
    2773, 2866, 2961, 3058, 3157, 3258, 3360, 3464, 3570, 3678, 3788, 3900, 4014, 4129, 4247, 4366, 4488,
    4611, 4736, 4864, 4993, 5124, 5257, 5392, 5530, 5669, 5810, 5953, 6099, 6246, 6395, 6547, 6700, 6856,
    7014, 7174, 7335, 7500, 7666, 7834, 8004, 8177, 8352, 8528, 8708, 8889, 9072, 9258, 9445, 9635, 9828,
    10022, 10219, 10417, 10619, 10822, 11028, 11235, 11446, 11658, 11873, 12090, 12309, 12530, 12754, 12980,
    13209, 13440, 13673, 13909, 14146, 14387, 14629, 14874, 15122, 15371, 15623, 15878, 16135, 16394, 16656,
    16920, 17187, 17456, 17727, 18001, 18277, 18556, 18837, 19121, 19407, 19696, 19987, 20281, 20577, 20876,
    21177, 21481, 21787, 22096, 22407, 22721, 23038, 23357, 23678, 24002, 24329, 24658, 24990, 25325, 25662,
    26001, 26344, 26688, 27036, 27386, 27739, 28094, 28452, 28813, 29176, 29542, 29911, 30282, 30656, 31033,
    31412, 31794, 32179, 32567, 32957, 33350, 33745, 34143, 34544, 34948, 35355, 35764, 36176, 36591, 37008,
    37429, 37852, 38278, 38706, 39138, 39572, 40009, 40449, 40891, 41337, 41785, 42236, 42690, 43147, 43606,
    44069, 44534, 45002, 45473, 45947, 46423, 46903, 47385, 47871, 48359, 48850, 49344, 49841, 50341, 50844,
    51349, 51858, 52369, 52884, 53401, 53921, 54445, 54971, 55500, 56032, 56567, 57105, 57646, 58190, 58737,
    59287, 59840, 60396, 60955, 61517, 62082, 62650, 63221, 63795, 64372, 64952, 65535,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrasts_match_known_values() {
        let contrast =
            |one: &str, other: &str| contrast_hundredths(one.parse().unwrap(), other.parse().unwrap());
        assert_eq!(contrast("000000", "ffffff"), 2100);
        assert_eq!(contrast("#777777", "#ffffff"), 447);
        assert_eq!(contrast("ff0000", "ffffff"), 399);
        assert_eq!(contrast("ffff00", "ffffff"), 107);
        assert_eq!(contrast("123456", "123456"), 100);
    }

    #[test]
    fn only_six_hex_digits_are_a_colour() {
        assert_eq!("#0aB1f2".parse::<Rgb>().unwrap().to_string(), "0ab1f2");
        for wrong in ["", "#", "fff", "+12345", "12345g", "1234567", "##12345"] {
            assert_eq!(wrong.parse::<Rgb>(), Err(ColourError), "{wrong}");
        }
    }
}
