//! An entry: one object kept in a space, and what is known of it.

use crate::{EntryId, Key, Level, Look, Name, Seq, Sha256, Timestamp};

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

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Kind {
    /// The picture of a QR code.
    Code,
    /// Anything else.
    File,
}

/// Whether an entry is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum State {
    /// In the listing.
    Live,
    /// A tombstone of a person's making: the object still lies in the bucket, and the entry can be restored.
    Removed {
        /// Since when.
        at: Timestamp,
    },
    /// A tombstone because somebody else deleted the object.
    Gone {
        /// Since when.
        at: Timestamp,
    },
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

/// How a code is drawn. The plain code has a level only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Style {
    /// How much damage it survives.
    #[cfg_attr(feature = "serde", serde(with = "level_as_letter"))]
    pub level: Level,
    /// Colours, shapes, size, logo, frame.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Look::is_plain"))]
    pub look: Look,
    /// How well it scans; none for the plain code, and where nobody has tried.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub score: Option<Box<Score>>,
}

/// How well a styled code scans, beside the plain code of the same symbol.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Score {
    /// 0 to 100: 100 is as good as the plain code.
    pub points: u8,
    /// Why it is not better, a sentence each.
    pub reasons: Vec<String>,
}

impl From<Level> for Style {
    /// The plain code at this level.
    fn from(level: Level) -> Self {
        Self { level, ..Self::default() }
    }
}

/// Which symbol was drawn: with text and level, enough to draw the same one again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SymbolFacts {
    /// 1 to 40: 17 + 4 × version modules wide.
    pub version: u8,
    /// 0 to 7.
    pub mask: u8,
}

impl From<&qr::Symbol> for SymbolFacts {
    fn from(symbol: &qr::Symbol) -> Self {
        Self { version: symbol.version(), mask: symbol.mask() }
    }
}

#[cfg(feature = "serde")]
mod level_as_letter {
    use crate::Level;

    pub(super) fn serialize<S: serde::Serializer>(level: &Level, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(level)
    }

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Level, D::Error> {
        let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(all(test, feature = "serde"))]
mod tests {
    use super::*;

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
