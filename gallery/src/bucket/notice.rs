//! What a bucket reports about its changes, and the reply. Not here: acting on it (`reconcile`).

use std::fmt;
use std::time::Duration;

use domain::Key;

/// Something may have happened to an object. Only a hint: inspect the object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Inspect this object.
    Key(Key),
    /// Hints were lost: inspect everything.
    Everything,
}

/// A hint, and a receipt for its sender.
#[derive(Debug)]
pub struct Notice {
    /// The hint.
    pub hint: Hint,
    /// The etag of the written object, if the notice has it. If that version is already known, there is nothing new.
    pub etag: Option<String>,
    /// `None` where a hint is sent once. With a receipt the hint is repeated, here or to another program, until the
    /// receipt is settled as done; otherwise it ends in the dead-letter queue.
    pub receipt: Option<Receipt>,
}

impl From<Hint> for Notice {
    fn from(hint: Hint) -> Self {
        Self { hint, etag: None, receipt: None }
    }
}

/// The outcome of a hint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The object was inspected and is up to date.
    Done,
    /// It is too early to decide: repeat the hint after this time.
    Early(Duration),
}

/// Receives the outcome of a hint. Dropping it means that the inspection failed.
pub struct Receipt(Box<dyn FnOnce(Outcome) + Send>);

impl Receipt {
    /// A receipt that passes on the outcome.
    pub fn new(tell: impl FnOnce(Outcome) + Send + 'static) -> Self {
        Self(Box::new(tell))
    }

    /// Reports the outcome of the hint.
    pub fn settle(self, outcome: Outcome) {
        (self.0)(outcome);
    }
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receipt")
    }
}
