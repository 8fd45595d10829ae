//! How a type is read from JSON, whoever parsed it. Not here: the types.

/// A parsed JSON value: the browser's, or in tests `serde_json`'s.
pub trait JsonValue: Sized {
    /// The string, if it is one.
    fn text(&self) -> Option<String>;

    /// The number, if it is an integer from 0 to 2^53 − 1; we send no others.
    fn number(&self) -> Option<u64>;

    /// The elements, if it is an array.
    fn items(&self) -> Option<Vec<Self>>;

    /// A member of an object; `None` if it is missing or null.
    fn member(&self, name: &str) -> Option<Self>;
}

/// A type that can be read from JSON.
pub trait FromJson: Sized {
    /// Reads it; `None` if the value is of another form.
    fn from_json(value: &impl JsonValue) -> Option<Self>;

    /// The value of a missing or null member; `None` if the member is required.
    fn missing() -> Option<Self> {
        None
    }
}

/// Reads a member of an object.
pub(crate) fn member<T: FromJson>(object: &impl JsonValue, name: &str) -> Option<T> {
    match object.member(name) {
        Some(value) => T::from_json(&value),
        None => T::missing(),
    }
}

impl FromJson for String {
    fn from_json(value: &impl JsonValue) -> Option<Self> {
        value.text()
    }
}

impl FromJson for u64 {
    fn from_json(value: &impl JsonValue) -> Option<Self> {
        value.number()
    }
}

impl FromJson for u32 {
    fn from_json(value: &impl JsonValue) -> Option<Self> {
        value.number()?.try_into().ok()
    }
}

impl FromJson for u8 {
    fn from_json(value: &impl JsonValue) -> Option<Self> {
        value.number()?.try_into().ok()
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(value: &impl JsonValue) -> Option<Self> {
        T::from_json(value).map(Some)
    }

    fn missing() -> Option<Self> {
        Some(None)
    }
}

impl<T: FromJson> FromJson for Box<T> {
    fn from_json(value: &impl JsonValue) -> Option<Self> {
        T::from_json(value).map(Self::new)
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(value: &impl JsonValue) -> Option<Self> {
        value.items()?.iter().map(T::from_json).collect()
    }
}

/// An error correction level as its letter.
#[cfg(feature = "serde")]
pub(crate) mod level_as_letter {
    use crate::Level;

    pub(crate) fn serialize<S: serde::Serializer>(level: &Level, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(level)
    }

    pub(crate) fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Level, D::Error> {
        let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
