//! The ports that a gallery works on. Not here: which implementations go together (the server).

use std::sync::Arc;

use crate::bucket::Bucket;
use crate::catalog::Catalog;
use crate::clock::Clock;
use crate::queue::{MemoryQueue, Queue};
use crate::records::{MemoryRecords, Records};

/// The ports that a gallery works on. Cheap to clone.
#[derive(Clone)]
pub struct Ports {
    /// The bytes.
    pub bucket: Arc<dyn Bucket>,
    /// The truth about entries.
    pub catalog: Arc<dyn Catalog>,
    /// Small things that are not entries.
    pub records: Arc<dyn Records>,
    /// Work to be done. If the catalog writes jobs itself, it writes them into this queue.
    pub queue: Arc<dyn Queue>,
}

impl Ports {
    /// With records and a queue in memory, which are lost when the program ends.
    pub fn in_memory_beside(bucket: Arc<dyn Bucket>, catalog: Arc<dyn Catalog>) -> Self {
        let (records, queue) = (MemoryRecords::new(Clock::system()), MemoryQueue::new(Clock::system()));
        Self { bucket, catalog, records: Arc::new(records), queue: Arc::new(queue) }
    }
}
