//! An entry: one object kept in a space, and what is known of it.

use core::fmt;
use core::str::FromStr;

use crate::wire::wire;
use crate::{EntryId, Key, Level, Look, Name, Seq, Timestamp};

/// One object kept in a space.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Entry {
    /// Its number in the space.
    pub id: EntryId,
    /// The seq of its last change.
    pub revision: Seq,
    /// Whether it is there.
    pub state: State,
    /// What it holds.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub content: Content,
}

/// All of an entry but its numbers and its state: what a save hands to the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Content {
    /// Where its object lies. At most one entry of a space has a key.
    pub key: Key,
    /// What the object is.
    pub kind: Kind,
    /// What a person calls it; may be empty.
    pub name: Name,
    /// The text in the code; none when the object holds no code.
    pub value: Option<String>,
    /// How the code is drawn; none when the object holds no code.
    pub style: Option<Style>,
    /// Which symbol was drawn; none when the object holds no code.
    pub symbol: Option<SymbolFacts>,
    /// Size of the object in bytes.
    pub size_bytes: u64,
    /// SHA-256 of the object; none when it was not read whole.
    pub sha256: Option<Sha256>,
    /// The version of the object, in the bucket's own terms: the same as long as its bytes are.
    pub etag: String,
    /// When it was saved, or last written when somebody else put it there.
    pub created_at: Timestamp,
    /// What is seen in it.
    #[cfg_attr(feature = "serde", serde(default))]
    pub labels: Vec<String>,
}

wire! {
    /// What an object is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Kind {
        /// The picture of a QR code.
        "code" = Code,
        /// Anything else.
        "file" = File,
    }
}

wire! {
    /// Whether an entry is there.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum State {
        /// In the listing.
        "live" = Live,
        /// A tombstone of a person's making: the object still lies in the bucket, and the entry can be restored.
        "removed" = Removed {
            /// Since when.
            at: Timestamp,
        },
        /// A tombstone because somebody else deleted the object.
        "gone" = Gone {
            /// Since when.
            at: Timestamp,
        },
    }
}

impl State {
    /// Whether it is in the listing.
    pub fn is_live(self) -> bool {
        self == Self::Live
    }

    /// Since when it is a tombstone, if it is one.
    pub fn dead_since(self) -> Option<Timestamp> {
        match self {
            Self::Live => None,
            Self::Removed { at } | Self::Gone { at } => Some(at),
        }
    }
}

wire! {
    /// How a code is drawn. The plain code has a level only.
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub struct Style {
        /// How much damage it survives.
        #[cfg_attr(feature = "serde", serde(with = "crate::wire::level_as_letter"))]
        pub level: Level,
        /// Colours, shapes, size, logo, frame.
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Look::is_plain"))]
        pub look: Look,
        /// How well it scans; none for the plain code, and where nobody has tried.
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
        pub score: Option<Box<Score>>,
    }
}

wire! {
    /// How well a styled code scans, beside the plain code of the same symbol.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Score {
        /// 0 to 100: 100 is as good as the plain code.
        pub points: u8,
        /// Why it is not better, a sentence each.
        pub reasons: Vec<String>,
    }
}

impl From<Level> for Style {
    /// The plain code at this level.
    fn from(level: Level) -> Self {
        Self { level, ..Self::default() }
    }
}

wire! {
    /// Which symbol was drawn: with text and level, enough to draw the same one again.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct SymbolFacts {
        /// 1 to 40: 17 + 4 × version modules wide.
        pub version: u8,
        /// 0 to 7.
        pub mask: u8,
    }
}

impl From<&qr::Symbol> for SymbolFacts {
    fn from(symbol: &qr::Symbol) -> Self {
        Self { version: symbol.version(), mask: symbol.mask() }
    }
}

/// A SHA-256 digest; 64 hexadecimal digits as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256(pub [u8; 32]);

impl Sha256 {
    /// The first 8 hexadecimal digits: enough to tell one version of a file from the next, in an address.
    pub fn short(&self) -> String {
        format!("{:08x}", u32::from_be_bytes([self.0[0], self.0[1], self.0[2], self.0[3]]))
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

#[cfg(all(test, feature = "serde"))]
mod tests {
    use super::*;

    #[test]
    fn a_digest_in_short() {
        let digest: Sha256 = "0001abcd".repeat(8).parse().unwrap();
        assert_eq!(digest.short(), "0001abcd");
    }

    #[test]
    fn the_wire_form() {
        let entry = Entry {
            id: 12,
            revision: 14,
            state: State::Removed { at: Timestamp::from_unix_ms(0) },
            content: Content {
                key: "main/a.png".parse().unwrap(),
                kind: Kind::Code,
                name: "A".parse().unwrap(),
                value: Some("a".to_owned()),
                style: Some(Level::Q.into()),
                symbol: Some(SymbolFacts { version: 1, mask: 3 }),
                size_bytes: 200,
                sha256: Some(Sha256([0xab; 32])),
                etag: "x".to_owned(),
                created_at: Timestamp::from_unix_ms(1000),
                labels: Vec::new(),
            },
        };
        let json = serde_json::to_string(&entry).unwrap();
        assert_eq!(
            json,
            format!(
                r#"{{"id":12,"revision":14,"state":{{"removed":{{"at":"1970-01-01T00:00:00.000Z"}}}},"key":"main/a.png","kind":"code","name":"A","value":"a","style":{{"level":"Q"}},"symbol":{{"version":1,"mask":3}},"size_bytes":200,"sha256":"{}","etag":"x","created_at":"1970-01-01T00:00:01.000Z","labels":[]}}"#,
                "ab".repeat(32)
            )
        );
        assert_eq!(serde_json::from_str::<Entry>(&json).unwrap(), entry);
    }

    #[test]
    fn a_style_without_a_look_is_the_plain_one() {
        let plain = Style::from(Level::Q);
        assert_eq!(serde_json::to_string(&plain).unwrap(), r#"{"level":"Q"}"#);
        assert_eq!(serde_json::from_str::<Style>(r#"{"level":"Q"}"#).unwrap(), plain);

        let score = Score { points: 88, reasons: vec!["Turn.".to_owned()] };
        let styled = Style { look: "shape=dots".parse().unwrap(), score: Some(Box::new(score)), ..plain };
        let json = serde_json::to_string(&styled).unwrap();
        assert_eq!(json, r#"{"level":"Q","look":"shape=dots","score":{"points":88,"reasons":["Turn."]}}"#);
        assert_eq!(serde_json::from_str::<Style>(&json).unwrap(), styled);
        let newer: Style = serde_json::from_str(r#"{"level":"Q","look":"shape=stars"}"#).unwrap();
        assert_eq!(newer.look.as_str(), "shape=stars");
    }
}
