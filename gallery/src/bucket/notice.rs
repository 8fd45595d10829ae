//! What a bucket says of what happens in it, and what it hears back. Not here: what to do about it (`reconcile`).

use std::fmt;
use std::time::Duration;

use domain::Key;

/// Something may have happened to an object. Only a hint: look at the object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Look at this object.
    Key(Key),
    /// Hints were lost: look at everything.
    Everything,
}

/// A hint, and whoever waits to hear what came of it.
#[derive(Debug)]
pub struct Notice {
    /// What it says.
    pub hint: Hint,
    /// The etag that the object was written with, where the notice says so. Of an object that is known so already it tells
    /// nothing new.
    pub etag: Option<String>,
    /// None where a hint is given once. With a receipt it is given again, here or to another program, until the receipt
    /// was told that it is done; where it never is, it ends among the dead letters.
    pub receipt: Option<Receipt>,
}

impl From<Hint> for Notice {
    fn from(hint: Hint) -> Self {
        Self { hint, etag: None, receipt: None }
    }
}

/// What came of a hint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The object was looked at, and all is as it should be.
    Done,
    /// It is too early to tell: give the hint again after this time.
    Early(Duration),
}

/// Hears what came of a hint. Dropped without a word, it says that looking failed.
pub struct Receipt(Box<dyn FnOnce(Outcome) + Send>);

impl Receipt {
    /// A receipt that passes on what it is told.
    pub fn new(tell: impl FnOnce(Outcome) + Send + 'static) -> Self {
        Self(Box::new(tell))
    }

    /// Says what came of the hint.
    pub fn tell(self, outcome: Outcome) {
        (self.0)(outcome);
    }
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receipt")
    }
}
