//! Why a picture could not be looked at. Not here: what follows from it (`worker`).

/// Why a picture could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum LabellerError {
    /// It is no picture that can be looked at: another attempt would end the same way.
    #[error("the labeller refused the picture: {0}")]
    Refused(String),
    /// The labeller does not serve this program: a permission, an account or a region is wrong, until somebody changes
    /// that.
    #[error("the labeller refuses this program: {0}")]
    Denied(String),
    /// It did not answer, or is busy: another attempt may succeed.
    #[error("the labeller did not respond")]
    Away(#[source] Box<dyn std::error::Error + Send + Sync>),
}
