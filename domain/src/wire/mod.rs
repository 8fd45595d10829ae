//! What server and browser send each other as JSON. Each type is defined once, with `wire!`: the host writes it with
//! serde, the browser reads it from the result of `JSON.parse`, without serde. Not here: HTTP, and the stored form of
//! entries, which is separate.

/// Defines a type that is sent as JSON: with serde on the host, and everywhere with a reader of the same form. A
/// struct is an object with the names of its fields; an enum is the name of its variant, or an object with that name
/// and the variant's fields in it.
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

/// A type that is sent as a string: written with `Display`, read with `FromStr`.
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
#[cfg(feature = "browser")]
mod browser;
mod entry;
mod events;
mod failure;
mod jobs;
mod listing;
mod page;
mod photo;
#[cfg(feature = "serde")]
#[cfg(test)]
mod tests;
mod texts;

pub use answers::{KeptLook, KnownEntry, Retried, UploadAnswer};
#[cfg(feature = "browser")]
pub use browser::parse;
pub use entry::{ChangeWire, EntryRow};
pub use events::{Beat, Hello};
pub use failure::{Failure, Field};
pub use jobs::{JobList, OpenJobs};
pub use listing::ListingPage;
pub use page::{Draft, Notice, PageData};
pub use photo::{PhotoRow, StageRow};

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
