//! What a photo tells of itself: when it was taken, and what its pixels look like. Not here: working that out.

use core::fmt;
use core::str::FromStr;

/// Maximum length of a placeholder: that of a ThumbHash with transparency.
const PLACEHOLDER_MAX_BYTES: usize = 32;
/// `2026-11-21T14:03`
const MINUTE_LEN: usize = 16;
/// `2026-11-21T14:03:00`
const MOMENT_LEN: usize = 19;

/// When a photo was taken, by the camera's clock: `2026-11-21T14:03:00`, with the offset from UTC (`+02:00`) if the
/// camera knew it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenAt(Box<str>);

/// A tiny picture as a ThumbHash (evanw.github.io/thumbhash); as text in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder(Box<[u8]>);

/// The 64-bit difference hash of a picture: similar pictures differ in few bits. As text 16 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DifferenceHash(pub u64);

impl TakenAt {
    /// The moment as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The moment to the minute, where it was taken, for display: `2026-11-21 14:03`.
    pub fn to_minute(&self) -> String {
        self.0[..MINUTE_LEN].replacen('T', " ", 1)
    }
}

impl Placeholder {
    /// A placeholder from the bytes of a ThumbHash; `None` if there are too many.
    pub fn new(thumbhash: &[u8]) -> Option<Self> {
        (1..=PLACEHOLDER_MAX_BYTES).contains(&thumbhash.len()).then(|| Self(thumbhash.into()))
    }

    /// The bytes of the ThumbHash.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl DifferenceHash {
    /// Bits in which two hashes differ.
    pub fn distance(self, other: Self) -> u32 {
        (self.0 ^ other.0).count_ones()
    }
}

impl fmt::Display for TakenAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for TakenAt {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = |text: &str, shape: &[u8]| {
            let same = |(byte, shape): (u8, &u8)| {
                if *shape == b'd' { byte.is_ascii_digit() } else { byte == *shape }
            };
            text.len() == shape.len() && text.bytes().zip(shape).all(same)
        };
        let (moment, offset) = text.split_at_checked(MOMENT_LEN).unwrap_or((text, ""));
        let is_offset = offset.is_empty() || fits(offset, b"+dd:dd") || fits(offset, b"-dd:dd");
        let is_one = is_offset && fits(moment, b"dddd-dd-ddTdd:dd:dd");
        if is_one {
            Ok(Self(text.into()))
        } else {
            Err("a photo's time must look like 2026-11-21T14:03:00+02:00")
        }
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Placeholder {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let byte = |pair: &[u8]| Some(digit(pair.first()?)? << 4 | digit(pair.get(1)?)?);
        let bytes: Option<Vec<u8>> = text.as_bytes().chunks(2).map(byte).collect();
        bytes.and_then(|bytes| Self::new(&bytes)).ok_or("a placeholder has 1 to 32 bytes in hexadecimal")
    }
}

impl fmt::Display for DifferenceHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for DifferenceHash {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_one = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let hash = u64::from_str_radix(text, 16).ok().filter(|_| is_one);
        hash.map(Self).ok_or("a difference hash has 16 hexadecimal digits")
    }
}

#[cfg(feature = "serde")]
serde_as_text!(TakenAt);
#[cfg(feature = "serde")]
serde_as_text!(Placeholder);
#[cfg(feature = "serde")]
serde_as_text!(DifferenceHash);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_of_cameras_are_checked() {
        for text in ["2026-11-21T14:03:00", "2026-11-21T14:03:00+02:00", "1899-12-31T14:03:00-11:30"] {
            let taken: TakenAt = text.parse().unwrap();
            assert_eq!((taken.as_str(), &taken.to_minute()[10..]), (text, " 14:03"));
        }
        for text in ["", "2026-11-21", "2026-11-21 14:03:00", "2026-11-21T14:03:00Z", "2026-11-21T14:03:0é"]
        {
            assert!(text.parse::<TakenAt>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn hashes_and_placeholders_round_trip(hash: u64, bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let hash = DifferenceHash(hash);
            prop_assert_eq!(hash.to_string().parse(), Ok(hash));
            prop_assert_eq!(hash.distance(DifferenceHash(!hash.0)), 64);
            match Placeholder::new(&bytes) {
                Some(placeholder) => prop_assert_eq!(placeholder.to_string().parse(), Ok(placeholder)),
                None => prop_assert!(bytes.is_empty() || bytes.len() > PLACEHOLDER_MAX_BYTES),
            }
        }

        #[test]
        fn any_text_is_read_without_panic(text in any::<String>()) {
            let _ = (text.parse::<Placeholder>(), text.parse::<DifferenceHash>(), text.parse::<TakenAt>());
        }
    }
}
