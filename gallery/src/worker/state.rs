//! What the jobs of one program share: places, and what is in work. Not here: working.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use domain::{EntryId, Space, Timestamp};
use parking_lot::Mutex;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::drawing::Drawing;
use crate::queue::{Job, JobKind};
use crate::shared::Shared;

/// Messages that are sent at once: a service that does not answer must not hold up many.
const NOTICES_AT_ONCE: usize = 16;
/// Jobs beyond the number of cores: they read and write while others decode.
const EXTRA_JOBS: usize = 2;

/// Works on photos, and on tables.
pub(crate) struct Worker {
    pub(super) shared: Arc<Shared>,
    /// One per core: decoding more at once makes nothing faster.
    pub(super) decoders: Semaphore,
    pub(super) drawing: Arc<Drawing>,
    /// What is in work.
    pub(super) busy: Mutex<HashSet<(Space, JobKind, u64)>>,
    /// When this program began to work on photos, until their end is committed. If that fails, they stay marked as
    /// being worked on, but nobody died on them.
    pub(super) unsettled: Mutex<HashMap<(Space, EntryId), Vec<Timestamp>>>,
    /// Until when the labeller is not asked, since it did not answer.
    pub(super) labeller_pauses_until: Mutex<Option<Instant>>,
    /// One per job, while it is about pictures or labels.
    pub(super) places: Arc<Semaphore>,
    /// One per message that is being sent.
    pub(super) notice_places: Semaphore,
    /// One, for the table of which codes are made.
    pub(super) table_turn: Semaphore,
}

impl Worker {
    pub(crate) fn new(shared: Arc<Shared>, drawing: Arc<Drawing>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            shared,
            drawing,
            decoders: Semaphore::new(cores),
            busy: Mutex::default(),
            unsettled: Mutex::default(),
            labeller_pauses_until: Mutex::default(),
            places: Arc::new(Semaphore::new(cores + EXTRA_JOBS)),
            notice_places: Semaphore::new(NOTICES_AT_ONCE),
            table_turn: Semaphore::new(1),
        }
    }

    /// Marks what a job is about as in work here; `None` if it is.
    pub(super) fn claim(self: &Arc<Self>, job: &Job) -> Option<Busy> {
        let about = (job.space.clone(), job.kind, job.id);
        let is_free = self.busy.lock().insert(about.clone());
        is_free.then(|| Busy { worker: Arc::clone(self), about })
    }

    /// Whether what a job is about is in work here.
    pub(super) fn is_busy(&self, job: &Job) -> bool {
        self.busy.lock().contains(&(job.space.clone(), job.kind, job.id))
    }
}

/// Something that is in work here, until this is dropped.
pub(super) struct Busy {
    worker: Arc<Worker>,
    about: (Space, JobKind, u64),
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.worker.busy.lock().remove(&self.about);
    }
}
