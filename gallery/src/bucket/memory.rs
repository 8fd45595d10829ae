//! TODO
pub struct MemoryBucket;
