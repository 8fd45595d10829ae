//! Why a request was refused, as the person reads it.

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
        /// The field of a form that it concerns, if it is one.
        pub field: Option<Field>,
        /// The id under which the log tells more.
        pub request_id: Option<String>,
    }
}

/// A field of the composer, or of the form for name and labels.
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
    /// This field in the form of a kind.
    Answer(Cow<'static, str>),
}

impl Failure {
    /// One that concerns no field, with no more to tell.
    pub fn new(error: impl Into<String>) -> Self {
        Self { error: error.into(), field: None, request_id: None }
    }
}

impl fmt::Display for Field {
    /// As it is called in the form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Name => "name",
            Self::Look => "look",
            Self::Labels => "labels",
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
            other => Self::Answer(Cow::Owned(other.to_owned())),
        })
    }
}

#[cfg(feature = "serde")]
serde_as_text!(Field);
wire_as_text!(Field);
