//! TODO
pub struct DirectoryBucket;
