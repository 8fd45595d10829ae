//! Opens the labeller that is configured. Not here: which there are (`config::labeller`).

use std::sync::Arc;

use gallery::labeller::{Embedded, Labeller, NoLabeller, Rekognition};

use crate::config::{LabellerArgs, LabellerChoice, StorageArgs, UnknownLabel};
use crate::storage::{StorageError, aws};

/// Why no labeller can be opened; one sentence, which says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LabellingError {
    #[error(transparent)]
    Label(#[from] UnknownLabel),
    #[error(transparent)]
    Aws(#[from] StorageError),
}

/// The labeller. None is loaded or asked yet.
pub(crate) async fn labeller(
    args: &LabellerArgs,
    storage: &StorageArgs,
) -> Result<Arc<dyn Labeller>, LabellingError> {
    Ok(match (args.labeller, args.rekognition()) {
        (LabellerChoice::Rekognition, Some(options)) => Arc::new(Rekognition::new(
            &aws::connect(storage.aws().map_err(StorageError::from)?).await?,
            options,
        )),
        (LabellerChoice::Embedded, _) => Arc::new(Embedded::new(args.embedded()?)),
        (LabellerChoice::Rekognition | LabellerChoice::None, _) => Arc::new(NoLabeller),
    })
}
