//! Our types that are sent as strings.

use super::{FromJson, JsonValue};
use crate::{
    DifferenceHash, Key, LabelName, Level, Name, Placeholder, Sha256, Space, StyleText, TakenAt, Timestamp,
};

wire_as_text!(Key, Level, Name, Sha256, Space, Timestamp);
wire_as_text!(DifferenceHash, Placeholder, TakenAt);

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
