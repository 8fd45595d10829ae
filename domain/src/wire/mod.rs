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
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $type {
            $(
                $(#[$variant_meta])*
                #[cfg_attr(feature = "serde", serde(rename = $name))]
                #[cfg_attr(feature = "openapi", schema(rename = $name))]
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
mod json;
mod listing;
mod page;
mod photo;
#[cfg(feature = "openapi")]
mod schemas;
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
pub use jobs::OpenJobs;
#[cfg(feature = "serde")]
pub(crate) use json::level_as_letter;
pub(crate) use json::member;
pub use json::{FromJson, JsonValue};
pub use listing::ListingPage;
pub use page::{Draft, Notice, PageData};
pub use photo::{PhotoRow, StageRow};
