//! What bucket and catalog are opened for.

/// What bucket and catalog are opened for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// To read; nothing is created.
    Read,
    /// To write; what is missing is created.
    Make,
}
