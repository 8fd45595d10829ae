//! Why a request was refused, for the person.

use core::convert::Infallible;
use core::fmt;
use core::str::FromStr;
use std::borrow::Cow;

wire! {
    /// Why a request was refused.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Failure {
        /// One sentence that says what to do.
        pub error: String,
        /// The field of a form that it is about, if any.
        pub field: Option<Field>,
        /// The request id, for finding details in the log.
        pub request_id: Option<String>,
    }
}

/// A field of the composer, of the form for name and labels, or of the form for photos.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// The text of the code.
    Text,
    /// The name.
    Name,
    /// The look.
    Look,
    /// The labels of an entry.
    Labels,
    /// The files in the form for photos.
    Photos,
    /// The phone number in the form for photos.
    PhotoPhone,
    /// A field in the form of a kind.
    Answer(Cow<'static, str>),
}

impl Failure {
    /// A failure that is about no field.
    pub fn new(error: impl Into<String>) -> Self {
        Self { error: error.into(), field: None, request_id: None }
    }
}

impl fmt::Display for Field {
    /// Its name in the form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Name => "name",
            Self::Look => "look",
            Self::Labels => "labels",
            Self::Photos => "photos",
            Self::PhotoPhone => "photo-phone",
            Self::Answer(name) => name,
        })
    }
}

impl FromStr for Field {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(match name {
            "text" => Self::Text,
            "name" => Self::Name,
            "look" => Self::Look,
            "labels" => Self::Labels,
            "photos" => Self::Photos,
            "photo-phone" => Self::PhotoPhone,
            other => Self::Answer(Cow::Owned(other.to_owned())),
        })
    }
}

#[cfg(feature = "serde")]
serde_as_text!(Field);
wire_as_text!(Field);
