//! What a person is told, and what the other side says when it has taken that over. Not here: how the text comes about
//! (`notices`).

use std::fmt;

use domain::{PhoneNumber, Space};
use serde::{Deserialize, Serialize};

use crate::clock::Clock;

/// What a person is told. `Debug` shows the number masked.
#[derive(Debug, Clone)]
pub struct Message {
    /// The same at every attempt.
    pub id: MessageId,
    /// The space that it is about.
    pub space: Space,
    /// Whom.
    pub to: PhoneNumber,
    /// One line of plain text, with the link in it.
    pub text: String,
    /// Where it leads, for those who show a link apart from the text.
    pub link: Option<String>,
}

/// Names a message, so that others can tell a repetition from another message: `msg_01JDM…`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(String);

impl MessageId {
    /// A new one. Later ones sort behind.
    pub fn new(clock: &Clock) -> Self {
        Self(format!("msg_{}", clock.ulid()))
    }

    /// As text: letters, digits and an underscore.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The other side has taken a message over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipt {
    /// Its name for the message, if it gave one: for its own logs.
    pub provider_id: Option<String>,
}
