//! The vocabulary of Qrate as types. Whatever passed a `parse` here is not checked again.
//!
//! Pure: no I/O, no clock, no randomness, so that the browser and the host share it. Not here: drawing codes (`qr`),
//! keeping entries (`gallery`).

/// Serialises a type by its `Display` and `FromStr`, or a function that accepts more of what is stored than may be
/// typed: in JSON and in storage it is a string.
#[cfg(feature = "serde")]
macro_rules! serde_as_text {
    ($type:ty $(, $stored:ident)?) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                serde_as_text!(@read &*text $(, $stored)?).map_err(serde::de::Error::custom)
            }
        }
    };
    (@read $text:expr) => {
        $text.parse()
    };
    (@read $text:expr, $stored:ident) => {
        Self::$stored($text)
    };
}

pub mod limits;
pub mod payload;

mod body;
mod bounds;
mod change;
mod code_text;
#[cfg(feature = "serde")]
mod content_json;
mod entry;
mod file_name;
mod key;
mod label;
mod listing;
mod media;
mod name;
mod one_line;
mod parameters;
mod phone_number;
mod photo;
mod photo_facts;
mod recipe;
mod request_id;
mod sha256;
mod sort;
mod space;
mod stage;
mod standing;
mod style_text;
mod styled;
mod timestamp;
mod visible;
pub mod wire;
mod words;

pub use body::{Appearance, Body, Kind, Score, SymbolFacts};
pub use bounds::OutOfBounds;
pub use change::{Change, ChangeKind};
pub use code_text::{CodeText, TextError};
pub use entry::{Content, Description, Entry, State};
pub use key::{Key, KeyError, RESERVED_PREFIX};
pub use label::{Label, LabelError, LabelName, LabelSource};
pub use listing::{Applied, Listing, Row};
pub use media::Media;
pub use name::{Name, NameError};
pub use parameters::{NotUtf8, NumberError, Parameters, number};
pub use phone_number::{PhoneNumber, PhoneNumberError};
pub use photo::{NoticeOutcome, Photo};
pub use photo_facts::{DifferenceHash, Placeholder, TakenAt};
pub use qr::{Level, StyleTextError};
pub use recipe::Recipe;
pub use request_id::{RequestId, RequestIdError};
pub use sha256::Sha256;
pub use sort::{Sort, SortBy, SortError};
pub use space::{DEVICE_PREFIX, Space, SpaceError};
pub use stage::{Stage, StageError, StageState, Step, Work};
pub use standing::Standing;
pub use style_text::StyleText;
pub use styled::StyledError;
pub use timestamp::{Timestamp, TimestampError};
pub use visible::Visible;
pub use wire::{
    ChangeWire, EntryRow, Failure, Field, KeptLook, KnownEntry, ListingPage, Notice, PhotoRow, StageRow,
};
pub use words::{grouped, one_of};

/// The number of an entry: 1, 2, 3 … in its space, in the order of saving, never reused. Below 2^53.
pub type EntryId = u64;

/// The number of a table from which many codes are made: the newest has the largest. Below 2^53.
pub type TableId = u64;

/// The position of a change in its space's log: 1, 2, 3 … without a gap. Below 2^53.
pub type Seq = u64;
