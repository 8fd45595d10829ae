//! What is known of an entry by its kind: one body type per kind, so that nothing applies to one kind that only
//! another has. A new kind is a variant here, with its fields in `content_json`. Not here: what every entry has
//! (`entry`).

use core::slice;

use crate::limits::{VALUES_MAX, VALUES_MAX_BYTES};
use crate::wire::wire;
use crate::{Level, Media, Photo, Recipe, StyleText, Timestamp};

/// What is known of an object by its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// The picture of one QR code, which can be drawn again from this.
    Code {
        /// The text in the code.
        value: String,
        /// How it is drawn.
        style: Appearance,
        /// Which symbol was drawn; `None` if not recorded.
        symbol: Option<SymbolFacts>,
    },
    /// A photo.
    Photo {
        /// The texts of the codes found in it, bounded like those of a file.
        values: Vec<String>,
        /// What is known of it, and what is made of it.
        photo: Box<Photo>,
    },
    /// Any other file.
    File {
        /// The texts of the codes found in it, without repetitions, in reading order; at most `VALUES_MAX`, of
        /// `VALUES_MAX_BYTES` together.
        values: Vec<String>,
    },
}

impl Body {
    /// A file in which no code was found.
    pub fn plain_file() -> Self {
        Self::File { values: Vec::new() }
    }

    /// What was sent: a photo whose steps wait, if it is of a format that can be worked on; else a file.
    pub fn sent(media: Option<Media>, recipe: Recipe, is_awaited: bool, at: Timestamp) -> Self {
        let Some(media) = media else { return Self::plain_file() };
        let mut photo = Photo::new(media, recipe, at);
        if is_awaited {
            photo.await_notice(at);
        }
        Self::photo_with(None, photo)
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Code { .. } => Kind::Code,
            Self::Photo { .. } => Kind::Photo,
            Self::File { .. } => Kind::File,
        }
    }

    /// A file with these texts: as many as an entry holds, without repetitions.
    pub fn file_with(found: impl IntoIterator<Item = String>) -> Self {
        Self::File { values: Self::values_of(found) }
    }

    /// A photo with these texts: as many as an entry holds, without repetitions.
    pub fn photo_with(found: impl IntoIterator<Item = String>, photo: Photo) -> Self {
        Self::Photo { values: Self::values_of(found), photo: Box::new(photo) }
    }

    fn values_of(found: impl IntoIterator<Item = String>) -> Vec<String> {
        let mut values: Vec<String> = Vec::new();
        let mut free_bytes = VALUES_MAX_BYTES;
        for value in found {
            let bytes = json_bytes(&value);
            if values.len() < VALUES_MAX && bytes <= free_bytes && !values.contains(&value) {
                free_bytes -= bytes;
                values.push(value);
            }
        }
        values
    }

    /// The texts in its codes.
    pub fn values(&self) -> &[String] {
        match self {
            Self::Code { value, .. } => slice::from_ref(value),
            Self::Photo { values, .. } | Self::File { values } => values,
        }
    }

    /// How it is drawn, if it is a code.
    pub fn style(&self) -> Option<&Appearance> {
        match self {
            Self::Code { style, .. } => Some(style),
            Self::Photo { .. } | Self::File { .. } => None,
        }
    }

    /// Which symbol was drawn, if it is a code.
    pub fn symbol(&self) -> Option<SymbolFacts> {
        match self {
            Self::Code { symbol, .. } => *symbol,
            Self::Photo { .. } | Self::File { .. } => None,
        }
    }
}

impl Body {
    /// What is known of it as a photo, if it is one.
    pub fn photo(&self) -> Option<&Photo> {
        match self {
            Self::Photo { photo, .. } => Some(photo),
            Self::Code { .. } | Self::File { .. } => None,
        }
    }
}

/// Length of a text in JSON, without the quotes: a control character takes up to six bytes.
pub(crate) fn json_bytes(text: &str) -> usize {
    let bytes = |byte| match byte {
        0..0x20 => 6,
        b'"' | b'\\' => 2,
        _ => 1,
    };
    text.bytes().map(bytes).sum()
}

wire! {
    /// The kind of an object.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum Kind {
        /// The picture of a QR code.
        "code" = Code,
        /// A photo.
        "photo" = Photo,
        /// Anything else.
        "file" = File,
    }
}

wire! {
    /// How a code is drawn. The plain code has only a level.
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub struct Appearance {
        /// How much damage it survives.
        #[cfg_attr(feature = "serde", serde(with = "crate::wire::level_as_letter"))]
        #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[LMQH]$"))]
        pub level: Level,
        /// Colours, shapes, size, logo, frame.
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "StyleText::is_plain"))]
        pub look: StyleText,
        /// How well it scans; `None` for the plain code, or if not measured.
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
        pub score: Option<Box<Score>>,
    }
}

wire! {
    /// How well a code with a look scans, compared to the plain code of the same symbol.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Score {
        /// 0 to 100: 100 is as good as the plain code.
        pub points: u8,
        /// Why it is not higher, a sentence each.
        pub reasons: Vec<String>,
    }
}

impl From<Level> for Appearance {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_body_deduplicates_and_bounds_its_values() {
        let texts = ["b", "a", "b"].map(str::to_owned);
        assert_eq!(Body::file_with(texts).values(), ["b", "a"]);
        let long = (b'a'..=b'z').map(|first| format!("{}{}", char::from(first), "\u{1}".repeat(1000)));
        let kept = Body::file_with(long.chain(["short".to_owned()]));
        assert_eq!(
            (kept.values().len(), &*kept.values()[4]),
            (5, "short"),
            "4 of 6,001 bytes, and what still fits"
        );
        assert_eq!(Body::file_with((0..100).map(|n| n.to_string())).values().len(), VALUES_MAX);
    }

    #[cfg(feature = "serde")]
    #[test]
    fn appearance_without_a_look_is_plain() {
        let plain = Appearance::from(Level::Q);
        assert_eq!(serde_json::to_string(&plain).unwrap(), r#"{"level":"Q"}"#);
        assert_eq!(serde_json::from_str::<Appearance>(r#"{"level":"Q"}"#).unwrap(), plain);

        let score = Score { points: 88, reasons: vec!["Turn.".to_owned()] };
        let styled =
            Appearance { look: "shape=dots".parse().unwrap(), score: Some(Box::new(score)), ..plain };
        let json = serde_json::to_string(&styled).unwrap();
        assert_eq!(json, r#"{"level":"Q","look":"shape=dots","score":{"points":88,"reasons":["Turn."]}}"#);
        assert_eq!(serde_json::from_str::<Appearance>(&json).unwrap(), styled);
        let newer: Appearance = serde_json::from_str(r#"{"level":"Q","look":"shape=stars"}"#).unwrap();
        assert_eq!(newer.look.as_str(), "shape=stars");
    }
}
