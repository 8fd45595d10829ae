//! Why nothing can be made of a photo. Each of these is permanent: the same bytes fail in the same way every time.
//! Not here: the sentence that a person reads.

/// Why a photo was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PhotoError {
    /// The file has no bytes.
    #[error("the file is empty")]
    Empty,
    /// The content is of no known picture format, whatever the file is called.
    #[error("not a picture")]
    NotAPicture,
    /// A known format, or a variant of a supported one, that is not decoded; with its name.
    #[error("{0} is not supported")]
    Unsupported(&'static str),
    /// More pixels than allowed. What is allowed depends on the format and on the size of the file.
    #[error(
        "{width} × {height} pixels: at most {most_pixels} pixels and {most_side} a side are possible for this file"
    )]
    TooLarge {
        /// In pixels, as displayed.
        width: u32,
        /// In pixels, as displayed.
        height: u32,
        /// How many pixels a file of this size and format may have.
        most_pixels: u64,
        /// How many pixels a side may have.
        most_side: u32,
    },
    /// Damaged, or not complete; with what the decoder reports, for the log.
    #[error("damaged: {0}")]
    Corrupt(String),
}

impl PhotoError {
    #[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
    pub(crate) fn corrupt(error: impl ToString) -> Self {
        Self::Corrupt(error.to_string())
    }
}
