//! Why a picture gets no labels. Not here: the sentence that a person reads.

/// Why pixels were refused, or the networks could not be loaded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LabelError {
    /// A side of no pixels.
    #[error("{width} × {height} pixels: nothing to look at")]
    Empty {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// Not three bytes for each pixel.
    #[error("{found} bytes for {width} × {height} pixels, where {expected} are expected")]
    Length {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
        /// How many bytes so many pixels have.
        expected: u64,
        /// How many were handed over.
        found: u64,
    },
    /// The resizer refused; with what it reports, for the log.
    #[error("cannot be resized: {0}")]
    Resize(String),
    /// The weights of a network are not those that it was written for.
    #[error("the weights of the {network} are damaged: {found} bytes, where {expected} are expected")]
    Weights {
        /// Which of the networks.
        network: &'static str,
        /// In bytes.
        expected: usize,
        /// In bytes.
        found: usize,
    },
}
