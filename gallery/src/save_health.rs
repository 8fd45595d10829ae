//! Whether saves succeed: the last write to the bucket and the last one to the catalog. A port that responds need not
//! accept writes. Not here: checking the ports (`shared`), what is wrong with one (the port).

use std::error::Error;
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use tokio::time::Instant;

use crate::catalog_fault::CatalogFault;

/// The interval between two test writes after a failure, however often readiness is requested.
const PROBE_EVERY: Duration = Duration::from_secs(5);

/// The health of writes to one port.
pub(crate) struct WriteHealth {
    /// For the log.
    port: &'static str,
    failing: Mutex<Option<Failing>>,
}

struct Failing {
    /// The reason, for people.
    why: String,
    probed_at: Option<Instant>,
}

/// The health of saves.
pub(crate) struct SaveHealth {
    pub(crate) bucket: WriteHealth,
    pub(crate) catalog: WriteHealth,
    pub(crate) fault: CatalogFault,
}

impl Default for SaveHealth {
    fn default() -> Self {
        let of = |port| WriteHealth { port, failing: Mutex::default() };
        Self { bucket: of("bucket"), catalog: of("catalog"), fault: CatalogFault::default() }
    }
}

impl WriteHealth {
    /// A write succeeded.
    pub(crate) fn succeeded(&self) {
        if self.failing().take().is_some() {
            tracing::info!("the {} accepts saves again", self.port);
        }
    }

    /// A write failed, and not because of its contents. The first of consecutive failures is logged.
    pub(crate) fn failed(&self, error: &(dyn Error + 'static)) {
        let mut failing = self.failing();
        let why = error.to_string();
        match &mut *failing {
            Some(failing) => failing.why = why,
            None => {
                tracing::warn!(error, "not ready: the {} does not accept saves", self.port);
                *failing = Some(Failing { why, probed_at: None });
            }
        }
    }

    /// Whether writes succeed. After a failed one, this tries again now and then; the error is the reason.
    pub(crate) async fn check<E: Error + 'static>(
        &self,
        probe: impl Future<Output = Result<(), E>>,
    ) -> Result<(), String> {
        let why = match &mut *self.failing() {
            None => return Ok(()),
            Some(Failing { why, probed_at: Some(at) }) if at.elapsed() < PROBE_EVERY => Some(why.clone()),
            Some(failing) => {
                failing.probed_at = Some(Instant::now());
                None
            }
        };
        if let Some(why) = why {
            return Err(why);
        }
        match probe.await {
            Ok(()) => {
                self.succeeded();
                Ok(())
            }
            Err(error) => {
                self.failed(&error);
                Err(error.to_string())
            }
        }
    }

    fn failing(&self) -> MutexGuard<'_, Option<Failing>> {
        self.failing.lock()
    }
}
