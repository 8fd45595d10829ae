//! The labeller of those who want no labels.

use async_trait::async_trait;
use bytes::Bytes;

use super::{Found, Labeller, LabellerError};

/// Looks at nothing: photos stay as ones that were not looked at yet.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLabeller;

#[async_trait]
impl Labeller for NoLabeller {
    async fn label(&self, _view: Bytes) -> Result<Found, LabellerError> {
        Err(LabellerError::Denied("there is no labeller".to_owned()))
    }

    fn is_on(&self) -> bool {
        false
    }

    /// Nothing is outdated where nothing is looked at.
    fn is_current(&self, _model: &str) -> bool {
        true
    }
}
