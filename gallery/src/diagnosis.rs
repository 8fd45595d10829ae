//! What a doctor says of one thing, in AWS or in a folder. Not here: looking at it (`aws::doctor`, the command line).

use serde::Serialize;

use crate::aws::policy::Statement;

/// One thing that was looked at.
#[derive(Debug, Serialize)]
pub struct Check {
    /// What it is.
    pub what: String,
    /// How it stands.
    pub verdict: Verdict,
    /// More about it: what was found, what to do.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub says: String,
    /// What a policy lacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statement: Option<Statement>,
}

/// How a thing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Fine,
    /// Good to know, and nothing is wrong.
    Note,
    /// Not as it should be.
    Wrong,
}

impl Check {
    /// As it should be.
    pub fn fine(what: impl Into<String>, says: impl Into<String>) -> Self {
        Self { what: what.into(), verdict: Verdict::Fine, says: says.into(), statement: None }
    }

    /// Good to know.
    pub fn note(what: impl Into<String>, says: impl Into<String>) -> Self {
        Self { verdict: Verdict::Note, ..Self::fine(what, says) }
    }

    /// Not as it should be.
    pub fn wrong(what: impl Into<String>, says: impl Into<String>) -> Self {
        Self { verdict: Verdict::Wrong, ..Self::fine(what, says) }
    }
}
