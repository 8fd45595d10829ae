//! The id by which a repeated request is recognised.

use core::fmt;
use core::str::FromStr;

use crate::limits::REQUEST_ID_MAX_BYTES;

/// Chosen by the sender of a write, new for each intent and the same for each retry: 1 to 64 bytes of
/// `[A-Za-z0-9_-]`. A space gives the same answer to the same id and does nothing twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(Box<str>);

/// The text is not a valid request id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A request id consists of 1 to {REQUEST_ID_MAX_BYTES} letters, digits, hyphens and underscores.")]
pub struct RequestIdError;

impl RequestId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RequestId {
    type Err = RequestIdError;

    fn from_str(text: &str) -> Result<Self, RequestIdError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if (1..=REQUEST_ID_MAX_BYTES).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.into()))
        } else {
            Err(RequestIdError)
        }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(feature = "serde")]
serde_as_text!(RequestId);
