//! What pages show of the messages to people who left a number, as plain data: the server fills it in. Not here:
//! drawing it (`components::messages`).

use domain::{EntryId, Timestamp};

/// How far the message about a photo is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageState {
    /// It goes out when the photo is done.
    Waiting {
        /// The masked number; `None` if it cannot be read now.
        to: Option<String>,
        /// Why the last attempt failed.
        reason: Option<String>,
    },
    /// It is out.
    Sent {
        /// Since when.
        at: Timestamp,
        /// Whether it lies in the outbox only.
        is_kept: bool,
    },
    /// It failed for good.
    Failed {
        /// Why.
        reason: String,
    },
}

/// Whether messages are sent; otherwise they go into the outbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sending {
    /// Nobody is chosen who sends them.
    #[default]
    NoSender,
    /// No daily total is set.
    NoTotal,
    /// They are.
    On {
        /// How many one number may get in a day.
        per_number: u64,
    },
}

/// The messages of a space.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Messages {
    /// Whether they are sent.
    pub sending: Sending,
    /// What is in the outbox, the newest first.
    pub kept: Vec<KeptRow>,
    /// Why messages about photos on the page failed, or why they wait.
    pub reasons: Vec<(EntryId, String)>,
    /// The form for a test.
    pub test: TestForm,
    /// The photo whose failed message was just put aside.
    pub dismissed: Option<EntryId>,
}

/// A message in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRow {
    /// The masked number.
    pub to: String,
    /// What it says, with the link at its end, if it has one.
    pub text: String,
    /// Where it leads.
    pub link: Option<String>,
    /// When it was put there.
    pub at: Timestamp,
}

/// The form that sends a test message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TestForm {
    /// The number, as typed.
    pub typed: String,
    /// Whether a message was just sent.
    pub is_sent: bool,
    /// Whether the page says why the last one was not.
    pub is_refused: bool,
}

impl Messages {
    /// Why the message about a photo failed, or waits.
    #[cfg(feature = "ssr")]
    pub(crate) fn reason(&self, id: EntryId) -> Option<&str> {
        self.reasons.iter().find(|(of, _)| *of == id).map(|(_, reason)| &**reason)
    }
}
