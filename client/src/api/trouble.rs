//! Why a request has no useful answer, and whether another attempt may have one.

use std::time::Duration;

use crate::failure::Failure;

/// Why a request has no useful answer.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Another attempt may succeed, after this pause if the server named one.
    Passing(Failure, Option<Duration>),
    /// It would not.
    Final(Failure),
}

impl Trouble {
    /// Why, for a person.
    pub(super) fn sentence(&self) -> &str {
        match self {
            Self::Passing(Failure::Said { sentence, .. }, _)
            | Self::Final(Failure::Said { sentence, .. }) => sentence,
            _ => "",
        }
    }

    pub(crate) fn into_failure(self) -> Failure {
        match self {
            Self::Passing(failure, _) | Self::Final(failure) => failure,
        }
    }
}
