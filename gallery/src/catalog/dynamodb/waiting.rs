//! Waits for changes, including those of other instances: one of the waiting callers reads the root now and then, for
//! all of them. Not here: what changed (`read`).

use std::convert::Infallible;

use domain::{Seq, Space};
use tokio::time::Instant;

use super::super::CatalogError;
use super::DynamoCatalog;
use super::local::Local;

impl DynamoCatalog {
    pub(super) async fn wait_past(&self, space: &Space, after: Seq) -> Result<(), CatalogError> {
        let local = self.locals.of(space);
        tokio::select! {
            biased;
            () = self.heads.past(space, after) => Ok(()),
            Err(error) = self.keep_asking(space, &local) => Err(error),
        }
    }

    /// Polls until it fails or is dropped; then the next waiting caller continues.
    async fn keep_asking(&self, space: &Space, local: &Local) -> Result<Infallible, CatalogError> {
        let mut asked_at = local.asked_at.lock().await;
        loop {
            if let Some(last) = *asked_at {
                self.until_next(last, local).await;
            }
            *asked_at = Some(Instant::now());
            let asked = tokio::time::timeout(self.options.overdue_after, self.root(space)).await;
            asked.map_err(|elapsed| CatalogError::Unavailable(elapsed.into()))??;
        }
    }

    async fn until_next(&self, last: Instant, local: &Local) {
        if !local.is_listened_to() {
            tokio::select! {
                () = tokio::time::sleep_until(last + self.options.ask_idle_every) => return,
                () = local.listener_came.notified() => {}
            }
        }
        tokio::time::sleep_until(last + self.options.ask_every).await;
    }
}
