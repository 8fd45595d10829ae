//! Whether saves succeed: the last one that went to the bucket and the last one that went to the catalog. That a port
//! answers does not say that it takes a write. Not here: asking the ports (`shared`), what is wrong with one (the port).

use std::error::Error;
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use tokio::time::Instant;

/// Between two attempts to write to what failed, however many ask whether it is ready.
const PROBE_EVERY: Duration = Duration::from_secs(5);

/// How writing to one port goes.
pub(crate) struct WriteHealth {
    /// For the log.
    port: &'static str,
    failing: Mutex<Option<Failing>>,
}

struct Failing {
    /// Why, for people.
    why: String,
    probed_at: Option<Instant>,
}

/// How saves go.
pub(crate) struct SaveHealth {
    pub(crate) bucket: WriteHealth,
    pub(crate) catalog: WriteHealth,
}

impl Default for SaveHealth {
    fn default() -> Self {
        let of = |port| WriteHealth { port, failing: Mutex::default() };
        Self { bucket: of("bucket"), catalog: of("catalog") }
    }
}

impl WriteHealth {
    /// A write was done.
    pub(crate) fn succeeded(&self) {
        if self.failing().take().is_some() {
            tracing::info!("the {} takes what is saved again", self.port);
        }
    }

    /// A write was not done, and not because of what was to be written. Of failures in a row the first is logged.
    pub(crate) fn failed(&self, error: &(dyn Error + 'static)) {
        let mut failing = self.failing();
        let why = error.to_string();
        match &mut *failing {
            Some(failing) => failing.why = why,
            None => {
                tracing::warn!(error, "not ready: the {} does not take what is saved", self.port);
                *failing = Some(Failing { why, probed_at: None });
            }
        }
    }

    /// Whether writes succeed. When the last one did not, it is tried again now and then; the error says why not.
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
