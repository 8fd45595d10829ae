//! What server and browser send each other as JSON. Each type is defined once, by `wire!`: the host writes it with serde,
//! the browser reads it from what its own `JSON.parse` made of the text, without serde. Not here: HTTP, and how entries are
//! stored, which has a form of its own.

/// Defines a type that is sent as JSON: on the host with serde's form of it, and everywhere with the reader of that form.
/// A struct is an object with the names of its fields; an enum is the name of its variant, or an object with that name and
/// the variant's fields in it.
macro_rules! wire {
    (
        $(#[$meta:meta])*
        pub struct $type:ident {
            $($(#[$field_meta:meta])* pub $field:ident: $field_type:ty,)+
        }
    ) => {
        $(#[$meta])*
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub struct $type {
            $($(#[$field_meta])* pub $field: $field_type,)+
        }

        impl $crate::wire::FromJson for $type {
            fn from_json(value: &impl $crate::wire::JsonValue) -> Option<Self> {
                Some(Self { $($field: $crate::wire::member(value, stringify!($field))?,)+ })
            }
        }
    };
    (
        $(#[$meta:meta])*
        pub enum $type:ident {
            $(
                $(#[$variant_meta:meta])*
                $name:literal = $variant:ident $({
                    $($(#[$field_meta:meta])* $field:ident: $field_type:ty,)+
                })?,
            )+
        }
    ) => {
        $(#[$meta])*
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub enum $type {
            $(
                $(#[$variant_meta])*
                #[cfg_attr(feature = "serde", serde(rename = $name))]
                $variant $({ $($(#[$field_meta])* $field: $field_type,)+ })?,
            )+
        }

        impl $crate::wire::FromJson for $type {
            fn from_json(value: &impl $crate::wire::JsonValue) -> Option<Self> {
                $(wire!(@read value, $name, $variant $({ $($field)+ })?);)+
                None
            }
        }
    };
    (@read $value:ident, $name:literal, $variant:ident) => {
        if $value.text().as_deref() == Some($name) {
            return Some(Self::$variant);
        }
    };
    (@read $value:ident, $name:literal, $variant:ident { $($field:ident)+ }) => {
        if let Some(fields) = $value.member($name) {
            return Some(Self::$variant { $($field: $crate::wire::member(&fields, stringify!($field))?,)+ });
        }
    };
}

/// A type that is sent as a string: its `Display`, read with its `FromStr`.
macro_rules! wire_as_text {
    ($($type:ty),+) => {
        $(impl $crate::wire::FromJson for $type {
            fn from_json(value: &impl $crate::wire::JsonValue) -> Option<Self> {
                value.text()?.parse().ok()
            }
        })+
    };
}

pub(crate) use wire;

mod answers;
mod entry;
mod events;
mod failure;
mod listing;
mod page;
#[cfg(feature = "serde")]
#[cfg(test)]
mod tests;
mod texts;

pub use answers::{KeptLook, KnownEntry};
pub use entry::{ChangeWire, EntryRow};
pub use events::{Beat, Hello};
pub use failure::{Failure, Field};
pub use listing::ListingPage;
pub use page::{Draft, Notice, PageData};

/// A JSON value as a parser made it: the browser's, or in tests `serde_json`'s.
pub trait JsonValue: Sized {
    /// The string, if it is one.
    fn text(&self) -> Option<String>;

    /// The number, if it is one that is not negative and below 2^53, which is all that we send.
    fn number(&self) -> Option<u64>;

    /// The elements, if it is an array.
    fn items(&self) -> Option<Vec<Self>>;

    /// A member of an object; none when it is not there, or null.
    fn member(&self, name: &str) -> Option<Self>;
}

/// A type that can be read from JSON.
pub trait FromJson: Sized {
    /// Reads it; none when the value is something else.
    fn from_json(value: &impl JsonValue) -> Option<Self>;

    /// What a member that is not there, or null, stands for; none when it must be there.
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
