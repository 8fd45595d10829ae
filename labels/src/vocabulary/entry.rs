//! A line of the table of words. Not here: the table.

/// Whether a word is said of a picture that shows a face: it could insult whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NearFace {
    /// As of any other.
    Said,
    /// When there is little doubt.
    LittleDoubt,
    /// Never, and if there may be a face, when there is little doubt.
    Never,
}

/// A line of the table.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) near_face: NearFace,
    pub(super) doubtful: bool,
    /// The first and the last of neighbouring classes.
    pub(super) classes: &'static [(u16, u16)],
}
