//! What is wrong with the catalog until somebody repairs it, known without a save: pages show it before anybody types
//! in vain. Not here: failures that may pass (`save_health`), finding the fault (the catalog).

use std::sync::Arc;

use tokio::sync::watch;

use crate::catalog::CatalogError;

/// The fault, if there is one.
pub(crate) struct CatalogFault(watch::Sender<Option<Arc<CatalogError>>>);

impl Default for CatalogFault {
    fn default() -> Self {
        Self(watch::Sender::new(None))
    }
}

impl CatalogFault {
    /// Follows the fault.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Option<Arc<CatalogError>>> {
        self.0.subscribe()
    }

    /// The catalog works.
    pub(crate) fn clear(&self) {
        self.0.send_if_modified(|fault| fault.take().is_some());
    }

    /// The catalog has failed. A failure that may pass says nothing about the fault.
    pub(crate) fn learn(&self, error: &Arc<CatalogError>) {
        let Some(found) = error.lasting().map(ToString::to_string) else { return };
        self.0.send_if_modified(|fault| {
            let is_known = fault.as_ref().and_then(|fault| fault.lasting()).map(ToString::to_string);
            let is_new = is_known.as_ref() != Some(&found);
            if is_new {
                *fault = Some(Arc::clone(error));
            }
            is_new
        });
    }
}
