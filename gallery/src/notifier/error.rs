//! Why a message was not sent, by what follows from it. Which answer of which provider is which stands in its adapter.

use std::time::Duration;

use super::Reason;

/// Why a message was not sent: each is a sentence of its own, without the full stop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotifyError {
    /// Refused for good: the number is wrong or blocked, the person has opted out, the money is spent. Another attempt
    /// would end the same way.
    #[error("The message was refused: {0}")]
    Refused(Reason),
    /// A limit of ours is reached: the service was not asked.
    #[error("{0}")]
    Limited(Reason),
    /// Too much at once. Nothing was sent; it can be tried again.
    #[error("The service asks to wait: {reason}")]
    Busy {
        /// In the other side's words.
        reason: Reason,
        /// When to try again, if the other side said that.
        retry_after: Option<Duration>,
    },
    /// It could not be reached, or said that it is not available. Nothing was sent; it can be tried again.
    #[error("The service is not available: {0}")]
    Unavailable(Reason),
    /// The configuration is wrong, or permissions are missing. Nothing was sent; it can be tried again once an operator
    /// has fixed that.
    #[error("The service denies access, or is not configured correctly: {0}")]
    Denied(Reason),
    /// It was on its way when the answer failed to come, or the answer does not say what became of it. It may have been
    /// sent, so it must not be sent again.
    #[error("Nobody knows whether the message was sent: {0}")]
    Unknown(Reason),
}

impl NotifyError {
    /// In the other side's words.
    pub fn reason(&self) -> &Reason {
        match self {
            Self::Busy { reason, .. } => reason,
            Self::Refused(reason)
            | Self::Limited(reason)
            | Self::Unavailable(reason)
            | Self::Denied(reason)
            | Self::Unknown(reason) => reason,
        }
    }
}
