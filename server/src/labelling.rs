//! Opens the labeller that is configured. Not here: which there are (`config::labeller`).

use std::sync::Arc;

use gallery::labeller::{Embedded, Labeller, NoLabeller, Rekognition};

use crate::config::{LabellerArgs, LabellerChoice, StorageArgs};
use crate::storage::{StorageError, aws};

/// The labeller. None is loaded or asked yet.
pub(crate) async fn labeller(
    args: &LabellerArgs,
    storage: &StorageArgs,
) -> Result<Arc<dyn Labeller>, StorageError> {
    Ok(match (args.labeller, args.rekognition()) {
        (LabellerChoice::Rekognition, Some(options)) => {
            Arc::new(Rekognition::new(&aws::connect(storage.aws()?).await?, options))
        }
        (LabellerChoice::Embedded, _) => Arc::new(Embedded::new(args.embedded())),
        (LabellerChoice::Rekognition | LabellerChoice::None, _) => Arc::new(NoLabeller),
    })
}
