//! A doctor's finding about one thing, in AWS or in a folder. Not here: examining it (`aws::doctor`, the command
//! line).

use serde::Serialize;

use crate::aws::policy::Statement;

/// One thing that was examined.
#[derive(Debug, Serialize)]
pub struct Check {
    /// What it is.
    pub what: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Details: what was found, what to do.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub says: String,
    /// The missing policy statement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statement: Option<Statement>,
}

/// A verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Fine,
    /// Worth knowing, but nothing is wrong.
    Note,
    /// Not as it should be.
    Wrong,
}

impl Check {
    /// As it should be.
    pub fn fine(what: impl Into<String>, says: impl Into<String>) -> Self {
        Self { what: what.into(), verdict: Verdict::Fine, says: says.into(), statement: None }
    }

    /// Worth knowing.
    pub fn note(what: impl Into<String>, says: impl Into<String>) -> Self {
        Self { verdict: Verdict::Note, ..Self::fine(what, says) }
    }

    /// Not as it should be.
    pub fn wrong(what: impl Into<String>, says: impl Into<String>) -> Self {
        Self { verdict: Verdict::Wrong, ..Self::fine(what, says) }
    }
}
