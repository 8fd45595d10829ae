//! The digest of an object. Not here: working it out.

use core::fmt;
use core::str::FromStr;

/// A SHA-256 digest; 64 hexadecimal digits as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256(pub [u8; 32]);

impl Sha256 {
    /// The first 8 hexadecimal digits: enough to tell one version of a file from the next, in an address.
    pub fn short(&self) -> String {
        self.prefix()[..8].to_owned()
    }

    /// The first 16 hexadecimal digits: tells the versions of one entry's object apart, in the keys of what was derived
    /// from it.
    pub fn prefix(&self) -> String {
        self.0[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Sha256 {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WHY: &str = "a SHA-256 digest has 64 hexadecimal digits";
        if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(WHY);
        }
        let mut digest = [0; 32];
        for (byte, digits) in digest.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let digits = core::str::from_utf8(digits).map_err(|_| WHY)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| WHY)?;
        }
        Ok(Self(digest))
    }
}

#[cfg(feature = "serde")]
serde_as_text!(Sha256);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_digest_is_a_prefix() {
        let digest: Sha256 = "0001abcd".repeat(8).parse().unwrap();
        assert_eq!((&*digest.short(), &*digest.prefix()), ("0001abcd", "0001abcd0001abcd"));
    }
}
