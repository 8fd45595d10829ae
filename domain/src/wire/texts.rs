//! Our types that are sent as strings.

use super::{FromJson, JsonValue};
use crate::{Key, LabelName, Level, Name, Sha256, Space, StyleText, Timestamp};

wire_as_text!(Key, Level, Name, Sha256, Space, Timestamp);

impl FromJson for LabelName {
    fn from_json(value: &impl JsonValue) -> Option<Self> {
        Self::stored(&value.text()?).ok()
    }
}

impl FromJson for StyleText {
    fn from_json(value: &impl JsonValue) -> Option<Self> {
        value.text().map(|text| Self::stored(&text))
    }

    /// The plain look is omitted.
    fn missing() -> Option<Self> {
        Some(Self::default())
    }
}
